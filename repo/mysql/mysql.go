// Package mysql owns the records: one file per domain, each a store that the
// service declaring its interface uses. It is the only package that speaks SQL.
package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jmoiron/sqlx"
)

// Options say how to reach the database and how many connections to keep.
type Options struct {
	DSN          string
	MaxOpenConns int // 0 means 32
}

// Open connects and pings. The DSN's parameters that the code relies on
// (parseTime, UTC, interpolateParams) are set here whatever the DSN says.
func Open(ctx context.Context, o Options) (*sqlx.DB, error) {
	cfg, err := mysql.ParseDSN(o.DSN)
	if err != nil {
		return nil, errors.New("reading the database address: it is not a valid DSN")
	}
	cfg.ParseTime = true
	cfg.Loc = time.UTC
	cfg.InterpolateParams = true
	if cfg.Params == nil {
		cfg.Params = map[string]string{}
	}
	cfg.Params["time_zone"] = "'+00:00'"
	conn, err := mysql.NewConnector(cfg)
	if err != nil {
		return nil, fmt.Errorf("preparing the database connection: %w", err)
	}
	db := sqlx.NewDb(sql.OpenDB(conn), "mysql")
	if o.MaxOpenConns == 0 {
		o.MaxOpenConns = 32
	}
	db.SetMaxOpenConns(o.MaxOpenConns)
	db.SetMaxIdleConns(o.MaxOpenConns)
	db.SetConnMaxLifetime(30 * time.Minute)
	if err := db.PingContext(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("reaching the database: %w", err)
	}
	return db, nil
}

// Cipher seals personal data before they reach a row. ad is the associated
// data "table.column:ref": a value copied to another row does not open there.
type Cipher interface {
	Seal(plain []byte, ad string) ([]byte, error)
	Open(sealed []byte, ad string) ([]byte, error)
	// Lookup returns the 32-byte keyed hash by which equal values are found.
	Lookup(kind, value string) []byte
}

// DB is the database with its transactions and its cipher; the stores are
// methods of small types around it.
type DB struct {
	db     *sqlx.DB
	cipher Cipher
	now    func() time.Time
}

// New returns a DB. now gives the time that rows are stamped with.
func New(db *sqlx.DB, cipher Cipher, now func() time.Time) *DB {
	return &DB{db: db, cipher: cipher, now: func() time.Time { return now().UTC().Truncate(time.Microsecond) }}
}

// Ping reports whether the database answers.
func (d *DB) Ping(ctx context.Context) error { return d.db.PingContext(ctx) }

// isDuplicate reports whether err is a unique-key violation.
func isDuplicate(err error) bool {
	var e *mysql.MySQLError
	return errors.As(err, &e) && e.Number == 1062
}

// changed reports whether a conditional write moved exactly one row.
func changed(res sql.Result, err error) (bool, error) {
	if err != nil {
		return false, err
	}
	n, err := res.RowsAffected()
	return n == 1, err
}

func utc(t *time.Time) *time.Time {
	if t == nil {
		return nil
	}
	u := t.UTC().Truncate(time.Microsecond)
	return &u
}

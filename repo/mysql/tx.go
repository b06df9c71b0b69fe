package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/go-sql-driver/mysql"
	"github.com/jmoiron/sqlx"
)

type txKey struct{}

// maxTries bounds how often a transaction that lost a deadlock runs again.
const maxTries = 20

// InTx runs fn in a transaction carried by the context; stores called with
// that context join it, and so does a nested InTx. fn may run again after a
// deadlock (1213) or lock wait timeout (1205), so it does no HTTP, Redis or
// blob work. Galera may report a conflict at any statement and then let COMMIT
// return nil: fn must return every error it meets.
func (d *DB) InTx(ctx context.Context, fn func(ctx context.Context) error) error {
	if _, ok := ctx.Value(txKey{}).(*sqlx.Tx); ok {
		return fn(ctx)
	}
	return again(ctx, func() error { return d.once(ctx, fn) })
}

// again runs fn until it loses no deadlock, maxTries times at most, with a
// short random wait in between.
func again(ctx context.Context, fn func() error) error {
	var err error
	for try := range maxTries {
		if err = fn(); !retryable(err) {
			return err
		}
		wait := time.Duration(1+rand.IntN(1+min(try, 6)*5)) * time.Millisecond
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
	return fmt.Errorf("giving up after %d tries: %w", maxTries, err)
}

func (d *DB) once(ctx context.Context, fn func(ctx context.Context) error) error {
	tx, err := d.db.BeginTxx(ctx, nil)
	if err != nil {
		return fmt.Errorf("beginning a transaction: %w", err)
	}
	defer func() { _ = tx.Rollback() }() // a no-op after Commit
	if err := fn(context.WithValue(ctx, txKey{}, tx)); err != nil {
		return err
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("committing: %w", err)
	}
	return nil
}

// lone is the pool for a statement outside any transaction. It is one by
// itself, undone as a whole when it loses a deadlock, so it may run again too.
type lone struct{ *sqlx.DB }

// ExecContext implements sqlx.ExecerContext.
func (l lone) ExecContext(ctx context.Context, query string, args ...any) (res sql.Result, err error) {
	err = again(ctx, func() error {
		res, err = l.DB.ExecContext(ctx, query, args...)
		return err
	})
	return res, err
}

// q returns the transaction of the context, or the pool.
func (d *DB) q(ctx context.Context) sqlx.ExtContext {
	if tx, ok := ctx.Value(txKey{}).(*sqlx.Tx); ok {
		return tx
	}
	return lone{d.db}
}

func retryable(err error) bool {
	var e *mysql.MySQLError
	return errors.As(err, &e) && (e.Number == 1213 || e.Number == 1205)
}

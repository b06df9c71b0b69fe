package repotest

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	driver "github.com/go-sql-driver/mysql"
	"github.com/jmoiron/sqlx"

	"ruxue/repo/local"
	"ruxue/repo/mysql"
)

// testPool is the size of a test's pool: enough for a race between writers,
// few enough for hundreds of tests on one server.
const testPool = 24

var privateMySQL = sync.OnceValues(func() (*local.MySQL, error) {
	if !local.HaveMySQL() {
		return nil, fmt.Errorf("MariaDB or MySQL: %w", local.ErrNotInstalled)
	}
	dir, err := folder()
	if err != nil {
		return nil, err
	}
	m, err := local.StartMySQL(context.Background(), filepath.Join(dir, "mysql"))
	if err == nil {
		AtExit(m.Kill)
	}
	return m, err
})

// MySQL returns a fresh, migrated, empty database, which is dropped when the
// test ends.
func MySQL(t testing.TB) *sqlx.DB {
	t.Helper()
	db, err := mysql.Open(t.Context(), mysql.Options{DSN: MySQLDSN(t), MaxOpenConns: testPool})
	if err != nil {
		t.Fatal("opening the test's database: ", err)
	}
	t.Cleanup(func() { _ = db.Close() })
	if err := mysql.Migrate(t.Context(), db); err != nil {
		t.Fatal("preparing the test's database: ", err)
	}
	return db
}

// MySQLDSN makes a fresh database without any table, for a test that starts
// the program or migrates by itself, and returns its data source name. It is
// dropped when the test ends.
func MySQLDSN(t testing.TB) string {
	t.Helper()
	name := "ruxue_test_" + strings.ToLower(rand.Text()[:16])
	admin := adminDSN(t)
	cfg, err := driver.ParseDSN(admin)
	if err != nil {
		t.Fatal("TEST_MYSQL_DSN is not a valid DSN")
	}
	cfg.DBName = ""
	server := cfg.FormatDSN()
	create := "CREATE DATABASE " + name + " CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
	if err := run(t.Context(), server, create); err != nil {
		t.Fatal("creating the test's database: ", err)
	}
	t.Cleanup(func() {
		if err := run(context.WithoutCancel(t.Context()), server, "DROP DATABASE "+name); err != nil {
			t.Error("dropping the test's database: ", err)
		}
	})
	cfg.DBName = name
	return cfg.FormatDSN()
}

func adminDSN(t testing.TB) string {
	t.Helper()
	if dsn := os.Getenv("TEST_MYSQL_DSN"); dsn != "" {
		return dsn
	}
	m, err := privateMySQL()
	if err != nil {
		missing(t, "MariaDB or MySQL", "TEST_MYSQL_DSN", err)
	}
	return m.DSN("")
}

func run(ctx context.Context, dsn, stmt string) error {
	db, err := mysql.Open(ctx, mysql.Options{DSN: dsn, MaxOpenConns: 1})
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, stmt)
	return err
}

// Truncate deletes every row of every table of the test's database, in any
// order of their foreign keys. It is far cheaper than a fresh database.
func Truncate(t testing.TB, db *sqlx.DB) {
	t.Helper()
	conn, err := db.Connx(t.Context())
	if err != nil {
		t.Fatal("emptying the database: ", err)
	}
	defer func() { _ = conn.Close() }()
	var tables []string
	const list = `SELECT table_name FROM information_schema.tables
		WHERE table_schema = DATABASE() AND table_type = 'BASE TABLE' AND table_name <> 'goose_db_version'`
	if err := conn.SelectContext(t.Context(), &tables, list); err != nil {
		t.Fatal("listing the tables: ", err)
	}
	stmts := []string{"SET FOREIGN_KEY_CHECKS = 0"}
	for _, table := range tables {
		stmts = append(stmts, "DELETE FROM `"+table+"`")
	}
	for _, stmt := range append(stmts, "SET FOREIGN_KEY_CHECKS = 1") {
		if _, err := conn.ExecContext(t.Context(), stmt); err != nil {
			t.Fatalf("%s: %v", stmt, err)
		}
	}
}

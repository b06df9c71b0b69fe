package mysql_test

import (
	"database/sql"
	"fmt"
	"io/fs"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	"github.com/pressly/goose/v3"

	"ruxue/repo/mysql"
	"ruxue/repo/repotest"
	schema "ruxue/sql"
)

// column is one of a table's, as information_schema describes it.
type column struct {
	Table  string `db:"t"`
	Name   string `db:"c"`
	Type   string `db:"d"`
	Length *int64 `db:"l"`
}

// value is something that fits the column: the same number of every row's
// references, so that row n of each table refers to row n of the others.
func (c column) value(n int) any {
	switch c.Type {
	case "bigint", "int", "smallint", "tinyint", "decimal", "double", "float":
		return n
	case "datetime", "timestamp":
		return time.Date(2026, 3, n, 6, 0, 0, 0, time.UTC)
	case "date":
		return fmt.Sprintf("2026-03-%02d", n)
	case "json":
		return "{}"
	}
	text := fmt.Sprintf("%d-%s-%s", n, c.Name, c.Table)
	if c.Length != nil && int64(len(text)) > *c.Length {
		text = text[:*c.Length]
	}
	return text
}

// tables are the database's own, with their columns.
func tables(t *testing.T, db *sqlx.DB) map[string][]column {
	t.Helper()
	var all []column
	if err := db.Select(&all, `SELECT c.table_name AS t, c.column_name AS c, c.data_type AS d, c.character_maximum_length AS l
		FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema=c.table_schema AND t.table_name=c.table_name
		WHERE c.table_schema=DATABASE() AND t.table_type='BASE TABLE' AND c.table_name<>'goose_db_version' AND c.extra NOT LIKE '%GENERATED%'
		ORDER BY c.table_name, c.ordinal_position`); err != nil {
		t.Fatal(err)
	}
	out := map[string][]column{}
	for _, c := range all {
		out[c.Table] = append(out[c.Table], c)
	}
	return out
}

// fill puts rows 1 and 2 into every table, on one connection without checks of
// foreign keys, which hold once all are in.
func fill(t *testing.T, db *sqlx.DB, all map[string][]column) {
	t.Helper()
	conn, err := db.Connx(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.ExecContext(t.Context(), `SET foreign_key_checks=0`); err != nil {
		t.Fatal(err)
	}
	for table, columns := range all {
		for n := 1; n <= 2; n++ {
			names, marks, args := []string{}, []string{}, []any{}
			for _, c := range columns {
				names, marks, args = append(names, "`"+c.Name+"`"), append(marks, "?"), append(args, c.value(n))
			}
			if _, err := conn.ExecContext(t.Context(), "INSERT INTO `"+table+"` ("+strings.Join(names, ",")+") VALUES ("+strings.Join(marks, ",")+")", args...); err != nil {
				t.Fatalf("a row of %s: %v", table, err)
			}
		}
	}
}

// TestAnOlderDatabaseIsUpgraded: one at migration 16, with rows in every table,
// comes to the newest schema, keeps each row, and is told what its new columns
// say of old students.
func TestAnOlderDatabaseIsUpgraded(t *testing.T) {
	db, err := mysql.Open(t.Context(), mysql.Options{DSN: repotest.MySQLDSN(t), MaxOpenConns: 4})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	dir, err := fs.Sub(schema.Migrations, "migration")
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectMySQL, db.DB, dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.UpTo(t.Context(), 16); err != nil {
		t.Fatal(err)
	}
	old := tables(t, db)
	if len(old) < 35 {
		t.Fatalf("%d tables at migration 16", len(old))
	}
	fill(t, db, old)
	db.MustExec(`UPDATE audit SET subject=(SELECT CONCAT('enrolment:', ref) FROM enrolment WHERE id=1), action='student.login'`)
	if err := mysql.CheckSchema(t.Context(), db); err == nil {
		t.Error("the program runs on a schema of migration 16")
	}
	if err := mysql.Migrate(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	if err := mysql.CheckSchema(t.Context(), db); err != nil {
		t.Error(err)
	}
	for table, columns := range old {
		for n := 1; n <= 2; n++ {
			if table == "audit" {
				continue // changed above
			}
			var kept int
			if err := db.Get(&kept, "SELECT COUNT(*) FROM `"+table+"` WHERE `"+columns[0].Name+"`=?", columns[0].value(n)); err != nil || kept != 1 {
				t.Errorf("row %d of %s: %d are left, %v", n, table, kept, err)
			}
		}
	}
	var first []sql.NullTime
	if err := db.Select(&first, `SELECT first_login_at FROM enrolment ORDER BY id`); err != nil || len(first) != 2 || first[0].Time.Day() != 1 || first[1].Valid {
		t.Errorf("who logged in before the upgrade: %v %v", first, err)
	}
	var carried int
	if err := db.Get(&carried, `SELECT COUNT(*) FROM enrolment WHERE carried_from IS NOT NULL`); err != nil || carried != 0 {
		t.Errorf("%d old students were carried from another campaign, %v", carried, err)
	}
	again := tables(t, db)
	for table := range again {
		if _, was := old[table]; !was {
			if _, err := db.ExecContext(t.Context(), "SELECT * FROM `"+table+"`"); err != nil {
				t.Error(err)
			}
		}
	}
}

package app_test

import (
	"context"
	"sync"
	"testing"

	"github.com/jmoiron/sqlx"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/mysql"
)

// TestOneStudentRegisters walks the whole journey over HTTP: the number on the
// page, the rows and the template message agree.
func TestOneStudentRegisters(t *testing.T) {
	w := newWorld(t, 4)
	for i := range 4 {
		phone, s := w.phone(), w.student(i)
		number, err := stage.Walk(t.Context(), phone, s)
		if err != nil {
			t.Fatalf("student %d (%s): %v", i, s.Level, err)
		}
		if s.Number != "" && number != s.Number {
			t.Errorf("the imported number %s was not revealed, got %s", s.Number, number)
		}
		w.wantRegistered(t, s, number)
		w.wantMessage(t, phone.OpenID, number)
	}
}

// db is a connection of the test's own, one for all that the world is asked.
func (w *world) db(t testing.TB) *sqlx.DB {
	t.Helper()
	w.pool.Lock()
	defer w.pool.Unlock()
	if w.pool.DB == nil {
		db, err := mysql.Open(context.Background(), mysql.Options{DSN: w.cfg.MySQL.DSN, MaxOpenConns: 4})
		if err != nil {
			t.Fatal(err)
		}
		w.pool.DB = db
		w.t.Cleanup(func() { _ = db.Close() })
	}
	return w.pool.DB
}

// wantRegistered reads the rows: registered under the number, one bill paid by
// one payment, a final signature where one is due.
func (w *world) wantRegistered(t testing.TB, s stage.Student, number string) {
	t.Helper()
	var row struct {
		State    string `db:"state"`
		Bill     string `db:"bill"`
		Total    int64  `db:"total_fen"`
		Payments int    `db:"payments"`
		Paid     int64  `db:"paid"`
		Finals   int    `db:"finals"`
	}
	err := w.db(t).GetContext(t.Context(), &row, `SELECT e.state, b.state AS bill, b.total_fen,
		(SELECT COUNT(*) FROM payment p WHERE p.enrolment_id=e.id) AS payments,
		(SELECT CAST(COALESCE(SUM(p.total_fen),0) AS SIGNED) FROM payment p WHERE p.enrolment_id=e.id) AS paid,
		(SELECT COUNT(*) FROM signature s WHERE s.enrolment_id=e.id AND s.state='final') AS finals
		FROM enrolment e JOIN bill b ON b.enrolment_id=e.id WHERE e.student_number=?`, number)
	if err != nil {
		t.Fatalf("number %s has no rows: %v", number, err)
	}
	finals := 0
	if s.Level == "专升本" {
		finals = 1
	}
	if row.State != "registered" || row.Bill != "paid" || row.Payments != 1 || row.Paid != row.Total || row.Finals != finals {
		t.Errorf("the rows of %s disagree: %+v", number, row)
	}
}

// wantMessage waits for the template message in the simulator's inbox.
func (w *world) wantMessage(t testing.TB, openid, number string) {
	t.Helper()
	w.wantTold(t, openid, number)
}

// TestFiftyStudentsAtOnce: 50 distinct numbers, 50 paid bills, no error.
func TestFiftyStudentsAtOnce(t *testing.T) {
	const n = 50
	w := newWorld(t, n)
	numbers, errs := make([]string, n), make([]error, n)
	var wg sync.WaitGroup
	for i := range n {
		phone, s := w.phone(), w.student(i)
		wg.Go(func() { numbers[i], errs[i] = stage.Walk(t.Context(), phone, s) })
	}
	wg.Wait()
	seen := map[string]bool{}
	for i, err := range errs {
		if err != nil {
			t.Errorf("student %d: %v", i, err)
		}
		if seen[numbers[i]] {
			t.Errorf("number %s was given twice", numbers[i])
		}
		seen[numbers[i]] = true
	}
	var paid, orders int
	if err := w.db(t).GetContext(t.Context(), &paid, `SELECT COUNT(*) FROM bill WHERE state='paid'`); err != nil {
		t.Fatal(err)
	}
	if err := w.db(t).GetContext(t.Context(), &orders, `SELECT COUNT(*) FROM payment`); err != nil {
		t.Fatal(err)
	}
	if paid != n || orders != n {
		t.Errorf("%d bills are paid by %d payments, want %d each", paid, orders, n)
	}
}

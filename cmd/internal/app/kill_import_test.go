package app_test

import (
	"context"
	"database/sql"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/mysql"
	"ruxue/service/admission"
	"ruxue/service/staff"
)

// TestKilledInTheMiddleOfAnImport kills the server (SIGKILL) in the middle of a
// batch of an admitted list. Another process takes the list over once the lease
// is over, not before, and goes on behind the rows that are in: every student is
// there once and counts as new once.
func TestKilledInTheMiddleOfAnImport(t *testing.T) {
	const n, before = 4000, 3 * admission.BatchRows
	w := prepareWorld(t, 0)
	s := newServer(t, w)
	db := w.db(t)
	account, err := stage.AddStaff(t.Context(), mysql.New(db, w.ring(t), time.Now), staff.Registrar)
	if err != nil {
		t.Fatal(err)
	}
	r := on(t, w.pc())
	if err := stage.LoginStaff(t.Context(), r.Walker, account); err != nil {
		t.Fatal(err)
	}
	rows := [][]string{benchHead}
	for i := range n {
		rows = append(rows, benchRow(i))
	}
	list := r.give("名单.csv", csvOf(rows))
	wantSays(t, list, 200, "没有需要修改的行")
	wantSays(t, r.post(list.Path+"/apply", nil), 200)

	held, done := holdImport(t, db, before)
	s.kill()
	if err := held.Rollback(); err != nil {
		t.Fatal(err)
	}
	if done >= n {
		t.Fatalf("the import was over: %d rows", done)
	}
	// What the dead process had not committed is undone by the database.
	wantStored := func(where string, want int) {
		t.Helper()
		got := 0
		if !eventually(func() bool {
			got = w.count(t, "SELECT COUNT(*) FROM enrolment WHERE fee_fen=320000")
			return got == want
		}) {
			t.Errorf("%s %d students are in, want %d", where, got, want)
		}
	}
	wantStored("after the kill", done)
	s.start()
	if a := r.get(list.Path + "/state"); a.Status != http.StatusOK || !strings.Contains(a.Body, `"busy":true`) {
		t.Errorf("while the lease lasts the page says %d %s", a.Status, a.Body)
	}
	if now := w.count(t, "SELECT rows_done FROM admission_import"); now != done {
		t.Errorf("%d rows are done while the lease lasts, want %d", now, done)
	}
	db.MustExec(`UPDATE admission_import SET lease_until=lease_until - INTERVAL 30 SECOND`) // half a minute passes
	wantSays(t, r.settled(list.Path), 200, fmt.Sprintf("新增 %d 人，更新 0 人", n))
	wantStored("at the end", n)
	for what, query := range map[string]string{
		"persons":          "SELECT COUNT(DISTINCT p.id_hash) FROM person p JOIN enrolment e ON e.person_id=p.id WHERE e.fee_fen=320000",
		"考生号":              "SELECT COUNT(DISTINCT exam_number) FROM enrolment WHERE fee_fen=320000",
		"学号":               "SELECT COUNT(DISTINCT imported_number) FROM enrolment WHERE fee_fen=320000",
		"rows of the list": "SELECT rows_done FROM admission_import WHERE state='applied' AND rows_done=rows_total",
	} {
		if got := w.count(t, query); got != n {
			t.Errorf("%d %s, want %d", got, what, n)
		}
	}
	if got := w.count(t, fmt.Sprintf("SELECT COUNT(*) FROM audit WHERE action='admission.import' AND detail LIKE '%%新增 %d，%%'", n)); got != 1 {
		t.Errorf("%d entries of the log tell of the import", got)
	}
}

// holdImport lets at least that many rows be stored, then keeps the next batch
// from being committed for as long as the transaction is open. It returns what
// is stored.
func holdImport(t *testing.T, db *sqlx.DB, atLeast int) (tx *sql.Tx, done int) {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); {
		tx, err := db.BeginTx(context.WithoutCancel(t.Context()), nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := tx.QueryRow(`SELECT rows_done FROM admission_import WHERE state='applying' FOR UPDATE`).Scan(&done); err == nil && done >= atLeast {
			return tx, done
		}
		if err := tx.Rollback(); err != nil {
			t.Fatal(err)
		}
	}
	t.Fatal("the list is never imported")
	return nil, 0
}

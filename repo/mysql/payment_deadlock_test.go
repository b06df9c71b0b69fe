package mysql_test

import (
	"testing"
	"time"

	"ruxue/service/payment"
)

// TestLoneWriteOutlivesDeadlock: a write outside any transaction loses a
// deadlock against one inside and is run again. The money model found a student
// who was told of an internal error instead (seed 1795333336514823638).
func TestLoneWriteOutlivesDeadlock(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	x.start(in(id, payment.Native, ""))
	var attempt, bill int64
	if err := x.db.QueryRowContext(t.Context(), `SELECT id, bill_id FROM attempt`).Scan(&attempt, &bill); err != nil {
		t.Fatal(err)
	}
	tx, err := x.db.BeginTxx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback() }() // a no-op after Commit
	exec := func(query string, args ...any) {
		t.Helper()
		if _, err := tx.ExecContext(t.Context(), query, args...); err != nil {
			t.Fatal(err)
		}
	}
	for range 20 { // the database gives up whoever wrote less
		exec(`UPDATE person SET name=CONCAT(name, '三')`)
	}
	// It holds the key (bill_id, live) without the row; the lone write takes the
	// row and waits for the key.
	var live int
	if err := tx.GetContext(t.Context(), &live, `SELECT live FROM attempt FORCE INDEX (attempt_live)
		WHERE bill_id=? AND live=1 LOCK IN SHARE MODE`, bill); err != nil {
		t.Fatal(err)
	}
	type result struct {
		ok  bool
		err error
	}
	done := make(chan result, 1)
	go func() {
		ok, err := x.store.EndAttempt(t.Context(), attempt, payment.AttemptClosed, x.now(), nil)
		done <- result{ok, err}
	}()
	waiting := 0
	for range 60 { // the table is a copy that stays old for 0.1 s after each look
		if err := x.db.GetContext(t.Context(), &waiting, `SELECT COUNT(*) FROM information_schema.innodb_trx
			WHERE trx_state='LOCK WAIT' AND trx_query LIKE 'UPDATE attempt SET state%'`); err != nil {
			t.Fatal(err)
		}
		if waiting > 0 {
			break
		}
		time.Sleep(150 * time.Millisecond)
	}
	want(t, "waiting writers", waiting > 0, true)
	exec(`SELECT id FROM attempt WHERE id=? FOR UPDATE`, attempt)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	r := <-done
	if r.err != nil || !r.ok {
		t.Fatalf("the lone write: %v, %v", r.ok, r.err)
	}
	want(t, "closed attempts", x.rows("attempt", "state='closed' AND live IS NULL"), 1)
}

package main

import (
	"context"
	"fmt"
	"time"
)

// truths are counts that must be n after a round, and what they count.
var truths = []struct{ what, query string }{
	{"paid bills", `SELECT COUNT(*) FROM bill WHERE state='paid' AND total_fen=320000`},
	{"paid attempts", `SELECT COUNT(*) FROM attempt WHERE state='paid' AND live IS NULL AND transaction_id<>''`},
	{"payments", `SELECT COUNT(*) FROM payment p JOIN bill b ON b.id=p.bill_id AND b.paid_attempt_id=p.attempt_id
		WHERE p.purpose='bill' AND p.total_fen=320000`},
	{"all payments", `SELECT COUNT(*) FROM payment`},
	{"student numbers", `SELECT COUNT(DISTINCT student_number) FROM enrolment WHERE state='registered'`},
	{"the last number", `SELECT last FROM number_counter`},
	{"messages", `SELECT COUNT(*) FROM outbox`},
	{"nothing else", `SELECT (SELECT COUNT(*) FROM bill) + (SELECT COUNT(*) FROM refund) + (SELECT COUNT(*) FROM payment_problem)`},
}

// right reports how the records differ from n orders paid once each.
func right(ctx context.Context, db *pool, n int) error {
	for _, t := range truths {
		var got int
		if err := db.GetContext(ctx, &got, t.query); err != nil {
			return fmt.Errorf("counting %s: %w", t.what, err)
		}
		if got != n {
			return fmt.Errorf("%s: %d, want %d", t.what, got, n)
		}
	}
	return nil
}

// reset makes everything unpaid again. No attempt comes due: the App's worker
// would ask the simulator and settle what a callback is to settle.
func reset(ctx context.Context, db *pool) error {
	tomorrow := time.Now().UTC().Add(24 * time.Hour)
	for _, s := range []statement{
		{`DELETE FROM outbox`, nil}, {`DELETE FROM payment`, nil}, {`DELETE FROM number_counter`, nil},
		{`UPDATE attempt SET state='open', live=1, transaction_id='', ended_at=NULL, next_check_at=?`, []any{tomorrow}},
		{`UPDATE bill SET state='unpaid', paid_at=NULL, paid_attempt_id=NULL`, nil},
		{`UPDATE enrolment SET state='admitted', student_number=NULL, registered_at=NULL`, nil},
	} {
		if _, err := db.ExecContext(ctx, s.text, s.args...); err != nil {
			return fmt.Errorf("making everything unpaid again: %w", err)
		}
	}
	return nil
}

package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/payment"
)

// ClaimAttempt implements payment.Store. A conditional UPDATE is what decides:
// it holds on clusters too, where row locks of two nodes do not see each other.
func (p *Payments) ClaimAttempt(ctx context.Context, id int64, holder string, due bool, now, until time.Time) (bool, error) {
	return p.claim(ctx, "attempt", id, holder, due, now, until)
}

// ClaimRefund implements payment.Store.
func (p *Payments) ClaimRefund(ctx context.Context, id int64, holder string, now, until time.Time) (bool, error) {
	return p.claim(ctx, "refund", id, holder, true, now, until)
}

func (p *Payments) claim(ctx context.Context, table string, id int64, holder string, due bool, now, until time.Time) (bool, error) {
	at := *utc(&now)
	query := `UPDATE ` + table + ` SET lease_holder=?, lease_until=? WHERE id=? AND (lease_until IS NULL OR lease_until<=?)`
	args := []any{holder, *utc(&until), id, at}
	if due {
		query += ` AND next_check_at<=?`
		args = append(args, at)
	}
	ok, err := changed(p.run(ctx, query, args...))
	if err != nil {
		return false, fmt.Errorf("claiming a row of %s: %w", table, err)
	}
	return ok, nil
}

// ReleaseAttempt implements payment.Store.
func (p *Payments) ReleaseAttempt(ctx context.Context, id int64, holder string, next *time.Time) error {
	return p.exec(ctx, "releasing an attempt", `UPDATE attempt SET lease_holder='', lease_until=NULL, checks=checks+1,
		next_check_at=?, updated_at=? WHERE id=? AND lease_holder=?`, utc(next), p.now(), id, holder)
}

// HurryAttempts implements payment.Store.
func (p *Payments) HurryAttempts(ctx context.Context, billID int64, at time.Time) error {
	return p.exec(ctx, "hurrying attempts", `UPDATE attempt SET next_check_at=? WHERE bill_id=? AND live=1`,
		*utc(&at), billID)
}

// DueAttempts implements payment.Store.
func (p *Payments) DueAttempts(ctx context.Context, now time.Time, limit int) ([]payment.Attempt, error) {
	at := *utc(&now)
	return p.attempts(ctx, `next_check_at<=? AND (lease_until IS NULL OR lease_until<=?) ORDER BY next_check_at LIMIT ?`,
		at, at, limit)
}

// Payable implements payment.Store.
func (p *Payments) Payable(ctx context.Context, attemptID int64) (bool, error) {
	var n int
	if err := p.get(ctx, &n, `SELECT COUNT(*) FROM attempt a JOIN bill b ON b.id=a.bill_id JOIN enrolment e ON e.id=a.enrolment_id
		WHERE a.id=? AND b.state='unpaid' AND e.state IN ('admitted','registered')`, attemptID); err != nil {
		return false, fmt.Errorf("asking whether an attempt is still wanted: %w", err)
	}
	return n == 1, nil
}

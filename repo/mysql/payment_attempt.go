package mysql

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ruxue/service/payment"
)

const attemptColumns = `id, bill_id, enrolment_id, out_trade_no, way, state, amount_fen, app_id, mch_id, openid, request,
	prepay_id, code_url, transaction_id, expire_at, ended_at, checks, next_check_at, lease_holder, lease_until, created_at`

type attemptRow struct {
	ID            int64      `db:"id"`
	BillID        int64      `db:"bill_id"`
	EnrolmentID   int64      `db:"enrolment_id"`
	OutTradeNo    string     `db:"out_trade_no"`
	Way           string     `db:"way"`
	State         string     `db:"state"`
	AmountFen     int64      `db:"amount_fen"`
	AppID         string     `db:"app_id"`
	MchID         string     `db:"mch_id"`
	OpenID        string     `db:"openid"`
	Request       string     `db:"request"`
	PrepayID      string     `db:"prepay_id"`
	CodeURL       string     `db:"code_url"`
	TransactionID string     `db:"transaction_id"`
	ExpireAt      time.Time  `db:"expire_at"`
	EndedAt       *time.Time `db:"ended_at"`
	Checks        int        `db:"checks"`
	NextCheckAt   *time.Time `db:"next_check_at"`
	LeaseHolder   string     `db:"lease_holder"`
	LeaseUntil    *time.Time `db:"lease_until"`
	CreatedAt     time.Time  `db:"created_at"`
}

func (r attemptRow) attempt() (payment.Attempt, error) {
	a := payment.Attempt{ID: r.ID, BillID: r.BillID, EnrolmentID: r.EnrolmentID, OutTradeNo: r.OutTradeNo,
		Way: payment.Way(r.Way), State: payment.AttemptState(r.State), AmountFen: r.AmountFen, AppID: r.AppID, MchID: r.MchID,
		OpenID: r.OpenID, PrepayID: r.PrepayID, CodeURL: r.CodeURL, TransactionID: r.TransactionID, ExpireAt: r.ExpireAt,
		EndedAt: r.EndedAt, Checks: r.Checks, NextCheckAt: r.NextCheckAt, LeaseHolder: r.LeaseHolder,
		LeaseUntil: r.LeaseUntil, CreatedAt: r.CreatedAt}
	if err := json.Unmarshal([]byte(r.Request), &a.Request); err != nil {
		return a, fmt.Errorf("reading the request of attempt %s: %w", r.OutTradeNo, err)
	}
	return a, nil
}

// Attempt implements payment.Store.
func (p *Payments) Attempt(ctx context.Context, outTradeNo string) (payment.Attempt, bool, error) {
	r, ok, err := find[attemptRow](ctx, p.DB, "reading an attempt", `SELECT `+attemptColumns+` FROM attempt WHERE out_trade_no=?`, outTradeNo)
	if err != nil || !ok {
		return payment.Attempt{}, false, err
	}
	a, err := r.attempt()
	return a, err == nil, err
}

func (p *Payments) attempts(ctx context.Context, where string, args ...any) ([]payment.Attempt, error) {
	return all(ctx, p.DB, attemptRow.attempt, "listing attempts", `SELECT `+attemptColumns+` FROM attempt WHERE `+where, args...)
}

// Attempts implements payment.Store.
func (p *Payments) Attempts(ctx context.Context, billID int64) ([]payment.Attempt, error) {
	return p.attempts(ctx, `bill_id=? ORDER BY id DESC`, billID)
}

// LockAttempt implements payment.Store.
func (p *Payments) LockAttempt(ctx context.Context, id int64) (payment.Attempt, error) {
	var r attemptRow
	if err := p.get(ctx, &r, `SELECT `+attemptColumns+` FROM attempt WHERE id=? FOR UPDATE`, id); err != nil {
		return payment.Attempt{}, fmt.Errorf("locking an attempt: %w", err)
	}
	return r.attempt()
}

// InsertAttempt implements payment.Store. The unique key (bill_id, live)
// refuses a second live attempt whatever the callers do.
func (p *Payments) InsertAttempt(ctx context.Context, a payment.Attempt) (payment.Attempt, error) {
	request, err := json.Marshal(a.Request)
	if err != nil {
		return a, fmt.Errorf("writing an attempt's request: %w", err)
	}
	a.CreatedAt = p.now()
	res, err := p.run(ctx, `INSERT INTO attempt (bill_id, enrolment_id, out_trade_no, way, state, live, amount_fen,
		app_id, mch_id, openid, request, prepay_id, code_url, transaction_id, expire_at, checks, next_check_at, lease_holder,
		lease_until, created_at, updated_at) VALUES (?,?,?,?,?,1,?,?,?,?,?,'','','',?,0,?,?,?,?,?)`,
		a.BillID, a.EnrolmentID, a.OutTradeNo, a.Way, a.State, a.AmountFen, a.AppID, a.MchID, a.OpenID, string(request),
		*utc(&a.ExpireAt), utc(a.NextCheckAt), a.LeaseHolder, utc(a.LeaseUntil), a.CreatedAt, a.CreatedAt)
	if err != nil {
		return a, fmt.Errorf("inserting an attempt: %w", err)
	}
	if a.ID, err = res.LastInsertId(); err != nil {
		return a, fmt.Errorf("reading the new attempt's id: %w", err)
	}
	return a, nil
}

// OpenAttempt implements payment.Store.
func (p *Payments) OpenAttempt(ctx context.Context, id int64, pre payment.Prepaid, next *time.Time) (bool, error) {
	return p.change(ctx, "opening an attempt", `UPDATE attempt SET state='open', prepay_id=?, code_url=?, checks=0,
		next_check_at=?, lease_holder='', lease_until=NULL, updated_at=? WHERE id=? AND state='created'`,
		pre.PrepayID, pre.CodeURL, utc(next), p.now(), id)
}

// EndAttempt implements payment.Store.
func (p *Payments) EndAttempt(ctx context.Context, id int64, to payment.AttemptState, at time.Time, next *time.Time) (bool, error) {
	return p.change(ctx, "ending an attempt", `UPDATE attempt SET state=?, live=NULL, ended_at=?, checks=0, next_check_at=?,
		lease_holder='', lease_until=NULL, updated_at=? WHERE id=? AND state IN ('created','open')`,
		to, *utc(&at), utc(next), p.now(), id)
}

// PayAttempt implements payment.Store.
func (p *Payments) PayAttempt(ctx context.Context, id int64, to payment.AttemptState, transactionID string, at time.Time) (bool, error) {
	return p.change(ctx, "marking an attempt paid", `UPDATE attempt SET state=?, live=NULL, transaction_id=?,
		ended_at=COALESCE(ended_at, ?), next_check_at=NULL, lease_holder='', lease_until=NULL, updated_at=?
		WHERE id=? AND state NOT IN ('paid','surplus')`, to, transactionID, *utc(&at), p.now(), id)
}

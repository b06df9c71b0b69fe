package mysql

import (
	"context"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/payment"
	"ruxue/service/reference"
)

const refundColumns = `id, ref, enrolment_id, bill_id, attempt_id, out_trade_no, transaction_id, out_refund_no, refund_id,
	mch_id, state, cause, reason, amount_fen, total_fen, last_code, checks, next_check_at, succeeded_at, created_at,
	requested_by, requester, decided_by, decider, decided_at, note`

type refundRow struct {
	ID            int64      `db:"id"`
	Ref           string     `db:"ref"`
	EnrolmentID   int64      `db:"enrolment_id"`
	BillID        int64      `db:"bill_id"`
	AttemptID     int64      `db:"attempt_id"`
	OutTradeNo    string     `db:"out_trade_no"`
	TransactionID string     `db:"transaction_id"`
	OutRefundNo   string     `db:"out_refund_no"`
	RefundID      string     `db:"refund_id"`
	MchID         string     `db:"mch_id"`
	State         string     `db:"state"`
	Cause         string     `db:"cause"`
	Reason        string     `db:"reason"`
	AmountFen     int64      `db:"amount_fen"`
	TotalFen      int64      `db:"total_fen"`
	LastCode      string     `db:"last_code"`
	Checks        int        `db:"checks"`
	NextCheckAt   *time.Time `db:"next_check_at"`
	SucceededAt   *time.Time `db:"succeeded_at"`
	CreatedAt     time.Time  `db:"created_at"`
	RequestedBy   string     `db:"requested_by"`
	Requester     string     `db:"requester"`
	DecidedBy     string     `db:"decided_by"`
	Decider       string     `db:"decider"`
	DecidedAt     *time.Time `db:"decided_at"`
	Note          string     `db:"note"`
}

func (r refundRow) refund() payment.Refund {
	return payment.Refund{ID: r.ID, Ref: r.Ref, EnrolmentID: r.EnrolmentID, BillID: r.BillID, AttemptID: r.AttemptID,
		OutTradeNo: r.OutTradeNo, TransactionID: r.TransactionID, OutRefundNo: r.OutRefundNo, RefundID: r.RefundID,
		MchID: r.MchID, State: payment.RefundState(r.State), Cause: r.Cause, Reason: r.Reason, AmountFen: r.AmountFen,
		TotalFen: r.TotalFen, LastCode: r.LastCode, Checks: r.Checks, NextCheckAt: r.NextCheckAt,
		SucceededAt: r.SucceededAt, CreatedAt: r.CreatedAt, RequestedBy: r.RequestedBy, Requester: r.Requester,
		DecidedBy: r.DecidedBy, Decider: r.Decider, DecidedAt: r.DecidedAt, Note: r.Note}
}

// InsertRefund implements payment.Store.
func (p *Payments) InsertRefund(ctx context.Context, r payment.Refund) error {
	now := p.now()
	return p.exec(ctx, "inserting a refund", `INSERT INTO refund (ref, enrolment_id, bill_id, attempt_id, out_trade_no,
		transaction_id, out_refund_no, refund_id, mch_id, state, cause, reason, amount_fen, total_fen, last_code, checks,
		next_check_at, succeeded_at, lease_holder, requested_by, requester, note, created_at, updated_at)
		VALUES (?,?,?,?,?,?,?,'',?,?,?,?,?,?,'',0,?,?,'',?,?,?,?,?)`,
		reference.New(), r.EnrolmentID, r.BillID, r.AttemptID, r.OutTradeNo, r.TransactionID, r.OutRefundNo, r.MchID, r.State,
		r.Cause, r.Reason, r.AmountFen, r.TotalFen, utc(r.NextCheckAt), utc(r.SucceededAt),
		r.RequestedBy, r.Requester, r.Note, now, now)
}

// Refund implements payment.Store.
func (p *Payments) Refund(ctx context.Context, outRefundNo string) (payment.Refund, bool, error) {
	r, ok, err := find[refundRow](ctx, p.DB, "reading a refund", `SELECT `+refundColumns+` FROM refund WHERE out_refund_no=?`, outRefundNo)
	return r.refund(), ok, err
}

func (p *Payments) refunds(ctx context.Context, where string, args ...any) ([]payment.Refund, error) {
	return all(ctx, p.DB, func(r refundRow) (payment.Refund, error) { return r.refund(), nil }, "listing refunds",
		`SELECT `+refundColumns+` FROM refund WHERE `+where, args...)
}

// Refunds implements payment.Store.
func (p *Payments) Refunds(ctx context.Context, enrolmentID int64) ([]payment.Refund, error) {
	return p.refunds(ctx, `enrolment_id=? ORDER BY id DESC`, enrolmentID)
}

// DueRefunds implements payment.Store.
func (p *Payments) DueRefunds(ctx context.Context, now time.Time, limit int) ([]payment.Refund, error) {
	at := *utc(&now)
	return p.refunds(ctx, `next_check_at<=? AND (lease_until IS NULL OR lease_until<=?) ORDER BY next_check_at LIMIT ?`,
		at, at, limit)
}

// SaveRefund implements payment.Store.
func (p *Payments) SaveRefund(ctx context.Context, r payment.Refund) (bool, error) {
	return p.change(ctx, "saving a refund", `UPDATE refund SET state=?, refund_id=?, last_code=?, checks=?, next_check_at=?,
		succeeded_at=?, note=?, lease_holder='', lease_until=NULL, updated_at=? WHERE id=? AND state<>'success'`,
		r.State, r.RefundID, r.LastCode, r.Checks, utc(r.NextCheckAt), utc(r.SucceededAt), r.Note, p.now(), r.ID)
}

// DecideRefund implements payment.Store.
func (p *Payments) DecideRefund(ctx context.Context, r payment.Refund) (bool, error) {
	return p.change(ctx, "deciding a refund", `UPDATE refund SET state=?, next_check_at=?, succeeded_at=?, decided_by=?, decider=?,
		decided_at=?, note=?, updated_at=? WHERE id=? AND state='waiting'`, r.State, utc(r.NextCheckAt), utc(r.SucceededAt),
		r.DecidedBy, r.Decider, utc(r.DecidedAt), r.Note, p.now(), r.ID)
}

// InsertOffline implements payment.Store.
func (p *Payments) InsertOffline(ctx context.Context, r payment.OfflineReceipt) error {
	return p.exec(ctx, "recording a bank transfer", `INSERT INTO offline_receipt (attempt_id, received_on, payer, note, recorded_by, recorder,
		created_at) VALUES (?,?,?,?,?,?,?)`, r.AttemptID, r.ReceivedOn.In(campaign.Shanghai).Format(time.DateOnly), r.Payer, r.Note, r.RecordedBy,
		r.Recorder, p.now())
}

package mysql

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ruxue/service/fault"
	"ruxue/service/payment"
	"ruxue/service/reference"
)

// Payments stores bills, attempts, payments, refunds and problems.
type Payments struct{ *DB }

// Payments returns the money store.
func (d *DB) Payments() *Payments { return &Payments{d} }

// LockEnrolment implements payment.Store.
func (p *Payments) LockEnrolment(ctx context.Context, id int64) (string, error) {
	return need[string](ctx, p.DB, "没有找到报名信息", "locking an enrolment", `SELECT state FROM enrolment WHERE id=? FOR UPDATE`, id)
}

const billColumns = `id, ref, enrolment_id, campaign_version, state, total_fen, items, paid_at, paid_attempt_id, created_at`

type billRow struct {
	ID              int64      `db:"id"`
	Ref             string     `db:"ref"`
	EnrolmentID     int64      `db:"enrolment_id"`
	CampaignVersion int        `db:"campaign_version"`
	State           string     `db:"state"`
	TotalFen        int64      `db:"total_fen"`
	Items           string     `db:"items"`
	PaidAt          *time.Time `db:"paid_at"`
	PaidAttemptID   *int64     `db:"paid_attempt_id"`
	CreatedAt       time.Time  `db:"created_at"`
}

func (r billRow) bill() (payment.Bill, error) {
	b := payment.Bill{ID: r.ID, Ref: r.Ref, EnrolmentID: r.EnrolmentID, CampaignVersion: r.CampaignVersion,
		State: payment.BillState(r.State), TotalFen: r.TotalFen, PaidAt: r.PaidAt, PaidAttemptID: r.PaidAttemptID,
		CreatedAt: r.CreatedAt}
	if err := json.Unmarshal([]byte(r.Items), &b.Items); err != nil {
		return b, fmt.Errorf("reading the items of bill %s: %w", r.Ref, err)
	}
	return b, nil
}

// Bill implements payment.Store.
func (p *Payments) Bill(ctx context.Context, enrolmentID int64) (payment.Bill, bool, error) {
	r, ok, err := find[billRow](ctx, p.DB, "reading a bill", `SELECT `+billColumns+` FROM bill WHERE enrolment_id=?`, enrolmentID)
	if err != nil || !ok {
		return payment.Bill{}, false, err
	}
	b, err := r.bill()
	return b, err == nil, err
}

// LockBill implements payment.Store. It locks by primary key a row that
// exists, so no gap is locked and neighbours do not wait.
func (p *Payments) LockBill(ctx context.Context, id int64) (payment.Bill, error) {
	var r billRow
	if err := p.get(ctx, &r, `SELECT `+billColumns+` FROM bill WHERE id=? FOR UPDATE`, id); err != nil {
		return payment.Bill{}, fmt.Errorf("locking a bill: %w", err)
	}
	return r.bill()
}

// InsertBill implements payment.Store.
func (p *Payments) InsertBill(ctx context.Context, b payment.Bill) (payment.Bill, error) {
	items, err := json.Marshal(b.Items)
	if err != nil {
		return b, fmt.Errorf("writing a bill's items: %w", err)
	}
	b.Ref, b.CreatedAt = reference.New(), p.now()
	res, err := p.run(ctx, `INSERT INTO bill (ref, enrolment_id, campaign_version, state, total_fen, items,
		created_at, updated_at) VALUES (?,?,?,?,?,?,?,?)`,
		b.Ref, b.EnrolmentID, b.CampaignVersion, b.State, b.TotalFen, string(items), b.CreatedAt, b.CreatedAt)
	if err != nil {
		return b, fmt.Errorf("inserting a bill: %w", err)
	}
	if b.ID, err = res.LastInsertId(); err != nil {
		return b, fmt.Errorf("reading the new bill's id: %w", err)
	}
	return b, nil
}

// UpdateBill implements payment.Store.
func (p *Payments) UpdateBill(ctx context.Context, b payment.Bill) error {
	items, err := json.Marshal(b.Items)
	if err != nil {
		return fmt.Errorf("writing a bill's items: %w", err)
	}
	return p.exec(ctx, "updating a bill", `UPDATE bill SET campaign_version=?, state=?, total_fen=?, items=?, updated_at=?
		WHERE id=? AND state IN ('unpaid','free')`,
		b.CampaignVersion, b.State, b.TotalFen, string(items), p.now(), b.ID)
}

// PayBill implements payment.Store.
func (p *Payments) PayBill(ctx context.Context, billID, attemptID int64, at time.Time) (bool, error) {
	return p.change(ctx, "marking a bill paid", `UPDATE bill SET state='paid', paid_at=?, paid_attempt_id=?, updated_at=?
		WHERE id=? AND state='unpaid'`, *utc(&at), attemptID, p.now(), billID)
}

// InsertPayment implements payment.Store.
func (p *Payments) InsertPayment(ctx context.Context, m payment.Payment) error {
	m.Ref, m.CreatedAt, m.SucceededAt = reference.New(), p.now(), *utc(&m.SucceededAt)
	if _, err := p.run(ctx, `INSERT INTO payment (ref, enrolment_id, bill_id, attempt_id, out_trade_no,
		transaction_id, app_id, mch_id, payer_openid, trade_type, bank_type, total_fen, payer_fen, currency, purpose, source,
		succeeded_at, created_at, row_hash) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		m.Ref, m.EnrolmentID, m.BillID, m.AttemptID, m.OutTradeNo, m.TransactionID, m.AppID, m.MchID, m.PayerOpenID,
		m.TradeType, m.BankType, m.TotalFen, m.PayerFen, m.Currency, m.Purpose, m.Source, m.SucceededAt, m.CreatedAt,
		m.Hash()); isDuplicate(err) {
		return fault.Wrap(fault.Conflict, "这个流水号已经登记过，请核对", err)
	} else if err != nil {
		return fmt.Errorf("inserting a payment: %w", err)
	}
	return nil
}

var _ payment.Store = (*Payments)(nil)

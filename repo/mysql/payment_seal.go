package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/payment"
)

type paymentRow struct {
	Ref           string    `db:"ref"`
	EnrolmentID   int64     `db:"enrolment_id"`
	BillID        int64     `db:"bill_id"`
	AttemptID     int64     `db:"attempt_id"`
	OutTradeNo    string    `db:"out_trade_no"`
	TransactionID string    `db:"transaction_id"`
	AppID         string    `db:"app_id"`
	MchID         string    `db:"mch_id"`
	PayerOpenID   string    `db:"payer_openid"`
	TradeType     string    `db:"trade_type"`
	BankType      string    `db:"bank_type"`
	TotalFen      int64     `db:"total_fen"`
	PayerFen      int64     `db:"payer_fen"`
	Currency      string    `db:"currency"`
	Purpose       string    `db:"purpose"`
	Source        string    `db:"source"`
	SucceededAt   time.Time `db:"succeeded_at"`
	CreatedAt     time.Time `db:"created_at"`
}

// Recompute returns the hash of a payment row as it stands now: a changed row
// no longer matches its seal.
func (p *Payments) Recompute(ctx context.Context, id int64) (string, error) {
	var r paymentRow
	err := p.get(ctx, &r, `SELECT ref, enrolment_id, bill_id, attempt_id, out_trade_no, transaction_id, app_id, mch_id,
		payer_openid, trade_type, bank_type, total_fen, payer_fen, currency, purpose, source, succeeded_at, created_at
		FROM payment WHERE id=?`, id)
	if err != nil {
		return "", fmt.Errorf("reading a payment: %w", err)
	}
	return payment.Payment(r).Hash(), nil
}

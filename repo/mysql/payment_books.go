package mysql

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/payment"
)

// DayPayments implements payment.Books.
func (p *Payments) DayPayments(ctx context.Context, from, to time.Time) ([]payment.DayPayment, error) {
	var rows []struct {
		paymentRow
		Site  string `db:"site"`
		Major string `db:"major"`
		Items string `db:"items"`
	}
	if err := p.list(ctx, &rows, `SELECT p.ref, p.enrolment_id, p.bill_id, p.attempt_id, p.out_trade_no, p.transaction_id, p.app_id,
		p.mch_id, p.payer_openid, p.trade_type, p.bank_type, p.total_fen, p.payer_fen, p.currency, p.purpose, p.source,
		p.succeeded_at, p.created_at, e.site, CONCAT(e.level, ' ', e.major) AS major, b.items
		FROM payment p JOIN enrolment e ON e.id=p.enrolment_id JOIN bill b ON b.id=p.bill_id
		WHERE p.succeeded_at>=? AND p.succeeded_at<? ORDER BY p.id`, from.UTC(), to.UTC()); err != nil {
		return nil, fmt.Errorf("listing payments: %w", err)
	}
	out := make([]payment.DayPayment, 0, len(rows))
	for _, r := range rows {
		d := payment.DayPayment{Payment: payment.Payment(r.paymentRow), Site: r.Site, Major: r.Major}
		if err := json.Unmarshal([]byte(r.Items), &d.Items); err != nil {
			return nil, fmt.Errorf("reading a bill's items: %w", err)
		}
		out = append(out, d)
	}
	return out, nil
}

// DayRefunds implements payment.Books. Those finished by hand are not WeChat Pay's.
func (p *Payments) DayRefunds(ctx context.Context, from, to time.Time) ([]payment.Refund, error) {
	return p.refunds(ctx, `succeeded_at>=? AND succeeded_at<? AND state='success' AND refund_id<>'' AND last_code<>'BY_HAND' ORDER BY id`,
		from.UTC(), to.UTC())
}

// Carried implements payment.Books.
func (p *Payments) Carried(ctx context.Context, outRefundNos []string) (map[string]bool, error) {
	out := map[string]bool{}
	if len(outRefundNos) == 0 {
		return out, nil
	}
	var list []string
	if err := p.list(ctx, &list, `SELECT out_refund_no FROM reconciliation_difference WHERE kind=? AND out_refund_no IN (?)`,
		payment.RefundCarried, outRefundNos); err != nil {
		return nil, fmt.Errorf("looking for carried refunds: %w", err)
	}
	for _, no := range list {
		out[no] = true
	}
	return out, nil
}

// SaveReconciliation implements payment.Books.
func (p *Payments) SaveReconciliation(ctx context.Context, r payment.Reconciliation) error {
	report, err := json.Marshal(r)
	if err != nil {
		return fmt.Errorf("writing a reconciliation: %w", err)
	}
	day, now := r.Day.In(campaign.Shanghai).Format(time.DateOnly), p.now()
	return p.InTx(ctx, func(ctx context.Context) error {
		if _, err := p.run(ctx, `INSERT INTO reconciliation (day, report, created_at) VALUES (?,?,?)
			ON DUPLICATE KEY UPDATE report=?, created_at=?`, day, string(report), now, string(report), now); err != nil {
			return fmt.Errorf("storing a reconciliation: %w", err)
		}
		if _, err := p.run(ctx, `DELETE FROM reconciliation_difference WHERE day=? AND settled=0`, day); err != nil {
			return fmt.Errorf("replacing differences: %w", err)
		}
		known, err := p.differences(ctx, day)
		if err != nil {
			return err
		}
		done := map[string]bool{}
		for _, d := range known {
			done[string(d.Kind)+" "+d.OutTradeNo+" "+d.OutRefundNo] = true
		}
		for _, d := range r.Differences {
			if done[string(d.Kind)+" "+d.OutTradeNo+" "+d.OutRefundNo] {
				continue
			}
			if _, err := p.run(ctx, `INSERT INTO reconciliation_difference (day, kind, out_trade_no, out_refund_no,
				enrolment_id, here_fen, there_fen, settled, resolved_by, resolution, created_at) VALUES (?,?,?,?,?,?,?,?,'',?,?)`,
				day, d.Kind, d.OutTradeNo, d.OutRefundNo, d.EnrolmentID, d.HereFen, d.ThereFen, d.Settled, d.Resolution, now); err != nil {
				return fmt.Errorf("storing a difference: %w", err)
			}
		}
		return nil
	})
}

func (p *Payments) differences(ctx context.Context, day string) ([]payment.Difference, error) {
	var rows []struct {
		ID          int64  `db:"id"`
		Kind        string `db:"kind"`
		OutTradeNo  string `db:"out_trade_no"`
		OutRefundNo string `db:"out_refund_no"`
		EnrolmentID int64  `db:"enrolment_id"`
		HereFen     int64  `db:"here_fen"`
		ThereFen    int64  `db:"there_fen"`
		Settled     bool   `db:"settled"`
		ResolvedBy  string `db:"resolved_by"`
		Resolution  string `db:"resolution"`
	}
	if err := p.list(ctx, &rows, `SELECT id, kind, out_trade_no, out_refund_no, enrolment_id, here_fen, there_fen, settled, resolved_by,
		resolution FROM reconciliation_difference WHERE day=? ORDER BY settled, kind, id`, day); err != nil {
		return nil, fmt.Errorf("listing differences: %w", err)
	}
	out := make([]payment.Difference, 0, len(rows))
	for _, r := range rows {
		out = append(out, payment.Difference{ID: r.ID, Kind: payment.DifferenceKind(r.Kind), OutTradeNo: r.OutTradeNo,
			OutRefundNo: r.OutRefundNo, EnrolmentID: r.EnrolmentID, HereFen: r.HereFen, ThereFen: r.ThereFen, Settled: r.Settled,
			ResolvedBy: r.ResolvedBy, Resolution: r.Resolution})
	}
	return out, nil
}

// Reconciliation implements payment.Books.
func (p *Payments) Reconciliation(ctx context.Context, day time.Time) (payment.Reconciliation, bool, error) {
	r, date := payment.Reconciliation{Day: payment.Day(day)}, day.In(campaign.Shanghai).Format(time.DateOnly)
	type reportRow struct {
		Report string    `db:"report"`
		At     time.Time `db:"created_at"`
	}
	row, ok, err := find[reportRow](ctx, p.DB, "reading a reconciliation", `SELECT report, created_at FROM reconciliation WHERE day=?`, date)
	if err != nil || !ok {
		return r, false, err
	}
	if err := json.Unmarshal([]byte(row.Report), &r); err != nil {
		return r, false, fmt.Errorf("reading a reconciliation: %w", err)
	}
	r.At = row.At
	r.Differences, err = p.differences(ctx, date)
	return r, err == nil, err
}

// Trading reports whether anything was paid before the time.
func (p *Payments) Trading(ctx context.Context, before time.Time) (bool, error) {
	var n int
	if err := p.get(ctx, &n, `SELECT COUNT(*) FROM (SELECT id FROM attempt WHERE created_at<? LIMIT 1) a`, before.UTC()); err != nil {
		return false, fmt.Errorf("looking for payments: %w", err)
	}
	return n > 0, nil
}

// ResolveDifference closes a difference for a person; false when it was closed
// before.
func (p *Payments) ResolveDifference(ctx context.Context, id int64, by, resolution string) (bool, error) {
	return p.change(ctx, "resolving a difference", `UPDATE reconciliation_difference SET settled=1, resolved_by=?, resolution=?, resolved_at=?
		WHERE id=? AND settled=0`, by, resolution, p.now(), id)
}

var _ payment.Books = (*Payments)(nil)

package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/payment"
)

// RecordProblem implements payment.Store.
func (p *Payments) RecordProblem(ctx context.Context, m payment.Problem) error {
	now := p.now()
	return p.exec(ctx, "recording a payment problem", `INSERT INTO payment_problem (kind, out_trade_no, transaction_id, enrolment_id,
		want_fen, got_fen, detail, times, first_at, last_at) VALUES (?,?,?,?,?,?,?,1,?,?)
		ON DUPLICATE KEY UPDATE times=times+1, got_fen=?, detail=?, last_at=?, resolved_at=NULL, resolved_by='', resolution=''`,
		m.Kind, m.OutTradeNo, m.TransactionID, m.EnrolmentID, m.WantFen, m.GotFen, m.Detail, now, now,
		m.GotFen, m.Detail, now)
}

// OpenProblems implements payment.Store.
func (p *Payments) OpenProblems(ctx context.Context, kind payment.ProblemKind, before time.Time, limit int) ([]payment.Problem, error) {
	return p.problems(ctx, `kind=? AND resolved_at IS NULL AND last_at<=? ORDER BY last_at LIMIT ?`, kind, *utc(&before), limit)
}

func (p *Payments) problems(ctx context.Context, where string, args ...any) ([]payment.Problem, error) {
	var rows []struct {
		ID            int64     `db:"id"`
		Kind          string    `db:"kind"`
		OutTradeNo    string    `db:"out_trade_no"`
		TransactionID string    `db:"transaction_id"`
		EnrolmentID   int64     `db:"enrolment_id"`
		WantFen       int64     `db:"want_fen"`
		GotFen        int64     `db:"got_fen"`
		Detail        string    `db:"detail"`
		Times         int       `db:"times"`
		LastAt        time.Time `db:"last_at"`
	}
	if err := p.list(ctx, &rows, `SELECT id, kind, out_trade_no, transaction_id, enrolment_id, want_fen, got_fen, detail, times,
		last_at FROM payment_problem WHERE `+where, args...); err != nil {
		return nil, fmt.Errorf("listing payment problems: %w", err)
	}
	out := make([]payment.Problem, 0, len(rows))
	for _, r := range rows {
		out = append(out, payment.Problem{ID: r.ID, Kind: payment.ProblemKind(r.Kind), OutTradeNo: r.OutTradeNo,
			TransactionID: r.TransactionID, EnrolmentID: r.EnrolmentID, WantFen: r.WantFen, GotFen: r.GotFen,
			Detail: r.Detail, Times: r.Times, LastAt: r.LastAt})
	}
	return out, nil
}

// TouchProblem implements payment.Store.
func (p *Payments) TouchProblem(ctx context.Context, m payment.Problem, at time.Time) (bool, error) {
	return p.change(ctx, "claiming a payment problem", `UPDATE payment_problem SET times=times+1, last_at=?
		WHERE id=? AND times=? AND resolved_at IS NULL`, *utc(&at), m.ID, m.Times)
}

// ResolveProblem implements payment.Store.
func (p *Payments) ResolveProblem(ctx context.Context, id int64, at time.Time) error {
	return p.exec(ctx, "resolving a payment problem", `UPDATE payment_problem SET resolved_at=? WHERE id=?`, *utc(&at), id)
}

// CloseProblems implements payment.Store.
func (p *Payments) CloseProblems(ctx context.Context, kind payment.ProblemKind, number, resolution string, at time.Time) error {
	return p.exec(ctx, "closing payment problems", `UPDATE payment_problem SET resolved_at=?, resolution=?
		WHERE kind=? AND out_trade_no=? AND resolved_at IS NULL`, *utc(&at), resolution, kind, number)
}

// AnswerProblem implements payment.Store.
func (p *Payments) AnswerProblem(ctx context.Context, id int64, by, resolution string, at time.Time) (bool, error) {
	return p.change(ctx, "answering a payment problem", `UPDATE payment_problem SET resolved_at=?, resolved_by=?, resolution=?
		WHERE id=? AND resolved_at IS NULL`, *utc(&at), by, resolution, id)
}

package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/payment"
	"ruxue/service/staff"
)

type deskRow struct {
	billRow
	Campaign   string  `db:"code"`
	Name       string  `db:"name"`
	Number     *string `db:"student_number"`
	ExamNumber string  `db:"exam_number"`
	Course     string  `db:"course"`
	Site       string  `db:"site"`
	Refunded   int64   `db:"refunded"`
	Returning  int64   `db:"returning_fen"`
}

const deskColumns = `SELECT b.id, b.ref, b.enrolment_id, b.campaign_version, b.state, b.total_fen, b.items, b.paid_at, b.paid_attempt_id,
	b.created_at, c.code, p.name, e.student_number, e.exam_number, CONCAT(e.level, ' ', e.major) AS course, e.site,
	(SELECT COALESCE(SUM(r.amount_fen), 0) FROM refund r WHERE r.bill_id=b.id AND r.state='success') AS refunded,
	(SELECT COALESCE(SUM(r.amount_fen), 0) FROM refund r WHERE r.bill_id=b.id AND r.state NOT IN ('success','closed','rejected')) AS returning_fen`

const deskTables = ` FROM bill b JOIN enrolment e ON e.id=b.enrolment_id JOIN person p ON p.id=e.person_id JOIN campaign c ON c.id=e.campaign_id WHERE `

func (r deskRow) row() (payment.BillRow, error) {
	b, err := r.bill()
	out := payment.BillRow{Bill: b, Campaign: r.Campaign, Name: r.Name, ExamNumber: r.ExamNumber, Course: r.Course, Site: r.Site,
		RefundedFen: r.Refunded, ReturningFen: r.Returning}
	if r.Number != nil {
		out.StudentNumber = *r.Number
	}
	return out, err
}

// Bills implements payment.Desk.
func (p *Payments) Bills(ctx context.Context, q payment.BillQuery) ([]payment.BillRow, int, error) {
	c := inScope(q.Scope)
	if q.State != "" {
		c.add(" AND b.state=?", q.State)
	}
	if t := q.Text; t != "" && isASCII(t) {
		c.add(` AND (p.name=? OR e.student_number=? OR e.exam_number=? OR e.imported_number=?
			OR b.id IN (SELECT a.bill_id FROM attempt a WHERE a.out_trade_no=?)
			OR b.id IN (SELECT m.bill_id FROM payment m WHERE m.transaction_id=? OR m.transaction_id=?)
			OR b.id IN (SELECT r.bill_id FROM refund r WHERE r.out_refund_no=?))`, t, t, t, t, t, t, "BANK-"+t, t)
	} else if t != "" { // the numbers' columns hold ASCII alone and can't be compared with it
		c.add(` AND (p.name=? OR e.exam_number=?)`, t, t)
	}
	var n int
	if err := p.get(ctx, &n, `SELECT COUNT(*)`+deskTables+c.sql, c.args...); err != nil {
		return nil, 0, fmt.Errorf("counting bills: %w", err)
	}
	var rows []deskRow
	if err := p.list(ctx, &rows, deskColumns+deskTables+c.sql+` ORDER BY b.updated_at DESC, b.id DESC LIMIT ? OFFSET ?`,
		append(c.args, payment.BillsPerPage, (max(q.Page, 1)-1)*payment.BillsPerPage)...); err != nil {
		return nil, 0, fmt.Errorf("listing bills: %w", err)
	}
	out := make([]payment.BillRow, 0, len(rows))
	for _, r := range rows {
		row, err := r.row()
		if err != nil {
			return nil, 0, err
		}
		out = append(out, row)
	}
	return out, n, nil
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

// BillByRef implements payment.Desk.
func (p *Payments) BillByRef(ctx context.Context, ref string, scope staff.Scope) (payment.BillRow, error) {
	c := inScope(scope)
	c.add(" AND b.ref=?", ref)
	r, err := need[deskRow](ctx, p.DB, "没有找到这份缴费单", "reading a bill", deskColumns+deskTables+c.sql, c.args...)
	if err != nil {
		return payment.BillRow{}, err
	}
	return r.row()
}

// WaitingRefunds implements payment.Desk.
func (p *Payments) WaitingRefunds(ctx context.Context, limit int) ([]payment.Refund, error) {
	return p.refunds(ctx, `state='waiting' ORDER BY id LIMIT ?`, limit)
}

// Problems implements payment.Desk.
func (p *Payments) Problems(ctx context.Context, limit int) ([]payment.Problem, error) {
	return p.problems(ctx, `resolved_at IS NULL ORDER BY last_at DESC, id DESC LIMIT ?`, limit)
}

// OwnersOf implements payment.Desk.
func (p *Payments) OwnersOf(ctx context.Context, enrolments []int64) (map[int64]payment.Owner, error) {
	out := map[int64]payment.Owner{}
	if len(enrolments) == 0 {
		return out, nil
	}
	var rows []struct {
		ID   int64  `db:"enrolment_id"`
		Ref  string `db:"ref"`
		Name string `db:"name"`
	}
	if err := p.list(ctx, &rows, `SELECT b.enrolment_id, b.ref, p.name FROM bill b JOIN enrolment e ON e.id=b.enrolment_id
		JOIN person p ON p.id=e.person_id WHERE b.enrolment_id IN (?)`, enrolments); err != nil {
		return nil, fmt.Errorf("finding bills: %w", err)
	}
	for _, r := range rows {
		out[r.ID] = payment.Owner{Ref: r.Ref, Name: r.Name}
	}
	return out, nil
}

// Offline implements payment.Desk.
func (p *Payments) Offline(ctx context.Context, attemptID int64) (payment.OfflineReceipt, bool, error) {
	type offlineRow struct {
		AttemptID  int64     `db:"attempt_id"`
		ReceivedOn time.Time `db:"received_on"`
		Payer      string    `db:"payer"`
		Note       string    `db:"note"`
		RecordedBy string    `db:"recorded_by"`
		Recorder   string    `db:"recorder"`
	}
	r, ok, err := find[offlineRow](ctx, p.DB, "reading a bank transfer",
		`SELECT attempt_id, received_on, payer, note, recorded_by, recorder FROM offline_receipt WHERE attempt_id=?`, attemptID)
	return payment.OfflineReceipt(r), ok, err
}

// Days implements payment.Desk.
func (p *Payments) Days(ctx context.Context, limit int) ([]payment.DayState, error) {
	var rows []struct {
		Day  time.Time `db:"day"`
		Open int       `db:"open_count"`
	}
	if err := p.list(ctx, &rows, `SELECT r.day, (SELECT COUNT(*) FROM reconciliation_difference d WHERE d.day=r.day AND d.settled=0) AS open_count
		FROM reconciliation r ORDER BY r.day DESC LIMIT ?`, limit); err != nil {
		return nil, fmt.Errorf("listing reconciled days: %w", err)
	}
	out := make([]payment.DayState, 0, len(rows))
	for _, r := range rows {
		out = append(out, payment.DayState(r))
	}
	return out, nil
}

var _ payment.Desk = (*Payments)(nil)

package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/fault"
	"ruxue/service/fiscal"
	"ruxue/service/payment"
)

// Fiscal stores fiscal receipts and the lists they come from.
type Fiscal struct{ *DB }

// Fiscal returns the store of fiscal receipts.
func (d *DB) Fiscal() *Fiscal { return &Fiscal{d} }

const fiscalColumns = `bill_id, enrolment_id, code, number, check_code, link_cipher, issued_on, amount_fen, updated_at`

type fiscalRow struct {
	BillID      int64      `db:"bill_id"`
	EnrolmentID int64      `db:"enrolment_id"`
	Code        string     `db:"code"`
	Number      string     `db:"number"`
	Check       string     `db:"check_code"`
	Link        []byte     `db:"link_cipher"`
	IssuedOn    *time.Time `db:"issued_on"`
	AmountFen   int64      `db:"amount_fen"`
	UpdatedAt   time.Time  `db:"updated_at"`
}

func linkAD(billID int64) string { return fmt.Sprintf("fiscal_receipt.link_cipher:%d", billID) }

func (f *Fiscal) receipt(r fiscalRow) (fiscal.Receipt, error) {
	link, err := f.cipher.Open(r.Link, linkAD(r.BillID))
	if err != nil {
		return fiscal.Receipt{}, fmt.Errorf("opening a receipt's link: %w", err)
	}
	out := fiscal.Receipt{BillID: r.BillID, EnrolmentID: r.EnrolmentID, Code: r.Code, Number: r.Number, Check: r.Check, Link: string(link),
		AmountFen: r.AmountFen, UpdatedAt: r.UpdatedAt}
	if r.IssuedOn != nil {
		out.IssuedOn = r.IssuedOn.Format(time.DateOnly)
	}
	return out, nil
}

// OfEnrolment implements fiscal.Store.
func (f *Fiscal) OfEnrolment(ctx context.Context, enrolmentID int64) (fiscal.Receipt, bool, error) {
	r, ok, err := find[fiscalRow](ctx, f.DB, "reading a fiscal receipt", `SELECT `+fiscalColumns+` FROM fiscal_receipt WHERE enrolment_id=? ORDER BY id DESC LIMIT 1`, enrolmentID)
	if err != nil || !ok {
		return fiscal.Receipt{}, false, err
	}
	out, err := f.receipt(r)
	return out, err == nil, err
}

type fiscalBillRow struct {
	Key         string  `db:"k"`
	Order       string  `db:"order_state"`
	ID          *int64  `db:"id"`
	Ref         *string `db:"ref"`
	EnrolmentID int64   `db:"enrolment_id"`
	Name        string  `db:"name"`
	State       *string `db:"state"`
	TotalFen    *int64  `db:"total_fen"`
}

func (r fiscalBillRow) bill() *fiscal.Bill {
	b := &fiscal.Bill{EnrolmentID: r.EnrolmentID, Name: r.Name}
	if r.ID != nil {
		b.ID, b.Ref, b.State, b.TotalFen = *r.ID, *r.Ref, payment.BillState(*r.State), *r.TotalFen
	}
	return b
}

// Standings implements fiscal.Store. A paid bill stays paid, so that only the
// receipts need a lock.
func (f *Fiscal) Standings(ctx context.Context, t fiscal.Target, entries []fiscal.Entry, lock bool) ([]fiscal.Standing, error) {
	var numbers, orders, receipts []string
	for _, e := range entries {
		numbers, orders, receipts = some(numbers, e.StudentNumber), some(orders, e.OrderNumber), some(receipts, e.Number)
	}
	byNumber, err := f.fiscalBills(ctx, t, `SELECT e.student_number AS k, '' AS order_state, b.id, b.ref, e.id AS enrolment_id, p.name, b.state, b.total_fen
		FROM enrolment e JOIN person p ON p.id=e.person_id LEFT JOIN bill b ON b.enrolment_id=e.id WHERE e.student_number IN (?)`, numbers)
	if err != nil {
		return nil, err
	}
	byOrder, err := f.fiscalBills(ctx, t, `SELECT a.out_trade_no AS k, a.state AS order_state, b.id, b.ref, e.id AS enrolment_id, p.name, b.state, b.total_fen
		FROM attempt a JOIN bill b ON b.id=a.bill_id JOIN enrolment e ON e.id=a.enrolment_id JOIN person p ON p.id=e.person_id WHERE a.out_trade_no IN (?)`, orders)
	if err != nil {
		return nil, err
	}
	out := make([]fiscal.Standing, len(entries))
	bills := make([]int64, 0, len(entries))
	for i, e := range entries {
		if r, ok := byNumber[e.StudentNumber]; ok && e.StudentNumber != "" {
			out[i].ByNumber = r.bill()
			bills = append(bills, out[i].ByNumber.ID)
		}
		if r, ok := byOrder[e.OrderNumber]; ok && e.OrderNumber != "" {
			out[i].ByOrder, out[i].Order = r.bill(), payment.AttemptState(r.Order)
			bills = append(bills, out[i].ByOrder.ID)
		}
	}
	return out, f.holders(ctx, entries, bills, receipts, lock, out)
}

func some(list []string, s string) []string {
	if s == "" {
		return list
	}
	return append(list, s)
}

func (f *Fiscal) fiscalBills(ctx context.Context, t fiscal.Target, query string, keys []string) (map[string]fiscalBillRow, error) {
	out := map[string]fiscalBillRow{}
	if len(keys) == 0 {
		return out, nil
	}
	c := inScope(t.Scope)
	var rows []fiscalBillRow
	if err := f.list(ctx, &rows, query+` AND e.campaign_id=? AND `+c.sql, append([]any{keys, t.CampaignID}, c.args...)...); err != nil {
		return nil, fmt.Errorf("looking for paid bills: %w", err)
	}
	for _, r := range rows {
		out[r.Key] = r
	}
	return out, nil
}

// holders finds the receipts that the bills have, and the bills that have the
// receipts.
func (f *Fiscal) holders(ctx context.Context, entries []fiscal.Entry, bills []int64, numbers []string, lock bool, out []fiscal.Standing) error {
	query := `SELECT ` + fiscalColumns + ` FROM fiscal_receipt WHERE bill_id IN (?) OR number IN (?) ORDER BY id`
	if lock {
		query += ` FOR UPDATE`
	}
	var rows []fiscalRow
	if err := f.list(ctx, &rows, query, append(bills, 0), numbers); err != nil {
		return fmt.Errorf("looking for receipts: %w", err)
	}
	byBill, byNumber := map[int64]fiscalRow{}, map[string]int64{}
	for _, r := range rows {
		byBill[r.BillID], byNumber[r.Code+"/"+r.Number] = r, r.BillID
	}
	for i, e := range entries {
		out[i].Holder = byNumber[e.Code+"/"+e.Number]
		b := out[i].ByOrder
		if b == nil {
			b = out[i].ByNumber
		}
		if b == nil {
			continue
		}
		if r, ok := byBill[b.ID]; ok {
			have, err := f.receipt(r)
			if err != nil {
				return err
			}
			out[i].Have = &have
		}
	}
	return nil
}

// Create implements fiscal.Store.
func (f *Fiscal) Create(ctx context.Context, list []fiscal.Receipt) error {
	if len(list) == 0 {
		return nil
	}
	now := f.now()
	var args []any
	for _, r := range list {
		link, err := f.cipher.Seal([]byte(r.Link), linkAD(r.BillID))
		if err != nil {
			return fmt.Errorf("sealing a receipt's link: %w", err)
		}
		args = append(args, r.BillID, r.EnrolmentID, r.Code, r.Number, r.Check, link, day(r.IssuedOn), r.AmountFen, now, now)
	}
	_, err := f.run(ctx, `INSERT INTO fiscal_receipt (bill_id, enrolment_id, code, number, check_code, link_cipher, issued_on, amount_fen,
		created_at, updated_at) VALUES `+repeat(`(?,?,?,?,?,?,?,?,?,?)`, len(list)), args...)
	if isDuplicate(err) {
		return fault.Wrap(fault.Conflict, "另一份名单刚刚导入了相同的票据，请重新上传", err)
	}
	if err != nil {
		return fmt.Errorf("storing receipts: %w", err)
	}
	return nil
}

// day is a date's value in a row, NULL for "".
func day(date string) any {
	if date == "" {
		return nil
	}
	return date
}

// Update implements fiscal.Store.
func (f *Fiscal) Update(ctx context.Context, list []fiscal.Receipt) error {
	for _, r := range list {
		link, err := f.cipher.Seal([]byte(r.Link), linkAD(r.BillID))
		if err != nil {
			return fmt.Errorf("sealing a receipt's link: %w", err)
		}
		_, err = f.run(ctx, `UPDATE fiscal_receipt SET code=?, number=?, check_code=?, link_cipher=?, issued_on=?, amount_fen=?, updated_at=?
			WHERE bill_id=?`, r.Code, r.Number, r.Check, link, day(r.IssuedOn), r.AmountFen, f.now(), r.BillID)
		if isDuplicate(err) {
			return fault.Wrap(fault.Conflict, "另一份名单刚刚导入了相同的票据，请重新上传", err)
		}
		if err != nil {
			return fmt.Errorf("changing a receipt: %w", err)
		}
	}
	return nil
}

var _ fiscal.Store = (*Fiscal)(nil)

package fiscal

import (
	"fmt"

	"ruxue/service/money"
	"ruxue/service/payment"
	"ruxue/service/tabular"
)

// Outcome is what importing a row comes to.
type Outcome string

// The outcomes.
const (
	New     Outcome = "new"
	Changed Outcome = "changed"
	Same    Outcome = "same"
	Bad     Outcome = "bad"
)

// Change is one datum of a receipt that an import replaces.
type Change = tabular.Change[Column]

// decision is a row with what is to be done about it.
type decision struct {
	outcome  Outcome
	entry    Entry
	bill     Bill
	before   Receipt // of a changed one
	receipt  Receipt // to be stored
	changes  []Change
	problems []tabular.Problem
}

// decide compares an entry with the records.
func (c *checker) decide(row tabular.Row, e Entry, s Standing) decision {
	k := &rowCheck{checker: c, row: row}
	d := decision{entry: e, outcome: Bad}
	b := k.bill(e, s)
	if b != nil {
		d.bill = *b
		k.paid(e, s, *b)
	}
	if d.problems = k.problems; len(d.problems) > 0 || b == nil {
		return d
	}
	c.bills[b.ID] = e.Line
	d.receipt = Receipt{BillID: b.ID, EnrolmentID: b.EnrolmentID, Code: e.Code, Number: e.Number, Check: e.Check, Link: e.Link,
		IssuedOn: e.IssuedOn, AmountFen: e.AmountFen}
	if s.Have == nil {
		d.outcome = New
		return d
	}
	d.before = *s.Have
	d.merge(b.Name)
	return d
}

// bill is the one that the row is about, nil with a problem noted.
func (k *rowCheck) bill(e Entry, s Standing) *Bill {
	if e.OrderNumber != "" && s.ByOrder == nil {
		k.bad(Order, Unknown, e.OrderNumber, "本次活动没有这个商户订单号", "核对订单号；其他活动的订单请在那个活动里导入")
	}
	if e.StudentNumber != "" && s.ByNumber == nil {
		k.bad(StudentNumber, Unknown, e.StudentNumber, "本次活动没有这个学号", "核对学号；还没有学号的学生请填商户订单号")
	}
	if len(k.problems) > 0 {
		return nil
	}
	switch {
	case s.ByOrder == nil:
		return s.ByNumber
	case s.ByNumber != nil && s.ByNumber.EnrolmentID != s.ByOrder.EnrolmentID:
		k.bad(StudentNumber, Mismatch, e.StudentNumber, "学号与商户订单号不是同一名学生的", "核对后改正其中一项")
		return nil
	}
	return s.ByOrder
}

// paid notes why a receipt can't belong to the bill.
func (k *rowCheck) paid(e Entry, s Standing, b Bill) {
	col, value := Order, e.OrderNumber
	if value == "" {
		col, value = StudentNumber, e.StudentNumber
	}
	switch {
	case b.State == payment.BillFree:
		k.bad(col, NotPaid, value, "这名学生无需缴费", "删去这一行，或核对填的是不是这名学生")
	case b.State != payment.BillPaid:
		k.bad(col, NotPaid, value, "这名学生还没有缴费", "核对学号或订单号；银行转账请先在“缴费”里登记")
	case e.OrderNumber != "" && s.Order == payment.AttemptSurplus:
		k.bad(Order, NotPaid, e.OrderNumber, "这笔订单是多付的款，已退回", "改为已入账的那笔订单号，或只填学号")
	case e.OrderNumber != "" && s.Order != payment.AttemptPaid:
		k.bad(Order, NotPaid, e.OrderNumber, "这笔订单没有付款", "改为已入账的那笔订单号，或只填学号")
	case e.AmountFen != 0 && e.AmountFen != b.TotalFen:
		k.bad(Amount, BadAmount, money.Yuan(e.AmountFen), "金额与实缴的 "+money.Yuan(b.TotalFen)+" 不一致", "核对票面金额；金额不符的票据不要导入")
	case s.Holder != 0 && s.Holder != b.ID:
		k.bad(Number, Taken, e.Number, "这个票据号码已经属于另一名学生", "核对票据号码；两人填反时，先改正另一人")
	case k.bills[b.ID] != 0:
		k.bad(col, Duplicate, value, fmt.Sprintf("与第 %d 行是同一份缴费单", k.bills[b.ID]), "一份缴费单只留一张票据")
	}
}

// merge completes the receipt with what is known and the row leaves empty, and
// finds what changes.
func (d *decision) merge(name string) {
	have, now := d.before, &d.receipt
	put := func(col Column, before string, after *string) {
		if *after == "" {
			*after = before
		}
		if *after != before {
			d.changes = append(d.changes, Change{Line: d.entry.Line, Name: name, Column: col, Before: before, After: *after})
		}
	}
	put(Code, have.Code, &now.Code)
	put(Number, have.Number, &now.Number)
	put(Check, have.Check, &now.Check)
	put(Link, have.Link, &now.Link)
	put(Issued, have.IssuedOn, &now.IssuedOn)
	if now.AmountFen == 0 {
		now.AmountFen = have.AmountFen
	}
	if now.AmountFen != have.AmountFen {
		before := ""
		if have.AmountFen != 0 {
			before = money.Yuan(have.AmountFen)
		}
		d.changes = append(d.changes, Change{Line: d.entry.Line, Name: name, Column: Amount, Before: before, After: money.Yuan(now.AmountFen)})
	}
	if d.outcome = Same; len(d.changes) > 0 {
		d.outcome = Changed
	}
}

// renumbered reports whether the student's receipt is another one now.
func (d *decision) renumbered() bool {
	return d.outcome == Changed && (d.before.Number != d.receipt.Number || d.before.Code != d.receipt.Code)
}

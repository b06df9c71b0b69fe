package h5

import (
	"fmt"
	"time"
)

// StaffPayments is GET /staff/payments: what waits for finance, and the bills.
type StaffPayments struct {
	Console
	Query    string
	State    string
	States   []Option
	Total    int
	Rows     []StaffBillRow
	PageText string
	Prev     string
	Next     string
	Waiting  []StaffMatter // refunds that a second person has to decide
	Problems []StaffMatter
	Days     string // address of the reconciliations, "" hides it
	Receipts string // of 财政电子票据, "" hides it
	Export   string // of the payments' table, "" hides it
}

// PageName implements Page.
func (StaffPayments) PageName() string { return "staffpayments" }

// StaffBillRow is one bill of the list.
type StaffBillRow struct {
	Href   string
	Name   string
	Number string // student or exam number
	Course string
	Fen    int64
	Back   string // 已退 ¥200.00, "" for nothing
	State  string
	Tag    string // ok, warn, info
}

// StaffMatter is something that waits for a person.
type StaffMatter struct {
	Title  string
	Text   string
	Remedy string
	At     string
	Href   string    // of the bill, "" without one
	Act    *StaffAct // closes it; nil for who may not
}

// StaffTill is GET /staff/payments/bill/:ref: one student's money.
type StaffTill struct {
	Console
	Name    string
	Line    string // campaign, course, number
	State   string
	Tag     string
	Items   []BillItem
	Total   int64
	Events  []StaffMoney // newest first
	Acts    []StaffAct
	Student string // address of the student's page
	Fiscal  *FiscalReceipt
	Moving  bool // money is on its way: the page shows by itself when it arrives
}

// PageName implements Page.
func (StaffTill) PageName() string { return "stafftill" }

// StaffMoney is one attempt, payment or refund.
type StaffMoney struct {
	Title  string
	Number string
	Fen    int64
	State  string
	Tag    string
	At     string
	Lines  []string
}

// StaffReconciliation is GET /staff/payments/days: a day's reconciliation.
type StaffReconciliation struct {
	Console
	Date   string // of the form, 2026-11-21
	Done   bool   // there is a report
	At     string
	Sheet  string // address of the workbook
	Rows   [][]string
	Found  []StaffMatter
	Days   []StaffDayLink
	Closed int // differences dealt with
}

// PageName implements Page.
func (StaffReconciliation) PageName() string { return "staffreconciliation" }

// DateText is the day in words, 2026年11月21日.
func (p StaffReconciliation) DateText() string { return dayAs(p.Date, "2006年1月2日") }

// dayAs writes a day such as 2026-11-21 in another layout; what is none stays.
func dayAs(date, layout string) string {
	day, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return day.Format(layout)
}

// StaffDayLink is a reconciled day.
type StaffDayLink struct {
	Label string
	Href  string
	Open  int
}

// PlainYuan writes fen as an amount to be edited: 3200.00.
func PlainYuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }

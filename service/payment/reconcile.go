package payment

import (
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"ruxue/service/fault"
)

// DifferenceKind says how WeChat Pay's bill of a day and our books differ.
type DifferenceKind string

// The kinds of difference. The first two are settled by rule: we ask WeChat
// Pay and book what it says. The others wait for finance.
const (
	MissedPayment  DifferenceKind = "missed_payment"  // paid there, our order, not booked here
	MissedRefund   DifferenceKind = "missed_refund"   // gone back there, still open here
	UnknownOrder   DifferenceKind = "unknown_order"   // paid there, no such order here
	MissingThere   DifferenceKind = "missing_there"   // booked here, not in the bill
	AmountDiffers  DifferenceKind = "amount"          // the same order, another amount
	TradeDiffers   DifferenceKind = "transaction"     // the same order, another transaction
	UnknownRefund  DifferenceKind = "unknown_refund"  // refunded there, not asked for here
	RefundMissing  DifferenceKind = "refund_missing"  // done here, not in the bill
	RefundDiffers  DifferenceKind = "refund_amount"   // the same refund, another amount
	ListedTwice    DifferenceKind = "listed_twice"    // one order or refund in two lines
	ForeignAccount DifferenceKind = "foreign_account" // another app or merchant
	FundsDiffer    DifferenceKind = "funds"           // the fund bill does not fit the trade bill

	// RefundCarried is no difference: a refund in this day's bill that succeeded
	// on another day, remembered so that nobody misses it in that day's bill.
	RefundCarried DifferenceKind = "refund_carried"
)

// Difference is one finding of a reconciliation.
type Difference struct {
	ID          int64
	Kind        DifferenceKind
	OutTradeNo  string
	OutRefundNo string
	HereFen     int64
	ThereFen    int64
	EnrolmentID int64 // 0 when unknown
	Settled     bool  // by rule, or by a person
	ResolvedBy  string
	Resolution  string
}

// Group is a line of the report's totals.
type Group struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
	Fen   int64  `json:"fen"`
}

// Reconciliation is the report of one day (Beijing).
type Reconciliation struct {
	Day        time.Time `json:"-"` // its first moment
	NoBill     bool      `json:"no_bill"`
	Orders     int       `json:"orders"`
	PaidFen    int64     `json:"paid_fen"`
	Refunds    int       `json:"refunds"`
	RefundFen  int64     `json:"refund_fen"`
	FeeFen     int64     `json:"fee_fen"`
	NetFen     int64     `json:"net_fen"` // by the fund bill
	OfflineFen int64     `json:"offline_fen"`
	Offline    int       `json:"offline"`
	Sites      []Group   `json:"sites"`
	Majors     []Group   `json:"majors"`
	Items      []Group   `json:"items"`

	Differences []Difference `json:"-"`
	At          time.Time    `json:"-"`
}

// Open counts the differences that nobody has dealt with.
func (r Reconciliation) Open() int {
	n := 0
	for _, d := range r.Differences {
		if !d.Settled {
			n++
		}
	}
	return n
}

// DayPayment is money booked here on a day, with what the totals go by.
type DayPayment struct {
	Payment
	Site, Major string
	Items       []Item
}

// Books is what reconciliation reads and writes.
type Books interface {
	// DayPayments returns the payments that succeeded in [from, to).
	DayPayments(ctx context.Context, from, to time.Time) ([]DayPayment, error)
	// DayRefunds returns WeChat Pay's refunds that succeeded in [from, to).
	DayRefunds(ctx context.Context, from, to time.Time) ([]Refund, error)
	// Carried tells which of the refunds another day's bill has listed.
	Carried(ctx context.Context, outRefundNos []string) (map[string]bool, error)
	// SaveReconciliation stores a report in place of the day's earlier one; a
	// difference that a person had resolved stays so.
	SaveReconciliation(ctx context.Context, r Reconciliation) error
	// Reconciliation returns the stored report of a day; false without one.
	Reconciliation(ctx context.Context, day time.Time) (Reconciliation, bool, error)
}

// Bills fetches WeChat Pay's daily bills, checked against their SHA-1; errors
// hold ErrNoBill or ErrBillNotReady in their chain where that is why.
type Bills interface {
	Bill(ctx context.Context, kind BillKind, day time.Time) ([]byte, error)
}

// Day is the first moment of the Beijing day that t falls on.
func Day(t time.Time) time.Time {
	y, m, d := t.In(beijing).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, beijing)
}

// Reconcile compares WeChat Pay's bills of the day with our books, settles by
// rule what it can, stores the report and returns it. fault.Unavailable: the
// bill isn't ready, or can't be had or trusted; nothing is stored then.
func (s *Service) Reconcile(ctx context.Context, books Books, bills Bills, day time.Time) (Reconciliation, error) {
	r := Reconciliation{Day: Day(day), At: s.now()}
	from, to := r.Day.UTC(), r.Day.AddDate(0, 0, 1).UTC()
	if !to.Before(s.now()) {
		return r, fault.New(fault.Invalid, "只能核对今天以前的日期")
	}
	lines, err := s.tradeBill(ctx, bills, &r)
	if err != nil {
		return r, err
	}
	m, err := s.match(ctx, books, lines, from, to)
	if err != nil {
		return r, err
	}
	r.Differences = m.found
	r.total(lines, m.here)
	if err := s.funds(ctx, bills, &r); err != nil {
		return r, err
	}
	if err := books.SaveReconciliation(ctx, r); err != nil {
		return r, fmt.Errorf("storing a reconciliation: %w", err)
	}
	s.OnEvent("reconciled")
	stored, _, err := books.Reconciliation(ctx, r.Day)
	s.Logger.InfoContext(ctx, "reconciled", "day", r.Day.Format(time.DateOnly), "orders", r.Orders, "differences", len(r.Differences), "open", stored.Open())
	return stored, err
}

func (s *Service) tradeBill(ctx context.Context, bills Bills, r *Reconciliation) ([]BillLine, error) {
	raw, err := bills.Bill(ctx, TradeBill, r.Day)
	switch {
	case errors.Is(err, ErrNoBill):
		r.NoBill = true
		return nil, nil
	case errors.Is(err, ErrBillNotReady):
		return nil, fault.Wrap(fault.Unavailable, "微信支付还没有生成当天的账单，次日 10:00 后再试", err)
	case err != nil:
		return nil, fault.Wrap(fault.Unavailable, "账单没有取到或校验不符，没有采用，请稍后再试", err)
	}
	lines, err := ParseTradeBill(raw)
	if err != nil {
		return nil, fault.Wrap(fault.Unavailable, "账单不完整或格式有变，没有采用，请联系技术人员", err)
	}
	return lines, nil
}

// funds checks the fund bill against the trade bill: what came in, what went
// back, what WeChat Pay kept.
func (s *Service) funds(ctx context.Context, bills Bills, r *Reconciliation) error {
	if r.NoBill {
		return nil
	}
	raw, err := bills.Bill(ctx, FundBill, r.Day)
	if errors.Is(err, ErrNoBill) {
		r.Differences = append(r.Differences, Difference{Kind: FundsDiffer, HereFen: r.PaidFen - r.RefundFen - r.FeeFen})
		return nil
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, "资金账单没有取到或校验不符，没有采用，请稍后再试", err)
	}
	f, err := ParseFundBill(raw)
	if err != nil {
		return fault.Wrap(fault.Unavailable, "资金账单不完整或格式有变，没有采用，请联系技术人员", err)
	}
	r.NetFen = f.NetFen()
	if want := r.PaidFen - r.RefundFen - f.FeeFen; want != f.NetFen() {
		r.Differences = append(r.Differences, Difference{Kind: FundsDiffer, HereFen: want, ThereFen: f.NetFen()})
	}
	r.FeeFen = f.FeeFen
	return nil
}

// total sums up the day.
func (r *Reconciliation) total(lines []BillLine, here []DayPayment) {
	var fee int64
	for _, l := range lines {
		fee += l.FeeMilli
		if l.Refunded() {
			r.Refunds, r.RefundFen = r.Refunds+1, r.RefundFen+l.RefundFen
		} else {
			r.Orders, r.PaidFen = r.Orders+1, r.PaidFen+l.TotalFen
		}
	}
	r.FeeFen = int64(math.Round(float64(fee) / 1000)) // fees come back too: the sum may be negative
	sites, majors, items := map[string]Group{}, map[string]Group{}, map[string]Group{}
	add := func(to map[string]Group, name string, fen int64) {
		g := to[name]
		to[name] = Group{name, g.Count + 1, g.Fen + fen}
	}
	for _, p := range here {
		if p.Source == SourceOffline {
			r.Offline, r.OfflineFen = r.Offline+1, r.OfflineFen+p.TotalFen
		}
		if p.Purpose != PurposeBill {
			add(items, "重复或多付（退回）", p.TotalFen)
			continue
		}
		add(sites, p.Site, p.TotalFen)
		add(majors, p.Major, p.TotalFen)
		for _, it := range p.Items {
			add(items, it.Name, it.Fen)
		}
	}
	r.Sites, r.Majors, r.Items = sorted(sites), sorted(majors), sorted(items)
}

func sorted(groups map[string]Group) []Group {
	out := make([]Group, 0, len(groups))
	for _, g := range groups {
		out = append(out, g)
	}
	slices.SortFunc(out, func(a, b Group) int {
		if a.Fen != b.Fen {
			return int(max(-1, min(1, b.Fen-a.Fen)))
		}
		return strings.Compare(a.Name, b.Name)
	})
	return out
}

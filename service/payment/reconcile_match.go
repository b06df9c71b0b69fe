package payment

import (
	"context"
	"fmt"
	"time"
)

// matching compares a bill's lines with the books.
type matching struct {
	s       *Service
	from    time.Time // the day
	to      time.Time
	here    []DayPayment
	byOrder map[string]DayPayment
	seen    map[string]bool // orders and refunds that a line named
	found   []Difference
}

func (s *Service) match(ctx context.Context, books Books, lines []BillLine, from, to time.Time) (*matching, error) {
	here, err := books.DayPayments(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("reading a day's payments: %w", err)
	}
	refunds, err := books.DayRefunds(ctx, from, to)
	if err != nil {
		return nil, fmt.Errorf("reading a day's refunds: %w", err)
	}
	m := &matching{s: s, from: from, to: to, here: here, byOrder: map[string]DayPayment{}, seen: map[string]bool{}}
	for _, p := range here {
		m.byOrder[p.OutTradeNo] = p
	}
	booked := false
	for _, l := range lines {
		number, compare := l.OutTradeNo, m.order
		if l.Refunded() {
			number, compare = "refund "+l.OutRefundNo, m.refund
		}
		if m.seen[number] {
			m.add(Difference{Kind: ListedTwice, OutTradeNo: l.OutTradeNo, OutRefundNo: l.OutRefundNo, ThereFen: l.TotalFen + l.RefundFen})
			continue
		}
		m.seen[number] = true
		did, err := compare(ctx, l)
		if err != nil {
			return nil, err
		}
		booked = booked || did
	}
	for _, p := range here {
		if p.Source != SourceOffline && !m.seen[p.OutTradeNo] {
			m.add(Difference{Kind: MissingThere, OutTradeNo: p.OutTradeNo, HereFen: p.TotalFen, EnrolmentID: p.EnrolmentID})
		}
	}
	if err := m.missing(ctx, books, refunds); err != nil {
		return nil, err
	}
	if booked { // the totals count what was booked just now
		m.here, err = books.DayPayments(ctx, from, to)
	}
	return m, err
}

// missing notes the refunds of the day that no bill listed. WeChat Pay lists a
// refund on the day it accepts it, which may be days after it was asked for and
// before its money arrives.
func (m *matching) missing(ctx context.Context, books Books, refunds []Refund) error {
	var unseen []string
	for _, r := range refunds {
		if !m.seen["refund "+r.OutRefundNo] {
			unseen = append(unseen, r.OutRefundNo)
		}
	}
	carried, err := books.Carried(ctx, unseen)
	if err != nil {
		return fmt.Errorf("looking for refunds in other days' bills: %w", err)
	}
	for _, r := range refunds {
		if !m.seen["refund "+r.OutRefundNo] && !carried[r.OutRefundNo] {
			m.add(Difference{Kind: RefundMissing, OutTradeNo: r.OutTradeNo, OutRefundNo: r.OutRefundNo, HereFen: r.AmountFen, EnrolmentID: r.EnrolmentID})
		}
	}
	return nil
}

func (m *matching) add(d Difference) {
	m.s.OnEvent("difference." + string(d.Kind))
	m.found = append(m.found, d)
}

// order compares a line about money that came in; booked tells that it was
// booked just now.
func (m *matching) order(ctx context.Context, l BillLine) (booked bool, err error) {
	p, ok := m.byOrder[l.OutTradeNo]
	d := Difference{OutTradeNo: l.OutTradeNo, ThereFen: l.TotalFen, HereFen: p.TotalFen, EnrolmentID: p.EnrolmentID}
	if !ok {
		return m.unbooked(ctx, l, d)
	}
	switch {
	case l.AppID != p.AppID || l.MchID != p.MchID:
		d.Kind = ForeignAccount
	case l.TransactionID != p.TransactionID:
		d.Kind = TradeDiffers
	case l.TotalFen != p.TotalFen:
		d.Kind = AmountDiffers
	default:
		return false, nil
	}
	m.add(d)
	return false, nil
}

// unbooked is a line that is not among the day's payments here: WeChat Pay is
// asked about an order of ours, and what it says is settled.
func (m *matching) unbooked(ctx context.Context, l BillLine, d Difference) (bool, error) {
	a, found, err := m.s.Store.Attempt(ctx, l.OutTradeNo)
	if err != nil {
		return false, err
	}
	if !found {
		d.Kind = UnknownOrder
		m.add(d)
		return false, nil
	}
	d.Kind, d.EnrolmentID, d.HereFen = MissedPayment, a.EnrolmentID, a.AmountFen
	switch {
	case a.State.Settled() && a.TransactionID == l.TransactionID:
		return false, nil // booked on another day by our clock's view of it
	case a.State.Settled():
		d.Kind = TradeDiffers
	case l.AppID != a.AppID || l.MchID != a.MchID:
		d.Kind = ForeignAccount
	case l.TotalFen != a.AmountFen:
		d.Kind = AmountDiffers
	default:
		known, err := m.s.ask(ctx, a)
		d.Settled = err == nil && known
		if d.Settled {
			d.Resolution = "已向微信支付核实并入账"
		}
	}
	m.add(d)
	return d.Settled, nil
}

// refund compares a line about money that went back.
func (m *matching) refund(ctx context.Context, l BillLine) (bool, error) {
	r, found, err := m.s.Store.Refund(ctx, l.OutRefundNo)
	if err != nil {
		return false, err
	}
	d := Difference{OutTradeNo: l.OutTradeNo, OutRefundNo: l.OutRefundNo, ThereFen: l.RefundFen, HereFen: r.AmountFen, EnrolmentID: r.EnrolmentID}
	switch {
	case !found:
		d.Kind = UnknownRefund
		if a, ok, err := m.s.Store.Attempt(ctx, l.OutTradeNo); err != nil {
			return false, err
		} else if ok {
			d.EnrolmentID = a.EnrolmentID
		}
	case r.AmountFen != l.RefundFen:
		d.Kind = RefundDiffers
	case l.RefundState == RefundSucceeded && r.State != RefundDoneState:
		d.Kind = MissedRefund
		if ev, err := m.s.Gateway.QueryRefund(ctx, r.OutRefundNo); err == nil && m.s.settleRefund(ctx, ev) == nil && ev.RefundState == RefundSucceeded {
			d.Settled, d.Resolution, r.SucceededAt = true, "已向微信支付核实并更新", &ev.SuccessAt
		}
	}
	if d.Kind != "" {
		m.add(d)
	}
	if found && (r.SucceededAt == nil || r.SucceededAt.Before(m.from) || !r.SucceededAt.Before(m.to)) {
		m.add(Difference{Kind: RefundCarried, OutTradeNo: l.OutTradeNo, OutRefundNo: l.OutRefundNo, ThereFen: l.RefundFen, HereFen: r.AmountFen,
			EnrolmentID: r.EnrolmentID, Settled: true, Resolution: "当天受理，其他日期到账"})
	}
	return false, nil
}

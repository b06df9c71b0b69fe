package mysql_test

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"ruxue/repo/mysql"
	"ruxue/repo/simulator"
	"ruxue/service/fault"
	"ruxue/service/payment"
	"ruxue/service/student"
)

// aloneFen is what one person of finance may refund in the model.
const aloneFen = 100_000

// paid begins the sequence with tuition that was paid: finance has nothing to
// do before.
func (m *model) paid() {
	m.act("paid")
	c, err := m.live.Load().Start(m.t.Context(), in(m.id, payment.Native, ""))
	if m.expected(err); err == nil {
		_, _ = m.sim.Pay(c.OutTradeNo, "", true)
	}
}

// finance is one act of finance's staff.
func (m *model) finance() {
	switch m.rnd.IntN(12) {
	case 0, 1, 2:
		m.requestRefund()
	case 3, 4:
		m.decideRefund()
	case 5, 6:
		m.mendRefund()
	case 7:
		m.transfer()
	case 8:
		m.waive()
	default:
		m.pushRefunds()
	}
}

// pushRefunds lets the worker carry out what is due, mostly while something
// goes wrong with refunds, and waits until WeChat Pay has made up its mind.
func (m *model) pushRefunds() {
	if m.rows("refund", "enrolment_id=? AND next_check_at IS NOT NULL", m.id) == 0 {
		return
	}
	if m.rnd.IntN(4) > 0 {
		f := refundFaults[m.rnd.IntN(len(refundFaults))]
		m.act("fault " + f.API + " " + f.Mode + f.Code)
		if err := m.sim.AddFault(f); err != nil {
			m.t.Fatal(err)
		}
	}
	m.act("worker")
	m.ahead.Add(int64(time.Hour))
	_, _ = m.live.Load().Tick(m.t.Context()) // an outage is an error here, and goes on
	time.Sleep(130 * time.Millisecond)
}

// refundFaults are a refund's answers that never come, refusals, and refunds
// that are accepted and then fail.
var refundFaults = []simulator.Fault{{API: "pay.refund", Mode: "timeout"}, {API: "pay.refund", Mode: "drop"}, {API: "pay.refund", Mode: "500"},
	{API: "pay.refund", Mode: "error", Code: "NOT_ENOUGH"}, {API: "pay.refund", Mode: "error", Code: "ACCOUNT_ERROR"},
	{API: "refund.result", Mode: "error", Code: "ABNORMAL"}, {API: "refund.result", Mode: "error", Code: "ABNORMAL"},
	{API: "refund.result", Mode: "error", Code: "CLOSED"}}

// allowed lets through what staff may be told; kinds are further refusals that
// this act may meet.
func (m *model) allowed(err error, kinds ...fault.Kind) {
	m.t.Helper()
	for _, k := range kinds {
		if fault.Is(err, k) {
			return
		}
	}
	m.expected(err)
}

// booked is an attempt with what of its money went back or is on its way.
type booked struct {
	No        string `db:"out_trade_no"`
	Way       string `db:"way"`
	State     string `db:"state"`
	Fen       int64  `db:"amount_fen"`
	Asked     int64  `db:"asked"`     // not closed or rejected
	Back      int64  `db:"back"`      // refunds that succeeded
	ByWeChat  int64  `db:"by_wechat"` // of these, what WeChat Pay sent
	Open      int    `db:"open"`      // refunds that are neither done nor given up
	Enrolment string `db:"enrolment"`
}

func (m *model) attempts() (out []booked) {
	m.t.Helper()
	if err := m.db.Select(&out, `SELECT a.out_trade_no, a.way, a.state, a.amount_fen, e.state AS enrolment,
		COALESCE(SUM(CASE WHEN r.state NOT IN ('closed','rejected') THEN r.amount_fen END), 0) AS asked,
		COALESCE(SUM(CASE WHEN r.state='success' THEN r.amount_fen END), 0) AS back,
		COALESCE(SUM(CASE WHEN r.state='success' AND r.refund_id<>'' THEN r.amount_fen END), 0) AS by_wechat,
		COALESCE(SUM(r.state NOT IN ('success','closed','rejected')), 0) AS open
		FROM attempt a JOIN enrolment e ON e.id=a.enrolment_id LEFT JOIN refund r ON r.attempt_id=a.id
		WHERE a.enrolment_id=? GROUP BY a.id, a.out_trade_no, a.way, a.state, a.amount_fen, e.state ORDER BY a.id`, m.id); err != nil {
		m.t.Fatal(err)
	}
	return out
}

// settledOnes are the attempts whose money was recorded.
func (m *model) settledOnes() (out []booked) {
	for _, a := range m.attempts() {
		if a.State == "paid" || a.State == "surplus" {
			out = append(out, a)
		}
	}
	return out
}

// requestRefund asks for all, a part, or more than there is; the same form is
// now and then sent again.
func (m *model) requestRefund() {
	all := m.settledOnes()
	if len(all) == 0 {
		return
	}
	a := all[m.rnd.IntN(len(all))]
	left := a.Fen - a.Asked
	fen := left
	if m.rnd.IntN(5) == 0 {
		fen = left + 1
	} else if left > 1 && m.rnd.IntN(2) == 0 {
		fen = 1 + m.rnd.Int64N(left)
	}
	key := "form" + strconv.Itoa(m.rnd.IntN(4))
	m.act(fmt.Sprintf("finance refunds %d of %d %s", fen, left, key))
	in := refundOf(a.No, fen, key)
	in.Note = "2026-11-22 转账 " + key
	_, err := m.live.Load().RequestRefund(m.t.Context(), in)
	m.allowed(err, fault.Invalid)
	// Not by what was left before: a refund that WeChat Pay closed meanwhile
	// leaves more.
	for _, a := range m.attempts() {
		if a.Asked > a.Fen {
			m.t.Errorf("more than was paid may be refunded (%v) after %v", err, m.acts)
		}
	}
}

// some is one of the student's refunds in the states, "" without any.
func (m *model) some(states string) string {
	var all []string
	if err := m.db.Select(&all, `SELECT out_refund_no FROM refund WHERE enrolment_id=? AND state IN (`+states+`) ORDER BY id`, m.id); err != nil {
		m.t.Fatal(err)
	}
	if len(all) == 0 {
		return ""
	}
	return all[m.rnd.IntN(len(all))]
}

// decideRefund is the second person, or the first one who may not.
func (m *model) decideRefund() {
	no := m.some(`'waiting'`)
	if no == "" {
		return
	}
	ctx, live := m.t.Context(), m.live.Load()
	switch n := m.rnd.IntN(5); n {
	case 0:
		m.act("requester approves")
		if _, err := live.DecideRefund(ctx, no, true, "", qian); !fault.Is(err, fault.Forbidden) {
			m.t.Errorf("whoever asked may approve: %v after %v", err, m.acts)
		}
	default:
		m.act("second person " + strconv.FormatBool(n > 1))
		_, err := live.DecideRefund(ctx, no, n > 1, "不符合规定", sun)
		m.expected(err)
	}
}

// mendRefund deals with a refund that did not work, or asks again about one
// that is on its way.
func (m *model) mendRefund() {
	no := m.some(`'failed','abnormal','requested','processing','closed','success'`)
	if no == "" {
		return
	}
	if m.rnd.IntN(2) == 0 {
		m.act("retry " + no)
		m.expected(m.live.Load().RetryRefund(m.t.Context(), no, qian))
		return
	}
	m.act("by hand " + no)
	m.expected(m.live.Load().FinishByHand(m.t.Context(), no, "2026-11-22 流水 1", qian))
}

// transfer records a bank transfer, also while an order is open or after the
// bill was paid, when it must be refused.
func (m *model) transfer() {
	m.act("bank transfer")
	settled := m.bill(m.id).State != payment.BillUnpaid
	err := m.live.Load().RecordOffline(m.t.Context(), transfer(m.id, fmt.Sprintf("T%d-%d", m.id, len(m.acts))))
	m.expected(err)
	if settled && err == nil {
		m.t.Errorf("a second payment was recorded after %v", m.acts)
	}
}

// waive approves an application to give the place up, in one transaction with
// the rule that sends paid tuition back. Who is registered can't apply.
func (m *model) waive() {
	m.act("waiver approved")
	places := mysql.New(m.db, nil, m.now).Applications()
	m.expected(m.store.InTx(m.t.Context(), func(ctx context.Context) error {
		if _, err := m.store.LockEnrolment(ctx, m.id); err != nil {
			return err
		}
		for _, from := range []student.State{student.Admitted, student.WaiverPending} {
			ok, err := places.Move(ctx, m.id, from, student.Waived)
			if err != nil {
				return err
			}
			if ok {
				return m.live.Load().RefundWaived(ctx, m.id)
			}
		}
		return nil
	}))
}

// clerk is finance working its list off: what waits is approved, what failed
// is repeated, what is abnormal is mended at WeChat Pay, and what was owed to a
// student and closed or rejected is asked for again.
func (m *model) clerk() {
	ctx, live := m.t.Context(), m.live.Load()
	for no := m.some(`'waiting'`); no != ""; no = m.some(`'waiting'`) {
		if _, err := live.DecideRefund(ctx, no, true, "", sun); err != nil {
			m.t.Fatalf("%v after %v", err, m.acts)
		}
	}
	if no := m.some(`'failed'`); no != "" {
		if err := live.RetryRefund(ctx, no, qian); err != nil {
			m.t.Fatalf("%v after %v", err, m.acts)
		}
	}
	if no := m.some(`'abnormal'`); no != "" {
		_ = m.sim.MendRefund(no) // mended already, and not heard of yet
	}
	for _, a := range m.settledOnes() {
		if left := a.Fen - a.Asked; m.owedBack(a) && left > 0 {
			in := refundOf(a.No, left, "clerk"+strconv.Itoa(m.rows("refund", "enrolment_id=?", m.id)))
			in.Note = "2026-11-22 转账"
			if _, err := live.RequestRefund(ctx, in); err != nil {
				m.t.Fatalf("%v after %v", err, m.acts)
			}
		}
	}
}

// owedBack tells that nothing of an attempt's money may stay here.
func (*model) owedBack(a booked) bool {
	return a.State == "surplus" || a.State == "paid" && a.Enrolment == string(student.Waived)
}

// atRest reports whether nothing of the student's money is still to be done.
func (m *model) atRest() bool {
	// The attempts are asked first: a late callback that settles one after that
	// is seen below with its open refund.
	if m.rows("attempt", "enrolment_id=? AND next_check_at IS NOT NULL", m.id)+
		m.rows("payment_problem", "enrolment_id=? AND kind='completion' AND resolved_at IS NULL", m.id) > 0 {
		return false
	}
	for _, a := range m.settledOnes() {
		if a.Open > 0 || m.owedBack(a) && a.Back != a.Fen {
			return false
		}
	}
	return true
}

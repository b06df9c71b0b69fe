package mysql_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/repo/mysql"
	"ruxue/service/audit"
	"ruxue/service/fault"
	"ruxue/service/payment"
	"ruxue/service/staff"
)

var (
	qian = staff.Actor{Ref: "finance-qian-000000000", Name: "钱老师", Role: staff.Finance}
	sun  = staff.Actor{Ref: "finance-sun-0000000000", Name: "孙老师", Role: staff.Finance}
)

// newFinanceTill is a till where finance works: up to ¥1,000 one person decides alone.
func newFinanceTill(t *testing.T) *till {
	x := newTill(t)
	x.deps.ApproveAboveFen = 100_000
	x.deps.Audit = audit.NewLog(mysql.New(x.db, nil, x.now).Audits(), x.now)
	x.svc = payment.New(x.deps)
	x.live.Store(x.svc)
	return x
}

// paid is an enrolment whose bill of ¥3,200 was paid; it returns the order.
func (x *till) paid(n int) (int64, string) {
	x.t.Helper()
	id := x.billed(n)
	no := x.start(in(id, payment.Native, "")).OutTradeNo
	want(x.t, "callback", x.pay(no), 204)
	return id, no
}

func refundOf(no string, fen int64, key string) payment.RefundInput {
	return payment.RefundInput{OutTradeNo: no, AmountFen: fen, Reason: "教材费退回", Key: key, By: qian}
}

// refund asks for a refund that finance may make.
func (x *till) refund(no string, fen int64, key string) payment.Refund {
	x.t.Helper()
	r, err := x.svc.RequestRefund(x.t.Context(), refundOf(no, fen, key))
	if err != nil {
		x.t.Fatal(err)
	}
	return r
}

// abnormal is a refund that WeChat Pay could not bring to the payer's account.
func (x *till) abnormal() payment.Refund {
	x.t.Helper()
	_, no := x.paid(1)
	r := x.refund(no, 20_000, "form-1")
	x.fault("refund.result", "error", "ABNORMAL")
	x.tick()
	x.until("told abnormal", func() bool { return x.rows("refund", "state='abnormal'") == 1 })
	return r
}

func wantKind(t *testing.T, what string, err error, kind fault.Kind) {
	t.Helper()
	if err == nil || fault.KindOf(err) != kind {
		t.Errorf("%s: %v, want %v", what, err, kind)
	}
}

func TestFinanceRefundsInParts(t *testing.T) {
	x := newFinanceTill(t)
	_, no := x.paid(1)
	r, err := x.svc.RequestRefund(t.Context(), refundOf(no, 20_000, "form-1"))
	if err != nil || r.State != payment.RefundRequestedState || r.Requester != "钱老师" {
		t.Fatalf("a small refund: %+v, %v", r, err)
	}
	again, err := x.svc.RequestRefund(t.Context(), refundOf(no, 20_000, "form-1"))
	want(t, "the same form again", again.OutRefundNo, r.OutRefundNo)
	if err != nil {
		t.Fatal(err)
	}
	x.fault("pay.refund", "drop", "") // done there, the answer is lost: repeated under the same number
	x.tickAnyway()
	x.ahead.Add(int64(time.Minute))
	x.tick()
	x.until("told by the callback", func() bool {
		return x.rows("refund", "state='success' AND out_refund_no=?", r.OutRefundNo) == 1
	})
	want(t, "refunds", x.rows("refund", "1=1"), 1)
	_, err = x.svc.RequestRefund(t.Context(), refundOf(no, 300_001, "form-2"))
	wantKind(t, "more than is left", err, fault.Invalid)
	rest, err := x.svc.RequestRefund(t.Context(), refundOf(no, 300_000, "form-3"))
	if err != nil || rest.State != payment.RefundWaitingState {
		t.Fatalf("a large refund: %+v, %v", rest, err)
	}
	_, err = x.svc.RequestRefund(t.Context(), refundOf(no, 1, "form-4"))
	wantKind(t, "while all of it is asked for", err, fault.Conflict)
	x.tick()
	want(t, "not before it is approved", x.gate.n("refund"), 2)
	_, err = x.svc.DecideRefund(t.Context(), rest.OutRefundNo, true, "", qian)
	wantKind(t, "approved by who asked", err, fault.Forbidden)
	if r, err := x.svc.DecideRefund(t.Context(), rest.OutRefundNo, true, "", sun); err != nil || r.Decider != "孙老师" {
		t.Fatalf("approval: %+v, %v", r, err)
	}
	_, err = x.svc.DecideRefund(t.Context(), rest.OutRefundNo, false, "晚了", sun)
	wantKind(t, "decided twice", err, fault.Conflict)
	x.tick()
	x.until("all is back", func() bool { return x.rows("refund", "state='success'") == 2 })
	want(t, "audit entries", x.rows("audit", "action LIKE 'refund.%'"), 3)
}

// tickAnyway lets the worker run into an outage.
func (x *till) tickAnyway() { _, _ = x.svc.Tick(x.t.Context()) }

func TestARejectedRefundFreesTheMoney(t *testing.T) {
	x := newFinanceTill(t)
	_, no := x.paid(1)
	r := x.refund(no, 320_000, "form-1")
	_, err := x.svc.DecideRefund(t.Context(), r.OutRefundNo, false, " ", sun)
	wantKind(t, "without a reason", err, fault.Invalid)
	if _, err := x.svc.DecideRefund(t.Context(), r.OutRefundNo, false, "材料不全", sun); err != nil {
		t.Fatal(err)
	}
	if r, err := x.svc.RequestRefund(t.Context(), refundOf(no, 320_000, "form-2")); err != nil || r.State != payment.RefundWaitingState {
		t.Errorf("asked again: %+v, %v", r, err)
	}
	for name, in := range map[string]payment.RefundInput{"no reason": {OutTradeNo: no, AmountFen: 1, Key: "k"},
		"a long reason": {OutTradeNo: no, AmountFen: 1, Key: "k", Reason: strings.Repeat("长", 27)},
		"nothing":       {OutTradeNo: no, Key: "k", Reason: "x"}, "no form": {OutTradeNo: no, AmountFen: 1, Reason: "x"}} {
		_, err := x.svc.RequestRefund(t.Context(), in)
		wantKind(t, name, err, fault.Invalid)
	}
	_, err = x.svc.RequestRefund(t.Context(), refundOf("RXnobody", 1, "k"))
	wantKind(t, "an unknown order", err, fault.NotFound)
}

// Many send requests at the same moment: never more goes back than came.
func TestRefundsAtOnceNeverExceedThePayment(t *testing.T) {
	x := newFinanceTill(t)
	_, no := x.paid(1)
	var wg sync.WaitGroup
	for i := range 12 {
		wg.Go(func() { _, _ = x.svc.RequestRefund(t.Context(), refundOf(no, 90_000, strings.Repeat("k", i+1))) })
	}
	wg.Wait()
	want(t, "refunds of ¥900 of ¥3,200", x.rows("refund", "1=1"), 3)
}

func TestAnAbnormalRefundIsOnTheListUntilItIsMended(t *testing.T) {
	x := newFinanceTill(t)
	r := x.abnormal()
	p := x.openProblem(payment.ProblemRefund)
	if !strings.Contains(p.Remedy(), "异常退款") || p.OutTradeNo != r.OutRefundNo {
		t.Errorf("the list says %+v: %s", p, p.Remedy())
	}
	if err := x.sim.MendRefund(r.OutRefundNo); err != nil {
		t.Fatal(err)
	}
	x.until("mended", func() bool { return x.rows("refund", "state='success'") == 1 })
	want(t, "open problems", x.rows("payment_problem", "resolved_at IS NULL"), 0)
}

func (x *till) openProblem(kind payment.ProblemKind) payment.Problem {
	x.t.Helper()
	all, err := x.store.OpenProblems(x.t.Context(), kind, x.now().Add(time.Minute), 10)
	if err != nil || len(all) != 1 {
		x.t.Fatalf("open problems: %+v, %v", all, err)
	}
	return all[0]
}

func TestARefundThatWeChatPayRefuses(t *testing.T) {
	x := newFinanceTill(t)
	_, no := x.paid(1)
	ctx := t.Context()
	r := x.refund(no, 20_000, "form-1")
	x.fault("pay.refund", "error", "ACCOUNT_ERROR")
	x.tick()
	want(t, "failed", x.rows("refund", "state='failed'"), 1)
	if err := x.svc.RetryRefund(ctx, r.OutRefundNo, qian); err != nil {
		t.Fatal(err)
	}
	x.fault("pay.refund", "error", "ACCOUNT_ERROR")
	x.tick()
	want(t, "asked again under the same number", x.gate.n("refund"), 2)
	wantKind(t, "without a number", x.svc.FinishByHand(ctx, r.OutRefundNo, "", qian), fault.Invalid)
	if err := x.svc.FinishByHand(ctx, r.OutRefundNo, "2026-11-22 流水 778899", qian); err != nil {
		t.Fatal(err)
	}
	want(t, "by hand", x.rows("refund", "state='success' AND last_code='BY_HAND' AND note='线下转账退回：2026-11-22 流水 778899'"), 1)
	want(t, "open problems", x.rows("payment_problem", "resolved_at IS NULL"), 0)
	wantKind(t, "again", x.svc.RetryRefund(ctx, r.OutRefundNo, qian), fault.Conflict)
	x.fault("refund.result", "error", "CLOSED")
	r = x.refund(no, 10_000, "form-2")
	x.tick()
	x.until("closed", func() bool { return x.rows("refund", "state='closed'") == 1 })
	wantKind(t, "repeating a closed one", x.svc.RetryRefund(ctx, r.OutRefundNo, qian), fault.Conflict)
	p := x.openProblem(payment.ProblemRefund)
	if err := x.svc.AnswerProblem(ctx, p.ID, "重新申请了一笔", qian); err != nil {
		t.Fatal(err)
	}
	wantKind(t, "answered twice", x.svc.AnswerProblem(ctx, p.ID, "x", qian), fault.Conflict)
	if _, err := x.svc.RequestRefund(ctx, refundOf(no, 10_000, "form-3")); err != nil {
		t.Errorf("a new one after the closed one: %v", err)
	}
}

func TestAWaivedPlaceGetsItsMoneyBack(t *testing.T) {
	x := newFinanceTill(t)
	id, no := x.paid(1)
	x.refund(no, 20_000, "form-1")
	for range 3 { // the decision's transaction may run again
		if err := x.svc.RefundWaived(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	want(t, "the rest", x.rows("refund", "cause='waived' AND amount_fen=300000 AND requested_by=''"), 1)
	x.tick()
	x.until("both back", func() bool { return x.rows("refund", "state='success'") == 2 })
	if err := x.svc.RefundWaived(t.Context(), x.billed(2)); err != nil || x.rows("refund", "1=1") != 2 {
		t.Errorf("who has not paid: %v", err)
	}
}

// TestMoneySentBackTwice: a refund recorded as transferred by hand, which WeChat
// Pay then carries out after all, is told to finance.
func TestMoneySentBackTwice(t *testing.T) {
	x := newFinanceTill(t)
	r := x.abnormal()
	if err := x.svc.FinishByHand(t.Context(), r.OutRefundNo, "2026-11-22 流水 778899", qian); err != nil {
		t.Fatal(err)
	}
	want(t, "open problems", x.rows("payment_problem", "resolved_at IS NULL"), 0)
	if err := x.sim.MendRefund(r.OutRefundNo); err != nil {
		t.Fatal(err)
	}
	x.until("told of the second", func() bool { return x.rows("payment_problem", "resolved_at IS NULL") == 1 })
	if p := x.openProblem(payment.ProblemRefund); !strings.Contains(p.Remedy(), "追回") {
		t.Errorf("the list says %+v: %s", p, p.Remedy())
	}
	want(t, "one refund, done", x.rows("refund", "state='success' AND last_code='BY_HAND'"), 1)
}

// TestASecondPaymentMayWaitForFinance: where it is configured, what was paid
// twice goes back only after somebody looked.
func TestASecondPaymentMayWaitForFinance(t *testing.T) {
	x := newFinanceTill(t)
	x.deps.ApproveSurplus = true
	x.svc = payment.New(x.deps)
	x.live.Store(x.svc)
	id := x.billed(1)
	a := x.start(in(id, payment.JSAPI, student1))
	x.closeHere(a.OutTradeNo) // closed as we believed, yet payable
	b := x.start(in(id, payment.Native, ""))
	want(t, "first", x.pay(b.OutTradeNo), 204)
	want(t, "second", x.pay(a.OutTradeNo), 204)
	x.tick()
	want(t, "waiting", x.rows("refund", "state='waiting' AND cause='surplus' AND requester='系统'"), 1)
	want(t, "asked of WeChat Pay", x.gate.n("refund"), 0)
	_, err := x.svc.RequestRefund(t.Context(), refundOf(a.OutTradeNo, 1, "form-1"))
	wantKind(t, "asked for beside it", err, fault.Conflict)
	if _, err := x.svc.DecideRefund(t.Context(), "R"+a.OutTradeNo, true, "", qian); err != nil {
		t.Fatal(err)
	}
	x.tick()
	x.until("it is back", func() bool { return x.rows("refund", "state='success'") == 1 })
	want(t, "bill", x.bill(id).State, payment.BillPaid)
}

// A refund was taken and the answer lost, then a repetition was refused: its
// money is on its way all the same, and nobody sends it a second time by hand.
func TestByHandAsksWeChatPayFirst(t *testing.T) {
	x := newFinanceTill(t)
	_, no := x.paid(1)
	r := x.refund(no, 20_000, "form-1")
	x.fault("pay.refund", "drop", "")
	x.tick()
	x.fault("pay.refund", "error", "ACCOUNT_ERROR")
	x.ahead.Add(int64(time.Hour))
	x.tick()
	want(t, "failed here", x.rows("refund", "state='failed'"), 1)
	x.fault("pay.refund", "500", "")
	wantKind(t, "while nobody knows", x.svc.FinishByHand(t.Context(), r.OutRefundNo, "2026-11-22 流水 1", qian), fault.Unavailable)
	wantKind(t, "already under way", x.svc.FinishByHand(t.Context(), r.OutRefundNo, "2026-11-22 流水 1", qian), fault.Conflict)
	x.until("done", func() bool { return x.rows("refund", "state='success' AND last_code<>'BY_HAND'") == 1 })
}

package mysql_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"ruxue/repo/simulator"
	"ruxue/service/fault"
	"ruxue/service/payment"
)

func TestTheWorkerFindsALostCallback(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	c := x.start(in(id, payment.JSAPI, student1))
	x.payLost(c.OutTradeNo)
	want(t, "due at once", x.tick(), 0)
	x.ahead.Add(int64(11 * time.Second))
	want(t, "due after ten seconds", x.tick(), 1)
	want(t, "bill", x.bill(id).State, payment.BillPaid)
	want(t, "found", x.counted("found"), 1)
	x.ahead.Add(int64(time.Hour))
	want(t, "due ever after", x.tick(), 0)
}

func TestTheWorkerAsksLessAndLessAndClosesAtTheEnd(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	c := x.start(in(id, payment.Native, ""))
	for range 24 * 60 { // two hours in steps of five seconds
		if x.ahead.Add(int64(5 * time.Second)); x.rows("attempt", "next_check_at<=?", x.now().UTC()) > 0 {
			x.tick()
		}
		if x.rows("attempt", "state='closed'") == 1 {
			break
		}
	}
	want(t, "closed attempts", x.rows("attempt", "state='closed' AND live IS NULL"), 1)
	if n := x.gate.n("query"); n < 8 || n > 25 {
		t.Errorf("asked %d times in two hours", n)
	}
	if _, err := x.sim.Pay(c.OutTradeNo, "", true); err == nil {
		t.Error("an expired order could be paid")
	}
	before := x.gate.n("query")
	for range 400 {
		if x.ahead.Add(int64(5 * time.Minute)); x.rows("attempt", "next_check_at<=?", x.now().UTC()) > 0 {
			x.tick()
		}
	}
	want(t, "questions after the end", x.gate.n("query")-before, 5)
	want(t, "due for ever", x.rows("attempt", "next_check_at IS NOT NULL"), 0)
}

func TestReplicasShareTheWork(t *testing.T) {
	x := newTill(t)
	for n := range 15 {
		x.start(in(x.billed(n), payment.Native, ""))
	}
	x.ahead.Add(int64(11 * time.Second))
	var wg sync.WaitGroup
	for range 4 {
		replica := payment.New(x.deps)
		wg.Go(func() {
			if _, err := replica.Tick(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	want(t, "questions", x.gate.n("query"), 15)
	want(t, "leases left", x.rows("attempt", "lease_until IS NOT NULL"), 0)
}

func TestAnApplicationClosesOpenOrders(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	if err := x.svc.CloseAll(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	c := x.start(in(id, payment.Native, ""))
	x.fault("pay.close", "timeout", "")
	if err := x.svc.CloseAll(t.Context(), id); !fault.Is(err, fault.Unavailable) {
		t.Errorf("during an outage = %v", err)
	}
	if err := x.svc.CloseAll(t.Context(), id); err != nil {
		t.Fatal(err)
	}
	if _, err := x.sim.Pay(c.OutTradeNo, "", true); err == nil {
		t.Error("a closed order could be paid")
	}
	paid := x.start(in(id, payment.Native, ""))
	x.payLost(paid.OutTradeNo)
	if err := x.svc.CloseAll(t.Context(), id); !fault.Is(err, fault.Conflict) {
		t.Errorf("with a paid order = %v", err)
	}
	want(t, "bill", x.bill(id).State, payment.BillPaid)

	// What an outage left open the worker closes, since nobody owes it now.
	other := x.billed(2)
	x.start(in(other, payment.Native, ""))
	x.exec(`UPDATE enrolment SET state='deferral_pending' WHERE id=?`, other)
	x.ahead.Add(int64(11 * time.Second))
	x.tick()
	want(t, "closed by the worker", x.rows("attempt", "enrolment_id=? AND state='closed'", other), 1)
}

// surplus gives a refund row: money for a place that was given up.
func (x *till) surplus(n int) (outRefundNo string) {
	x.t.Helper()
	id := x.billed(n)
	c := x.start(in(id, payment.Native, ""))
	x.exec(`UPDATE enrolment SET state='waived' WHERE id=?`, id)
	x.pay(c.OutTradeNo)
	return "R" + c.OutTradeNo
}

func TestARefundSurvivesLostAnswersAndRefusals(t *testing.T) {
	x := newTill(t)
	no := x.surplus(1)
	x.fault("pay.refund", "drop", "") // done, the answer lost
	x.tick()
	x.ahead.Add(int64(time.Minute))
	x.tick()
	x.until("the refund succeeded", func() bool {
		x.ahead.Add(int64(time.Minute))
		x.tick()
		return x.rows("refund", "out_refund_no=? AND state='success' AND next_check_at IS NULL", no) == 1
	})

	poor := x.surplus(2)
	x.fault("pay.refund", "error", "NOT_ENOUGH")
	x.tick()
	want(t, "kept for later", x.rows("refund", "out_refund_no=? AND state='requested' AND last_code='NOT_ENOUGH'", poor), 1)
	want(t, "on the list", x.rows("payment_problem", "kind='refund' AND out_trade_no=?", poor), 1)
	x.ahead.Add(int64(2 * time.Hour))
	x.tick()
	x.until("the account was filled", func() bool { return x.rows("refund", "out_refund_no=? AND state='success'", poor) == 1 })

	refused := x.surplus(3)
	x.fault("pay.refund", "error", "INVALID_REQUEST")
	x.tick()
	want(t, "failed", x.rows("refund", "out_refund_no=? AND state='failed' AND next_check_at IS NULL", refused), 1)
	want(t, "on the list", x.rows("payment_problem", "kind='refund' AND out_trade_no=?", refused), 1)
}

func TestRefundStatementsInAnyOrder(t *testing.T) {
	x := newTill(t)
	no := x.surplus(1)
	var trade string
	if err := x.db.Get(&trade, `SELECT out_trade_no FROM refund`); err != nil {
		t.Fatal(err)
	}
	say := func(state string, fen int64, order string) error {
		return x.svc.Settle(t.Context(), payment.Event{Kind: payment.RefundEvent, MchID: x.deps.MchID, OutRefundNo: no, OutTradeNo: order,
			RefundID: "503", RefundState: state, RefundFen: fen, SuccessAt: time.Now()})
	}
	state := func() (s string) {
		if err := x.db.Get(&s, `SELECT state FROM refund`); err != nil {
			t.Fatal(err)
		}
		return s
	}
	if err := say(payment.RefundSucceeded, 1, trade); !fault.Is(err, fault.Conflict) {
		t.Errorf("another amount = %v", err)
	}
	if err := say(payment.RefundSucceeded, 320000, "RXother"); !fault.Is(err, fault.Conflict) {
		t.Errorf("another order = %v", err)
	}
	if err := say("STRANGE", 320000, trade); err == nil {
		t.Error("an unknown state was accepted")
	}
	want(t, "state", state(), "requested")
	for _, step := range []struct{ say, want string }{{payment.RefundProcessing, "processing"}, {payment.RefundAbnormal, "abnormal"},
		{payment.RefundAbnormal, "abnormal"}, {payment.RefundSucceeded, "success"}, {payment.RefundProcessing, "success"}, {payment.RefundSucceeded, "success"}} {
		if err := say(step.say, 320000, trade); err != nil {
			t.Fatal(err)
		}
		want(t, "after "+step.say, state(), step.want)
	}
	want(t, "on the list", x.rows("payment_problem", "kind='refund' AND times=1"), 1)
	if err := x.svc.Settle(t.Context(), payment.Event{Kind: payment.RefundEvent, OutRefundNo: "Rnone"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("an unknown refund = %v", err)
	}
}

func TestWorkEndsPromptly(t *testing.T) {
	x := newTill(t)
	x.start(in(x.billed(1), payment.Native, ""))
	if err := x.sim.AddFault(simulator.Fault{API: "pay.query", Mode: "timeout", Count: -1}); err != nil {
		t.Fatal(err)
	}
	x.ahead.Add(int64(11 * time.Second))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { x.svc.Work(ctx); close(done) }()
	x.until("the worker asks", func() bool { return x.gate.n("query") > 0 })
	cancel()
	select {
	case <-done:
	case <-time.After(900 * time.Millisecond):
		t.Fatal("the worker did not end")
	}
	// The next process takes over at once, and nothing is lost.
	want(t, "attempts free and due some time", x.rows("attempt", "live=1 AND lease_until IS NULL AND next_check_at IS NOT NULL"), 1)
}

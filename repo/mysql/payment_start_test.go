package mysql_test

import (
	"sync"
	"testing"
	"time"

	"ruxue/repo/simulator"
	"ruxue/service/fault"
	"ruxue/service/payment"
)

func TestStartOpensACashierAndReusesIt(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	c := x.start(in(id, payment.JSAPI, student1))
	b := simulator.BridgeRequest{AppID: c.Params["appId"], TimeStamp: c.Params["timeStamp"], NonceStr: c.Params["nonceStr"],
		Package: c.Params["package"], SignType: c.Params["signType"], PaySign: c.Params["paySign"]}
	if _, err := x.sim.CheckBridge(b, student1); err != nil {
		t.Fatalf("WeChat refuses the cashier: %v", err)
	}
	want(t, "amount", c.AmountFen, 320000)
	again := x.start(in(id, payment.JSAPI, student1))
	want(t, "number on the second opening", again.OutTradeNo, c.OutTradeNo)
	want(t, "prepay calls", x.gate.n("prepay"), 1)
	want(t, "queries", x.gate.n("query"), 0)
	want(t, "callback answered", x.pay(c.OutTradeNo), 204)
	if !x.start(in(id, payment.JSAPI, student1)).Paid {
		t.Error("a paid bill opened a cashier")
	}
}

func TestClicksAtOnceShareOneOrder(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	var wg sync.WaitGroup
	numbers := make([]string, 10)
	for i := range numbers {
		wg.Go(func() {
			c, err := x.svc.Start(t.Context(), in(id, payment.JSAPI, student1))
			if err != nil {
				t.Error(err)
			}
			numbers[i] = c.OutTradeNo
		})
	}
	wg.Wait()
	for _, n := range numbers {
		want(t, "number", n, numbers[0])
	}
	want(t, "prepay calls", x.gate.n("prepay"), 1)
	want(t, "attempts", x.rows("attempt", "1=1"), 1)
}

// A PC and two phones press at the same moment: in the end one order can be
// paid, at WeChat Pay too.
func TestDevicesAtOnceLeaveOneLiveOrder(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	var wg sync.WaitGroup
	for _, si := range []payment.StartInput{in(id, payment.Native, ""), in(id, payment.JSAPI, student1), in(id, payment.JSAPI, parent1)} {
		for range 2 {
			wg.Go(func() {
				if _, err := x.svc.Start(t.Context(), si); err != nil && !fault.Is(err, fault.Unavailable) {
					t.Error(err)
				}
			})
		}
	}
	wg.Wait()
	want(t, "live attempts", x.rows("attempt", "live=1"), 1)
	var numbers []string
	if err := x.db.Select(&numbers, `SELECT out_trade_no FROM attempt`); err != nil {
		t.Fatal(err)
	}
	payable := 0
	for _, no := range numbers {
		if _, err := x.sim.Pay(no, "", true); err == nil {
			payable++
		}
	}
	want(t, "orders that WeChat Pay takes money for", payable, 1)
	want(t, "bill", x.bill(id).State, payment.BillPaid)
	want(t, "refunds", x.rows("refund", "1=1"), 0)
}

// A prepay whose answer is lost is asked about and repeated unchanged, whether
// WeChat Pay acted on it (drop) or not (timeout, 500).
func TestALostPrepayAnswerIsRepeated(t *testing.T) {
	for _, mode := range []string{"timeout", "drop", "500"} {
		t.Run(mode, func(t *testing.T) {
			x := newTill(t)
			id := x.billed(1)
			x.fault("pay.prepay", mode, "")
			c := x.start(in(id, payment.JSAPI, student1))
			want(t, "prepay calls", x.gate.n("prepay"), 2)
			want(t, "attempts", x.rows("attempt", "1=1"), 1)
			want(t, "callback answered", x.pay(c.OutTradeNo), 204)
			want(t, "bill", x.bill(id).State, payment.BillPaid)
		})
	}
}

func TestAnOutageLeavesAnAttemptThatTheNextClickResumes(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	if err := x.sim.AddFault(simulator.Fault{API: "pay.prepay", Mode: "drop", Count: 2}); err != nil {
		t.Fatal(err)
	}
	if _, err := x.svc.Start(t.Context(), in(id, payment.Native, "")); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("start during an outage = %v", err)
	}
	want(t, "attempts kept", x.rows("attempt", "state='created' AND live=1"), 1)
	c := x.start(in(id, payment.Native, ""))
	want(t, "attempts", x.rows("attempt", "1=1"), 1)
	if c.CodeURL == "" {
		t.Error("no QR code")
	}
	// A refusal ends the attempt, and the next click takes a new number.
	other := x.billed(2)
	x.fault("pay.prepay", "error", "NO_AUTH")
	if _, err := x.svc.Start(t.Context(), in(other, payment.Native, "")); !fault.Is(err, fault.Unavailable) {
		t.Fatalf("refused start = %v", err)
	}
	want(t, "failed attempts", x.rows("attempt", "state='failed' AND live IS NULL"), 1)
	x.start(in(other, payment.Native, ""))
}

func TestSwitchingTheWayClosesTheOldOrder(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	old := x.start(in(id, payment.JSAPI, student1))
	fresh := x.start(in(id, payment.Native, ""))
	if fresh.OutTradeNo == old.OutTradeNo || fresh.CodeURL == "" {
		t.Fatalf("got %+v", fresh)
	}
	if _, err := x.sim.Pay(old.OutTradeNo, "", true); err == nil {
		t.Error("the old order could still be paid")
	}
	want(t, "live attempts", x.rows("attempt", "live=1"), 1)
	// Paid on the PC by somebody else while the callback was lost: going back
	// to the phone finds it instead of asking for the money again.
	x.payLost(fresh.OutTradeNo)
	if !x.start(in(id, payment.JSAPI, student1)).Paid {
		t.Error("asked for the money again")
	}
	want(t, "bill", x.bill(id).State, payment.BillPaid)
	want(t, "registrations completed", x.completed[id], 1)
}

// When the old order can't be closed for sure, no second one is opened.
func TestDoubtAboutTheOldOrderOpensNoNewOne(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	old := x.start(in(id, payment.JSAPI, student1))
	for _, f := range []simulator.Fault{{API: "pay.query", Mode: "500"}, {API: "pay.close", Mode: "timeout"}, {API: "pay.close", Mode: "error", Code: "USERPAYING"}} {
		if err := x.sim.AddFault(f); err != nil {
			t.Fatal(err)
		}
		if _, err := x.svc.Start(t.Context(), in(id, payment.Native, "")); !fault.Is(err, fault.Unavailable) {
			t.Fatalf("%+v: %v", f, err)
		}
		want(t, "attempts", x.rows("attempt", "1=1"), 1)
	}
	x.fault("pay.close", "drop", "") // closed, the answer lost: the query afterwards knows
	x.start(in(id, payment.Native, ""))
	want(t, "old attempt", x.rows("attempt", "out_trade_no=? AND state='closed'", old.OutTradeNo), 1)
}

func TestWhoMayNotStart(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	soon := x.now().Add(30 * time.Second)
	late := in(id, payment.Native, "")
	late.Deadline = &soon
	if _, err := x.svc.Start(t.Context(), late); !fault.Is(err, fault.Closed) {
		t.Errorf("half a minute before the end = %v", err)
	}
	if _, err := x.svc.Start(t.Context(), in(id, payment.JSAPI, "")); !fault.Is(err, fault.Invalid) {
		t.Errorf("JSAPI without an openid = %v", err)
	}
	x.exec(`UPDATE enrolment SET state='waiver_pending'`)
	if _, err := x.svc.Start(t.Context(), in(id, payment.Native, "")); !fault.Is(err, fault.Conflict) {
		t.Errorf("after giving the place up = %v", err)
	}
	x.exec(`UPDATE enrolment SET state='admitted'`)
	end := x.now().Add(10 * time.Minute)
	late.Deadline = &end
	if c := x.start(late); c.ExpireAt.After(end) {
		t.Errorf("the order outlives the deadline: %v", c.ExpireAt)
	}
	x.ahead.Store(int64(20 * time.Minute))
	c := x.start(in(id, payment.Native, ""))
	want(t, "attempts after the first expired", x.rows("attempt", "1=1"), 2)
	want(t, "the live one", x.rows("attempt", "live=1 AND out_trade_no=?", c.OutTradeNo), 1)
}

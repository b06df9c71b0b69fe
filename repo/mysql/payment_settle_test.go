package mysql_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/service/fault"
	"ruxue/service/payment"
)

func TestACallbackSettlesOnceHoweverOftenItComes(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	c := x.start(in(id, payment.JSAPI, student1))
	x.fault("callback", "duplicate", "")
	want(t, "callback answered", x.pay(c.OutTradeNo), 204)
	for _, status := range x.callbacks(c.OutTradeNo, "", 10) {
		want(t, "duplicate answered", status, 204)
	}
	b := x.bill(id)
	want(t, "bill", b.State, payment.BillPaid)
	if b.PaidAt == nil || b.PaidAttemptID == nil || time.Since(*b.PaidAt) > time.Minute {
		t.Errorf("paid at %v by %v", b.PaidAt, b.PaidAttemptID)
	}
	want(t, "payments", x.rows("payment", "purpose='bill' AND total_fen=320000 AND payer_openid=?", student1), 1)
	want(t, "registrations completed", x.completed[id], 1)
	want(t, "duplicates counted", x.counted("duplicate"), 11)
	want(t, "attempt", x.rows("attempt", "state='paid' AND live IS NULL AND next_check_at IS NULL"), 1)
}

// The row's hash is recomputed from what is stored: a changed amount shows.
func TestAPaymentRowProvesItself(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	x.pay(x.start(in(id, payment.Native, "")).OutTradeNo)
	var row struct {
		ID   int64  `db:"id"`
		Hash string `db:"row_hash"`
	}
	if err := x.db.Get(&row, `SELECT id, row_hash FROM payment WHERE trade_type='NATIVE'`); err != nil {
		t.Fatal(err)
	}
	for _, changed := range []bool{false, true} {
		if changed {
			x.exec(`UPDATE payment SET total_fen=total_fen-1`)
		}
		got, err := x.store.Recompute(t.Context(), row.ID)
		if err != nil || (got != row.Hash) != changed {
			t.Errorf("changed %v: hash differs %v, %v", changed, got != row.Hash, err)
		}
	}
}

// Two attempts of one bill are both paid, and 400 callbacks about them arrive
// at once: one settles the bill, the other's money goes back, once.
func TestFourHundredCallbacksOverTwoAttempts(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	a := x.start(in(id, payment.JSAPI, student1))
	x.closeHere(a.OutTradeNo) // closed as we believed, yet payable
	b := x.start(in(id, payment.Native, ""))
	x.payLost(a.OutTradeNo)
	x.payLost(b.OutTradeNo)
	var wg sync.WaitGroup
	var mu sync.Mutex
	answers := map[int]int{}
	for i := range 40 {
		no := []string{a.OutTradeNo, b.OutTradeNo}[i%2]
		wg.Go(func() {
			for _, status := range x.callbacks(no, "", 10) {
				mu.Lock()
				answers[status]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	want(t, "answered 204", answers[204], 400)
	want(t, "bill", x.bill(id).State, payment.BillPaid)
	want(t, "payments of the bill", x.rows("payment", "purpose='bill'"), 1)
	want(t, "surplus payments", x.rows("payment", "purpose='surplus'"), 1)
	want(t, "refunds", x.rows("refund", "state='requested' AND amount_fen=320000 AND cause='surplus'"), 1)
	want(t, "registrations completed", x.completed[id], 1)
	want(t, "problems", x.rows("payment_problem", "1=1"), 0)

	x.tick()
	x.until("the refund succeeded", func() bool { return x.rows("refund", "state='success' AND refund_id<>''") == 1 })
	_, sentence, err := x.svc.Refresh(t.Context(), id)
	if err != nil || !strings.Contains(sentence, "原路退回") {
		t.Errorf("the student is told %q, %v", sentence, err)
	}
	attempts, refunds, err := x.svc.Timeline(t.Context(), id)
	if err != nil || len(attempts) != 2 || len(refunds) != 1 || refunds[0].SucceededAt == nil {
		t.Errorf("timeline %d, %d, %v", len(attempts), len(refunds), err)
	}
}

func (x *till) until(what string, ok func() bool) {
	x.t.Helper()
	for range 1000 {
		if ok() {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	x.t.Fatal("never happened: " + what)
}

func TestLateMoneyOnAClosedAttempt(t *testing.T) {
	x := newTill(t)
	unpaid := x.billed(1)
	c := x.start(in(unpaid, payment.JSAPI, student1))
	x.closeHere(c.OutTradeNo)
	want(t, "late callback answered", x.pay(c.OutTradeNo), 204)
	want(t, "bill", x.bill(unpaid).State, payment.BillPaid)
	want(t, "refunds", x.rows("refund", "1=1"), 0)

	for i, spoil := range []string{`UPDATE enrolment SET state='waiver_pending' WHERE id=?`, `UPDATE enrolment SET state='deferred' WHERE id=?`,
		`UPDATE bill SET state='void' WHERE enrolment_id=?`} {
		id := x.billed(10 + i)
		c := x.start(in(id, payment.Native, ""))
		x.exec(spoil, id)
		want(t, "answered", x.pay(c.OutTradeNo), 204)
		cause := []string{"withdrawn", "withdrawn", "void"}[i]
		want(t, spoil, x.rows("refund", "enrolment_id=? AND cause=?", id, cause), 1)
		want(t, "attempt", x.rows("attempt", "enrolment_id=? AND state='surplus'", id), 1)
		want(t, "registrations completed", x.completed[id], 0)
		if b := x.bill(id); b.State == payment.BillPaid {
			t.Error("a bill nobody owes was paid")
		}
	}
}

func TestContradictionsChangeNothingAndAreKept(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	c := x.start(in(id, payment.JSAPI, student1))
	for _, status := range x.callbacks(c.OutTradeNo, "amount", 3) {
		want(t, "wrong amount answered", status, 400)
	}
	x.callbacks(c.OutTradeNo, "unknown", 1)
	want(t, "amount problem", x.rows("payment_problem", "kind='amount' AND times>=1 AND want_fen=320000 AND got_fen=319999"), 1)
	want(t, "unknown order", x.rows("payment_problem", "kind='unknown_order'"), 1)
	ev := payment.Event{Kind: payment.TradeEvent, OutTradeNo: c.OutTradeNo, AppID: x.deps.AppID, MchID: x.deps.MchID,
		TradeState: payment.TradeSuccess, TransactionID: "4200001", Currency: "CNY", TotalFen: 320000, SuccessAt: time.Now()}
	for name, spoil := range map[string]func(*payment.Event){
		"another app":         func(e *payment.Event) { e.AppID = "wxother" },
		"another merchant":    func(e *payment.Event) { e.MchID = "1" },
		"another currency":    func(e *payment.Event) { e.Currency = "USD" },
		"no transaction id":   func(e *payment.Event) { e.TransactionID = "" },
		"no time":             func(e *payment.Event) { e.SuccessAt = time.Time{} },
		"refunded in between": func(e *payment.Event) { e.TradeState = payment.TradeRefund },
	} {
		bad := ev
		spoil(&bad)
		if err := x.svc.Settle(t.Context(), bad); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s = %v", name, err)
		}
	}
	want(t, "bill", x.bill(id).State, payment.BillUnpaid)
	want(t, "payments", x.rows("payment", "1=1"), 0)
	want(t, "live attempts", x.rows("attempt", "live=1"), 1)
	if err := x.svc.Settle(t.Context(), ev); err != nil {
		t.Fatal(err)
	}
	twice := ev
	twice.TransactionID = "4200002"
	if err := x.svc.Settle(t.Context(), twice); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second transaction of one order = %v", err)
	}
	want(t, "payments", x.rows("payment", "1=1"), 1)
	for _, quiet := range []payment.Event{{Kind: payment.OtherEvent}, {Kind: payment.TradeEvent, OutTradeNo: c.OutTradeNo, AppID: ev.AppID, MchID: ev.MchID, TradeState: payment.TradeNotPay}} {
		if err := x.svc.Settle(t.Context(), quiet); err != nil {
			t.Error(err)
		}
	}
}

func TestForgeriesReachNothing(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	c := x.start(in(id, payment.JSAPI, student1))
	for _, forge := range []string{"signature", "serial", "signtest", "stale"} {
		want(t, forge, x.callbacks(c.OutTradeNo, forge, 1)[0], 401)
	}
	want(t, "bill", x.bill(id).State, payment.BillUnpaid)
	want(t, "problems", x.rows("payment_problem", "1=1"), 0)
}

func TestRefreshFindsALostCallback(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	_, sentence, err := x.svc.Refresh(t.Context(), id)
	if err != nil || !strings.Contains(sentence, "没有查到") {
		t.Errorf("before an attempt: %q, %v", sentence, err)
	}
	c := x.start(in(id, payment.JSAPI, student1))
	if _, sentence, _ = x.svc.Refresh(t.Context(), id); !strings.Contains(sentence, "请勿重复缴费") {
		t.Errorf("before payment: %q", sentence)
	}
	x.payLost(c.OutTradeNo)
	x.fault("pay.query", "500", "")
	b, sentence, err := x.svc.Refresh(t.Context(), id)
	if err != nil || b.State != payment.BillUnpaid || !strings.Contains(sentence, "暂时无法连接") {
		t.Errorf("during an outage: %v %q, %v", b.State, sentence, err)
	}
	x.closeHere(c.OutTradeNo) // recently closed ones are asked about too
	b, sentence, err = x.svc.Refresh(t.Context(), id)
	if err != nil || b.State != payment.BillPaid || sentence != "已确认收到您的缴费。" {
		t.Errorf("after payment: %v %q, %v", b.State, sentence, err)
	}
	want(t, "source", x.rows("payment", "source='query'"), 1)
}

func TestMoneyIsRecordedEvenWhenCompletingFails(t *testing.T) {
	x := newTill(t)
	id := x.billed(1)
	c := x.start(in(id, payment.JSAPI, student1))
	x.broken.Store(true)
	want(t, "callback answered", x.pay(c.OutTradeNo), 204)
	want(t, "bill", x.bill(id).State, payment.BillPaid)
	want(t, "open completions", x.rows("payment_problem", "kind='completion' AND resolved_at IS NULL"), 1)
	x.ahead.Add(int64(2 * time.Minute))
	if _, err := x.svc.Tick(t.Context()); err == nil {
		t.Error("a failing completion is silent")
	}
	x.broken.Store(false)
	x.tick() // too soon after the last try
	want(t, "registrations completed", x.completed[id], 0)
	x.ahead.Add(int64(2 * time.Minute))
	x.tick()
	want(t, "registrations completed", x.completed[id], 1)
	want(t, "open completions", x.rows("payment_problem", "resolved_at IS NULL"), 0)
}

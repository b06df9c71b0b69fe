package wxpay_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"ruxue/repo/simulator"
	"ruxue/repo/wxpay"
	"ruxue/service/fault"
	"ruxue/service/payment"
)

// student is a sample user of the simulator.
const student = "oSim0student1xChenLiChuan000"

// world is the simulator, a client of it and an address that takes callbacks.
type world struct {
	sim    *simulator.Simulator
	client *wxpay.Client
	notify string
	config wxpay.Config

	mu     sync.Mutex
	events []payment.Event
	errs   []error
}

// patience is longer than a busy machine with the race detector lets an answer
// take; who waits for no answer at all takes less.
const patience = 30 * time.Second

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldOf(t, simulator.Options{CallbackSchedule: []time.Duration{}}, func(*wxpay.Config) {})
}

// newWorldOf is a world of a simulator with options and a client with another
// configuration.
func newWorldOf(t *testing.T, o simulator.Options, change func(*wxpay.Config)) *world {
	t.Helper()
	w := &world{}
	sim, err := simulator.New(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	provider := httptest.NewServer(sim.Handler())
	t.Cleanup(provider.Close)
	sim.SetBase(provider.URL)
	w.sim = sim
	product := httptest.NewServer(http.HandlerFunc(w.receive))
	t.Cleanup(product.Close)
	w.notify = product.URL + "/pay/notify"
	cfg := sim.Config()
	c := wxpay.Config{AppID: cfg.AppID, MchID: cfg.MchID, MchSerial: cfg.MchSerial,
		MchPrivateKeyPEM: cfg.MchPrivateKey, APIv3Key: cfg.APIv3Key, PublicKeyID: cfg.PlatformPublicKeyID,
		PublicKeyPEM: cfg.PlatformPublicKey, BaseURL: provider.URL, NotifyURL: w.notify, Timeout: patience}
	change(&c)
	w.config = c
	w.client, err = wxpay.New(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func (w *world) receive(rw http.ResponseWriter, r *http.Request) {
	ev, err := w.client.ParseNotify(rw, r)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.errs = append(w.errs, err)
		rw.WriteHeader(http.StatusUnauthorized)
		return
	}
	w.events = append(w.events, ev)
	rw.WriteHeader(http.StatusNoContent)
}

func (w *world) last(t *testing.T) payment.Event {
	t.Helper()
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.events) == 0 {
		t.Fatal("no callback arrived")
	}
	return w.events[len(w.events)-1]
}

func (w *world) request(way payment.Way, no string) payment.Request {
	cfg := w.sim.Config()
	r := payment.Request{Way: way, AppID: cfg.AppID, MchID: cfg.MchID, OutTradeNo: no, Description: "学费", AmountFen: 320000,
		ClientIP: "203.0.113.9", ExpireAt: time.Now().Add(time.Hour).Truncate(time.Second).UTC(), NotifyURL: w.notify}
	if way == payment.JSAPI {
		r.OpenID = student
	}
	return r
}

func outcome(err error) payment.Outcome {
	if e, ok := errors.AsType[*payment.GatewayError](err); ok {
		return e.Outcome
	}
	return -1
}

func TestAnOrderFromPrepayToRefund(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	r := w.request(payment.JSAPI, "RXwire0000001")
	pre, err := w.client.Prepay(ctx, r)
	if err != nil || pre.PrepayID == "" {
		t.Fatalf("prepay = %+v, %v", pre, err)
	}
	if again, err := w.client.Prepay(ctx, r); err != nil || again != pre {
		t.Fatalf("the identical request gave %+v, %v", again, err)
	}
	ev, err := w.client.Query(ctx, r.OutTradeNo)
	if err != nil || ev.TradeState != payment.TradeNotPay || ev.AppID != r.AppID || ev.MchID != r.MchID {
		t.Fatalf("query before payment = %+v, %v", ev, err)
	}
	params, err := w.client.Sign(ctx, r.AppID, pre.PrepayID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.sim.CheckBridge(simulator.BridgeRequest{AppID: params["appId"], TimeStamp: params["timeStamp"],
		NonceStr: params["nonceStr"], Package: params["package"], SignType: params["signType"], PaySign: params["paySign"]}, student); err != nil {
		t.Fatalf("WeChat refuses the cashier's parameters: %v", err)
	}
	if status, err := w.sim.Pay(pre.PrepayID, student, true); err != nil || status != http.StatusNoContent {
		t.Fatalf("pay: callback answered %d, %v", status, err)
	}
	called := w.last(t)
	if called.Kind != payment.TradeEvent || called.TradeState != payment.TradeSuccess || called.TotalFen != 320000 ||
		called.Currency != "CNY" || called.OpenID != student || called.TransactionID == "" || called.SuccessAt.IsZero() || called.Source != "callback" {
		t.Fatalf("callback = %+v", called)
	}
	asked, err := w.client.Query(ctx, r.OutTradeNo)
	asked.Source = "callback"
	if err != nil || asked != called {
		t.Fatalf("query says %+v, callback said %+v (%v)", asked, called, err)
	}
	if err := w.client.Close(ctx, r.OutTradeNo); outcome(err) != payment.Paid {
		t.Fatalf("closing a paid order = %v", err)
	}
	refundAndQuery(t, w, called)
}

func refundAndQuery(t *testing.T, w *world, paid payment.Event) {
	t.Helper()
	ctx := t.Context()
	if _, err := w.client.QueryRefund(ctx, "Rnone"); outcome(err) != payment.Missing {
		t.Fatalf("query of no refund = %v", err)
	}
	rr := payment.RefundRequest{TransactionID: paid.TransactionID, OutTradeNo: paid.OutTradeNo, OutRefundNo: "R" + paid.OutTradeNo,
		Reason: "重复缴费，原路退回", AmountFen: paid.TotalFen, TotalFen: paid.TotalFen}
	ev, err := w.client.Refund(ctx, rr)
	if err != nil || ev.Kind != payment.RefundEvent || ev.RefundState != payment.RefundProcessing || ev.RefundFen != paid.TotalFen {
		t.Fatalf("refund = %+v, %v", ev, err)
	}
	if again, err := w.client.Refund(ctx, rr); err != nil || again.RefundID != ev.RefundID {
		t.Fatalf("the same refund again = %+v, %v", again, err)
	}
	for range 1000 {
		if ev, err = w.client.QueryRefund(ctx, rr.OutRefundNo); err == nil && ev.RefundState == payment.RefundSucceeded {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	if err != nil || ev.RefundState != payment.RefundSucceeded || ev.SuccessAt.IsZero() {
		t.Fatalf("refund in the end = %+v, %v", ev, err)
	}
	for range 1000 {
		if got := w.last(t); got.Kind == payment.RefundEvent {
			if got.RefundState != payment.RefundSucceeded || got.OutRefundNo != rr.OutRefundNo || got.RefundFen != paid.TotalFen || got.MchID == "" {
				t.Fatalf("refund callback = %+v", got)
			}
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Fatal("no refund callback")
}

func TestNativeCloseAndRefusals(t *testing.T) {
	w := newWorld(t)
	ctx := t.Context()
	r := w.request(payment.Native, "RXwire0000002")
	pre, err := w.client.Prepay(ctx, r)
	if err != nil || pre.CodeURL == "" || pre.PrepayID != "" {
		t.Fatalf("native prepay = %+v, %v", pre, err)
	}
	changed := r
	changed.AmountFen++
	if _, err := w.client.Prepay(ctx, changed); outcome(err) != payment.Used {
		t.Errorf("another amount under the same number = %v", err)
	}
	if err := w.client.Close(ctx, r.OutTradeNo); err != nil {
		t.Errorf("close = %v", err)
	}
	if ev, err := w.client.Query(ctx, r.OutTradeNo); err != nil || ev.TradeState != payment.TradeClosed {
		t.Errorf("query after close = %+v, %v", ev, err)
	}
	if err := w.client.Close(ctx, r.OutTradeNo); outcome(err) != payment.Closed {
		t.Errorf("second close = %v", err)
	}
	if _, err := w.client.Prepay(ctx, r); outcome(err) != payment.Closed {
		t.Errorf("prepay of a closed number = %v", err)
	}
	if _, err := w.client.Query(ctx, "RXnever000000"); outcome(err) != payment.Missing {
		t.Errorf("query of no order = %v", err)
	}
	bad := w.request(payment.JSAPI, "RXwire0000003")
	bad.OpenID = "oNobody"
	if _, err := w.client.Prepay(ctx, bad); outcome(err) != payment.Refused {
		t.Errorf("prepay for a stranger = %v", err)
	}
}

// Timeout and 500 do nothing at the provider; drop acts and loses the answer.
// All three must read as unknown, whichever call they hit.
func TestWhatMayHaveHappenedIsUnknown(t *testing.T) {
	w := newWorld(t)
	w.config.Timeout = 700 * time.Millisecond
	hasty, err := wxpay.New(t.Context(), w.config)
	if err != nil {
		t.Fatal(err)
	}
	r := w.request(payment.Native, "RXwire0000004")
	for _, mode := range []string{"timeout", "500", "drop", "slow"} {
		if err := w.sim.AddFault(simulator.Fault{API: "pay.prepay", Mode: mode}); err != nil {
			t.Fatal(err)
		}
		if _, err := hasty.Prepay(t.Context(), r); outcome(err) != payment.Unknown {
			t.Errorf("prepay under %s = %v, want unknown", mode, err)
		}
	}
	if _, err := w.client.Prepay(t.Context(), r); err != nil {
		t.Errorf("the identical request after all that = %v", err)
	}
	for code, want := range map[string]payment.Outcome{"FREQUENCY_LIMITED": payment.Busy, "SYSTEM_ERROR": payment.Unknown,
		"USERPAYING": payment.Unknown /* comes as a 202 */, "NO_AUTH": payment.Refused, "ORDERNOTEXIST": payment.Missing} {
		if err := w.sim.AddFault(simulator.Fault{API: "pay.query", Mode: "error", Code: code}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.client.Query(t.Context(), r.OutTradeNo); outcome(err) != want {
			t.Errorf("%s = %v, want %v", code, err, want)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.client.Query(ctx, r.OutTradeNo); outcome(err) != payment.Unknown {
		t.Errorf("a cancelled call = %v", err)
	}
}

func TestForgedCallbacksAreRefused(t *testing.T) {
	w := newWorld(t)
	r := w.request(payment.Native, "RXwire0000005")
	if _, err := w.client.Prepay(t.Context(), r); err != nil {
		t.Fatal(err)
	}
	for _, forge := range []string{"signature", "serial", "signtest", "stale"} {
		w.errs = nil
		got, err := w.sim.Callback(r.OutTradeNo, forge, 1)
		if err != nil || got[0] != http.StatusUnauthorized {
			t.Fatalf("%s answered %v, %v", forge, got, err)
		}
		if fault.KindOf(w.errs[0]) != fault.Unauthorized {
			t.Errorf("%s = %v, want unauthorized", forge, w.errs[0])
		}
		if probe := errors.Is(w.errs[0], wxpay.ErrProbe); probe != (forge == "signtest") {
			t.Errorf("%s told as a probe: %v", forge, probe)
		}
	}
	if len(w.events) != 0 {
		t.Fatalf("a forgery got through: %+v", w.events)
	}
}

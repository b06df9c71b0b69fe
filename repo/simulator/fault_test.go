package simulator_test

import (
	"context"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"
	"github.com/wechatpay-apiv3/wechatpay-go/services/payments/jsapi"

	"ruxue/repo/simulator"
)

// ordered makes an order through the SDK.
func (w *world) ordered(no string) {
	w.t.Helper()
	svc := jsapi.JsapiApiService{Client: w.payClient()}
	if _, _, err := svc.Prepay(context.Background(), w.jsapiRequest(no)); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) fault(api, mode, code string, count int) {
	w.t.Helper()
	if err := w.sim.AddFault(simulator.Fault{API: api, Mode: mode, Code: code, Count: count}); err != nil {
		w.t.Fatal(err)
	}
}

func TestCallbackFaults(t *testing.T) {
	for _, tc := range []struct {
		mode string
		want int // deliveries that arrive in the end
	}{{"", 1}, {"duplicate", 2}, {"drop", 0}, {"timeout", 1}, {"slow", 1}} {
		t.Run(tc.mode, func(t *testing.T) {
			w := newWorld(t)
			w.acceptCallbacks(nil)
			w.ordered("CB-000001")
			if tc.mode != "" {
				w.fault("callback", tc.mode, "", 1)
			}
			w.must("POST", "/_sim/pay", map[string]any{"out_trade_no": "CB-000001", "wait": true})
			if tc.want > 0 {
				eventually(t, "the callback", func() bool { return len(w.product.received("/callback")) == tc.want })
			}
			time.Sleep(80 * time.Millisecond) // longer than every retry
			if got := len(w.product.received("/callback")); got != tc.want {
				t.Errorf("%d deliveries, want %d", got, tc.want)
			}
		})
	}
}

// A product that fails is told again, until it answers.
func TestCallbackRetries(t *testing.T) {
	w := newWorld(t)
	w.ordered("CB-000002")
	w.product.respond(func(*http.Request, []byte) (int, string) {
		if len(w.product.got) < 3 {
			return http.StatusInternalServerError, ""
		}
		return http.StatusNoContent, ""
	})
	w.must("POST", "/_sim/pay", map[string]any{"out_trade_no": "CB-000002"})
	eventually(t, "three deliveries", func() bool { return len(w.product.received("/callback")) == 3 })
	time.Sleep(60 * time.Millisecond)
	got := w.product.received("/callback")
	if len(got) != 3 {
		t.Errorf("%d deliveries after a 204", len(got))
	}
}

// The SDK's own handler refuses the forgeries that it can see; the rest is the
// product's to notice.
func TestForgedCallbacks(t *testing.T) {
	w := newWorld(t)
	var seen []*payments.Transaction
	w.acceptCallbacks(func(tx *payments.Transaction) { seen = append(seen, tx) })
	w.ordered("CB-000003")
	if status, _ := w.call("POST", "/_sim/callbacks", map[string]any{"out_trade_no": "CB-000003"}); status != http.StatusBadRequest {
		t.Error("an honest callback for an unpaid order was sent")
	}
	for forge, want := range map[string]float64{"signature": 401, "serial": 401, "signtest": 401, "stale": 401, "amount": 204, "unknown": 204} {
		out := w.must("POST", "/_sim/callbacks", map[string]any{"out_trade_no": "CB-000003", "forge": forge})
		if out["statuses"].([]any)[0] != want {
			t.Errorf("%s: %v, want %v", forge, out["statuses"], want)
		}
	}
	wrong := 0
	for _, tx := range seen {
		if *tx.OutTradeNo != "CB-000003" || *tx.Amount.Total != 320000 {
			wrong++
		}
	}
	if wrong != 2 || len(seen) != 2 {
		t.Errorf("%d of %d arrived forged, want both", wrong, len(seen))
	}
	w.must("POST", "/_sim/pay", map[string]any{"out_trade_no": "CB-000003", "wait": true})
	if out := w.must("POST", "/_sim/callbacks", map[string]any{"out_trade_no": "CB-000003", "times": 3}); len(out["statuses"].([]any)) != 3 {
		t.Errorf("repeated: %v", out)
	}
	if _, err := w.sim.Callback("CB-000003", "nonsense", 1); err == nil {
		t.Error("an unknown forgery was sent")
	}
}

// What each mode means for a call, and that it is done or not done.
func TestCallFaults(t *testing.T) {
	for _, tc := range []struct {
		mode, code string
		fails      bool
		done       bool // the order exists afterwards
	}{
		{"timeout", "", true, false}, {"500", "SYSTEM_ERROR", true, false}, {"drop", "", true, true}, {"slow", "", false, true},
		{"error", "FREQUENCY_LIMITED", true, false},
	} {
		t.Run(tc.mode, func(t *testing.T) {
			w := newWorld(t)
			svc := jsapi.JsapiApiService{Client: w.payClient()}
			w.fault("pay.prepay", tc.mode, tc.code, 1)
			patience := 5 * time.Second
			if tc.mode == "timeout" {
				patience = 200 * time.Millisecond
			}
			ctx, cancel := context.WithTimeout(context.Background(), patience)
			defer cancel()
			_, _, err := svc.Prepay(ctx, w.jsapiRequest("FAULT-0001"))
			if (err != nil) != tc.fails || tc.code != "" && apiCode(err) != tc.code {
				t.Errorf("error: %v", err)
			}
			_, _, err = svc.QueryOrderByOutTradeNo(context.Background(), jsapi.QueryOrderByOutTradeNoRequest{OutTradeNo: core.String("FAULT-0001"), Mchid: core.String(w.cfg.MchID)})
			if done := apiCode(err) != "ORDER_NOT_EXIST"; done != tc.done {
				t.Errorf("done %v, want %v: %v", done, tc.done, err)
			}
			// Used up: the next one is as usual.
			if _, _, err := svc.Prepay(context.Background(), w.jsapiRequest("FAULT-0001")); err != nil {
				t.Errorf("after the fault: %v", err)
			}
		})
	}
}

func TestFaultsOfOtherProviders(t *testing.T) {
	w := newWorld(t)
	w.fault("template", "error", "45009", 1)
	w.fault("oauth", "error", "40029", 1)
	w.fault("sms", "duplicate", "", 1)
	w.fault("face", "error", "RequestLimitExceeded", 1)
	if _, out := w.call("POST", "/cgi-bin/message/template/send?access_token=x", map[string]any{}); out["errcode"] != 45009.0 {
		t.Errorf("template: %v", out)
	}
	if _, out := w.call("GET", "/sns/oauth2/access_token", nil); out["errcode"] != 40029.0 {
		t.Errorf("oauth: %v", out)
	}
	if w.sendCode(w.smsRequest()) != "Ok" || len(w.sim.SMS("13800138000")) != 2 {
		t.Errorf("sms: %v", w.sim.SMS(""))
	}
	_, err := w.cloud("faceid", "2018-03-01", "ImageRecognitionV2", w.cfg.CloudSecretKey, map[string]any{"Name": "陈立川", "IdCard": "11010519491231002X", "ImageBase64": photo(t)})
	if cloudCode(err) != "RequestLimitExceeded" {
		t.Errorf("face: %v", err)
	}
	w.fault("sms", "500", "", -1)
	for range 3 {
		if _, err := w.cloud("sms", "2021-01-11", "SendSms", w.cfg.CloudSecretKey, w.smsRequest()); err == nil {
			t.Error("a fault without an end ended")
		}
	}
	w.must("DELETE", "/_sim/faults", nil)
	if w.sendCode(w.smsRequest()) != "Ok" {
		t.Error("a cleared fault is still there")
	}
	for _, bad := range []simulator.Fault{{API: "x", Mode: "500"}, {API: "sms", Mode: "x"}, {API: "sms", Mode: "error"}} {
		if w.sim.AddFault(bad) == nil {
			t.Errorf("%+v was taken", bad)
		}
	}
}

// Closing ends what a fault holds.
func TestCloseEndsHangingCalls(t *testing.T) {
	w := newWorld(t)
	w.fault("token", "timeout", "", 1)
	done := make(chan error, 1)
	go func() {
		res, err := http.Get(w.url + "/cgi-bin/token")
		if err == nil {
			res.Body.Close()
			err = errors.New("answered")
		} else {
			err = nil
		}
		done <- err
	}()
	eventually(t, "the call hangs", func() bool { return len(w.sim.Log()) == 1 })
	w.sim.Close()
	select {
	case err := <-done:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(20 * time.Second):
		t.Error("still hanging")
	}
}

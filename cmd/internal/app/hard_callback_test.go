package app_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/config"
	"ruxue/handler"
	"ruxue/repo/keyring"
)

// refused reads how many callbacks were refused, by outcome, from /metrics.
func (w *world) refused(t testing.TB) map[string]string {
	t.Helper()
	return w.metric(t, "ruxue_pay_notifications_total", "outcome")
}

// TestHardCallbacks: what is forged, replayed or contradicts the order is
// refused, counted and moves nothing; the true callback after it still counts.
func TestHardCallbacks(t *testing.T) {
	t.Parallel()
	w := prepareWorld(t, 2)
	w.cfg.MetricsListen = free(t)
	w.start()
	s := w.student(1)
	d := on(t, w.phone()).until(s, "pay")
	d.ask("/pay/hhu/attempt", nil)
	order := w.orders(t, s)[0]
	before := 0
	for _, c := range []struct {
		forge, outcome string
		status         int
	}{
		{"signature", "unauthorized", 401}, {"serial", "unauthorized", 401}, {"signtest", "unauthorized", 401},
		{"stale", "unauthorized", 401}, {"behind", "unauthorized", 401}, {"ahead", "unauthorized", 401},
		{"amount", "conflict", 409}, {"unknown", "not_found", 404}, {"bare", "invalid", 422}, {"huge", "too_large", 413},
	} {
		t.Run(c.forge, func(t *testing.T) {
			count := w.refused(t)[c.outcome]
			statuses, err := w.sim.Callback(order, c.forge, 1)
			if err != nil || len(statuses) != 1 || statuses[0] != c.status {
				t.Errorf("answered %v %v, want %d", statuses, err, c.status)
			}
			if now := w.refused(t)[c.outcome]; now == count {
				t.Errorf("not counted: %s stays at %q", c.outcome, now)
			}
			w.wantUnpaid(t, s)
			w.wantAttempts(t, s, "jsapi open")
		})
		before++
	}
	t.Run("not from WeChat Pay at all", func(t *testing.T) {
		d := on(t, w.pc())
		for _, body := range []string{"", "{}", "not JSON", strings.Repeat("x", 100_000)} {
			a := d.must(d.Do(t.Context(), "POST", "/pay/notify", "application/json", []byte(body), false))
			if a.Status/100 != 4 {
				t.Errorf("%.20q is answered %d", body, a.Status)
			}
		}
		w.wantUnpaid(t, s)
	})
	if status := w.pay(t, order); status != 204 {
		t.Errorf("the true callback is answered %d", status)
	}
	w.wantPaid(t, d, s)
	t.Run("after it was paid", func(t *testing.T) {
		for _, forge := range []string{"signature", "amount"} {
			if statuses, err := w.sim.Callback(order, forge, 1); err != nil || statuses[0]/100 != 4 {
				t.Errorf("%s: answered %v %v", forge, statuses, err)
			}
		}
		// An eavesdropper's copy within five minutes is a duplicate.
		if statuses, err := w.sim.Callback(order, "replay", 3); err != nil || statuses[0] != 204 || statuses[2] != 204 {
			t.Errorf("replayed: answered %v %v", statuses, err)
		}
		w.wantPaid(t, on(t, d.Walker), s)
		w.wantAttempts(t, s, "jsapi paid")
	})
	if strings.Contains(w.logs.String(), "panic") {
		t.Error("the log speaks of a panic")
	}
}

// TestTheDoctorsCallback: the doctor's own unsigned callback is refused like any
// other and is no warning; whoever borrows, ages or invents its mark, or signs
// beside it, is one.
func TestTheDoctorsCallback(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	mark := func(cfg config.Config, ago time.Duration) string {
		m, err := app.Probe(cfg, w.clock.now().Add(-ago))
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	other := w.cfg
	var err error
	if other.Keys.Keyset, err = keyring.Generate(); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		mark   string
		header []string // of a signature
		warns  bool
	}{
		"the doctor's":        {mark(w.cfg, 0), nil, false},
		"two minutes old":     {mark(w.cfg, 2*time.Minute), nil, true},
		"of the future":       {mark(w.cfg, -2*time.Minute), nil, true},
		"by another key":      {mark(other, 0), nil, true},
		"invented":            {"bWFyaw", nil, true},
		"endless":             {strings.Repeat("a", 4000), nil, true},
		"no mark":             {"", nil, true},
		"a signature with it": {mark(w.cfg, 0), []string{"Wechatpay-Signature", "x"}, true},
		"a serial with it":    {mark(w.cfg, 0), []string{"wechatpay-serial", "x"}, true},
	} {
		before := strings.Count(w.logs.String(), "payment callback refused")
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.base+"/pay/notify", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set(handler.ProbeHeader, c.mark)
		if c.header != nil {
			req.Header.Set(c.header[0], c.header[1])
		}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(res.Body)
		_ = res.Body.Close()
		if res.StatusCode != http.StatusUnauthorized || string(body) != `{"code":"FAIL","message":"UNAUTHORIZED"}` {
			t.Errorf("%s: answered %d %s", name, res.StatusCode, body)
		}
		if warned := strings.Count(w.logs.String(), "payment callback refused") > before; warned != c.warns {
			t.Errorf("%s: warned %v, want %v", name, warned, c.warns)
		}
	}
}

package app_test

import (
	"strings"
	"testing"
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

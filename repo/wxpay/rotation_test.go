package wxpay_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"ruxue/repo/simulator"
	"ruxue/repo/wxpay"
	"ruxue/service/payment"
)

func certificatesAlone(c *wxpay.Config) {
	c.PublicKeyID, c.PublicKeyPEM, c.PlatformCertificates = "", "", true
}
func bothModes(c *wxpay.Config) { c.PlatformCertificates = true }

// The whole life of an order in each mode, at a merchant that has what the mode
// needs; in the migration callbacks are signed by either in turn.
func TestEveryVerificationMode(t *testing.T) {
	for name, tc := range map[string]struct {
		old    bool // the merchant has platform certificates
		change func(*wxpay.Config)
		signed string
	}{
		"public key, new merchant":                {false, func(*wxpay.Config) {}, ""},
		"public key, old merchant that has moved": {true, func(*wxpay.Config) {}, "public_key"},
		"certificates":                            {true, certificatesAlone, "certificate"},
		"both while migrating":                    {true, bothModes, "alternate"},
		"both, already moved":                     {false, bothModes, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorldOf(t, simulator.Options{PlatformCertificates: tc.old, CallbackSchedule: []time.Duration{}}, tc.change)
			if tc.signed != "" {
				if err := w.sim.SignCallbacks(tc.signed); err != nil {
					t.Fatal(err)
				}
			}
			for i := range 4 {
				r := w.request(payment.Native, fmt.Sprintf("RXmode%06d", i))
				if _, err := w.client.Prepay(t.Context(), r); err != nil {
					t.Fatal(err)
				}
				if status, err := w.sim.Pay(r.OutTradeNo, "", true); err != nil || status != http.StatusNoContent {
					t.Fatalf("callback %d answered %d, %v", i, status, err)
				}
				if ev := w.last(t); ev.OutTradeNo != r.OutTradeNo || ev.TradeState != payment.TradeSuccess {
					t.Fatalf("callback %d = %+v", i, ev)
				}
			}
			for _, forge := range []string{"signature", "serial", "signtest", "stale"} {
				got, err := w.sim.Callback("RXmode000000", forge, 1)
				if err != nil || got[0] != http.StatusUnauthorized {
					t.Errorf("%s answered %v, %v", forge, got, err)
				}
			}
			refundAndQuery(t, w, w.last(t))
		})
	}
}

// A merchant's configuration that does not fit its state is refused, not
// believed.
func TestTheWrongMode(t *testing.T) {
	w := newWorldOf(t, simulator.Options{CallbackSchedule: []time.Duration{}}, certificatesAlone)
	if _, err := w.client.Prepay(t.Context(), w.request(payment.Native, "RXwrong00001")); outcome(err) != payment.Unknown {
		t.Errorf("without any certificate the prepay gave %v", err)
	}
	w = newWorldOf(t, simulator.Options{PlatformCertificates: true, CallbackSchedule: []time.Duration{}}, func(*wxpay.Config) {})
	if _, err := w.client.Prepay(t.Context(), w.request(payment.Native, "RXwrong00002")); err != nil {
		t.Fatal(err)
	}
	if status, err := w.sim.Pay("RXwrong00002", "", true); err != nil || status != http.StatusUnauthorized {
		t.Errorf("a certificate's callback was answered %d, %v", status, err)
	}
}

// Certificates are rotated, with immediate use of the new one, while callbacks
// arrive, forged ones with unknown serials among them: each order is told in
// the end, none is lost.
func TestRotationWhileCallbacksArrive(t *testing.T) {
	t.Parallel()
	schedule := make([]time.Duration, 360)
	for i := range schedule {
		schedule[i] = 500 * time.Millisecond // for three minutes: WeChat Pay's own is longer than our pause
	}
	w := newWorldOf(t, simulator.Options{PlatformCertificates: true, CallbackSchedule: schedule}, certificatesAlone)
	const orders = 120
	for i := range orders {
		if _, err := w.client.Prepay(t.Context(), w.request(payment.Native, fmt.Sprintf("RXrotate%04d", i))); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.sim.SignCallbacks("alternate"); err != nil { // the public key is not accepted: half are repeated
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for i := range orders {
		if i == orders/2 {
			if _, err := w.sim.RotateCertificate(); err != nil {
				t.Fatal(err)
			}
		}
		no := fmt.Sprintf("RXrotate%04d", i)
		if i%10 == 0 {
			_, _ = w.sim.Callback(no, "serial", 1) // it would have us fetch the list
		}
		wg.Go(func() {
			if _, err := w.sim.Pay(no, "", true); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	w.sim.RetireCertificates()
	deadline := time.Now().Add(3 * time.Minute)
	for told := 0; told < orders; time.Sleep(50 * time.Millisecond) {
		w.mu.Lock()
		seen := map[string]bool{}
		for _, ev := range w.events {
			seen[ev.OutTradeNo] = true
		}
		told = len(seen)
		w.mu.Unlock()
		if time.Now().After(deadline) {
			t.Fatalf("%d of %d orders were told", told, orders)
		}
	}
}

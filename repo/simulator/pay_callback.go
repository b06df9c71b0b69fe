package simulator

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"time"
)

// callbackSchedule is WeChat Pay's: the waits before each further delivery.
var callbackSchedule = []time.Duration{
	15 * time.Second, 15 * time.Second, 30 * time.Second, 3 * time.Minute, 10 * time.Minute, 20 * time.Minute,
	30 * time.Minute, 30 * time.Minute, 30 * time.Minute, time.Hour, 3 * time.Hour, 3 * time.Hour, 3 * time.Hour,
	6 * time.Hour, 6 * time.Hour,
}

// notice is one callback to deliver.
type notice struct {
	url, event, summary, kind string
	resource                  map[string]any
	forge                     string
	id                        string // the same over all deliveries of one notice
}

// Forgeries of a callback.
const (
	forgeSignature = "signature" // a stranger's key
	forgeSerial    = "serial"    // a serial nobody knows
	forgeSignTest  = "signtest"  // WeChat Pay's own probe
	forgeAmount    = "amount"    // rightly signed, one fen less
	forgeUnknown   = "unknown"   // rightly signed, an order nobody knows
	forgeStale     = "stale"     // rightly signed ten minutes ago
	forgeBehind    = "behind"    // rightly signed by a clock six minutes slow
	forgeAhead     = "ahead"     // rightly signed by a clock six minutes fast
	forgeBare      = "bare"      // rightly signed, without a resource
	forgeHuge      = "huge"      // rightly signed, 10 MB
	forgeReplay    = "replay"    // the last true delivery, byte for byte
)

// forgeries are the names that Callback takes.
var forgeries = []string{forgeSignature, forgeSerial, forgeSignTest, forgeAmount, forgeUnknown, forgeStale, forgeBehind,
	forgeAhead, forgeBare, forgeHuge, forgeReplay}

// offBy are the clocks of those that are rightly signed at a wrong time.
var offBy = map[string]time.Duration{forgeStale: -10 * time.Minute, forgeBehind: -6 * time.Minute, forgeAhead: 6 * time.Minute}

// delivery is one callback as it went out.
type delivery struct {
	header http.Header
	body   []byte
}

// body seals the notice.
func (s *Simulator) noticeBody(n notice) ([]byte, error) {
	plain, err := json.Marshal(n.resource)
	if err != nil {
		return nil, fmt.Errorf("building a callback: %w", err)
	}
	sealed, nonce, err := s.keys.sealV3(plain, n.kind)
	if err != nil {
		return nil, err
	}
	if n.forge == forgeBare {
		return json.Marshal(map[string]any{"id": n.id, "create_time": stamp(s.now()), "event_type": n.event, "summary": n.summary})
	}
	if n.forge == forgeHuge {
		n.summary = strings.Repeat("x", 10<<20)
	}
	return json.Marshal(map[string]any{
		"id": n.id, "create_time": stamp(s.now()), "resource_type": "encrypt-resource", "event_type": n.event, "summary": n.summary,
		"resource": map[string]any{
			"original_type": n.kind, "algorithm": "AEAD_AES_256_GCM", "ciphertext": sealed, "associated_data": n.kind, "nonce": nonce,
		},
	})
}

// send delivers once; the status is 0 without an answer.
func (s *Simulator) send(n notice) (int, error) {
	if n.forge == forgeReplay {
		return s.replay(n)
	}
	body, err := s.noticeBody(n)
	if err != nil {
		return 0, err
	}
	key, serial := s.callbackSigner()
	prefix := ""
	switch n.forge {
	case forgeSignature:
		if key, err = strangerKey(); err != nil {
			return 0, fmt.Errorf("making a stranger's key: %w", err)
		}
	case forgeSerial:
		if serial = "PUB_KEY_ID_0000000000000000000000000000000000"; s.opt.PlatformCertificates {
			serial = strings.ToUpper(randomHex(20))
		}
	case forgeSignTest:
		prefix = "WECHATPAY/SIGNTEST/"
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.opt.PushTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, n.url, bytes.NewReader(body))
	if err != nil {
		return 0, fmt.Errorf("making a callback: %w", err)
	}
	if err := s.signHeaders(req.Header, body, key, serial, prefix); err != nil {
		return 0, err
	}
	if off, ok := offBy[n.forge]; ok {
		at, nonce := itoa(s.now().Add(off).Unix()), req.Header.Get("Wechatpay-Nonce")
		old, err := signRSA(key, fmt.Sprintf("%s\n%s\n%s\n", at, nonce, body))
		if err != nil {
			return 0, err
		}
		req.Header.Set("Wechatpay-Timestamp", at)
		req.Header.Set("Wechatpay-Signature", old)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Mozilla/4.0")
	if no, ok := n.resource["out_trade_no"].(string); ok && n.forge == "" {
		s.mu.Lock()
		s.pay.sent[no] = delivery{req.Header.Clone(), body}
		s.mu.Unlock()
	}
	status, _, err := s.do(req)
	return status, err
}

// replay sends an order's last true delivery again, as an eavesdropper would.
func (s *Simulator) replay(n notice) (int, error) {
	no, _ := n.resource["out_trade_no"].(string)
	s.mu.Lock()
	d, ok := s.pay.sent[no]
	s.mu.Unlock()
	if !ok {
		return 0, fmt.Errorf("no callback of order %q was sent before", no)
	}
	ctx, cancel := context.WithTimeout(context.Background(), s.opt.PushTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, n.url, bytes.NewReader(d.body))
	if err != nil {
		return 0, fmt.Errorf("making a callback: %w", err)
	}
	req.Header = d.header.Clone()
	status, _, err := s.do(req)
	return status, err
}

// deliver sends the notice until a 2xx comes, by the schedule. The returned
// status is the first delivery's; further ones go on in the background.
func (s *Simulator) deliver(n notice) int {
	n.id = randomUUID()
	times := 1
	if f := s.takeFault("callback"); f != nil {
		switch f.Mode {
		case modeDrop:
			s.record("callback", n.summary+"（丢失）", modeDrop)
			return 0
		case modeDuplicate:
			times = 2
		case modeSlow:
			s.sleep(s.opt.SlowFor)
		default: // timeout, 500, error: this delivery is lost, the next ones are not
			s.record("callback", n.summary+"（未送达，稍后重发）", f.Mode)
			s.mu.Lock()
			s.backgroundLocked(func() { s.retry(n) })
			s.mu.Unlock()
			return 0
		}
	}
	first, ok := 0, false
	for i := range times {
		status := s.sendRecorded(n)
		if i == 0 {
			first = status
		}
		ok = ok || status/100 == 2
	}
	if !ok {
		s.mu.Lock()
		s.backgroundLocked(func() { s.retry(n) })
		s.mu.Unlock()
	}
	return first
}

func (s *Simulator) retry(n notice) {
	for _, wait := range s.opt.CallbackSchedule {
		if !s.sleep(wait) || s.sendRecorded(n)/100 == 2 {
			return
		}
	}
}

func (s *Simulator) sendRecorded(n notice) int {
	status, err := s.send(n)
	outcome := "ok"
	switch {
	case err != nil:
		outcome = "no answer"
		s.log.Warn("callback not answered", "event", n.event)
	case status/100 != 2:
		outcome = fmt.Sprint(status)
	}
	note := n.summary
	if n.forge != "" {
		note += "（伪造：" + n.forge + "）"
	}
	s.record("callback", note, outcome)
	return status
}

// paidNotice is the callback of a paid order; the caller holds the lock.
func (o *order) paidNotice() notice {
	return notice{url: o.NotifyURL, event: "TRANSACTION.SUCCESS", summary: "支付成功", kind: "transaction", resource: o.transaction()}
}

// Callback sends an order's payment callback so many times, forged or not,
// without retries, and returns the status of each answer. An unpaid order is
// told as if it were paid, so it makes sense with a forgery alone.
func (s *Simulator) Callback(outTradeNo, forge string, times int) ([]int, error) {
	if forge == "none" {
		forge = ""
	}
	if forge != "" && !slices.Contains(forgeries, forge) {
		return nil, fmt.Errorf("unknown forgery %q, one of %v", forge, forgeries)
	}
	s.mu.Lock()
	o := s.pay.orders[outTradeNo]
	if o == nil {
		s.mu.Unlock()
		return nil, fmt.Errorf("unknown out_trade_no %q", outTradeNo)
	}
	copied := *o
	if o.TransactionID == "" {
		if forge == "" {
			s.mu.Unlock()
			return nil, fmt.Errorf("order %q is not paid, only a forged callback could be sent", outTradeNo)
		}
		copied.State, copied.TransactionID, copied.PaidAt, copied.Payer = stateSuccess, s.nextTransactionLocked(), s.now(), o.OpenID
	}
	s.mu.Unlock()
	n := copied.paidNotice()
	n.forge, n.id = forge, randomUUID()
	switch forge {
	case forgeAmount:
		amount := maps.Clone(n.resource["amount"].(map[string]any))
		amount["total"], amount["payer_total"] = copied.Total-1, copied.Total-1
		n.resource["amount"] = amount
	case forgeUnknown:
		n.resource["out_trade_no"] = "unknown" + randomDigits(12)
	}
	var statuses []int
	for range max(times, 1) {
		statuses = append(statuses, s.sendRecorded(n))
	}
	return statuses, nil
}

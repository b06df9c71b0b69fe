package payment

import (
	"time"
)

// Way is how an attempt is paid.
type Way string

// The ways of paying.
const (
	JSAPI  Way = "jsapi"  // inside WeChat, by one openid
	Native Way = "native" // by scanning a QR code, by anybody
)

// AttemptState is where an attempt stands.
type AttemptState string

// The states of an attempt. Created and open are live; a success moves every
// state but the last two to paid or surplus, late or not.
const (
	AttemptCreated AttemptState = "created" // number taken; the prepay's result is not known (yet)
	AttemptOpen    AttemptState = "open"    // can be paid
	AttemptClosed  AttemptState = "closed"  // closed at WeChat Pay, or never reached it
	AttemptFailed  AttemptState = "failed"  // the prepay was refused
	AttemptPaid    AttemptState = "paid"    // its money settled the bill
	AttemptSurplus AttemptState = "surplus" // its money goes back
)

// Live reports whether the attempt may still be paid as far as we know.
func (s AttemptState) Live() bool { return s == AttemptCreated || s == AttemptOpen }

// Settled reports whether its money was recorded.
func (s AttemptState) Settled() bool { return s == AttemptPaid || s == AttemptSurplus }

// Request is one prepay request, whole: repeated, it must be identical, so it
// is stored as it was sent.
type Request struct {
	Way         Way       `json:"way"`
	AppID       string    `json:"app_id"`
	MchID       string    `json:"mch_id"`
	OutTradeNo  string    `json:"out_trade_no"`
	Description string    `json:"description"`
	AmountFen   int64     `json:"amount_fen"`
	OpenID      string    `json:"openid,omitempty"`
	ClientIP    string    `json:"client_ip,omitempty"`
	ExpireAt    time.Time `json:"expire_at"` // +08:00, whole seconds
	NotifyURL   string    `json:"notify_url"`
}

// Attempt is one try to pay a bill: one order at WeChat Pay.
type Attempt struct {
	ID            int64
	BillID        int64
	EnrolmentID   int64
	OutTradeNo    string
	Way           Way
	State         AttemptState
	AmountFen     int64
	AppID         string
	MchID         string
	OpenID        string
	Request       Request
	PrepayID      string
	CodeURL       string
	TransactionID string
	ExpireAt      time.Time
	EndedAt       *time.Time
	Checks        int // how often the worker asked
	NextCheckAt   *time.Time
	LeaseHolder   string
	LeaseUntil    *time.Time
	CreatedAt     time.Time
}

const (
	// lifetime of an order: prepay_id and code_url live 2 h, less a margin for
	// clocks that disagree.
	lifetime = 115 * time.Minute
	// minLifetime is the least WeChat Pay accepts as time_expire, and the least
	// that is worth opening a cashier for.
	minLifetime = time.Minute
	// leaseFor outlasts the longest chain of calls made under one lease (five,
	// of a few seconds each).
	leaseFor = 40 * time.Second
	// watchClosed is for how long after its end an attempt is still asked about.
	watchClosed = 48 * time.Hour
)

// checkAfter are the pauses between the worker's questions about a live
// attempt; the last one repeats until it expires.
var checkAfter = []time.Duration{10 * time.Second, 15 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute}

// closedAfter are the pauses after the end of an attempt; then it rests, and
// only a callback or the daily reconciliation can still bring news.
var closedAfter = []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}

// nextCheck is when to ask about a live attempt again: with backoff, but right
// after it expires.
func nextCheck(now, expire time.Time, checks int) *time.Time {
	at := now.Add(checkAfter[min(checks, len(checkAfter)-1)])
	if end := expire.Add(5 * time.Second); now.Before(end) && at.After(end) {
		at = end
	}
	return &at
}

// nextAfterEnd is when to ask about an ended attempt again, nil for never.
func nextAfterEnd(now, ended time.Time) *time.Time {
	for _, d := range closedAfter {
		if at := ended.Add(d); at.After(now) {
			return &at
		}
	}
	return nil
}

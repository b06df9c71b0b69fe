package payment

import "errors"

// Outcome classifies a call to WeChat Pay that gave no plain success.
type Outcome int

// The outcomes. Unknown is the zero value: whatever is not recognised may have
// happened.
const (
	Unknown Outcome = iota // timeout, EOF, 5xx, 202, unverifiable: it may have happened
	Refused                // definitely not done; Code says why
	Paid                   // ORDERPAID: the order was paid meanwhile
	Missing                // no such order or refund
	Closed                 // the order is closed
	Used                   // the number was used with other parameters
	Busy                   // not done, worth repeating later (rate limit, user is paying)
)

var outcomeNames = [...]string{"unknown", "refused", "paid", "missing", "closed", "used", "busy"}

// String returns the outcome's name for logs.
func (o Outcome) String() string {
	if o < 0 || int(o) >= len(outcomeNames) {
		return outcomeNames[Unknown]
	}
	return outcomeNames[o]
}

// GatewayError is a failed call. It holds nothing of the request or the raw
// answer, so that it may be logged.
type GatewayError struct {
	Op      string // "prepay", "query" …
	Outcome Outcome
	Code    string // WeChat Pay's error code, or a word like "timeout"
}

// Error returns operation, outcome and code.
func (e *GatewayError) Error() string {
	return "wechat pay " + e.Op + ": " + e.Outcome.String() + " (" + e.Code + ")"
}

// outcomeOf returns the outcome and code of a gateway's error.
func outcomeOf(err error) (Outcome, string) {
	if e, ok := errors.AsType[*GatewayError](err); ok {
		return e.Outcome, e.Code
	}
	return Unknown, ""
}

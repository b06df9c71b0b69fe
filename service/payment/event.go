package payment

import (
	"context"
	"time"
)

// EventKind says what an Event is about.
type EventKind string

// The kinds of event. Other is authentic but of no concern here.
const (
	TradeEvent  EventKind = "trade"
	RefundEvent EventKind = "refund"
	OtherEvent  EventKind = "other"
)

// WeChat Pay's states of a trade (trade_state).
const (
	TradeSuccess = "SUCCESS"
	TradeRefund  = "REFUND"
	TradeNotPay  = "NOTPAY"
	TradeClosed  = "CLOSED"
)

// WeChat Pay's states of a refund (refund_status, status).
const (
	RefundSucceeded  = "SUCCESS"
	RefundProcessing = "PROCESSING"
	RefundAbnormal   = "ABNORMAL"
	RefundClosed     = "CLOSED"
)

// Event is an authenticated statement of WeChat Pay about a trade or a refund.
type Event struct {
	Kind   EventKind
	Source string // "callback" or "query": kept with the payment

	AppID, MchID  string
	OutTradeNo    string
	TransactionID string
	TradeState    string
	TradeType     string
	BankType      string
	OpenID        string // the payer's, perhaps not the student's
	Currency      string
	TotalFen      int64
	PayerFen      int64
	SuccessAt     time.Time

	OutRefundNo string
	RefundID    string
	RefundState string
	RefundFen   int64
}

// Prepaid is what a prepay gives.
type Prepaid struct {
	PrepayID string // JSAPI
	CodeURL  string // Native
}

// RefundRequest is one refund request; repeated with the same OutRefundNo it is
// the same refund.
type RefundRequest struct {
	TransactionID string
	OutTradeNo    string
	OutRefundNo   string
	Reason        string // shown to the payer
	AmountFen     int64
	TotalFen      int64
}

// Gateway speaks to WeChat Pay. Its errors are *GatewayError; each call limits
// its own time (a few seconds). Only 200 and 204 with a valid signature are
// answers.
type Gateway interface {
	Prepay(ctx context.Context, r Request) (Prepaid, error)
	Query(ctx context.Context, outTradeNo string) (Event, error)
	Close(ctx context.Context, outTradeNo string) error
	// Sign returns the parameters of WeixinJSBridge's getBrandWCPayRequest; no HTTP.
	Sign(ctx context.Context, appID, prepayID string) (map[string]string, error)
	Refund(ctx context.Context, r RefundRequest) (Event, error)
	QueryRefund(ctx context.Context, outRefundNo string) (Event, error)
}

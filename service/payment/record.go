package payment

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"time"
)

// Purposes of a payment.
const (
	PurposeBill    = "bill"    // settled the bill
	PurposeSurplus = "surplus" // goes back
)

// Payment is money that came in. The row never changes.
type Payment struct {
	Ref           string
	EnrolmentID   int64
	BillID        int64
	AttemptID     int64
	OutTradeNo    string
	TransactionID string
	AppID         string
	MchID         string
	PayerOpenID   string
	TradeType     string
	BankType      string
	TotalFen      int64
	PayerFen      int64
	Currency      string
	Purpose       string
	Source        string
	SucceededAt   time.Time
	CreatedAt     time.Time
}

// Hash is the row's own hash in hex: SHA-256 over every field, each as
// name, length and value, in this order. The sealer chains it.
func (p Payment) Hash() string {
	h := sha256.New()
	put := func(name, value string) { fmt.Fprintf(h, "%s:%d:%s\n", name, len(value), value) }
	num := func(name string, v int64) { put(name, strconv.FormatInt(v, 10)) }
	at := func(name string, t time.Time) {
		put(name, t.UTC().Truncate(time.Microsecond).Format("2006-01-02T15:04:05.000000Z"))
	}
	put("kind", "payment/1")
	put("ref", p.Ref)
	num("enrolment_id", p.EnrolmentID)
	num("bill_id", p.BillID)
	num("attempt_id", p.AttemptID)
	put("out_trade_no", p.OutTradeNo)
	put("transaction_id", p.TransactionID)
	put("app_id", p.AppID)
	put("mch_id", p.MchID)
	put("payer_openid", p.PayerOpenID)
	put("trade_type", p.TradeType)
	put("bank_type", p.BankType)
	num("total_fen", p.TotalFen)
	num("payer_fen", p.PayerFen)
	put("currency", p.Currency)
	put("purpose", p.Purpose)
	put("source", p.Source)
	at("succeeded_at", p.SucceededAt)
	at("created_at", p.CreatedAt)
	return hex.EncodeToString(h.Sum(nil))
}

// RefundState is where a refund stands.
type RefundState string

// The states of a refund. Only success is final: an abnormal one may still
// succeed after a person acted at WeChat Pay.
const (
	RefundRequestedState RefundState = "requested" // ours alone, or its fate is unknown
	RefundPendingState   RefundState = "processing"
	RefundDoneState      RefundState = "success"
	RefundAbnormalState  RefundState = "abnormal" // needs a person
	RefundClosedState    RefundState = "closed"   // needs a person
	RefundFailedState    RefundState = "failed"   // refused; needs a person
	RefundWaitingState   RefundState = "waiting"  // a second person has to approve
	RefundRejectedState  RefundState = "rejected" // and did not; final
)

// Counts reports whether the refund's money is back, on its way or asked for:
// it can't be refunded a second time.
func (s RefundState) Counts() bool { return s != RefundClosedState && s != RefundRejectedState }

// Causes of a refund.
const (
	CauseSurplus   = "surplus"   // the bill was paid already
	CauseWithdrawn = "withdrawn" // the student deferred or gave up the place
	CauseVoid      = "void"      // the bill was withdrawn, or is free
	CauseStaff     = "staff"     // finance asked for it
	CauseWaived    = "waived"    // paid, and then the place was given up
)

// Refund is money on its way back.
type Refund struct {
	ID            int64
	Ref           string
	EnrolmentID   int64
	BillID        int64
	AttemptID     int64
	OutTradeNo    string
	TransactionID string
	OutRefundNo   string
	RefundID      string
	MchID         string
	State         RefundState
	Cause         string
	Reason        string
	AmountFen     int64
	TotalFen      int64
	LastCode      string
	Checks        int
	NextCheckAt   *time.Time
	SucceededAt   *time.Time
	CreatedAt     time.Time

	RequestedBy string // reference of the staff account; "" for the program
	Requester   string
	DecidedBy   string
	Decider     string
	DecidedAt   *time.Time
	Note        string // how money went back by hand, why it was rejected
}

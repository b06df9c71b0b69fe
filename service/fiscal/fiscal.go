// Package fiscal owns the 财政电子票据: the fiscal receipts that a college's
// finance system issues for tuition, imported from its lists and shown to whoever
// paid. One bill has at most one. Who reads xlsx and csv, and who stores what
// was read, stand behind its interfaces.
package fiscal

import (
	"context"
	"net/url"
	"time"

	"ruxue/service/audit"
	"ruxue/service/payment"
	"ruxue/service/staff"
)

// Receipt is the fiscal receipt of one bill.
type Receipt struct {
	BillID      int64
	EnrolmentID int64
	Code        string // 票据代码, "" where the list did not say
	Number      string // 票据号码
	Check       string // 校验码, "" where the list did not say
	Link        string // https, where it is looked at
	IssuedOn    string // such as 2026-11-21, "" unknown
	AmountFen   int64  // 0 where the list did not say
	UpdatedAt   time.Time
}

// Host is the host that the link leads to: people see it before they go there.
func (r Receipt) Host() string {
	u, err := url.Parse(r.Link)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// Target is whose receipts a list may hold: one campaign's, within a scope.
type Target struct {
	CampaignID int64
	Campaign   string // its code
	Scope      staff.Scope
}

// Bill is what a row's order or student number leads to.
type Bill struct {
	ID          int64 // 0: the student has no bill yet
	Ref         string
	EnrolmentID int64
	Name        string
	State       payment.BillState
	TotalFen    int64
}

// Standing is what the records hold about a row.
type Standing struct {
	ByNumber *Bill // nil: no such student number in the target
	ByOrder  *Bill // nil: no such order in the target
	Order    payment.AttemptState
	Have     *Receipt // of the bill that was found, nil without
	Holder   int64    // the bill that has the row's receipt already, 0 without
}

// Store keeps the receipts.
type Store interface {
	// InTx runs fn in one transaction, again after a deadlock.
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
	// Standings returns what the records hold about each entry; lock holds the
	// receipts found until the transaction ends.
	Standings(ctx context.Context, t Target, entries []Entry, lock bool) ([]Standing, error)
	// Create stores receipts of bills that have none; fault.Conflict means that
	// another import was faster.
	Create(ctx context.Context, list []Receipt) error
	Update(ctx context.Context, list []Receipt) error
	// OfEnrolment returns the receipt of a student's bill; false without one.
	OfEnrolment(ctx context.Context, enrolmentID int64) (Receipt, bool, error)
}

// Auditor appends to the audit log, in the transaction of the context.
type Auditor interface {
	Add(ctx context.Context, e audit.Entry) error
}

// Teller tells a student that the receipt is there, in the transaction of the
// context.
type Teller interface {
	Issued(ctx context.Context, campaign string, r Receipt) error
}

// Occasion names the message that a receipt is there among a campaign's
// templates.
const Occasion = "fiscal_receipt"

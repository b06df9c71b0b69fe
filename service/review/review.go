// Package review owns what waits for staff and what they decided: archived face
// photos, attachments, listed data to be confirmed, applications to keep, enter or give
// up the place.
//
// A case is nothing of its own: it is the record that still waits, so that the
// queue can never differ from what the student sees. A decision is a row that
// takes effect only when its undo time is over (Undoable); until then the
// student still waits, and whoever decided may withdraw it. A worker then
// makes it true in one transaction with everything that follows from it. Should
// the record have moved on meanwhile (a newer photo, a withdrawn application),
// the decision is moot and changes nothing.
package review

import (
	"context"
	"time"

	"ruxue/service/audit"
	"ruxue/service/staff"
)

// Kind is what a case is about.
type Kind string

// The kinds, in the order in which staff see them.
const (
	Photo      Kind = "photo"      // 拍照存档
	Attachment Kind = "attachment" // a picture or paper that the campaign wants looked at
	Approval   Kind = "approval"   // listed data to be confirmed
	Defer      Kind = "defer"      // 保留入学资格
	Waive      Kind = "waive"      // 放弃入学资格
	Enter      Kind = "enter"      // 申请入学, after a place was kept
	Section    Kind = "section"    // a page of the form, sent back by staff's own choice: it never waits
)

// Kinds are those that can wait, in order.
var Kinds = []Kind{Photo, Attachment, Approval, Defer, Waive, Enter}

// Application reports whether a case of the kind is an application, which tells
// the student what was decided by itself.
func (k Kind) Application() bool { return k == Defer || k == Waive || k == Enter }

// Undoable is how long a decision may be withdrawn. Nothing follows from it
// before: no message, no number, no refund.
const Undoable = 10 * time.Second

// SealKind is the seal kind of decisions.
const SealKind = "review"

// Scope bounds whose cases a member of staff sees.
type Scope = staff.Scope

// By is who decides.
type By struct {
	Ref  string
	Name string
}

// Case is one record that staff look at.
type Case struct {
	Kind         Kind
	Subject      string // outward reference of the record
	Item         string // the attachment's slot or the section's name, else ""
	CampaignID   int64
	EnrolmentID  int64
	EnrolmentRef string
	Name         string
	SiteCode     string
	Site         string
	Grade        string
	Level        string
	Major        string
	Since        time.Time // it waits for staff
	SHA256       string    // of the picture, "" for what is none
	Paid         bool
	Open         bool // it still waits, apart from a decision that may be undone
	Rejected     int  // how often the same thing was sent back before
	// Last is the newest decision about it that was not withdrawn; nil without.
	Last *Decision
}

// State is how far a decision is.
type State string

// The states of a decision.
const (
	Waiting   State = "waiting"   // it may be undone
	Done      State = "done"      // it took effect
	Withdrawn State = "withdrawn" // undone
	Moot      State = "moot"      // the record had moved on
)

// Decision is what somebody decided about a case.
type Decision struct {
	ID          int64
	Ref         string
	CampaignID  int64
	EnrolmentID int64
	Kind        Kind
	Subject     string
	Item        string
	Evidence    string // SHA-256 of what was judged
	Approve     bool
	Reason      string // label; "" for an approval
	Remark      string // the sentence that the student reads; "" for an approval
	Batch       string // decisions of one act share it
	By          By
	State       State
	DecidedAt   time.Time
	EffectiveAt time.Time
	Tries       int
	SettledAt   *time.Time
}

// Hash returns the row hash of a decision that took effect (version 1).
func (d Decision) Hash() string {
	settled := time.Time{}
	if d.SettledAt != nil {
		settled = *d.SettledAt
	}
	approve := int64(0)
	if d.Approve {
		approve = 1
	}
	return audit.NewCanon(SealKind, 1).Text("ref", d.Ref).Int("enrolment", d.EnrolmentID).Text("kind", string(d.Kind)).
		Text("subject", d.Subject).Text("item", d.Item).Text("evidence", d.Evidence).Int("approve", approve).
		Text("reason", d.Reason).Text("remark", d.Remark).Text("staff", d.By.Ref).Text("staff_name", d.By.Name).
		Time("decided_at", d.DecidedAt).Time("settled_at", settled).Sum()
}

// Filter narrows the queue; zero values do not.
type Filter struct {
	CampaignID int64
	Kind       Kind
	Item       string
	Site       string // code
	Major      string
	Before     time.Time // only what waits since before
	After      time.Time // only what waits since then or later
	NotBy      string    // without what the member of staff with that reference decided, and withdrew, since it waits
}

// Cursor is where a page of the queue ends; the zero value is the beginning.
type Cursor struct {
	Since   time.Time
	Subject string
}

// Counts is how many cases wait, by kind.
type Counts map[Kind]int

// Total is their sum.
func (c Counts) Total() int {
	n := 0
	for _, x := range c {
		n += x
	}
	return n
}

// Choices are the values that filters may take: what occurs in the queue.
type Choices struct {
	Sites  []Choice
	Majors []Choice
	Items  []Choice // slots of attachments
}

// Choice is one value and how many cases have it.
type Choice struct {
	Value string
	Label string
	Count int
}

// Store keeps decisions and finds cases. Calls join the transaction of their
// context.
type Store interface {
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
	// LockEnrolment holds the enrolment's row, the first in the lock order.
	LockEnrolment(ctx context.Context, enrolmentID int64) error
	// Cases lists at most limit open cases of a kind after the cursor, oldest
	// first, without those of which a decision waits.
	Cases(ctx context.Context, s Scope, kind Kind, f Filter, after Cursor, limit int) ([]Case, error)
	Count(ctx context.Context, s Scope, kind Kind, f Filter) (int, error)
	Choices(ctx context.Context, s Scope, kind Kind, f Filter) (Choices, error)
	// Case returns one, open or not; fault.NotFound when it is out of scope.
	Case(ctx context.Context, s Scope, kind Kind, subject string) (Case, error)
	// Insert stores a decision; false when another waits for the same case.
	Insert(ctx context.Context, d Decision) (bool, error)
	// Withdraw ends what waits of the staff member under a ref or batch and is
	// not due at now; it returns them.
	Withdraw(ctx context.Context, staffRef, ref string, now time.Time) ([]Decision, error)
	// Due takes at most limit decisions whose time has come, each put off until
	// again, so that another replica leaves it alone meanwhile.
	Due(ctx context.Context, now, again time.Time, limit int) ([]Decision, error)
	// Settle ends a waiting decision; false when it waits no more.
	Settle(ctx context.Context, d Decision) (bool, error)
	// Postpone notes a failure and when to try again.
	Postpone(ctx context.Context, id int64, at time.Time) error
	// Handled lists the newest decisions in scope, of one staff member or of all.
	Handled(ctx context.Context, s Scope, staffRef string, limit int) ([]Handled, error)
	// DecidedSince counts what the staff member decided and did not withdraw.
	DecidedSince(ctx context.Context, staffRef string, since time.Time) (int, error)
	// Newest is the newest decision in effect of the enrolment's kind and item;
	// fault.NotFound without one.
	Newest(ctx context.Context, enrolmentID int64, kind Kind, item string) (Decision, error)
	SavedReasons(ctx context.Context, set string, limit int) ([]string, error)
	SaveReason(ctx context.Context, set, label, staffRef string) error
	// SyncSlots makes uploads of the campaign's listed slots wait for staff, and
	// those of its other slots not.
	SyncSlots(ctx context.Context, campaignID int64, slots []string) error
}

// Handled is a decision in the list of what was done.
type Handled struct {
	Decision
	Name  string // the student's
	Major string
}

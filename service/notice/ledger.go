package notice

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/fault"
	"ruxue/service/reference"
	"ruxue/service/staff"
)

// PerPage is how many messages one page of the ledger holds.
const PerPage = 50

// LedgerQuery asks the ledger; empty fields ask for everything.
type LedgerQuery struct {
	Scope      staff.Scope
	CampaignID int64
	Enrolment  string // reference of one student
	Template   string // our name of the occasion
	State      State  // Queued asks for what is being sent too
	// Unreached asks for students whose newest message of an occasion reached
	// nobody, by WeChat or by SMS.
	Unreached bool
	Before    int64 // id that a page ends before; 0 begins with the newest
}

// Sent is one line of the ledger: who was told what, when, and its fate.
type Sent struct {
	ID        int64
	Ref       string
	Kind      Kind
	Template  string // our name
	State     State
	Code      string // the provider's
	Reason    string // simplified Chinese
	Tries     int
	CreatedAt time.Time
	DoneAt    *time.Time
	Enrolment string // reference of the student; "" for staff
	Name      string // of the student or the staff member
	Major     string
	Resent    bool // another one was sent in its place
}

// Occasion is the template in plain words.
func (s Sent) Occasion() string { return Occasion(s.Template) }

// Occasion returns our name of a template in plain words.
func Occasion(template string) string {
	if t := titles[template]; t != "" {
		return t
	}
	return "学校通知"
}

// Way returns how the message travels in plain words.
func (s Sent) Way() string {
	if s.Kind == KindSMS {
		return "短信"
	}
	return "微信"
}

// CanResend reports whether sending it again makes sense: it failed or nobody
// knows, and nothing took its place.
func (s Sent) CanResend() bool { return (s.State == Failed || s.State == Unknown) && !s.Resent }

// LedgerStore reads the messages.
type LedgerStore interface {
	Writer
	// Ledger returns the newest messages first, at most limit.
	Ledger(ctx context.Context, q LedgerQuery, limit int) ([]Sent, error)
	// Fates counts the messages of a query by state.
	Fates(ctx context.Context, q LedgerQuery) (map[State]int, error)
	// Message returns a row of the scope, fault.NotFound without one.
	Message(ctx context.Context, scope staff.Scope, ref string) (Row, error)
}

// Ledger is what was told to everybody.
type Ledger struct {
	store LedgerStore
	now   func() time.Time
}

// NewLedger returns the ledger over the store.
func NewLedger(store LedgerStore, now func() time.Time) *Ledger {
	return &Ledger{store: store, now: now}
}

// List returns one page and the id that the next one begins before, 0 after
// the last.
func (l *Ledger) List(ctx context.Context, q LedgerQuery) ([]Sent, int64, error) {
	list, err := l.store.Ledger(ctx, q, PerPage+1)
	if err != nil {
		return nil, 0, fmt.Errorf("listing the messages: %w", err)
	}
	if len(list) > PerPage {
		return list[:PerPage], list[PerPage-1].ID, nil
	}
	return list, 0, nil
}

// Fates counts the messages of a query by state, whatever its own state.
func (l *Ledger) Fates(ctx context.Context, q LedgerQuery) (map[State]int, error) {
	q.State, q.Unreached, q.Before = "", false, 0
	return l.store.Fates(ctx, q)
}

// Resend queues a message once more. One that is on its way or arrived, and one
// that was sent again already, is fault.Conflict.
func (l *Ledger) Resend(ctx context.Context, scope staff.Scope, ref string) (Row, error) {
	old, err := l.store.Message(ctx, scope, ref)
	if err != nil {
		return Row{}, err
	}
	if old.State != Failed && old.State != Unknown {
		return Row{}, fault.New(fault.Conflict, "这条消息"+old.State.Words()+"，不用重发")
	}
	now := l.now()
	row := Row{Ref: reference.New(), Kind: old.Kind, EnrolmentID: old.EnrolmentID, StaffID: old.StaffID, DedupeKey: "resend:" + ref,
		Payload: old.Payload, State: Queued, NotBefore: now, CreatedAt: now}
	fresh, err := l.store.Insert(ctx, row)
	if err != nil {
		return Row{}, fmt.Errorf("sending a message again: %w", err)
	}
	if !fresh {
		return Row{}, fault.New(fault.Conflict, "这条消息已经重发过，结果见新的一条")
	}
	return row, nil
}

// Package audit owns the log of what people and the program did, the canonical
// row hashes of everything that must be provable, and the seal chain over them.
//
// A provable row (audit entry, final signature, payment, review) carries its own
// hash from the moment it is written. The sealer appends those hashes to one
// chain afterwards, so that no business transaction waits on the chain's head.
// Changing a sealed row breaks its own hash, taking it out leaves a link without
// its row, and changing a link breaks every link after it.
package audit

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"ruxue/service/reference"
)

// Kind is the seal kind of audit entries.
const Kind = "audit"

// Entry is one thing that happened.
type Entry struct {
	ID      int64
	Ref     string    // outward reference; Add gives one when empty
	At      time.Time // Add takes the clock when zero
	Actor   string    // "staff:<ref>", "student:<ref>" or "system"; never a name
	Action  string    // machine name such as "staff.unmask"
	Subject string    // what it was done to: "enrolment:<ref>"
	Detail  string    // a sentence for staff, without personal data; cut to 1000 runes
	RowHash string    // set by Add
}

// Hash returns the entry's row hash (version 1).
func (e Entry) Hash() string {
	return NewCanon(Kind, 1).Text("ref", e.Ref).Time("at", e.At).Text("actor", e.Actor).
		Text("action", e.Action).Text("subject", e.Subject).Text("detail", e.Detail).Sum()
}

// Store keeps entries. Insert joins the transaction of the context.
type Store interface {
	Insert(ctx context.Context, e Entry) error
	// ByID returns the entry with the internal id, fault.NotFound without one.
	ByID(ctx context.Context, id int64) (Entry, error)
	// Of returns the newest entries about a subject, newest first.
	Of(ctx context.Context, subject string, limit int) ([]Entry, error)
}

// Log appends entries.
type Log struct {
	store Store
	now   func() time.Time
}

// NewLog returns a log over the store.
func NewLog(store Store, now func() time.Time) *Log { return &Log{store: store, now: now} }

// Add writes the entry with its hash, in the caller's transaction when the
// context carries one: what is undone is not logged.
func (l *Log) Add(ctx context.Context, e Entry) error {
	if e.Ref == "" {
		e.Ref = reference.New()
	}
	if e.At.IsZero() {
		e.At = l.now()
	}
	e.At = e.At.UTC().Truncate(time.Microsecond)
	e.Actor, e.Action = cut(e.Actor, 64), cut(e.Action, 64)
	e.Subject, e.Detail = cut(e.Subject, 64), cut(e.Detail, 1000)
	e.RowHash = e.Hash()
	if err := l.store.Insert(ctx, e); err != nil {
		return fmt.Errorf("logging %s: %w", e.Action, err)
	}
	return nil
}

// Of returns the newest entries about a subject, newest first, at most limit.
func (l *Log) Of(ctx context.Context, subject string, limit int) ([]Entry, error) {
	return l.store.Of(ctx, subject, limit)
}

// Recompute returns the hash of the entry as it stands now, for Verify.
func (l *Log) Recompute(ctx context.Context, id int64) (string, error) {
	e, err := l.store.ByID(ctx, id)
	if err != nil {
		return "", err
	}
	return e.Hash(), nil
}

// cut shortens s to at most n runes and drops what is not UTF-8, so that the
// row reads back as it was hashed.
func cut(s string, n int) string {
	out := make([]rune, 0, min(len(s), n))
	for _, r := range s {
		if len(out) == n {
			break
		}
		if r != utf8.RuneError {
			out = append(out, r)
		}
	}
	return string(out)
}

// Package fault owns the kinds of error that a service tells its caller about.
// A kind says what went wrong in the product's own terms; which HTTP status or
// page follows from it is the handler's business and stands in one table there.
package fault

import (
	"errors"
	"fmt"
	"time"
)

// Kind is the class of an error. The zero value is Internal: an error that
// nobody classified is a defect or an outage, never the user's doing.
type Kind int

// The kinds, from "ours" to "theirs".
const (
	Internal     Kind = iota // unexpected: a bland page with a reference number
	Invalid                  // the input breaks a rule; Field names where
	NotFound                 // no such thing, or not yours: the two look alike
	Unauthorized             // no session, or a wrong secret
	Forbidden                // known, but not allowed
	Conflict                 // the thing moved on meanwhile
	Gone                     // was there, is over: an expired QR code, a used ticket
	TooMany                  // a limit; RetryAfter says how long to wait
	Closed                   // outside the registration window
	Unavailable              // a provider is down; not the user's fault
	TooLarge                 // more bytes than the rule allows
)

var names = [...]string{"internal", "invalid", "not_found", "unauthorized", "forbidden",
	"conflict", "gone", "too_many", "closed", "unavailable", "too_large"}

// String returns the kind's stable machine name, as it appears in JSON answers.
func (k Kind) String() string {
	if k < 0 || int(k) >= len(names) {
		return names[Internal]
	}
	return names[k]
}

// Error is an error with a kind and a sentence that may be shown to the user.
type Error struct {
	Kind Kind
	// Sentence is simplified Chinese, safe to show: it holds no personal datum
	// and nothing of Err.
	Sentence string
	// Field is the input field the sentence belongs to, or "".
	Field string
	// RetryAfter is how long to wait before trying again; 0 when not applicable.
	RetryAfter time.Duration
	// Err is the cause for the log, or nil.
	Err error
}

// New returns a fault of the kind with a sentence for the user.
func New(kind Kind, sentence string) *Error { return &Error{Kind: kind, Sentence: sentence} }

// Newf is New with a format.
func Newf(kind Kind, format string, args ...any) *Error {
	return New(kind, fmt.Sprintf(format, args...))
}

// Wrap returns a fault that keeps err as its cause.
func Wrap(kind Kind, sentence string, err error) *Error {
	return &Error{Kind: kind, Sentence: sentence, Err: err}
}

// On returns a copy that belongs to the named input field.
func (e *Error) On(field string) *Error {
	c := *e
	c.Field = field
	return &c
}

// After returns a copy that asks to wait for d.
func (e *Error) After(d time.Duration) *Error {
	c := *e
	c.RetryAfter = d
	return &c
}

// Error is for logs: the kind and the cause, or the sentence where there is none.
func (e *Error) Error() string {
	if e.Err != nil {
		return e.Kind.String() + ": " + e.Err.Error()
	}
	return e.Kind.String() + ": " + e.Sentence
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// As returns the first fault in err's chain.
func As(err error) (*Error, bool) {
	var e *Error
	ok := errors.As(err, &e)
	return e, ok
}

// KindOf returns the kind of the first fault in err's chain, Internal without one.
func KindOf(err error) Kind {
	if e, ok := As(err); ok {
		return e.Kind
	}
	return Internal
}

// Is reports whether err is a fault of the kind.
func Is(err error, kind Kind) bool {
	e, ok := As(err)
	return ok && e.Kind == kind
}

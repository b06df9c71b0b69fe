// Package enrolment owns what a student hands in on the way to registration:
// the form sections (drafts and submissions, one encrypted blob each) and the
// attachments (photos re-encoded without metadata, PDFs validated and kept as
// they are), together with the rules that both must meet.
package enrolment

import (
	"context"

	"ruxue/service/fault"
)

// Owner names the enrolment that a section or attachment belongs to. Every
// look-up carries it, so that nothing is fetched without its owner.
type Owner struct {
	// EnrolmentID is the internal id; it never leaves the program.
	EnrolmentID int64
	// EnrolmentRef is the outward reference; ciphertexts are bound to it.
	EnrolmentRef string
	// CampaignCode is the campaign's code.
	CampaignCode string
}

// Gate says whether the student may still change what she handed in; its error
// is shown to her. It is asked in the transaction that makes the change, with
// the enrolment locked, so that a payment cannot slip in between.
type Gate func(ctx context.Context, enrolmentID int64) error

// Locker runs fn in a transaction that holds the owner's enrolment row (the
// first in the lock order). It fails with fault.NotFound for an owner that does
// not exist. fn may run more than once.
type Locker interface {
	Locked(ctx context.Context, o Owner, fn func(ctx context.Context) error) error
}

// guarded runs fn while the enrolment is locked and the gate is open.
func guarded(ctx context.Context, l Locker, gate Gate, o Owner, fn func(ctx context.Context) error) error {
	return l.Locked(ctx, o, func(ctx context.Context) error {
		if gate != nil {
			if err := gate(ctx, o.EnrolmentID); err != nil {
				return err
			}
		}
		return fn(ctx)
	})
}

// invalid returns the fault of a file that breaks a rule.
func invalid(format string, args ...any) error {
	return fault.Newf(fault.Invalid, format, args...).On("file")
}

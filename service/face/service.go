package face

import (
	"context"
	"time"

	"ruxue/service/reference"
	"ruxue/service/sealed"
)

// Store keeps the records. Calls join the transaction of their context.
type Store interface {
	Add(ctx context.Context, r Record) error
	// Tries counts the comparisons that the provider judged (passed or failed)
	// since the time.
	Tries(ctx context.Context, enrolmentID int64, since time.Time) (int, error)
	// Session lists the checks of a login session, oldest first.
	Session(ctx context.Context, enrolmentID int64, sessionHash string) ([]Record, error)
	// Recent lists at most limit checks and photos of the enrolment, newest first.
	Recent(ctx context.Context, enrolmentID int64, limit int) ([]Record, error)
	// Archive adds r and supersedes the enrolment's pending photo, in one
	// transaction. It fails with fault.Conflict once a photo was approved.
	Archive(ctx context.Context, r Record) error
	// Newest returns the newest archived photo; false when there is none.
	Newest(ctx context.Context, enrolmentID int64) (Record, bool, error)
	// Get returns a record of the enrolment; fault.NotFound without one.
	Get(ctx context.Context, enrolmentID int64, ref string) (Record, error)
	// Review moves a pending photo; false when it is not pending any more.
	Review(ctx context.Context, ref string, to Review, remark string) (bool, error)
	// Expired lists at most limit records of a campaign (0: of all) made before
	// the time that still have a picture; Forget notes that it is gone.
	Expired(ctx context.Context, campaignID int64, before time.Time, limit int) ([]Record, error)
	Forget(ctx context.Context, ref string) error
}

// Limiter counts acts against a limit in a window.
type Limiter interface {
	Allow(ctx context.Context, key string, limit int, window time.Duration) (ok bool, retryAfter time.Duration, err error)
}

// Options are what a Service needs.
type Options struct {
	Store    Store
	Files    sealed.Files
	Limiter  Limiter
	Provider Provider
	Cascade  []byte // pigo's facefinder
	Rules    Rules
	Now      func() time.Time
	NewRef   func() string // default: 16 random bytes in base64url
}

// Service is the face check. It is safe for concurrent use.
type Service struct {
	Options
	judge *Judge
}

// New returns a Service; it fails on a broken cascade.
func New(o Options) (*Service, error) {
	o.Rules = o.Rules.filled()
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewRef == nil {
		o.NewRef = reference.New
	}
	j, err := NewJudge(o.Cascade, o.Rules)
	if err != nil {
		return nil, err
	}
	return &Service{Options: o, judge: j}, nil
}

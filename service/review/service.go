package review

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/reference"
)

// Campaigns find a case's campaign.
type Campaigns interface {
	ByID(ctx context.Context, id int64) (*campaign.Campaign, error)
	List(ctx context.Context) ([]*campaign.Campaign, error)
}

// Effect makes a decision true in the caller's transaction. fault.Conflict says
// that the record has moved on, fault.NotFound that it is gone.
type Effect func(ctx context.Context, d Decision) error

// Result is what is told to the student.
type Result struct {
	EnrolmentID int64
	Ref         string // of the decision
	Kind        Kind
	Item        string
	Batch       string // shared by what was decided in one act, "" for a single one
	Title       string // of what was decided about
	Approve     bool
	Reason      string
}

// Options are what a Service needs.
type Options struct {
	Store     Store
	Campaigns Campaigns
	Looks     Looks // may be nil: then nobody sees what others have open
	// Effects are what kinds do; a kind without one is never listed.
	Effects map[Kind]Effect
	// Complete gives the number when this was the last duty.
	Complete func(ctx context.Context, enrolmentID int64) error
	// Tell queues the message about a result in the caller's transaction.
	Tell func(ctx context.Context, c *campaign.Campaign, r Result) error
	// Note appends to the audit log about the enrolment, in the transaction.
	Note   func(ctx context.Context, by By, action string, enrolmentID int64, detail string) error
	Now    func() time.Time
	NewRef func() string
	Log    *slog.Logger
	// Every is how often due decisions are looked for, default 1 s.
	Every time.Duration
}

// Service is the queue and its decisions. It is safe for concurrent use.
type Service struct {
	Options
	synced map[int64]int // campaign versions whose slots are marked; of Run alone
}

// New returns a Service.
func New(o Options) *Service {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.NewRef == nil {
		o.NewRef = reference.New
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Every <= 0 {
		o.Every = time.Second
	}
	return &Service{Options: o, synced: map[int64]int{}}
}

// kinds are those that the filter lets through and that can be decided.
func (s *Service) kinds(f Filter) []Kind {
	return slices.DeleteFunc(slices.Clone(Kinds), func(k Kind) bool {
		return s.Effects[k] == nil || (f.Kind != "" && f.Kind != k)
	})
}

// Queue lists at most limit waiting cases after the cursor, oldest first, and
// where the next page begins (nil at the end).
func (s *Service) Queue(ctx context.Context, scope Scope, f Filter, after Cursor, limit int) ([]Case, *Cursor, error) {
	var all []Case
	for _, k := range s.kinds(f) {
		list, err := s.Store.Cases(ctx, scope, k, f, after, limit+1)
		if err != nil {
			return nil, nil, fmt.Errorf("listing what waits for review: %w", err)
		}
		all = append(all, list...)
	}
	slices.SortFunc(all, func(a, b Case) int {
		if c := a.Since.Compare(b.Since); c != 0 {
			return c
		}
		if a.Subject < b.Subject {
			return -1
		}
		return 1
	})
	if len(all) <= limit {
		return all, nil, nil
	}
	last := all[limit-1]
	return all[:limit], &Cursor{Since: last.Since, Subject: last.Subject}, nil
}

// Counts is how many cases wait by kind, under the filter.
func (s *Service) Counts(ctx context.Context, scope Scope, f Filter) (Counts, error) {
	out := Counts{}
	for _, k := range s.kinds(f) {
		n, err := s.Store.Count(ctx, scope, k, f)
		if err != nil {
			return nil, fmt.Errorf("counting what waits for review: %w", err)
		}
		out[k] = n
	}
	return out, nil
}

// Waiting is how many cases wait for whom the scope describes, by kind.
func (s *Service) Waiting(ctx context.Context, scope Scope) (Counts, error) {
	return s.Counts(ctx, scope, Filter{})
}

// Choices are the values that occur among the waiting cases, for the filters.
func (s *Service) Choices(ctx context.Context, scope Scope, f Filter) (Choices, error) {
	var out Choices
	for _, k := range s.kinds(f) {
		c, err := s.Store.Choices(ctx, scope, k, Filter{CampaignID: f.CampaignID})
		if err != nil {
			return out, fmt.Errorf("listing the filters' values: %w", err)
		}
		out.Sites, out.Majors, out.Items = merge(out.Sites, c.Sites), merge(out.Majors, c.Majors), merge(out.Items, c.Items)
	}
	return out, nil
}

func merge(have, more []Choice) []Choice {
	for _, m := range more {
		i := slices.IndexFunc(have, func(h Choice) bool { return h.Value == m.Value })
		if i < 0 {
			have = append(have, m)
			continue
		}
		have[i].Count += m.Count
	}
	return have
}

// Case returns one case in scope, waiting or not; fault.NotFound else.
func (s *Service) Case(ctx context.Context, scope Scope, kind Kind, subject string) (Case, error) {
	if s.Effects[kind] == nil {
		return Case{}, fault.New(fault.NotFound, "没有这种审核")
	}
	return s.Store.Case(ctx, scope, kind, subject)
}

// Handled lists the newest decisions in scope; mine keeps to one member of staff.
func (s *Service) Handled(ctx context.Context, scope Scope, mine string, limit int) ([]Handled, error) {
	return s.Store.Handled(ctx, scope, mine, limit)
}

// Today counts what the member of staff decided since midnight in Beijing.
func (s *Service) Today(ctx context.Context, staffRef string) (int, error) {
	y, m, d := s.Now().In(campaign.Shanghai).Date()
	return s.Store.DecidedSince(ctx, staffRef, time.Date(y, m, d, 0, 0, 0, 0, campaign.Shanghai))
}

// Newest is the newest decision in effect about the enrolment's thing; ok is
// false without one.
func (s *Service) Newest(ctx context.Context, enrolmentID int64, kind Kind, item string) (d Decision, ok bool, err error) {
	d, err = s.Store.Newest(ctx, enrolmentID, kind, item)
	if fault.Is(err, fault.NotFound) {
		return d, false, nil
	}
	return d, err == nil, err
}

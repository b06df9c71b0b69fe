package alert

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/loop"
	"ruxue/service/review"
	"ruxue/service/staff"
)

// Run looks for waiting cases until ctx ends.
func (s *Service) Run(ctx context.Context) {
	loop.Every(ctx, s.Log, "staff cannot be told of waiting cases", s.Every, s.Tick)
}

// Tick tells everybody who is due, and returns the first failure after trying
// the others too.
func (s *Service) Tick(ctx context.Context) error {
	list, err := s.Store.Reviewers(ctx, staff.RolesWith(staff.Review))
	if err != nil {
		return fmt.Errorf("listing whom to tell: %w", err)
	}
	now := s.Now()
	due := list[:0]
	var earliest time.Time
	digest := false
	for _, r := range list {
		if r.ToldAt != nil && now.Sub(*r.ToldAt) < s.Interval {
			continue
		}
		after := newSince(r)
		if len(due) == 0 || after.Before(earliest) {
			earliest = after
		}
		digest = digest || s.digest(r, now) != ""
		due = append(due, r)
	}
	if len(due) == 0 {
		return nil
	}
	if !digest { // one question for all, as a quiet time asks the same every few seconds
		n, err := s.Cases.Counts(ctx, staff.Scope{All: true}, review.Filter{After: earliest, Before: now.Add(-settling)})
		if err != nil || n.Total() == 0 {
			return err
		}
	}
	var first error
	for _, r := range due {
		if err := s.tell(ctx, r, now); err != nil && first == nil {
			first = err
		}
	}
	return first
}

// newSince is the time after which cases are new to the reviewer.
func newSince(r Reviewer) time.Time {
	if r.ToldAt == nil {
		return time.Time{}
	}
	return r.ToldAt.Add(-settling)
}

// digest is the day whose digest is due to the reviewer, "" for none.
func (s *Service) digest(r Reviewer, now time.Time) string {
	t := now.In(campaign.Shanghai)
	if day := t.Format(time.DateOnly); t.Hour() >= s.DigestHour && r.DigestDay != day {
		return day
	}
	return ""
}

// tell writes the message to one reviewer, if there is something to say.
func (s *Service) tell(ctx context.Context, r Reviewer, now time.Time) error {
	day := s.digest(r, now)
	until := now.Add(-settling)
	if day == "" {
		n, err := s.Cases.Counts(ctx, r.scope(), review.Filter{After: newSince(r), Before: until, NotBy: r.Ref})
		if err != nil || n.Total() == 0 {
			return err
		}
	}
	waiting := review.Filter{Before: until}
	counts, err := s.Cases.Counts(ctx, r.scope(), waiting)
	if err != nil {
		return err
	}
	oldest, _, err := s.Cases.Queue(ctx, r.scope(), waiting, review.Cursor{}, 1)
	if err != nil {
		return err
	}
	if len(oldest) == 0 || counts.Total() == 0 {
		if day == "" {
			return nil // decided between the questions
		}
		return s.Store.Quiet(ctx, r.ID, day)
	}
	path, err := s.Links.Create(ctx, r.ID, Target)
	if err != nil {
		return err
	}
	m := s.message(r, oldest[0], counts, day != "", path)
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		ok, err := s.Store.Tell(ctx, Told{StaffID: r.ID, Count: counts.Total(), At: now, NotSince: now.Add(-s.Interval), DigestDay: day})
		if err != nil || !ok {
			return err
		}
		return s.Outbox.Add(ctx, m)
	})
}

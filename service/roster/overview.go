package roster

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/staff"
)

// Overview is how far a campaign is, counted over the students of a scope.
type Overview struct {
	Total int
	Steps []StepCount
	Sites []Count
	// Majors are named "<level> <major>".
	Majors []Count
	// Days are the days with a registration or a payment, oldest first.
	Days  []DayCount
	Cases int // open ones
}

// StepCount is one step of the funnel. The first, KeyLogin, counts who never
// logged in: they reached nothing.
type StepCount struct {
	Key, Label string
	Here       int // this duty is due
	Reached    int // this one or a later one is due, or nothing is left
}

// Count is what became of a group of students.
type Count struct {
	Key, Name  string
	Total      int
	Registered int
	Paid       int // or nothing to pay
	Bound      int // deferral or waiver, decided or not
}

// DayCount is one day in Beijing time.
type DayCount struct {
	Day        string // 2026-11-22
	Registered int
	Paid       int
}

// OverviewStore counts in the records.
type OverviewStore interface {
	// CountDue counts students by the key of the duty that is due.
	CountDue(ctx context.Context, scope staff.Scope, c *campaign.Campaign) (map[string]int, error)
	CountSites(ctx context.Context, scope staff.Scope, campaignID int64) ([]Count, error)
	CountMajors(ctx context.Context, scope staff.Scope, campaignID int64) ([]Count, error)
	// CountDays counts registrations and payments since the time, by day.
	CountDays(ctx context.Context, scope staff.Scope, campaignID int64, since time.Time) ([]DayCount, error)
}

// days is how many days the overview looks back.
const days = 30

// Overview counts the students of a campaign in the scope.
func (s *Service) Overview(ctx context.Context, scope staff.Scope, c *campaign.Campaign) (Overview, error) {
	due, err := s.Store.CountDue(ctx, scope, c)
	if err != nil {
		return Overview{}, fmt.Errorf("counting by step: %w", err)
	}
	o := Overview{Steps: funnel(c, due)}
	for _, n := range due {
		o.Total += n
	}
	if o.Sites, err = s.Store.CountSites(ctx, scope, c.ID); err != nil {
		return o, fmt.Errorf("counting by site: %w", err)
	}
	if o.Majors, err = s.Store.CountMajors(ctx, scope, c.ID); err != nil {
		return o, fmt.Errorf("counting by major: %w", err)
	}
	today := s.Now().In(campaign.Shanghai)
	since := time.Date(today.Year(), today.Month(), today.Day()-days+1, 0, 0, 0, 0, campaign.Shanghai)
	if o.Days, err = s.Store.CountDays(ctx, scope, c.ID, since); err != nil {
		return o, fmt.Errorf("counting by day: %w", err)
	}
	o.Cases, err = s.Store.CountCases(ctx, scope)
	return o, err
}

// funnel turns counts by due duty into steps. Who left by another door stands
// beside the funnel, not in it.
func funnel(c *campaign.Campaign, due map[string]int) []StepCount {
	var out, aside []StepCount
	beyond := due[KeyRegistered]
	duties := Duties(c)
	for _, d := range slices.Backward(duties) {
		if d.Kind == "application" {
			if n := due[d.Key]; n > 0 {
				aside = append(aside, StepCount{Key: d.Key, Label: d.Label, Here: n, Reached: n})
			}
			continue
		}
		if d.Key == KeyLogin {
			out = append(out, StepCount{Key: d.Key, Label: d.Label, Here: due[d.Key], Reached: due[d.Key]})
			continue
		}
		beyond += due[d.Key]
		out = append(out, StepCount{Key: d.Key, Label: DueLabel(c, d.Key), Here: due[d.Key], Reached: beyond})
	}
	slices.Reverse(out)
	if n := due[KeyRegistered]; n > 0 || has(duties, "done") {
		out = append(out, StepCount{Key: KeyRegistered, Label: DueLabel(c, KeyRegistered), Here: n, Reached: n})
	}
	out = append(out, aside...)
	for _, key := range []string{KeyEntering, KeyBound} {
		if n := due[key]; n > 0 {
			out = append(out, StepCount{Key: key, Label: DueLabel(c, key), Here: n, Reached: n})
		}
	}
	return out
}

func has(duties []Duty, key string) bool {
	return slices.ContainsFunc(duties, func(d Duty) bool { return d.Key == key })
}

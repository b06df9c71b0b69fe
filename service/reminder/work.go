package reminder

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/loop"
)

const (
	// batch is how many messages one transaction writes.
	batch = 200
	// lease must outlast a batch by far.
	lease = time.Minute
	// every is how often a worker looks for an open reminder.
	every = 2 * time.Second
)

// Run writes the messages of open reminders until ctx ends. Replicas share the
// work; one that dies is followed by another from where it was.
func (s *Service) Run(ctx context.Context) {
	loop.Run(ctx, s.Log, "a reminder cannot be worked on", every, nil, s.Tick)
}

// Tick writes one batch of an open reminder, and reports whether there was one.
func (s *Service) Tick(ctx context.Context) (bool, error) {
	r, ok, err := s.Store.Claim(ctx, s.holder, s.Now().Add(lease))
	if err != nil || !ok {
		return false, err
	}
	if err := s.batch(ctx, r); err != nil {
		return true, fmt.Errorf("writing reminders: %w", err)
	}
	return true, s.Store.Release(ctx, r.Ref, s.holder)
}

// batch writes the next messages and the place reached in one transaction. Who
// met the duty meanwhile is no longer found, and not told.
func (s *Service) batch(ctx context.Context, r Reminder) error {
	c, err := s.Campaigns.ByID(ctx, r.CampaignID)
	if err != nil {
		return err
	}
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		list, err := s.Students.After(ctx, query(c, r.Step), r.AfterID, batch)
		if err != nil {
			return err
		}
		after, queued := r.AfterID, r.Queued
		for _, e := range list {
			after = e.ID
			m, ok := s.message(c, r.Step, e)
			if !ok {
				continue // the template was taken out of the campaign meanwhile
			}
			m.DedupeKey = "remind:" + r.Ref + ":" + e.Ref
			if err := s.Outbox.Add(ctx, m); err != nil {
				return err
			}
			queued++
		}
		_, err = s.Store.Advance(ctx, r.Ref, s.holder, after, queued, len(list) < batch)
		return err
	})
}

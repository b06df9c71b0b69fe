package review

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ruxue/service/fault"
)

// errMoot ends a transaction in which the record turned out to have moved on.
var errMoot = errors.New("the record has moved on")

const (
	batchSize = 50
	// holdFor is how long a replica has to make a decision true before another
	// one tries.
	holdFor = 30 * time.Second
)

// Run makes decisions true whose time has come, until ctx ends. Any number of
// replicas may run.
func (s *Service) Run(ctx context.Context) {
	for {
		err := s.sync(ctx)
		n, tickErr := s.Tick(ctx)
		wait := s.Every
		switch err = errors.Join(err, tickErr); {
		case ctx.Err() != nil:
			return
		case err != nil:
			s.Log.ErrorContext(ctx, "reviews cannot be worked on", "error", err.Error())
			wait = 5 * s.Every
		case n == batchSize:
			wait = 0
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(wait):
		}
	}
}

// Tick makes due decisions true, at most one batch, and returns how many it
// took. One that fails is tried again later and holds up no other.
func (s *Service) Tick(ctx context.Context) (int, error) {
	now := s.Now()
	due, err := s.Store.Due(ctx, now, now.Add(holdFor), batchSize)
	if err != nil {
		return 0, fmt.Errorf("looking for due decisions: %w", err)
	}
	for _, d := range due {
		if ctx.Err() != nil {
			return len(due), nil // the others come again when their hold is over
		}
		if err := s.settle(context.WithoutCancel(ctx), d); err != nil {
			s.Log.ErrorContext(ctx, "a decision did not take effect", "review", d.ID, "kind", string(d.Kind),
				"tries", d.Tries+1, "error", err.Error())
			again := s.Now().Add(min(5*time.Second<<min(d.Tries, 7), 10*time.Minute))
			if err := s.Store.Postpone(ctx, d.ID, again); err != nil {
				return len(due), fmt.Errorf("postponing a decision: %w", err)
			}
		}
	}
	return len(due), nil
}

// settle makes one decision true, or moot, with all that follows from it.
func (s *Service) settle(ctx context.Context, d Decision) error {
	camp, err := s.Campaigns.ByID(ctx, d.CampaignID)
	if err != nil {
		return fmt.Errorf("finding the campaign: %w", err)
	}
	effect := s.Effects[d.Kind]
	if effect == nil {
		return fmt.Errorf("nothing makes a decision about %s true", d.Kind)
	}
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		if err := s.Store.LockEnrolment(ctx, d.EnrolmentID); err != nil {
			return err
		}
		at := s.Now().UTC().Truncate(time.Microsecond)
		done := d
		done.State, done.SettledAt = Done, &at
		won, err := s.Store.Settle(ctx, done)
		if err != nil || !won { // withdrawn, or another replica was faster
			return err
		}
		if err := effect(ctx, done); err != nil {
			if fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound) {
				return errMoot
			}
			return fmt.Errorf("making a decision true: %w", err)
		}
		if err := s.Complete(ctx, d.EnrolmentID); err != nil {
			return err
		}
		title := Title(camp, d.Kind, d.Item)
		if err := s.Tell(ctx, camp, Result{EnrolmentID: d.EnrolmentID, Ref: d.Ref, Kind: d.Kind, Item: d.Item, Batch: d.Batch,
			Title: title, Approve: d.Approve, Reason: d.Reason}); err != nil {
			return fmt.Errorf("queueing the message about a decision: %w", err)
		}
		return s.note(ctx, d, "review."+string(d.Kind), title+"："+d.Words())
	})
	if !errors.Is(err, errMoot) {
		return err
	}
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		if err := s.Store.LockEnrolment(ctx, d.EnrolmentID); err != nil {
			return err
		}
		at := s.Now().UTC().Truncate(time.Microsecond)
		d.State, d.SettledAt = Moot, &at
		won, err := s.Store.Settle(ctx, d)
		if err != nil || !won {
			return err
		}
		return s.note(ctx, d, "review.moot", Title(camp, d.Kind, d.Item)+"："+d.Words()+"，未生效，学生已重新提交或撤回")
	})
}

func (s *Service) note(ctx context.Context, d Decision, action, detail string) error {
	if err := s.Note(ctx, d.By, action, d.EnrolmentID, detail); err != nil {
		return fmt.Errorf("logging a decision: %w", err)
	}
	return nil
}

// sync marks the uploads of slots that a new version of a campaign wants looked
// at, and unmarks those of slots that it no longer does.
func (s *Service) sync(ctx context.Context) error {
	list, err := s.Campaigns.List(ctx)
	if err != nil {
		return fmt.Errorf("listing the campaigns: %w", err)
	}
	for _, c := range list {
		if s.synced[c.ID] == c.Version {
			continue
		}
		var slots []string
		for _, x := range c.Attachments {
			if x.Review {
				slots = append(slots, x.Name)
			}
		}
		if err := s.Store.SyncSlots(ctx, c.ID, slots); err != nil {
			return fmt.Errorf("marking what has to be looked at: %w", err)
		}
		s.synced[c.ID] = c.Version
	}
	return nil
}

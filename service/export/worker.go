package export

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/loop"
	"ruxue/service/reference"
	"ruxue/service/roster"
	"ruxue/service/student"
)

const (
	page     = 500             // students read at once
	lease    = 2 * time.Minute // renewed with every progress
	idle     = 5 * time.Second
	reportAt = 25 // things between two progress notes of a slow kind
)

// Run makes files and deletes old ones until ctx ends.
func (s *Service) Run(ctx context.Context) {
	loop.Run(ctx, s.Log, "an export failed", idle, s.wake, s.Tick)
}

// Tick purges what is over and makes at most one file; it reports whether it
// made one.
func (s *Service) Tick(ctx context.Context) (bool, error) {
	if err := s.purge(ctx); err != nil {
		return false, err
	}
	now := s.Now()
	j, ok, err := s.Store.Claim(ctx, s.Holder, now, now.Add(lease))
	if err != nil || !ok {
		return false, err
	}
	err = s.make(ctx, &j)
	switch {
	case err == nil:
		j.State = Done
	case errors.Is(err, loop.ErrLost) || ctx.Err() != nil:
		return true, err
	case j.Tries < maxTries:
		return true, err // its lease runs out, then it begins anew
	default:
		j.State = Failed
	}
	at := s.Now()
	j.FinishedAt = &at
	if ok, finishErr := s.Store.Finish(ctx, j, s.Holder); finishErr != nil || !ok {
		return true, errors.Join(err, finishErr)
	}
	return true, err
}

// purge deletes the files whose time is over, and those of an earlier try.
func (s *Service) purge(ctx context.Context) error {
	list, err := s.Store.Expired(ctx, s.Now(), 20)
	if err != nil {
		return err
	}
	for _, j := range list {
		if err := s.clear(ctx, j); err != nil {
			return err
		}
		if err := s.Store.Purge(ctx, j.ID); err != nil {
			return err
		}
	}
	return nil
}

// clear deletes the parts of the job's newest try, with one that may have been
// kept just before its worker died.
func (s *Service) clear(ctx context.Context, j Job) error {
	if j.BlobKey == "" {
		return nil
	}
	for n := 1; n <= j.Parts+1; n++ {
		if err := s.Files.Delete(ctx, partKey(j, n)); err != nil {
			return fmt.Errorf("deleting an old export: %w", err)
		}
	}
	return nil
}

// make writes the job's file. Every try has keys of its own, so that a worker
// which lost its lease and does not know it yet writes into nobody's file; what
// the try before it kept is deleted first.
func (s *Service) make(ctx context.Context, j *Job) error {
	c, err := s.Campaigns.ByID(ctx, j.CampaignID)
	if err != nil {
		return err
	}
	if err := s.clear(ctx, *j); err != nil {
		return err
	}
	j.Done, j.Skipped, j.Parts, j.Bytes = 0, 0, 0, 0
	j.BlobKey = "export/" + reference.Key()
	q := roster.Query{Scope: j.Request.Scope, Campaign: c, State: j.Request.State, Step: j.Request.Step, Site: j.Request.Site, Major: j.Request.Major}
	if j.Request.Kind == Payments {
		j.Total, err = s.Ledger.CountPayments(ctx, q)
	} else {
		j.Total, err = s.Roll.Count(ctx, q)
	}
	if err != nil {
		return err
	}
	if err := s.report(ctx, j); err != nil {
		return err
	}
	out := &parts{ctx: ctx, s: s, job: j}
	switch j.Request.Kind {
	case Students:
		err = s.students(ctx, j, c, q, out)
	case Payments:
		err = s.payments(ctx, j, q, out)
	default:
		err = s.archive(ctx, j, c, q, out)
	}
	if err != nil {
		return err
	}
	return out.Close()
}

func (s *Service) report(ctx context.Context, j *Job) error {
	return loop.Held(s.Store.Progress(ctx, *j, s.Holder, s.Now().Add(lease)))
}

// each walks through the students of the query.
func (s *Service) each(ctx context.Context, j *Job, q roster.Query, every int, use func(e *student.Enrolment) error) error {
	for after := int64(0); ; {
		list, err := s.Roll.After(ctx, q, after, page)
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return nil
		}
		for _, e := range list {
			if err := use(e); err != nil {
				return err
			}
			after = e.ID
			if j.Done++; j.Done%every == 0 {
				if err := s.report(ctx, j); err != nil {
					return err
				}
			}
		}
	}
}

func (s *Service) students(ctx context.Context, j *Job, c *campaign.Campaign, q roster.Query, out *parts) error {
	var columns []Column
	var header []string
	for _, key := range j.Request.Columns {
		for _, col := range Columns(c) {
			if col.Key == key {
				columns, header = append(columns, col), append(header, col.Label)
			}
		}
	}
	t, err := s.table(j.Request.Format, "学生", header, out)
	if err != nil {
		return err
	}
	err = s.each(ctx, j, q, page, func(e *student.Enrolment) error {
		row, err := s.row(ctx, c, e, columns, j.Request.Full)
		if err != nil {
			return err
		}
		return t.Row(row)
	})
	if err != nil {
		t.Discard()
		return err
	}
	return t.Finish(out)
}

func (s *Service) payments(ctx context.Context, j *Job, q roster.Query, out *parts) error {
	t, err := s.table(j.Request.Format, "缴费记录", paymentHeader, out)
	if err != nil {
		return err
	}
	for after := int64(0); ; {
		list, err := s.Ledger.PaymentsAfter(ctx, q, after, page)
		if err == nil && len(list) == 0 {
			return t.Finish(out)
		}
		for _, p := range list {
			after = p.ID
			j.Done++
			if err == nil {
				err = t.Row(paymentRow(p))
			}
		}
		if err == nil {
			err = s.report(ctx, j)
		}
		if err != nil {
			t.Discard()
			return err
		}
	}
}

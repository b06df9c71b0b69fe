package payment

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

const (
	batch     = 40              // rows claimed per kind and tick
	workers   = 8               // calls to WeChat Pay at once
	workPause = 2 * time.Second // between ticks that found nothing
	retryDone = time.Minute     // between tries to complete a registration
)

// Work asks about due attempts, closes expired ones, executes refunds and
// completes what a failure left open, until ctx is cancelled. Any number of
// replicas may run it: each row is claimed by a lease.
func (s *Service) Work(ctx context.Context) {
	for ctx.Err() == nil {
		n, err := s.Tick(ctx)
		if err != nil && ctx.Err() == nil {
			s.OnEvent("work.error")
			s.Logger.ErrorContext(ctx, "payment worker", "error", err)
		}
		if n < batch && pause(ctx, workPause) != nil {
			return
		}
	}
}

// Tick does what is due now, once, and returns how many rows it handled.
func (s *Service) Tick(ctx context.Context) (int, error) {
	now := s.now()
	attempts, err := s.Store.DueAttempts(ctx, now, batch)
	if err != nil {
		return 0, err
	}
	refunds, err := s.Store.DueRefunds(ctx, now, batch)
	if err != nil {
		return 0, err
	}
	var jobs []func() (bool, error)
	for _, a := range attempts {
		jobs = append(jobs, func() (bool, error) { return s.workAttempt(ctx, a) })
	}
	for _, r := range refunds {
		jobs = append(jobs, func() (bool, error) { return s.workRefund(ctx, r) })
	}
	n, err := runAll(ctx, jobs)
	done, cerr := s.workCompletions(ctx)
	return n + done, errors.Join(err, cerr)
}

func runAll(ctx context.Context, jobs []func() (bool, error)) (int, error) {
	var mu sync.Mutex
	var wg sync.WaitGroup
	var errs []error
	n := 0
	slots := make(chan struct{}, workers)
	for _, job := range jobs {
		slots <- struct{}{}
		if ctx.Err() != nil {
			break
		}
		wg.Go(func() {
			defer func() { <-slots }()
			did, err := job()
			mu.Lock()
			defer mu.Unlock()
			if did {
				n++
			}
			if err != nil {
				errs = append(errs, err)
			}
		})
	}
	wg.Wait()
	return n, errors.Join(errs...)
}

// workAttempt asks about one attempt. An expired one, or one whose bill or
// enrolment no longer wants money, is closed.
func (s *Service) workAttempt(ctx context.Context, a Attempt) (bool, error) {
	now := s.now()
	holder := s.token(8)
	ok, err := s.Store.ClaimAttempt(ctx, a.ID, holder, true, now, now.Add(leaseFor))
	if err != nil || !ok {
		return false, err
	}
	if !a.State.Live() {
		return true, s.workEnded(ctx, a, holder)
	}
	wanted, err := s.Store.Payable(ctx, a.ID)
	if err != nil {
		return true, err
	}
	if !wanted || !now.Before(a.ExpireAt) {
		paid, err := s.retire(ctx, a, holder)
		if err != nil {
			return true, fmt.Errorf("closing order %s: %w", a.OutTradeNo, err)
		}
		if paid {
			s.OnEvent("found") // a callback was lost
		}
		return true, nil
	}
	known, err := s.ask(ctx, a)
	s.release(ctx, a, holder) // a settled or ended attempt has given its lease up already
	if err != nil {
		return true, fmt.Errorf("asking about order %s: %w", a.OutTradeNo, err)
	}
	if known {
		s.OnEvent("found")
	}
	return true, nil
}

// workEnded asks about an attempt that ended here, for money that came late.
func (s *Service) workEnded(ctx context.Context, a Attempt, holder string) error {
	_, err := s.ask(ctx, a)
	now := s.now()
	ended := now
	if a.EndedAt != nil {
		ended = *a.EndedAt
	}
	next := nextAfterEnd(now, ended)
	if err != nil && next == nil && now.Sub(ended) < 7*24*time.Hour {
		at := now.Add(time.Hour) // the last answer is still owed
		next = &at
	}
	if rerr := s.Store.ReleaseAttempt(context.WithoutCancel(ctx), a.ID, holder, next); rerr != nil {
		return rerr
	}
	if err != nil {
		return fmt.Errorf("asking about closed order %s: %w", a.OutTradeNo, err)
	}
	return nil
}

func (s *Service) workRefund(ctx context.Context, r Refund) (bool, error) {
	now := s.now()
	ok, err := s.Store.ClaimRefund(ctx, r.ID, s.token(8), now, now.Add(leaseFor))
	if err != nil || !ok {
		return false, err
	}
	return true, s.pushRefund(ctx, r)
}

// workCompletions repeats completions that failed when the money was settled.
func (s *Service) workCompletions(ctx context.Context) (int, error) {
	open, err := s.Store.OpenProblems(ctx, ProblemCompletion, s.now().Add(-retryDone), batch)
	if err != nil {
		return 0, err
	}
	n := 0
	var errs []error
	for _, p := range open {
		ok, err := s.Store.TouchProblem(ctx, p, s.now())
		if err != nil {
			return n, err
		}
		if !ok {
			continue
		}
		n++
		errs = append(errs, s.Store.InTx(ctx, func(ctx context.Context) error {
			if err := s.Registrar.Complete(ctx, p.EnrolmentID); err != nil {
				return fmt.Errorf("completing a paid registration: %w", err)
			}
			return s.Store.ResolveProblem(ctx, p.ID, s.now())
		}))
	}
	return n, errors.Join(errs...)
}

package signing

import (
	"context"
	"errors"
	"time"

	"ruxue/service/fault"
)

// reread is how often a watcher looks by itself, should every wake-up be lost.
const reread = 5 * time.Second

// Watch returns the handoff's states as they come, to the student it belongs
// to, beginning with the present one. It listens before it reads, so nothing
// falls between; states that follow each other fast may be skipped, the last
// one never is. The channel is closed after an ended state, when ctx ends or
// when the server shuts down.
func (s *Handoffs) Watch(ctx context.Context, ref string, enrolmentID int64) (<-chan Handoff, error) {
	wake, stop := s.store.Listen(ref)
	h, err := s.State(ctx, ref, enrolmentID)
	if err != nil {
		stop()
		return nil, err
	}
	out := make(chan Handoff)
	go func() {
		defer close(out)
		defer stop()
		s.follow(ctx, h, wake, out)
	}()
	return out, nil
}

func (s *Handoffs) follow(ctx context.Context, h Handoff, wake <-chan struct{}, out chan<- Handoff) {
	for {
		select {
		case out <- h:
		case <-ctx.Done():
			return
		}
		if h.State.Ended() {
			return
		}
		var ok bool
		if h, ok = s.change(ctx, h, wake); !ok {
			return
		}
	}
}

// change waits until the handoff is no longer as it was.
func (s *Handoffs) change(ctx context.Context, h Handoff, wake <-chan struct{}) (Handoff, bool) {
	for {
		wait := time.NewTimer(h.patience(s.time()))
		select {
		case <-ctx.Done():
			wait.Stop()
			return h, false
		case _, open := <-wake:
			if !open {
				wait.Stop()
				return h, false
			}
		case <-wait.C:
		}
		wait.Stop()
		next, err := s.State(ctx, h.Ref, h.EnrolmentID)
		switch {
		case errors.Is(err, ErrUnknown) || fault.Is(err, fault.NotFound):
			h.State = Expired
			return h, true
		case err != nil:
			continue // Redis is away: the page keeps what it shows, the next look tells
		case next.Rev != h.Rev || next.State != h.State:
			return next, true
		}
	}
}

// patience is how long to wait before looking without being woken. Expiry has
// no event: the injected clock decides it, a timer asks.
func (h Handoff) patience(now time.Time) time.Duration {
	if h.State == Submitted && h.Kind != KindUpload { // does not expire
		return reread
	}
	return min(reread, max(h.ExpiresIn(now), 10*time.Millisecond))
}

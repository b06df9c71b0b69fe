// Package loop owns how background work goes on: turn by turn until the process
// stops, without a pause while there is work, and after a failure not at once.
package loop

import (
	"context"
	"errors"
	"log/slog"
	"time"
)

// Bell tells a loop that there is work, so that it need not wait for its next
// look. A nil one never rings.
type Bell chan struct{}

// NewBell returns a Bell.
func NewBell() Bell { return make(Bell, 1) }

// Ring never waits: a loop that is at work looks again when it is done.
func (b Bell) Ring() {
	select {
	case b <- struct{}{}:
	default:
	}
}

// Run calls turn until ctx ends: again at once while it says that there is more,
// else after every, or when the bell rings. An error is logged under the name
// failed and waits likewise; what fails because ctx ended is no error.
func Run(ctx context.Context, log *slog.Logger, failed string, every time.Duration, bell Bell, turn func(ctx context.Context) (more bool, err error)) {
	for ctx.Err() == nil {
		more, err := turn(ctx)
		if err != nil && ctx.Err() == nil {
			log.ErrorContext(ctx, failed, "error", err.Error())
		}
		if more && err == nil {
			continue
		}
		select {
		case <-ctx.Done():
		case <-bell:
		case <-time.After(every):
		}
	}
}

// Every is Run for work that is done in one turn.
func Every(ctx context.Context, log *slog.Logger, failed string, every time.Duration, turn func(ctx context.Context) error) {
	Run(ctx, log, failed, every, nil, func(ctx context.Context) (bool, error) { return false, turn(ctx) })
}

// ErrLost ends the work on a job that another worker has taken over.
var ErrLost = errors.New("the lease was lost")

// Held is the answer of a store that writes while a lease is held: false without
// an error, a lost lease, becomes ErrLost.
func Held(ok bool, err error) error {
	if err == nil && !ok {
		err = ErrLost
	}
	return err
}

package notice

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"ruxue/service/loop"
	"ruxue/service/reference"
)

// Fate is how a row ends, or its news until then.
type Fate struct {
	State     State
	MessageID string
	Code      string
	Reason    string
}

// Store is what the worker needs of the rows.
type Store interface {
	// Claim takes at most limit due rows for holder until the lease ends, counts
	// a try, and notes that the hand-over may begin: an SMS becomes Sending, a
	// template row uncertain. The rows it returns say how they were before.
	Claim(ctx context.Context, holder string, now, until time.Time, limit int) ([]Row, error)
	// Postpone gives a row of holder back to be tried at the time.
	Postpone(ctx context.Context, ref, holder string, at time.Time, uncertainSince *time.Time, f Fate) error
	// Finish ends a row of holder; false when the lease was lost.
	Finish(ctx context.Context, ref, holder string, f Fate) (bool, error)
	// Lost turns SMS whose worker vanished while sending into Unknown.
	Lost(ctx context.Context, now time.Time) (int, error)
	Receipts
	Writer
}

// Spec is an account's template.
type Spec struct {
	ID string
	// Fields maps the account's field names (thing2) to our value names; empty
	// when they are the same.
	Fields map[string]string
	// Params are our value names in the order of an SMS template's parameters.
	Params []string
}

// WorkerOptions are what a Worker needs.
type WorkerOptions struct {
	Store      Store
	Recipients Recipients
	WeChat     TemplateSender
	SMS        SMSSender
	// Templates are the account's templates by our names.
	Templates map[string]Spec
	Holder    string // names this process among the replicas
	Now       func() time.Time
	Log       *slog.Logger
	// Every is how often due rows are looked for, default 1 s; Batch how many
	// are claimed at once, default 32; Parallel how many are sent at a time,
	// default 8.
	Every    time.Duration
	Batch    int
	Parallel int
}

const (
	// sendTime bounds one hand-over.
	sendTime = 15 * time.Second
	// leaseTime must outlast a whole batch: Batch/Parallel hand-overs in a row.
	leaseTime = 3 * time.Minute
	// certainFor is how long after an uncertain hand-over WeChat still drops a
	// repetition by its client_msg_id: 10 minutes, less what a hand-over takes.
	certainFor = 9 * time.Minute
	// giveUpAfter is how long a message that is refused for the time being is
	// still worth sending.
	giveUpAfter = 48 * time.Hour
)

// Worker sends what is due. Several may share the rows.
type Worker struct {
	WorkerOptions
	wake loop.Bell
}

// NewWorker returns a worker that does nothing until Tick or Run.
func NewWorker(o WorkerOptions) *Worker {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Every <= 0 {
		o.Every = time.Second
	}
	if o.Batch <= 0 {
		o.Batch = 32
	}
	if o.Parallel <= 0 {
		o.Parallel = 8
	}
	if o.Holder == "" {
		o.Holder = reference.New()
	}
	return &Worker{o, loop.NewBell()}
}

// Wake makes a running worker look for due rows at once.
func (w *Worker) Wake() { w.wake.Ring() }

// Run ticks until the context ends. A failing tick is logged and tried again,
// ever more slowly, so that a database or Redis that is down is not hammered.
func (w *Worker) Run(ctx context.Context) {
	failures := 0
	for {
		n, err := w.Tick(ctx)
		wait := w.Every
		switch {
		case ctx.Err() != nil:
			return
		case err != nil:
			failures++
			wait = backoff(failures)
			w.Log.ErrorContext(ctx, "the outbox cannot be worked on", "error", err)
		case n == w.Batch:
			failures, wait = 0, 0
		default:
			failures = 0
		}
		select {
		case <-ctx.Done():
			return
		case <-w.wake:
		case <-time.After(wait):
		}
	}
}

// Tick sends the rows that are due, at most one batch, and returns how many it
// claimed. When ctx ends, hand-overs that have begun are finished and the other
// rows given back.
func (w *Worker) Tick(ctx context.Context) (int, error) {
	now := w.Now()
	if n, err := w.Store.Lost(ctx, now); err != nil {
		return 0, fmt.Errorf("looking for lost messages: %w", err)
	} else if n > 0 {
		w.Log.WarnContext(ctx, "SMS of a vanished worker are of unknown fate", "count", n)
	}
	rows, err := w.Store.Claim(ctx, w.Holder, now, now.Add(leaseTime), w.Batch)
	if err != nil {
		return 0, fmt.Errorf("claiming messages: %w", err)
	}
	var wg sync.WaitGroup
	slots := make(chan struct{}, w.Parallel)
	for _, row := range rows {
		slots <- struct{}{}
		if ctx.Err() != nil { // stopping: another replica may have it at once
			if err := w.postpone(context.WithoutCancel(ctx), row, now, row.UncertainSince, Fate{Code: row.Code, Reason: row.Reason}); err != nil {
				w.Log.WarnContext(ctx, "a message was not given back", "message", row.Ref, "error", err)
			}
			<-slots
			continue
		}
		wg.Go(func() {
			defer func() { <-slots }()
			w.handle(context.WithoutCancel(ctx), row)
		})
	}
	wg.Wait()
	return len(rows), nil
}

// backoff is how long to wait after the nth failure: 5 s, doubling, at most 4
// minutes.
func backoff(n int) time.Duration {
	return min(5*time.Second<<min(max(n-1, 0), 10), 4*time.Minute)
}

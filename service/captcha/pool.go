package captcha

import (
	"context"
	"sync"
	"time"
)

// Pool keeps puzzles ready: a login that needs one does not wait for it to be
// drawn. Each is handed out once.
type Pool struct {
	make  func() (Puzzle, error)
	ready chan Puzzle
	asked chan struct{} // closed with the first demand
	once  sync.Once
	fail  func(error)
}

// NewPool returns a pool of at most size puzzles that Run fills; fail hears of
// a puzzle that could not be drawn.
func NewPool(size int, draw func() (Puzzle, error), fail func(error)) *Pool {
	return &Pool{make: draw, ready: make(chan Puzzle, max(size, 1)), asked: make(chan struct{}),
		fail: fail}
}

// pause is how long Run waits after a failure.
const pause = time.Second

// Run refills the pool, one puzzle at a time, until ctx ends. It begins with
// the first demand: a server whose campaigns have no slider draws nothing.
func (p *Pool) Run(ctx context.Context) {
	select {
	case <-p.asked:
	case <-ctx.Done():
	}
	for ctx.Err() == nil {
		puzzle, err := p.make()
		if err != nil {
			p.fail(err)
			select {
			case <-ctx.Done():
			case <-time.After(pause):
			}
			continue
		}
		select {
		case p.ready <- puzzle:
		case <-ctx.Done():
		}
	}
}

// Next hands out a puzzle; when the pool is empty it waits for one.
func (p *Pool) Next(ctx context.Context) (Puzzle, error) {
	p.once.Do(func() { close(p.asked) })
	select {
	case puzzle := <-p.ready:
		return puzzle, nil
	case <-ctx.Done():
		return Puzzle{}, ctx.Err()
	}
}

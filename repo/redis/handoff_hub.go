package redis

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

// hub hands the events of one subscription to any number of listeners.
type hub struct {
	mu     sync.Mutex
	ears   map[string]map[chan struct{}]struct{} // by reference
	closed bool
}

func newHub() *hub { return &hub{ears: map[string]map[chan struct{}]struct{}{}} }

// listen returns a channel of one slot: a listener that is busy finds one
// wake-up waiting, however many came, and then reads the newest state.
func (h *hub) listen(ref string) (<-chan struct{}, func()) {
	ear := make(chan struct{}, 1)
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.closed {
		close(ear)
		return ear, func() {}
	}
	if h.ears[ref] == nil {
		h.ears[ref] = map[chan struct{}]struct{}{}
	}
	h.ears[ref][ear] = struct{}{}
	return ear, func() {
		h.mu.Lock()
		defer h.mu.Unlock()
		delete(h.ears[ref], ear)
		if len(h.ears[ref]) == 0 {
			delete(h.ears, ref)
		}
	}
}

func (h *hub) wake(ref string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for ear := range h.ears[ref] {
		nudge(ear)
	}
}

func (h *hub) wakeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, set := range h.ears {
		for ear := range set {
			nudge(ear)
		}
	}
}

func nudge(ear chan struct{}) {
	select {
	case ear <- struct{}{}:
	default:
	}
}

func (h *hub) close() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.closed = true
	for _, set := range h.ears {
		for ear := range set {
			close(ear)
		}
	}
	h.ears = nil
}

// quiet is how long a subscription may say nothing before it is asked whether
// it lives, and again before it is given up: a dead peer sends no error.
const quiet = 3 * time.Second

func (h *hub) run(ctx context.Context, rdb redis.UniversalClient) {
	wait := 50 * time.Millisecond
	for ctx.Err() == nil {
		if h.subscribe(ctx, rdb) {
			wait = 50 * time.Millisecond
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
		wait = min(2*wait, 2*time.Second)
	}
}

// subscribe serves one connection until it fails, and reports whether it was
// ever subscribed. Whatever was said while there was none is lost, so every
// listener is woken once it stands.
func (h *hub) subscribe(ctx context.Context, rdb redis.UniversalClient) (stood bool) {
	sub := rdb.Subscribe(ctx, handoffChannel)
	defer func() { _ = sub.Close() }()
	defer context.AfterFunc(ctx, func() { _ = sub.Close() })() // a blocked read does not see ctx
	asked := false
	for {
		msg, err := sub.ReceiveTimeout(ctx, quiet)
		var timeout net.Error
		if errors.As(err, &timeout) && timeout.Timeout() && !asked && ctx.Err() == nil {
			asked = true
			if sub.Ping(ctx) != nil {
				return stood
			}
			continue
		}
		if err != nil {
			return stood
		}
		asked = false
		switch m := msg.(type) {
		case *redis.Subscription:
			stood = true
			h.wakeAll()
		case *redis.Message:
			h.wake(m.Payload)
		}
	}
}

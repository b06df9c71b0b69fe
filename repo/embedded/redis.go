package embedded

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
)

// tick is how far the embedded Redis's clock may lag behind the wall clock:
// keys outlive their time to live by at most this.
const tick = 100 * time.Millisecond

// Redis is an in-memory Redis server on a loopback port.
type Redis struct {
	mini *miniredis.Miniredis
	stop chan struct{}
	done chan struct{}
	once sync.Once
}

// StartRedis starts an empty server. Its keys expire by the wall clock.
func StartRedis(ctx context.Context) (*Redis, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	mini := miniredis.NewMiniRedis()
	if err := mini.Start(); err != nil {
		return nil, fmt.Errorf("starting the embedded Redis: %w", err)
	}
	r := &Redis{mini: mini, stop: make(chan struct{}), done: make(chan struct{})}
	go r.run()
	return r, nil
}

// run moves the keys' times to live on: miniredis, made for tests, leaves that
// to its user.
func (r *Redis) run() {
	defer close(r.done)
	t := time.NewTicker(tick)
	defer t.Stop()
	last := time.Now()
	for {
		select {
		case <-r.stop:
			return
		case <-t.C:
			now := time.Now()
			r.mini.FastForward(now.Sub(last))
			last = now
		}
	}
}

// Addr is the server's host and port.
func (r *Redis) Addr() string { return r.mini.Addr() }

// Close ends the server; its data are gone. It may be called more than once.
func (r *Redis) Close() error {
	r.once.Do(func() {
		close(r.stop)
		<-r.done
		r.mini.Close()
	})
	return nil
}

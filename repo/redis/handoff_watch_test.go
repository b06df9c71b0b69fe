package redis_test

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"ruxue/repo/redis"
	"ruxue/repo/repotest"
	"ruxue/service/signing"
)

// replica is one server process: its own client, its own hub.
func replica(t *testing.T, addr string, db int, c *clock) (h *signing.Handoffs, rdb *goredis.Client, stop func()) {
	t.Helper()
	rdb = goredis.NewClient(&goredis.Options{Addr: addr, DB: db})
	store := redis.NewHandoffs(rdb)
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() { defer close(done); store.Run(ctx) }()
	stop = sync.OnceFunc(func() { cancel(); <-done; _ = rdb.Close() })
	t.Cleanup(stop)
	return signing.NewHandoffs(store, c.now, rand.Reader), rdb, stop
}

// leaks checks at the test's end that no goroutine is left.
func leaks(t *testing.T) {
	opt := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, opt) })
}

func next(t *testing.T, ch <-chan signing.Handoff, want signing.State) signing.Handoff {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		select {
		case h, open := <-ch:
			if !open {
				t.Fatalf("the watch ended before %s", want)
			}
			if h.State == want {
				return h
			}
		case <-deadline:
			t.Fatalf("waiting for %s", want)
		}
	}
}

func closed(t *testing.T, ch <-chan signing.Handoff) {
	t.Helper()
	deadline := time.After(30 * time.Second)
	for {
		select {
		case _, open := <-ch:
			if !open {
				return
			}
		case <-deadline:
			t.Fatal("the watch does not end")
		}
	}
}

func TestReplicasSeeEachOther(t *testing.T) {
	addr, db := repotest.RedisAddr(t)
	leaks(t)
	c := newClock()
	pc, _, _ := replica(t, addr, db, c)
	phone, _, _ := replica(t, addr, db, c)
	ticket, ho := create(t, pc)
	a, err := pc.Watch(t.Context(), ho.Ref, enrolment)
	if err != nil {
		t.Fatal(err)
	}
	b, err := pc.Watch(t.Context(), ho.Ref, enrolment) // a second tab
	if err != nil {
		t.Fatal(err)
	}
	next(t, a, signing.Waiting)
	next(t, b, signing.Waiting)
	steps := []struct {
		want signing.State
		do   func() (signing.Handoff, error)
	}{
		{signing.Scanned, func() (signing.Handoff, error) { return phone.Scan(t.Context(), ticket, mine) }},
		{signing.Active, func() (signing.Handoff, error) { return phone.Activate(t.Context(), ticket, mine) }},
		{signing.Submitted, func() (signing.Handoff, error) { return phone.Submitted(t.Context(), ticket, mine) }},
		{signing.Done, func() (signing.Handoff, error) { return phone.Confirmed(t.Context(), ho.Ref, enrolment) }},
	}
	for _, s := range steps {
		start := time.Now()
		if _, err := s.do(); err != nil {
			t.Fatal(err)
		}
		next(t, a, s.want)
		took := time.Since(start)
		next(t, b, s.want)
		t.Logf("%s seen by the other replica after %v", s.want, took)
		if took > 3*time.Second { // far above a slow machine, far below rereading
			t.Errorf("%s took %v: the event did not arrive", s.want, took)
		}
	}
	closed(t, a)
	closed(t, b)
}

func TestWatchEndsWithItsContext(t *testing.T) {
	addr, db := repotest.RedisAddr(t)
	leaks(t)
	pc, _, _ := replica(t, addr, db, newClock())
	_, ho := create(t, pc)
	ctx, cancel := context.WithCancel(t.Context())
	ch, err := pc.Watch(ctx, ho.Ref, enrolment)
	if err != nil {
		t.Fatal(err)
	}
	next(t, ch, signing.Waiting)
	cancel()
	closed(t, ch)
}

func TestShutdownEndsEveryWatch(t *testing.T) {
	addr, db := repotest.RedisAddr(t)
	leaks(t)
	c := newClock()
	pc, _, stop := replica(t, addr, db, c)
	_, ho := create(t, pc)
	ch, err := pc.Watch(t.Context(), ho.Ref, enrolment)
	if err != nil {
		t.Fatal(err)
	}
	next(t, ch, signing.Waiting)
	stop()
	closed(t, ch)
}

func TestWatchSaysExpiredByItself(t *testing.T) {
	addr, db := repotest.RedisAddr(t)
	leaks(t)
	c := newClock()
	pc, _, _ := replica(t, addr, db, c)
	_, ho := create(t, pc)
	c.add(5*time.Minute - 50*time.Millisecond)
	ch, err := pc.Watch(t.Context(), ho.Ref, enrolment)
	if err != nil {
		t.Fatal(err)
	}
	next(t, ch, signing.Waiting)
	c.add(time.Second)
	next(t, ch, signing.Expired)
	closed(t, ch)
}

// The subscription's connection is cut and something happens meanwhile: the
// watcher learns of it once the subscription stands again.
func TestLostSubscriptionIsMadeUp(t *testing.T) {
	addr, db := repotest.RedisAddr(t)
	leaks(t)
	c := newClock()
	pc, rdb, _ := replica(t, addr, db, c)
	ticket, ho := create(t, pc)
	ch, err := pc.Watch(t.Context(), ho.Ref, enrolment)
	if err != nil {
		t.Fatal(err)
	}
	next(t, ch, signing.Waiting)
	for range 3 {
		if err := rdb.Do(t.Context(), "CLIENT", "KILL", "TYPE", "pubsub").Err(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := pc.Scan(t.Context(), ticket, mine); err != nil {
		t.Fatal(err)
	}
	start := time.Now()
	next(t, ch, signing.Scanned)
	t.Logf("made up after %v", time.Since(start))
	if _, err := pc.Activate(t.Context(), ticket, mine); err != nil {
		t.Fatal(err)
	}
	next(t, ch, signing.Active)
}

// A watcher that begins while everything moves never misses the last state.
func TestNothingFallsBetweenReadAndListen(t *testing.T) {
	addr, db := repotest.RedisAddr(t)
	leaks(t)
	c := newClock()
	pc, _, _ := replica(t, addr, db, c)
	phone, _, _ := replica(t, addr, db, c)
	for range 30 {
		ticket, ho := create(t, pc)
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := phone.Scan(t.Context(), ticket, mine); err != nil {
				t.Error(err)
			}
			if _, err := phone.Done(t.Context(), ticket, mine); err != nil {
				t.Error(err)
			}
		})
		ch, err := pc.Watch(t.Context(), ho.Ref, enrolment)
		if err != nil {
			t.Fatal(err)
		}
		next(t, ch, signing.Done)
		closed(t, ch)
		wg.Wait()
	}
}

func TestRedisAwayIsAnError(t *testing.T) {
	rdb := goredis.NewClient(&goredis.Options{Addr: "127.0.0.1:1", MaxRetries: -1, DialerRetries: 1})
	defer func() { _ = rdb.Close() }()
	h := signing.NewHandoffs(redis.NewHandoffs(rdb), newClock().now, rand.Reader)
	if _, _, err := h.Create(t.Context(), input(signing.KindSign, "agreement")); err == nil || errors.Is(err, signing.ErrUnknown) {
		t.Errorf("create: %v", err)
	}
	if _, err := h.Peek(t.Context(), "x"); err == nil || errors.Is(err, signing.ErrUnknown) {
		t.Errorf("peek: %v", err)
	}
}

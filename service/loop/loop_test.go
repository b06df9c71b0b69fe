package loop_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ruxue/service/loop"
)

const every = time.Minute

// turns plays a loop in the bubble's time and returns when each turn was, in
// seconds after the start, and what was logged. The loop ends with the last.
func turns(t *testing.T, bell loop.Bell, answers ...func() (bool, error)) (at []int, logged string) {
	t.Helper()
	var out bytes.Buffer
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	began := time.Now()
	loop.Run(ctx, slog.New(slog.NewTextHandler(&out, nil)), "the work failed", every, bell, func(context.Context) (bool, error) {
		at = append(at, int(time.Since(began).Seconds()))
		if len(at) == len(answers) {
			stop()
		}
		return answers[len(at)-1]()
	})
	return at, out.String()
}

func TestRun(t *testing.T) {
	more := func() (bool, error) { return true, nil }
	done := func() (bool, error) { return false, nil }
	fails := func() (bool, error) { return true, errors.New("no such table") }
	for what, c := range map[string]struct {
		answers []func() (bool, error)
		at      []int
		logged  int
	}{
		"nothing to do":          {[]func() (bool, error){done, done, done}, []int{0, 60, 120}, 0},
		"more to do":             {[]func() (bool, error){more, more, done, done}, []int{0, 0, 0, 60}, 0},
		"a failure":              {[]func() (bool, error){fails, more, done}, []int{0, 60, 60}, 1},
		"failures do not hurry":  {[]func() (bool, error){fails, fails, done}, []int{0, 60, 120}, 2},
		"stopped while it works": {[]func() (bool, error){done, fails}, []int{0, 60}, 0},
		"stopped with more":      {[]func() (bool, error){more}, []int{0}, 0},
	} {
		t.Run(what, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				at, logged := turns(t, nil, c.answers...)
				if !slices.Equal(at, c.at) || strings.Count(logged, `msg="the work failed" error="no such table"`) != c.logged {
					t.Errorf("turns at %v, logged %s", at, logged)
				}
			})
		})
	}
}

// A bell rung during a turn is not lost, and many rings are one.
func TestBell(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		bell := loop.NewBell()
		done := func() (bool, error) { return false, nil }
		go func() {
			time.Sleep(10 * time.Second)
			bell.Ring()
		}()
		rings := func() (bool, error) {
			var wg sync.WaitGroup
			for range 20 {
				wg.Go(bell.Ring)
			}
			wg.Wait()
			return false, nil
		}
		if at, _ := turns(t, bell, done, rings, done, done); !slices.Equal(at, []int{0, 10, 10, 70}) {
			t.Errorf("turns at %v", at)
		}
	})
}

func TestEvery(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, stop := context.WithTimeout(t.Context(), 150*time.Second)
		defer stop()
		n := 0
		loop.Every(ctx, slog.New(slog.DiscardHandler), "", every, func(context.Context) error { n++; return nil })
		if n != 3 {
			t.Errorf("%d turns", n)
		}
	})
}

func TestHeld(t *testing.T) {
	broken := errors.New("no database")
	for _, c := range []struct {
		ok   bool
		err  error
		want error
	}{{true, nil, nil}, {false, nil, loop.ErrLost}, {false, broken, broken}} {
		if got := loop.Held(c.ok, c.err); !errors.Is(got, c.want) || got == nil != (c.want == nil) {
			t.Errorf("%v, %v: %v", c.ok, c.err, got)
		}
	}
}

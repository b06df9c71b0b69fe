package redis_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ruxue/repo/redis"
	"ruxue/repo/repotest"
	"ruxue/service/captcha"
)

func TestTriesLockAndAreForgotten(t *testing.T) {
	ring := repotest.Ring(t)
	rdb := repotest.Redis(t)
	s := redis.NewTries(rdb, ring)
	window := time.Hour
	take := func(key string) (int, time.Duration) {
		t.Helper()
		left, wait, err := s.Take(t.Context(), key, 3, window)
		if err != nil {
			t.Fatal(err)
		}
		return left, wait
	}
	for want := 2; want >= 0; want-- {
		if left, _ := take("account:13971100001"); left != want {
			t.Errorf("%d left, want %d", left, want)
		}
	}
	if left, wait := take("account:13971100001"); left != -1 || wait <= 0 || wait > window {
		t.Errorf("beyond the limit: %d left, wait %s", left, wait)
	}
	if left, _ := take("account:13971100002"); left != 2 {
		t.Errorf("another account has %d left", left)
	}
	if err := s.Clear(t.Context(), "account:13971100001"); err != nil {
		t.Fatal(err)
	}
	if left, _ := take("account:13971100001"); left != 2 {
		t.Errorf("cleared, %d left", left)
	}
	window = 100 * time.Millisecond
	take("account:13971100003")
	time.Sleep(window + 50*time.Millisecond)
	if left, _ := take("account:13971100003"); left != 2 {
		t.Errorf("after the window %d left", left)
	}
	for _, key := range rdb.Keys(t.Context(), "*").Val() {
		if strings.Contains(key, "139711") {
			t.Error("a phone number stands in Redis: ", key)
		}
	}
}

func TestAPuzzlesSolutionIsTakenOnce(t *testing.T) {
	rdb := repotest.Redis(t)
	s := redis.NewCaptchas(rdb)
	id := "AAAAAAAAAAAAAAAAAAAAAA"
	want := captcha.Answer{Owner: "session", X: 137, At: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
	if err := s.Put(t.Context(), id, want); err != nil {
		t.Fatal(err)
	}
	if ttl := rdb.PTTL(t.Context(), "captcha:"+id).Val(); ttl <= 0 || ttl > captcha.Life {
		t.Errorf("the solution is kept %s", ttl)
	}
	var found atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if a, ok, err := s.Take(t.Context(), id); err == nil && ok && a == want {
				found.Add(1)
			}
		})
	}
	wg.Wait()
	if found.Load() != 1 {
		t.Errorf("%d of 20 found the solution", found.Load())
	}
	for _, id := range []string{"", "short", "BBBBBBBBBBBBBBBBBBBBBB", strings.Repeat("x", 1<<16)} {
		if _, ok, err := s.Take(t.Context(), id); ok || err != nil {
			t.Errorf("%.10q: %v %v", id, ok, err)
		}
	}
}

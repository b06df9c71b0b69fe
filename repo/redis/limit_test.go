package redis_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ruxue/repo/redis"
	"ruxue/repo/repotest"
)

const phone = "13800138000"

func allow(t *testing.T, l *redis.Limiter, key string, limit int, window time.Duration) (bool, time.Duration) {
	t.Helper()
	ok, retry, err := l.Allow(t.Context(), key, limit, window)
	if err != nil {
		t.Fatal(err)
	}
	return ok, retry
}

func TestLimiter(t *testing.T) {
	rdb := repotest.Redis(t)
	l := redis.NewLimiter(rdb, "limit:")
	for i := range 3 {
		if ok, retry := allow(t, l, phone, 3, time.Hour); !ok || retry != 0 {
			t.Fatalf("call %d: %v, wait %s", i+1, ok, retry)
		}
	}
	for range 5 {
		ok, retry := allow(t, l, phone, 3, time.Hour)
		if ok || retry <= time.Hour-10*time.Second || retry > time.Hour {
			t.Fatalf("over the limit: %v, wait %s", ok, retry)
		}
	}
	if ok, _ := allow(t, l, "13900139000", 3, time.Hour); !ok {
		t.Error("another key shares the count")
	}
	if ok, _ := allow(t, l, phone, 3, time.Minute); !ok {
		t.Error("another window shares the count")
	}
	if ok, _ := allow(t, redis.NewLimiter(rdb, "other:"), phone, 3, time.Hour); !ok {
		t.Error("another prefix shares the count")
	}
	if ok, _ := allow(t, l, phone, 4, time.Hour); !ok {
		t.Error("a limit that was raised does not take effect")
	}
	if ok, retry := allow(t, l, phone, 1, time.Hour); ok || retry > time.Hour {
		t.Errorf("a limit that was lowered: %v %s", ok, retry)
	}
}

func TestLimiterSlides(t *testing.T) {
	l := redis.NewLimiter(repotest.Redis(t), "limit:")
	const window = 600 * time.Millisecond
	for try := range 10 {
		key, first := fmt.Sprint("k", try), time.Now()
		allow(t, l, key, 2, window)
		time.Sleep(window / 2)
		allow(t, l, key, 2, window)
		ok, retry := allow(t, l, key, 2, window)
		if time.Since(first) >= window {
			continue // the machine slept: the first call is forgotten already
		}
		if ok || retry > window {
			t.Fatalf("third call: %v, wait %s", ok, retry)
		}
		time.Sleep(retry + 5*time.Millisecond)
		if second, _ := allow(t, l, key, 2, window); !second {
			t.Error("refused after the wait that was announced")
		}
		if ok, _ := allow(t, l, key, 2, window); ok && time.Since(first) < window*3/2 {
			t.Error("the window jumped instead of sliding")
		}
		return
	}
	t.Fatal("the machine is too slow to make three calls within a window")
}

func TestLimiterIsExactUnderARace(t *testing.T) {
	l := redis.NewLimiter(repotest.Redis(t), "limit:")
	var admitted atomic.Int64
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 10 {
				ok, _, err := l.Allow(t.Context(), "k", 37, time.Minute)
				if err != nil {
					t.Error(err)
				}
				if ok {
					admitted.Add(1)
				}
			}
		})
	}
	wg.Wait()
	if n := admitted.Load(); n != 37 {
		t.Errorf("%d of 200 calls were let through, want 37", n)
	}
}

type keyed string

func (k keyed) Lookup(kind, value string) []byte {
	mac := hmac.New(sha256.New, []byte(k))
	mac.Write([]byte(kind + "|" + value))
	return mac.Sum(nil)
}

func TestLimiterKeysAreHashedAndExpire(t *testing.T) {
	rdb := repotest.Redis(t)
	plain := redis.NewLimiter(rdb, "limit:")
	allow(t, plain, "sms:"+phone, 1, time.Minute)
	allow(t, plain.WithHasher(keyed("a")), "sms:"+phone, 1, time.Minute)
	if ok, _ := allow(t, plain.WithHasher(keyed("b")), "sms:"+phone, 1, time.Minute); !ok {
		t.Error("the secret is not part of the hash")
	}
	keys, err := rdb.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) != 3 {
		t.Fatalf("keys: %v %v", keys, err)
	}
	for _, key := range keys {
		if !strings.HasPrefix(key, "limit:") || strings.Contains(key, phone) {
			t.Errorf("key %s", key)
		}
		ttl, err := rdb.PTTL(t.Context(), key).Result()
		if err != nil || ttl <= 0 || ttl > time.Minute {
			t.Errorf("lives for %s %v", ttl, err)
		}
	}
}

func TestLimiterErrors(t *testing.T) {
	rdb := repotest.Redis(t)
	l := redis.NewLimiter(rdb, "limit:")
	for _, c := range []struct {
		limit  int
		window time.Duration
	}{{0, time.Minute}, {-1, time.Minute}, {1, 0}, {1, time.Microsecond}} {
		if ok, _, err := l.Allow(t.Context(), "k", c.limit, c.window); ok || err == nil {
			t.Errorf("%d per %s: %v %v", c.limit, c.window, ok, err)
		}
	}
	if err := rdb.Close(); err != nil {
		t.Fatal(err)
	}
	if ok, _, err := l.Allow(t.Context(), phone, 1, time.Minute); ok || err == nil || strings.Contains(err.Error(), phone) {
		t.Errorf("without a server: %v %v", ok, err)
	}
}

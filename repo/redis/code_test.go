package redis_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"ruxue/repo/redis"
	"ruxue/repo/repotest"
	"ruxue/service/student"
)

type codeBox struct {
	*redis.Codes
	t   *testing.T
	rdb goredis.UniversalClient
	now time.Time
}

func newCodeBox(t *testing.T) *codeBox {
	t.Helper()
	ring := repotest.Ring(t)
	b := &codeBox{t: t, rdb: repotest.Redis(t), now: time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)}
	b.Codes = redis.NewCodes(b.rdb, ring, func() time.Time { return b.now })
	return b
}

func (b *codeBox) put(code string) time.Duration {
	b.t.Helper()
	wait, err := b.Put(b.t.Context(), "hhu", phone, code)
	if err != nil {
		b.t.Fatal(err)
	}
	return wait
}

func (b *codeBox) want(code string, v student.CodeVerdict, left int) {
	b.t.Helper()
	got, n, err := b.Try(b.t.Context(), "hhu", phone, code)
	if err != nil || got != v || n != left {
		b.t.Errorf("trying %s: verdict %d with %d left (%v), want %d with %d", code, got, n, err, v, left)
	}
}

func TestACodeIsSentOnceAMinute(t *testing.T) {
	b := newCodeBox(t)
	if wait := b.put("111111"); wait != 0 {
		t.Fatalf("the first has to wait %s", wait)
	}
	b.now = b.now.Add(8 * time.Second)
	if wait := b.put("222222"); wait != 52*time.Second {
		t.Errorf("after 8 s the wait is %s", wait)
	}
	b.want("111111", student.CodeRight, student.CodeTries) // the refused one replaced nothing
	b.now = b.now.Add(52 * time.Second)
	if wait := b.put("333333"); wait != 0 {
		t.Errorf("after a minute the wait is %s", wait)
	}
	b.want("111111", student.CodeWrong, student.CodeTries-1)
	b.want("333333", student.CodeRight, student.CodeTries-1)
	if wait, err := b.Put(t.Context(), "wust", phone, "444444"); wait != 0 || err != nil {
		t.Errorf("another campaign's code has to wait %s (%v)", wait, err)
	}
}

func TestACodeThatCouldNotBeSentIsForgotten(t *testing.T) {
	b := newCodeBox(t)
	b.put("111111")
	if err := b.Drop(t.Context(), "hhu", phone); err != nil {
		t.Fatal(err)
	}
	b.want("111111", student.CodeExpired, 0)
	if wait := b.put("222222"); wait != 0 {
		t.Errorf("the student waits %s for nothing", wait)
	}
}

func TestACodeLivesFiveMinutes(t *testing.T) {
	b := newCodeBox(t)
	b.want("111111", student.CodeExpired, 0) // never sent
	b.put("111111")
	b.now = b.now.Add(student.CodeLife - time.Millisecond)
	b.want("111111", student.CodeRight, student.CodeTries)
	b.now = b.now.Add(time.Millisecond)
	b.want("111111", student.CodeExpired, 0)
	keys := b.rdb.Keys(t.Context(), "*").Val()
	if len(keys) != 1 {
		t.Fatal(keys)
	}
	if life := b.rdb.PTTL(t.Context(), keys[0]).Val(); life <= 0 || life > student.CodeLife {
		t.Errorf("Redis keeps it %s", life)
	}
}

func TestWrongTriesCountAndEnd(t *testing.T) {
	b := newCodeBox(t)
	b.put("111111")
	for i := 1; i < student.CodeTries; i++ {
		b.want("000000", student.CodeWrong, student.CodeTries-i)
	}
	b.want("111111", student.CodeRight, 1)
	b.want("000000", student.CodeExhausted, 0)
	b.want("111111", student.CodeExhausted, 0) // too late
	b.now = b.now.Add(student.CodeInterval)
	b.put("222222")
	b.want("222222", student.CodeRight, student.CodeTries)
}

func TestGuessingInParallelGetsFiveTries(t *testing.T) {
	b := newCodeBox(t)
	b.put("111111")
	var wrong, exhausted atomic.Int32
	var wg sync.WaitGroup
	for range 50 {
		wg.Go(func() {
			switch v, _, err := b.Try(t.Context(), "hhu", phone, "000000"); {
			case err != nil:
				t.Error(err)
			case v == student.CodeWrong:
				wrong.Add(1)
			case v == student.CodeExhausted:
				exhausted.Add(1)
			}
		})
	}
	wg.Wait()
	if wrong.Load() != student.CodeTries-1 || exhausted.Load() != 50-student.CodeTries+1 {
		t.Errorf("%d wrong, %d exhausted", wrong.Load(), exhausted.Load())
	}
}

func TestARightCodeIsUsedOnce(t *testing.T) {
	b := newCodeBox(t)
	b.put("111111")
	if ok, err := b.Use(t.Context(), "hhu", phone, "000000"); ok || err != nil {
		t.Fatal("a wrong code was used", err)
	}
	var won atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if ok, err := b.Use(t.Context(), "hhu", phone, "111111"); err != nil {
				t.Error(err)
			} else if ok {
				won.Add(1)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 {
		t.Errorf("%d logins used one code", won.Load())
	}
	b.want("111111", student.CodeUsed, 0)
	b.want("000000", student.CodeUsed, 0)
}

func TestRedisHoldsNeitherPhonesNorCodes(t *testing.T) {
	b := newCodeBox(t)
	b.put("111111")
	b.want("111111", student.CodeRight, student.CodeTries)
	for _, key := range b.rdb.Keys(t.Context(), "*").Val() {
		text := key
		for k, v := range b.rdb.HGetAll(t.Context(), key).Val() {
			if k != "sent" {
				text += k + v
			}
		}
		if strings.Contains(text, phone) || strings.Contains(text, "111111") {
			t.Errorf("readable in Redis: %s", text)
		}
	}
}

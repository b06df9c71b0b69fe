package redis_test

import (
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ruxue/repo/redis"
	"ruxue/repo/repotest"
	"ruxue/service/fault"
	"ruxue/service/staff"
)

func TestAStaffSessionEndsThirtyMinutesAfterItWasPut(t *testing.T) {
	rdb := repotest.Redis(t)
	s := redis.NewStaffSessions(rdb)
	at := time.Date(2026, 3, 1, 1, 2, 3, 0, time.UTC)
	token, err := s.Start(t.Context(), "", staff.Session{StaffID: 7, Epoch: 2, Proven: true, LoginAt: at, SeenAt: at})
	if err != nil {
		t.Fatal(err)
	}
	keys := rdb.Keys(t.Context(), "*").Val()
	if len(keys) != 1 || strings.Contains(keys[0], token) {
		t.Fatalf("keys %v: the cookie must not stand in Redis", keys)
	}
	rdb.Expire(t.Context(), keys[0], time.Minute)
	got, ok, err := s.Get(t.Context(), token)
	if err != nil || !ok || got.StaffID != 7 || got.Epoch != 2 || !got.Proven || !got.SeenAt.Equal(at) {
		t.Fatal(got, ok, err)
	}
	if life := rdb.PTTL(t.Context(), keys[0]).Val(); life > time.Minute {
		t.Errorf("reading lengthens it to %s", life)
	}
	seen := func(x *staff.Session) { x.SeenAt = at.Add(time.Minute) }
	if got, err = s.Edit(t.Context(), token, seen); err != nil || got.StaffID != 7 || !got.Proven {
		t.Fatal(got, err)
	}
	if life := rdb.PTTL(t.Context(), keys[0]).Val(); life < staff.Idle-time.Minute || life > staff.Idle {
		t.Errorf("after an act it lives %s", life)
	}
	next, err := s.Start(t.Context(), token, got)
	if err != nil || next == token {
		t.Fatal(next, err)
	}
	if _, ok, _ := s.Get(t.Context(), token); ok {
		t.Error("the old cookie still works")
	}
	if _, err := s.Edit(t.Context(), token, seen); !fault.Is(err, fault.Unauthorized) {
		t.Errorf("a request under way brings the session back: %v", err)
	}
	for _, bad := range []string{"", "x", redis.NewToken()} {
		if _, ok, err := s.Get(t.Context(), bad); ok || err != nil {
			t.Error(bad, ok, err)
		}
	}
}

func TestAScanIsSettledOnce(t *testing.T) {
	rdb := repotest.Redis(t)
	s := redis.NewStaffScans(rdb)
	want := staff.Scan{Ref: "r1", StaffID: 7, Epoch: 2, Session: "hash", Purpose: staff.Bind, State: staff.ScanWaiting}
	if err := s.Create(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Scan(t.Context(), "r1"); got != want || err != nil {
		t.Errorf("%+v %v", got, err)
	}
	if life := rdb.PTTL(t.Context(), "staff-scan:r1").Val(); life <= 0 || life > staff.ScanLife {
		t.Errorf("it lives %s", life)
	}
	var winners atomic.Int32
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			ok, err := s.Settle(t.Context(), "r1", staff.ScanRefused, "为什么")
			if err != nil {
				t.Error(err)
			}
			if ok {
				winners.Add(1)
			}
		})
	}
	wg.Wait()
	if winners.Load() != 1 {
		t.Errorf("%d settled it", winners.Load())
	}
	if got, _ := s.Scan(t.Context(), "r1"); got.State != staff.ScanRefused || got.Message != "为什么" {
		t.Errorf("%+v", got)
	}
	if ok, err := s.Settle(t.Context(), "gone", staff.ScanDone, ""); ok || err != nil || rdb.Exists(t.Context(), "staff-scan:gone").Val() != 0 {
		t.Error("a scan that has expired comes back", ok, err)
	}
	if _, err := s.Scan(t.Context(), "gone"); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

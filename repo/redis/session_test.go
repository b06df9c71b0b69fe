package redis_test

import (
	"strings"
	"testing"
	"time"

	"ruxue/repo/redis"
	"ruxue/repo/repotest"
	"ruxue/service/fault"
	"ruxue/service/student"
)

func TestASessionSlidesForTwoHours(t *testing.T) {
	rdb := repotest.Redis(t)
	s := redis.NewSessions(rdb)
	token := redis.NewToken()
	want := student.Session{Campaign: "hhu", EnrolmentID: 7, EnrolmentRef: "r", PersonID: 3, AppID: "wx", OpenID: "o1",
		LoginAt: time.Date(2026, 3, 1, 1, 2, 3, 0, time.UTC), Captcha: true, FaceConsent: "face"}
	if err := s.Put(t.Context(), token, want); err != nil {
		t.Fatal(err)
	}
	keys, err := rdb.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) != 1 || strings.Contains(keys[0], token) {
		t.Fatalf("keys %v, %v: the cookie must not stand in Redis", keys, err)
	}
	rdb.Expire(t.Context(), keys[0], time.Minute) // as if almost two hours had passed
	if peeked, ok, err := s.Peek(t.Context(), token); !ok || err != nil || peeked.EnrolmentID != want.EnrolmentID {
		t.Errorf("a peek finds %+v %v %v", peeked, ok, err)
	}
	if life := rdb.PTTL(t.Context(), keys[0]).Val(); life > time.Minute {
		t.Errorf("after a peek it lives %s", life)
	}
	got, ok, err := s.Get(t.Context(), token)
	if err != nil || !ok {
		t.Fatal(ok, err)
	}
	if got.Hash == "" || got.Hash != strings.TrimPrefix(keys[0], "session:") {
		t.Errorf("the session's name inside is %q", got.Hash)
	}
	got.Hash = ""
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if life := rdb.PTTL(t.Context(), keys[0]).Val(); life < redis.SessionLife-time.Minute || life > redis.SessionLife {
		t.Errorf("after a use it lives %s", life)
	}
}

func TestAnUnknownCookieIsNobody(t *testing.T) {
	s := redis.NewSessions(repotest.Redis(t))
	for _, token := range []string{"", "x", redis.NewToken(), strings.Repeat("*", 43), strings.Repeat("a", 10_000)} {
		if got, ok, err := s.Get(t.Context(), token); ok || err != nil || got.LoggedIn() {
			t.Errorf("%.50q: %v %v", token, ok, err)
		}
	}
}

func TestTheCookieChangesAtLogin(t *testing.T) {
	s := redis.NewSessions(repotest.Redis(t))
	before := redis.NewToken()
	if err := s.Put(t.Context(), before, student.Session{OpenID: "o1"}); err != nil {
		t.Fatal(err)
	}
	after, err := s.Rename(t.Context(), before, student.Session{OpenID: "o1", EnrolmentID: 7})
	if err != nil || after == before || len(after) != 43 {
		t.Fatalf("%q %v", after, err)
	}
	if _, ok, _ := s.Get(t.Context(), before); ok {
		t.Error("the cookie known before login still works")
	}
	if got, ok, _ := s.Get(t.Context(), after); !ok || !got.LoggedIn() {
		t.Error("the new cookie does not work")
	}
	if err := s.Delete(t.Context(), after); err != nil {
		t.Fatal(err)
	}
	if _, ok, _ := s.Get(t.Context(), after); ok {
		t.Error("logged out, and still in")
	}
}

// A request that was under way when its session ended brings nothing back.
func TestALateRequestRevivesNoSession(t *testing.T) {
	s := redis.NewSessions(repotest.Redis(t))
	token := redis.NewToken()
	if err := s.Put(t.Context(), token, student.Session{EnrolmentID: 7}); err != nil {
		t.Fatal(err)
	}
	read, _, err := s.Get(t.Context(), token)
	if err != nil {
		t.Fatal(err)
	}
	read.Captcha = true
	if err := s.Put(t.Context(), token, read); err != nil {
		t.Errorf("a living session is not stored: %v", err)
	}
	if err := s.Delete(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if err := s.Put(t.Context(), token, read); !fault.Is(err, fault.Unauthorized) {
		t.Errorf("storing a session that ended: %v", err)
	}
	if _, ok, _ := s.Get(t.Context(), token); ok {
		t.Error("the session is back")
	}
}

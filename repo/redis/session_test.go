package redis_test

import (
	"strings"
	"sync"
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
	after, sess, err := s.Rename(t.Context(), before, func(last student.Session, found bool) student.Session {
		if !found || last.OpenID != "o1" {
			t.Errorf("the session before login: %+v %v", last, found)
		}
		last.EnrolmentID = 7
		return last
	})
	if err != nil || after == before || len(after) != 43 || sess.OpenID != "o1" || sess.Hash == "" {
		t.Fatalf("%q %+v %v", after, sess, err)
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
	solved := func(x *student.Session) { x.Captcha = true }
	if got, err := s.Edit(t.Context(), token, solved); err != nil || !got.Captcha || got.EnrolmentID != 7 || got.Hash == "" {
		t.Errorf("a living session is not changed: %+v %v", got, err)
	}
	if err := s.Delete(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Edit(t.Context(), token, solved); !fault.Is(err, fault.Unauthorized) {
		t.Errorf("changing a session that ended: %v", err)
	}
	if _, ok, _ := s.Get(t.Context(), token); ok {
		t.Error("the session is back")
	}
}

// Requests of one session at the same moment each change what is theirs, and
// none undoes the other's.
func TestParallelRequestsLoseNothing(t *testing.T) {
	s := redis.NewSessions(repotest.Redis(t))
	token := redis.NewToken()
	if err := s.Put(t.Context(), token, student.Session{EnrolmentID: 7}); err != nil {
		t.Fatal(err)
	}
	changes := []func(*student.Session){
		func(x *student.Session) { x.Captcha = true },
		func(x *student.Session) { x.FaceConsent = "face" },
		func(x *student.Session) { x.AppID, x.OpenID = "wx", "o1" },
		func(x *student.Session) { x.OAuthState, x.OAuthNext = "state", "/next" },
		func(x *student.Session) { x.PasswordMark = "mark" },
		func(x *student.Session) { x.SeenBefore = true },
	}
	start, wg := make(chan struct{}), sync.WaitGroup{}
	for _, change := range changes {
		wg.Go(func() {
			<-start
			if _, err := s.Edit(t.Context(), token, change); err != nil {
				t.Error(err)
			}
		})
	}
	close(start)
	wg.Wait()
	got, ok, err := s.Get(t.Context(), token)
	got.Hash = ""
	want := student.Session{EnrolmentID: 7, Captcha: true, FaceConsent: "face", AppID: "wx", OpenID: "o1", OAuthState: "state",
		OAuthNext: "/next", PasswordMark: "mark", SeenBefore: true}
	if err != nil || !ok || got != want {
		t.Errorf("got  %+v %v %v\nwant %+v", got, ok, err, want)
	}
}

func TestAllSessionsOfAStudentEnd(t *testing.T) {
	s := redis.NewSessions(repotest.Redis(t))
	if at, err := s.EndedUntil(t.Context(), 7); err != nil || !at.IsZero() {
		t.Error(at, err)
	}
	now := time.Date(2026, 3, 12, 6, 0, 0, 123456789, time.UTC)
	if err := s.EndAll(t.Context(), 7, now); err != nil {
		t.Fatal(err)
	}
	if at, err := s.EndedUntil(t.Context(), 7); err != nil || !at.Equal(now) {
		t.Error(at, err)
	}
	if at, err := s.EndedUntil(t.Context(), 8); err != nil || !at.IsZero() {
		t.Error("another student's", at, err)
	}
}

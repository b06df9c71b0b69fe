package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/redis"
)

// TestParallelRequestsOfOneSession: a student with two pages open agrees to the
// face check on one in the moment in which the other is sent to WeChat's
// authorisation; the session keeps what both wrote.
func TestParallelRequestsOfOneSession(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	d := on(t, w.pc()) // outside WeChat: no openid yet
	d.until(w.student(0), "pay")
	cookie := d.Cookies()[0]
	rdb, err := redis.Open(t.Context(), redis.Options{Addrs: w.cfg.Redis.Addrs, DB: w.cfg.Redis.DB})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rdb.Close() })
	sessions := redis.NewSessions(rdb)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	send := func(method, path string, form url.Values) {
		req, err := http.NewRequestWithContext(t.Context(), method, w.base+path, strings.NewReader(form.Encode()))
		if err != nil {
			t.Error(err)
			return
		}
		req.Header.Set("User-Agent", stage.AgentWeChat)
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.AddCookie(&http.Cookie{Name: cookie.Name, Value: cookie.Value})
		res, err := client.Do(req)
		if err != nil {
			t.Error(err)
			return
		}
		_ = res.Body.Close()
		if res.StatusCode/100 != 3 {
			t.Errorf("%s %s answered %d", method, path, res.StatusCode)
		}
	}
	last := ""
	for round := range 25 {
		way := []string{"documents", "face"}[round%2]
		var wg sync.WaitGroup
		wg.Go(func() { send(http.MethodPost, "/c/hhu/face/consent", url.Values{"way": {way}}) })
		wg.Go(func() { send(http.MethodGet, "/pay/hhu", nil) })
		wg.Wait()
		got, ok, err := sessions.Get(t.Context(), cookie.Value)
		if err != nil || !ok || !got.LoggedIn() || got.FaceConsent != way || got.OAuthState == last || got.OAuthNext != "/pay/hhu" {
			t.Fatalf("round %d: consent %q of %q, state new: %v, next %q, %v %v", round, got.FaceConsent, way, got.OAuthState != last, got.OAuthNext, ok, err)
		}
		last = got.OAuthState
	}
}

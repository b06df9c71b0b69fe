package app_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/simulator"
)

// weChat is WeChat's own browser, stopped at every redirect.
type weChat struct {
	t      *testing.T
	openid string
	client *http.Client
}

func (w *world) weChat(t *testing.T, openid string) *weChat {
	jar, _ := cookiejar.New(nil)
	return &weChat{t: t, openid: openid, client: &http.Client{Jar: jar,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// open loads an address and returns where it leads, or the page.
func (b *weChat) open(address string) (to string, page stage.Answer) {
	b.t.Helper()
	req, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, address, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	req.Header.Set("User-Agent", stage.AgentWeChat)
	req.Header.Set("X-Sim-Openid", b.openid)
	res, err := b.client.Do(req)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return res.Header.Get("Location"), stage.Answer{Status: res.StatusCode, Path: req.URL.Path, Body: string(body)}
}

// authorize goes as far as WeChat's answer: the address with the code.
func (b *weChat) authorize(base string) string {
	b.t.Helper()
	wechat, _ := b.open(base + "/c/hhu/login")
	callback, page := b.open(wechat)
	if !strings.HasPrefix(callback, base+"/c/hhu/oauth?code=") {
		b.t.Fatalf("OAuth leads to %q from %q: %s", callback, wechat, page.Body)
	}
	return callback
}

func TestHardOAuth(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 4)
	fresh := func(t *testing.T) *weChat { return w.weChat(t, w.phone().OpenID) }

	t.Run("the back button, openid known", func(t *testing.T) {
		b := fresh(t)
		callback := b.authorize(w.base)
		for range 2 { // the second time the code is used up
			if to, page := b.open(callback); to != "/c/hhu/login" {
				t.Fatalf("leads to %q: %s", to, page.Body)
			}
		}
	})
	t.Run("the back button after login", func(t *testing.T) {
		b := fresh(t)
		callback := b.authorize(w.base)
		b.open(callback)
		s, p := w.student(0), stage.NewWalker(w.base, w.simURL, stage.AgentWeChat, b.openid)
		u, _ := url.Parse(w.base)
		p.SetCookies(b.client.Jar.Cookies(u))
		if err := stage.Login(t.Context(), p, s); err != nil {
			t.Fatal(err)
		}
		a := on(t, p).get(strings.TrimPrefix(callback, w.base))
		if a.Path != "/c/hhu/choices" {
			t.Errorf("leads to %s (%d): %s", a.Path, a.Status, shortened(a.Body))
		}
		on(t, p).post("/c/hhu/logout", nil)
		if a := on(t, p).get(strings.TrimPrefix(callback, w.base)); a.Path != "/c/hhu/login" {
			t.Errorf("after 切换学生 it leads to %s (%d): %s", a.Path, a.Status, shortened(a.Body))
		}
	})
	t.Run("a code of nobody's session", func(t *testing.T) {
		_, page := fresh(t).open(fresh(t).authorize(w.base))
		wantSays(t, page, 200, "请重新进入", "这个页面已经失效")
	})
	t.Run("a code that was used elsewhere", func(t *testing.T) {
		b := fresh(t)
		callback := b.authorize(w.base)
		u, _ := url.Parse(callback)
		c := w.sim.Config()
		b.open(w.simURL + "/sns/oauth2/access_token?grant_type=authorization_code&appid=" + c.AppID + "&secret=" +
			c.AppSecret + "&code=" + u.Query().Get("code"))
		_, page := b.open(callback)
		wantSays(t, page, 200, "微信授权已失效，请重新进入", `href="/c/hhu/login"`)
		if to, _ := b.open(b.authorize(w.base)); to != "/c/hhu/login" {
			t.Errorf("重新进入 leads to %q", to)
		}
	})
	t.Run("cancelled", func(t *testing.T) {
		b := fresh(t)
		u, _ := url.Parse(b.authorize(w.base))
		_, page := b.open(w.base + "/c/hhu/oauth?state=" + u.Query().Get("state"))
		wantSays(t, page, 200, "您取消了微信授权", "重新进入")
	})
	t.Run("a foreign state", func(t *testing.T) {
		b := fresh(t)
		mine, _ := url.Parse(b.authorize(w.base))
		other, _ := url.Parse(fresh(t).authorize(w.base))
		_, page := b.open(w.base + "/c/hhu/oauth?code=" + other.Query().Get("code") + "&state=" + other.Query().Get("state"))
		wantSays(t, page, 200, "请重新进入")
		_, page = b.open(w.base + "/c/hhu/oauth?code=" + other.Query().Get("code"))
		wantSays(t, page, 200, "请重新进入")
		if to, _ := b.open(mine.String()); to != "/c/hhu/login" {
			t.Errorf("the own answer leads to %q after a foreign one", to)
		}
	})
	t.Run("a snapshot user", func(t *testing.T) {
		u, err := w.sim.AddUser(simulator.User{Snapshot: true})
		if err != nil {
			t.Fatal(err)
		}
		b := w.weChat(t, u.OpenID)
		_, page := b.open(b.authorize(w.base))
		wantSays(t, page, 200, "快照页", "使用完整服务")
		if to, _ := b.open(w.base + "/c/hhu/login"); !strings.Contains(to, "/connect/oauth2/authorize") {
			t.Errorf("the virtual user was taken for a real one: %q", to)
		}
		var linked int
		if err := w.db(t).GetContext(t.Context(), &linked, `SELECT COUNT(*) FROM person_openid WHERE openid=?`, u.OpenID); err != nil || linked != 0 {
			t.Errorf("linked %d times: %v", linked, err)
		}
	})
	t.Run("WeChat is down", func(t *testing.T) {
		b := fresh(t)
		callback := b.authorize(w.base)
		if err := w.sim.AddFault(simulator.Fault{API: "oauth", Mode: "500"}); err != nil {
			t.Fatal(err)
		}
		_, page := b.open(callback)
		wantSays(t, page, 503, "微信服务", "请稍后再试")
		if to, page := b.open(callback); to != "/c/hhu/login" {
			t.Errorf("trying again leads to %q: %s", to, page.Body)
		}
	})
}

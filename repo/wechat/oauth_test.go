package wechat_test

import (
	"strings"
	"testing"
	"time"

	"ruxue/repo/simulator"
	"ruxue/repo/wechat"
	"ruxue/service/fault"
)

func TestExchange(t *testing.T) {
	w := newWorld(t)
	code := w.code(t, student)
	u, err := w.client.Exchange(t.Context(), code)
	if err != nil || u.OpenID != student || u.Snapshot {
		t.Fatalf("%+v %v", u, err)
	}
	if _, err := w.client.Exchange(t.Context(), code); !fault.Is(err, fault.Gone) {
		t.Errorf("a used code: %v", err)
	}
	if _, err := w.client.Exchange(t.Context(), "021abcNobody"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a wrong code: %v", err)
	}
	if u, err := w.client.Exchange(t.Context(), w.code(t, snapshot)); err != nil || !u.Snapshot {
		t.Errorf("the snapshot page's user: %+v %v", u, err)
	}
}

func TestExchangeRefusesInjection(t *testing.T) {
	w := newWorld(t)
	for _, code := range []string{"", "x&appid=other", "x#", "a b", "码", strings.Repeat("a", 129), "%26"} {
		if _, err := w.client.Exchange(t.Context(), code); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: %v", code, err)
		}
	}
}

// A provider that is down, slow or talks nonsense is unavailable, and what is
// logged holds neither secret nor code.
func TestExchangeOutage(t *testing.T) {
	w := newWorld(t, func(c *wechat.Config) { c.Timeout = 300 * time.Millisecond })
	for _, mode := range []string{"500", "timeout", "drop"} {
		if err := w.sim.AddFault(simulator.Fault{API: "oauth", Mode: mode}); err != nil {
			t.Fatal(err)
		}
		code := w.code(t, student)
		_, err := w.client.Exchange(t.Context(), code)
		if !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s: %v", mode, err)
		}
		noSecrets(t, w, err, code)
	}
	down := newWorld(t, func(c *wechat.Config) { c.APIBase = "http://127.0.0.1:1" })
	_, err := down.client.Exchange(t.Context(), "021abc")
	if !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
	noSecrets(t, down, err, "021abc")
	wrong := newWorld(t, func(c *wechat.Config) { c.AppSecret = "0123456789abcdef0123456789abcdef" })
	_, err = wrong.client.Exchange(t.Context(), "021abc")
	if err == nil || fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "40125") {
		t.Errorf("a wrong secret is ours to mend: %v", err)
	}
}

func noSecrets(t *testing.T, w *world, err error, code string) {
	t.Helper()
	for _, secret := range []string{w.cfg.AppSecret, code, "secret=", "access_token="} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error holds %q: %v", secret, err)
		}
	}
}

// Two clients with different bases live in one process.
func TestTwoBases(t *testing.T) {
	a, b := newWorld(t), newWorld(t)
	codeA, codeB := a.code(t, student), b.code(t, student2)
	if u, err := a.client.Exchange(t.Context(), codeA); err != nil || u.OpenID != student {
		t.Errorf("%+v %v", u, err)
	}
	if u, err := b.client.Exchange(t.Context(), codeB); err != nil || u.OpenID != student2 {
		t.Errorf("%+v %v", u, err)
	}
}

func TestNewRefuses(t *testing.T) {
	ok := wechat.Config{AppID: "a", AppSecret: "b"}
	for name, change := range map[string]func(*wechat.Config){
		"no app":    func(c *wechat.Config) { c.AppID = "" },
		"no secret": func(c *wechat.Config) { c.AppSecret = "" },
		"short key": func(c *wechat.Config) { c.EncodingAESKey = "abc" },
		"no host":   func(c *wechat.Config) { c.APIBase = "api.weixin.qq.com" },
	} {
		c := ok
		change(&c)
		if _, err := wechat.New(c, &memory{}); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	c, err := wechat.New(ok, &memory{})
	if err != nil {
		t.Fatal(err)
	}
	want := "https://open.weixin.qq.com/connect/oauth2/authorize?appid=a&redirect_uri=https%3A%2F%2Fe.cn%2Fx%3Fy%3D1&response_type=code&scope=snsapi_base&state=a%26b#wechat_redirect"
	if got := c.AuthorizeURL("https://e.cn/x?y=1", wechat.ScopeBase, "a&b"); got != want {
		t.Errorf("authorize at %s", got)
	}
	if got := c.ShowQRURL("g+Q=="); got != "https://mp.weixin.qq.com/cgi-bin/showqrcode?ticket=g%2BQ%3D%3D" {
		t.Errorf("QR picture at %s", got)
	}
}

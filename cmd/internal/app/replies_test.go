package app_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"ruxue/cmd/internal/app"
	"ruxue/config"
	"ruxue/repo/simulator"
)

const follower = "oSim0student1xChenLiChuan000"

func TestAccountReplies(t *testing.T) {
	t.Parallel()
	w := prepareWorld(t, 1)
	w.cfg.WeChat.Replies = config.Replies{Follow: "欢迎关注，请点击菜单", Other: "请点击菜单",
		Keywords: []config.Keyword{{Words: []string{"学号"}, Text: "登录注册平台即可查看学号"}}}
	w.start()
	for _, c := range []struct {
		event simulator.Event
		want  string
	}{
		{simulator.Event{Event: "text", OpenID: follower, Text: "怎么查学号"}, "登录注册平台即可查看学号"},
		{simulator.Event{Event: "text", OpenID: follower, Text: "你好"}, "请点击菜单"},
		{simulator.Event{Event: "subscribe", OpenID: follower}, "欢迎关注，请点击菜单"},
		{simulator.Event{Event: "click", OpenID: follower, Key: "x"}, ""},
		{simulator.Event{Event: "click", OpenID: follower, Key: "学号"}, "登录注册平台即可查看学号"},
	} {
		if got := w.sim.Push(c.event); got.Error != "" || got.Statuses[0] != http.StatusOK || got.Reply != c.want {
			t.Errorf("%+v: %+v", c.event, got)
		}
	}
}

// TestAccountForwards: what no rule answers goes on as WeChat sent it, the
// other system's answer comes back, and what was forwarded is not forwarded on.
func TestAccountForwards(t *testing.T) {
	t.Parallel()
	w := prepareWorld(t, 1)
	var asked, status atomic.Int32
	status.Store(http.StatusOK)
	other := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		body, _ := io.ReadAll(r.Body)
		q := r.URL.Query()
		if q.Get("from") != "ruxue" || q.Get("msg_signature") == "" || !strings.Contains(string(body), "Encrypt") {
			t.Errorf("the other system got %s %s", r.URL, body)
		}
		if status.Load() != http.StatusOK {
			rw.WriteHeader(int(status.Load()))
			return
		}
		// As another system of the same account would: back to us once more.
		again, err := http.NewRequestWithContext(r.Context(), http.MethodPost, w.base+"/wechat?"+r.URL.RawQuery, strings.NewReader(string(body)))
		if err != nil {
			t.Error(err)
			return
		}
		again.Header = r.Header.Clone()
		res, err := http.DefaultClient.Do(again)
		if err != nil {
			t.Error(err)
			return
		}
		defer func() { _ = res.Body.Close() }()
		_, _ = io.Copy(rw, res.Body)
	}))
	defer other.Close()
	w.cfg.WeChat.ForwardTo = other.URL + "/mp?from=ruxue"
	w.cfg.WeChat.Replies = config.Replies{Other: "请点击菜单", Keywords: []config.Keyword{{Words: []string{"学号"}, Text: "我们的"}}}
	w.start()
	say := func(text string) simulator.Pushed {
		return w.sim.Push(simulator.Event{Event: "text", OpenID: follower, Text: text})
	}
	if got := say("学号"); got.Reply != "我们的" || asked.Load() != 0 {
		t.Errorf("a keyword of ours: %+v, asked %d", got, asked.Load())
	}
	// The other system's answer is ours, come back through the loop that ends.
	if got := say("图书馆几点开门"); got.Reply != "请点击菜单" || asked.Load() != 1 {
		t.Errorf("forwarded: %+v, asked %d", got, asked.Load())
	}
	status.Store(http.StatusInternalServerError)
	if got := say("食堂"); got.Reply != "请点击菜单" || got.Statuses[0] != http.StatusOK {
		t.Errorf("the other system is ill: %+v", got)
	}
	if logged := w.logs.String(); strings.Contains(logged, url.QueryEscape("食堂")) || strings.Contains(logged, "msg_signature") {
		t.Error("the log holds what was forwarded")
	}
}

func TestRepliesAreChecked(t *testing.T) {
	t.Parallel()
	w := prepareWorld(t, 1)
	for _, change := range []func(*config.Config){
		func(c *config.Config) { c.WeChat.ForwardTo = c.BaseURL + "/wechat" },
		func(c *config.Config) { c.WeChat.Replies.Keywords = []config.Keyword{{Text: "没有词"}} },
	} {
		cfg := w.cfg
		change(&cfg)
		if _, err := app.New(t.Context(), cfg, app.Options{}); err == nil || !strings.Contains(err.Error(), "wechat.") {
			t.Errorf("started with %v", err)
		}
	}
}

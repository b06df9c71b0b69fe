package simulator_test

import (
	"bytes"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/officialaccount"
	"github.com/silenceper/wechat/v2/officialaccount/basic"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/menu"
	"github.com/silenceper/wechat/v2/officialaccount/message"
	"github.com/silenceper/wechat/v2/util"

	"ruxue/repo/simulator"
)

// account is silenceper's Official Account, pointed at the simulator.
func (w *world) account() *officialaccount.OfficialAccount {
	util.DefaultHTTPClient = w.client()
	return officialaccount.NewOfficialAccount(&config.Config{
		AppID: w.cfg.AppID, AppSecret: w.cfg.AppSecret, Token: w.cfg.Token, EncodingAESKey: w.cfg.EncodingAESKey,
		Cache: cache.NewMemory(), UseStableAK: true,
	})
}

// authorize follows the browser's part and returns where it was sent.
func (w *world) authorize(scope, openid string, more ...string) *url.URL {
	w.t.Helper()
	q := url.Values{
		"appid": {w.cfg.AppID}, "redirect_uri": {w.product.URL + "/back?keep=1"}, "response_type": {"code"},
		"scope": {scope}, "state": {"st/ate"}, "sim_openid": {openid},
	}
	for i := 0; i+1 < len(more); i += 2 {
		q.Set(more[i], more[i+1])
	}
	res := w.get("/connect/oauth2/authorize?"+q.Encode(), "MicroMessenger")
	to, err := res.Location()
	if err != nil {
		w.t.Fatalf("not sent back: %d", res.StatusCode)
	}
	return to
}

func (w *world) get(path, agent string) *http.Response {
	w.t.Helper()
	req, err := http.NewRequest(http.MethodGet, w.url+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("User-Agent", agent)
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		w.t.Fatal(err)
	}
	res.Body.Close()
	return res
}

func TestOAuthWithSDK(t *testing.T) {
	w := newWorld(t)
	oauth := w.account().GetOauth()
	back := w.authorize("snsapi_base", student)
	if back.Query().Get("state") != "st/ate" || back.Query().Get("keep") != "1" {
		t.Fatalf("sent back to %s", back)
	}
	code := back.Query().Get("code")
	res, err := oauth.GetUserAccessToken(code)
	if err != nil || res.OpenID != student || res.IsSnapShotUser != 0 {
		t.Fatalf("%+v %v", res, err)
	}
	if _, err := oauth.GetUserInfo(res.AccessToken, student, ""); err == nil || !strings.Contains(err.Error(), "48001") {
		t.Fatalf("userinfo with snsapi_base: %v", err)
	}
	if again, err := oauth.GetUserAccessToken(code); err == nil || again.ErrCode != 40163 {
		t.Fatalf("a used code: %+v %v", again, err)
	}
	if bad, err := oauth.GetUserAccessToken("nonsense"); err == nil || bad.ErrCode != 40029 {
		t.Fatalf("an invalid code: %+v %v", bad, err)
	}
	late := w.authorize("snsapi_base", student).Query().Get("code")
	w.clock.add(6 * time.Minute)
	if old, err := oauth.GetUserAccessToken(late); err == nil || old.ErrCode != 42003 {
		t.Fatalf("an old code: %+v %v", old, err)
	}
	virtual, err := oauth.GetUserAccessToken(w.authorize("snsapi_base", snapshot).Query().Get("code"))
	if err != nil || virtual.IsSnapShotUser != 1 {
		t.Fatalf("snapshot user: %+v %v", virtual, err)
	}
	full, err := oauth.GetUserAccessToken(w.authorize("snsapi_userinfo", student).Query().Get("code"))
	if err != nil {
		t.Fatal(err)
	}
	info, err := oauth.GetUserInfo(full.AccessToken, student, "")
	if err != nil || info.Nickname == "" {
		t.Fatalf("%+v %v", info, err)
	}
	if next, err := oauth.RefreshAccessToken(full.RefreshToken); err != nil || next.OpenID != student {
		t.Fatalf("refresh: %+v %v", next, err)
	}
	if denied := w.authorize("snsapi_userinfo", student, "sim_deny", "1"); denied.Query().Has("code") || denied.Query().Get("state") == "" {
		t.Fatalf("a refusal sends back to %s", denied)
	}
}

func TestAuthorizeRefusals(t *testing.T) {
	w := newWorld(t)
	good := url.Values{"appid": {w.cfg.AppID}, "redirect_uri": {w.product.URL + "/back"}, "response_type": {"code"}, "scope": {"snsapi_base"}, "state": {"s"}, "sim_openid": {student}}
	for name, change := range map[string][2]string{
		"app": {"appid", "wx0"}, "type": {"response_type", "token"}, "scope": {"scope", "snsapi_all"},
		"foreign domain": {"redirect_uri", "https://evil.example/back"}, "long state": {"state", strings.Repeat("s", 129)},
		"script": {"redirect_uri", "javascript:alert(1)"},
	} {
		t.Run(name, func(t *testing.T) {
			q := url.Values{}
			maps.Copy(q, good)
			q.Set(change[0], change[1])
			if res := w.get("/connect/oauth2/authorize?"+q.Encode(), "MicroMessenger"); res.StatusCode != http.StatusOK {
				t.Errorf("status %d, want the error page", res.StatusCode)
			}
		})
	}
	good.Del("sim_openid")
	if res := w.get("/connect/oauth2/authorize?"+good.Encode(), "MicroMessenger"); res.StatusCode != http.StatusOK {
		t.Errorf("in WeChat without a user: %d, want the choice", res.StatusCode)
	}
}

func TestStableToken(t *testing.T) {
	w := newWorld(t)
	ask := func(force bool) string {
		_, out := w.call("POST", "/cgi-bin/stable_token", map[string]any{
			"grant_type": "client_credential", "appid": w.cfg.AppID, "secret": w.cfg.AppSecret, "force_refresh": force,
		})
		return out["access_token"].(string)
	}
	code := func(token string) float64 {
		_, out := w.call("GET", "/cgi-bin/menu/get?access_token="+token, nil)
		return out["errcode"].(float64)
	}
	first := ask(false)
	if ask(false) != first || ask(true) != first {
		t.Fatal("one token for all, and no refresh within 30 s")
	}
	w.clock.add(31 * time.Second)
	second := ask(true)
	if second == first || code(first) != 40001 || code(second) != 46003 {
		t.Fatalf("after a forced refresh: old %v, new %v", code(first), code(second))
	}
	w.clock.add(3 * time.Hour)
	if code(second) != 42001 {
		t.Fatalf("an expired token: %v", code(second))
	}
	if code("nonsense") != 40001 || code("") != 41001 {
		t.Fatal("a wrong or missing token")
	}
	for name, tc := range map[string]struct {
		body map[string]any
		want float64
	}{
		"secret": {map[string]any{"grant_type": "client_credential", "appid": w.cfg.AppID, "secret": "x"}, 40125},
		"none":   {map[string]any{"grant_type": "client_credential", "appid": w.cfg.AppID}, 41004},
		"app":    {map[string]any{"grant_type": "client_credential", "appid": "wx0", "secret": "x"}, 40013},
		"grant":  {map[string]any{"grant_type": "x", "appid": w.cfg.AppID, "secret": w.cfg.AppSecret}, 40002},
	} {
		if _, out := w.call("POST", "/cgi-bin/stable_token", tc.body); out["errcode"] != tc.want {
			t.Errorf("%s: %v, want %v", name, out["errcode"], tc.want)
		}
	}
}

func TestMenuAndQRWithSDK(t *testing.T) {
	w := newWorld(t)
	oa := w.account()
	m := oa.GetMenu()
	b := &menu.Button{}
	sub := &menu.Button{}
	b.SetSubButton("2026新生注册", []*menu.Button{sub.SetViewButton("登录", w.product.URL+"/c/hhu/login")})
	if err := m.SetMenu([]*menu.Button{b}); err != nil {
		t.Fatal(err)
	}
	got, err := m.GetMenu()
	if err != nil || got.Menu.Button[0].SubButtons[0].URL != w.product.URL+"/c/hhu/login" {
		t.Fatalf("%+v %v", got, err)
	}
	if _, err := m.GetCurrentSelfMenuInfo(); err != nil {
		t.Fatal(err)
	}
	four := []*menu.Button{sub, sub, sub, sub}
	if err := m.SetMenu(four); err == nil || !strings.Contains(err.Error(), "40016") {
		t.Fatalf("four buttons: %v", err)
	}
	long := (&menu.Button{}).SetClickButton("名字太长太长了", "k")
	if err := m.SetMenu([]*menu.Button{long}); err == nil || !strings.Contains(err.Error(), "40018") {
		t.Fatalf("a long name: %v", err)
	}
	ticket, err := oa.GetBasic().GetQRTicket(basic.NewTmpQrRequest(time.Hour, "student-7"))
	if err != nil {
		t.Fatal(err)
	}
	if res := w.get("/cgi-bin/showqrcode?ticket="+url.QueryEscape(ticket.Ticket), "x"); res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "image/png" {
		t.Fatalf("picture: %d", res.StatusCode)
	}
	cfg, err := oa.GetJs().GetConfig(w.product.URL + "/c/hhu/done")
	if err != nil || cfg.Signature == "" {
		t.Fatalf("js config: %+v %v", cfg, err)
	}
	if err := m.DeleteMenu(); err != nil {
		t.Fatal(err)
	}
}

// receive has the product answer pushes with silenceper's server.
func (w *world) receive(oa *officialaccount.OfficialAccount, h func(*message.MixMessage) *message.Reply) {
	w.product.respond(func(r *http.Request, body []byte) (int, string) {
		again := httptest.NewRequest(r.Method, r.URL.String(), bytes.NewReader(body))
		rec := httptest.NewRecorder()
		srv := oa.GetServer(again, rec)
		srv.SetMessageHandler(h)
		if err := srv.Serve(); err != nil {
			return http.StatusForbidden, ""
		}
		if err := srv.Send(); err != nil {
			return http.StatusInternalServerError, ""
		}
		return http.StatusOK, rec.Body.String()
	})
}

func TestPushWithSDK(t *testing.T) {
	w := newWorld(t)
	oa := w.account()
	seen := make(chan *message.MixMessage, 10)
	w.receive(oa, func(m *message.MixMessage) *message.Reply {
		seen <- m
		return &message.Reply{MsgType: message.MsgTypeText, MsgData: message.NewText("欢迎关注")}
	})
	for _, tc := range []struct {
		event    map[string]any
		name     string
		key, txt string
	}{
		{map[string]any{"event": "subscribe", "openid": stranger}, "subscribe", "", ""},
		{map[string]any{"event": "scan", "openid": stranger, "key": "s1"}, "SCAN", "s1", ""},
		{map[string]any{"event": "unsubscribe", "openid": stranger}, "unsubscribe", "", ""},
		{map[string]any{"event": "scan", "openid": stranger, "key": "s1"}, "subscribe", "qrscene_s1", ""},
		{map[string]any{"event": "click", "openid": student, "key": "help"}, "CLICK", "help", ""},
		{map[string]any{"event": "view", "openid": student, "key": "http://x/y"}, "VIEW", "http://x/y", ""},
		{map[string]any{"event": "text", "openid": student, "text": "你好"}, "", "", "你好"},
	} {
		out := w.must("POST", "/_sim/events", tc.event)
		if out["reply"] != "欢迎关注" {
			t.Fatalf("%v: %v", tc.event, out)
		}
		m := <-seen
		if string(m.Event) != tc.name || m.EventKey != tc.key || m.Content != tc.txt || string(m.FromUserName) != tc.event["openid"] {
			t.Fatalf("%v arrived as %+v", tc.event, m)
		}
	}
	if got := w.sim.Messages(stranger); len(got) != 4 || got[0].Text != "欢迎关注" {
		t.Fatalf("replies in the inbox: %+v", got)
	}
	if out := w.must("POST", "/_sim/events", map[string]any{"event": "verify"}); out["error"] != nil {
		t.Fatalf("echostr: %v", out)
	}
	if out := w.must("POST", "/_sim/events", map[string]any{"event": "click", "openid": student, "forge": "signature"}); out["statuses"].([]any)[0] != float64(403) {
		t.Fatalf("a forged push: %v", out)
	}
}

func TestPushTriesThreeTimes(t *testing.T) {
	w := newWorld(t, func(o *simulator.Options) { o.PushTimeout = 20 * time.Millisecond })
	w.product.respond(func(*http.Request, []byte) (int, string) { time.Sleep(60 * time.Millisecond); return 200, "success" })
	out := w.must("POST", "/_sim/events", map[string]any{"event": "click", "openid": student, "key": "k"})
	if len(out["statuses"].([]any)) != 3 {
		t.Fatalf("%v", out)
	}
}

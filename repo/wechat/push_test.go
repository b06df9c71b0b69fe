package wechat_test

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/silenceper/wechat/v2/util"

	"ruxue/repo/simulator"
	"ruxue/repo/wechat"
	"ruxue/service/fault"
)

// receive makes a product that parses pushes and answers as the handler does.
func (w *world) receive(t *testing.T) *[]wechat.Push {
	t.Helper()
	got := new([]wechat.Push)
	srv := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			echo, err := w.client.Echo(r)
			if err != nil {
				rw.WriteHeader(http.StatusForbidden)
			}
			_, _ = rw.Write([]byte(echo))
			return
		}
		p, err := w.client.ParsePush(r)
		if err != nil {
			rw.WriteHeader(http.StatusForbidden)
			return
		}
		*got = append(*got, p)
		_, _ = rw.Write([]byte("success"))
	}))
	t.Cleanup(srv.Close)
	w.sim.SetProduct(srv.URL)
	return got
}

func TestPushes(t *testing.T) {
	w := newWorld(t)
	got := w.receive(t)
	for _, e := range []simulator.Event{
		{Event: "verify"},
		{Event: "subscribe", OpenID: stranger, Key: "campaign-hhu"},
		{Event: "scan", OpenID: student, Key: "campaign-hhu"},
		{Event: "click", OpenID: student, Key: "help"},
		{Event: "templatesendjobfinish", OpenID: student, MsgID: 77, Status: "failed:user block"},
		{Event: "text", OpenID: student, Text: "你好", Times: 2},
	} {
		if out := w.sim.Push(e); out.Error != "" || out.Statuses[0] != http.StatusOK {
			t.Fatalf("%s: %+v", e.Event, out)
		}
	}
	if len(*got) != 6 {
		t.Fatalf("%d pushes", len(*got))
	}
	g := *got
	if g[0].Event != "subscribe" || g[0].Scene() != "campaign-hhu" || g[0].EventKey != "qrscene_campaign-hhu" || g[0].OpenID != stranger {
		t.Errorf("%+v", g[0])
	}
	if g[1].Event != "SCAN" || g[1].Scene() != "campaign-hhu" {
		t.Errorf("%+v", g[1])
	}
	if g[2].Event != "CLICK" || g[2].EventKey != "help" || g[2].Scene() != "" {
		t.Errorf("%+v", g[2])
	}
	if g[3].MsgID != "77" || g[3].Status != "failed:user block" {
		t.Errorf("%+v", g[3])
	}
	if g[4].Type != "text" || g[4].Text != "你好" || g[4].DedupeKey != g[5].DedupeKey {
		t.Errorf("%+v\n%+v", g[4], g[5])
	}
	keys := map[string]bool{}
	for _, p := range g[:5] {
		keys[p.DedupeKey] = true
	}
	if len(keys) != 5 {
		t.Errorf("different pushes share a key: %v", keys)
	}
}

func TestPushesRefused(t *testing.T) {
	w := newWorld(t)
	got := w.receive(t)
	for name, e := range map[string]simulator.Event{
		"forged": {Event: "click", OpenID: student, Forge: "signature"},
		"plain":  {Event: "click", OpenID: student, Forge: "plain"},
		"old":    {Event: "click", OpenID: student, Age: 301},
		"future": {Event: "click", OpenID: student, Age: -400},
		"verify": {Event: "verify", Forge: "signature"},
	} {
		if out := w.sim.Push(e); len(out.Statuses) == 0 || out.Statuses[0] != http.StatusForbidden {
			t.Errorf("%s: %+v", name, out)
		}
	}
	if len(*got) != 0 {
		t.Errorf("%d were taken", len(*got))
	}
}

var now = time.Date(2026, 3, 31, 15, 59, 0, 0, time.UTC)

func account(tb testing.TB, aes string) *wechat.Client {
	c, err := wechat.New(wechat.Config{AppID: "wxapp", AppSecret: "s", Token: "token", EncodingAESKey: aes, Now: func() time.Time { return now }}, &memory{})
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func plainPush(body string) *http.Request {
	stamp := strconv.FormatInt(now.Unix(), 10)
	return httptest.NewRequest(http.MethodPost, "/wechat?timestamp="+stamp+"&nonce=n&signature="+
		util.Signature("token", stamp, "n"), strings.NewReader(body))
}

func TestParsePushPlain(t *testing.T) {
	c := account(t, "")
	ok := `<xml><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType><Event>CLICK</Event></xml>`
	if p, err := c.ParsePush(plainPush(ok)); err != nil || p.DedupeKey != "event:o1:1:CLICK:" {
		t.Errorf("%+v %v", p, err)
	}
	for name, tt := range map[string]struct {
		body string
		kind fault.Kind
	}{
		"empty":    {"", fault.Invalid},
		"no XML":   {"{}", fault.Invalid},
		"cut off":  {ok[:60], fault.Invalid},
		"nobody":   {"<xml><MsgType>text</MsgType></xml>", fault.Invalid},
		"too long": {strings.Repeat(" ", 65<<10) + ok, fault.TooLarge},
		"entities": {`<!DOCTYPE x [<!ENTITY a "b">]><xml><FromUserName>&a;</FromUserName></xml>`, fault.Invalid},
	} {
		if _, err := c.ParsePush(plainPush(tt.body)); !fault.Is(err, tt.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
	unset, err := wechat.New(wechat.Config{AppID: "a", AppSecret: "b"}, &memory{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := unset.ParsePush(plainPush(ok)); !fault.Is(err, fault.Forbidden) {
		t.Errorf("without a token nothing can be signed: %v", err)
	}
}

func FuzzParsePush(f *testing.F) {
	const key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFA"
	plain, safe := account(f, ""), account(f, key)
	f.Add(`<xml><FromUserName>o1</FromUserName><CreateTime>1</CreateTime><MsgType>event</MsgType></xml>`)
	sealed, err := util.EncryptMsg([]byte("0123456789abcdef"), []byte(`<xml><FromUserName>o1</FromUserName><MsgType>text</MsgType></xml>`), "wxapp", key)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(string(sealed))
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, body string) {
		if p, err := plain.ParsePush(plainPush(body)); err == nil && (p.OpenID == "" || p.DedupeKey == "") {
			t.Errorf("%+v was taken", p)
		}
		// The signature is right, so that what decrypts is reached.
		stamp := strconv.FormatInt(now.Unix(), 10)
		r := httptest.NewRequest(http.MethodPost, "/wechat?encrypt_type=aes&timestamp="+stamp+"&nonce=n&msg_signature="+
			util.Signature("token", stamp, "n", body), strings.NewReader("<xml><Encrypt><![CDATA["+body+"]]></Encrypt></xml>"))
		if p, err := safe.ParsePush(r); err == nil && p.OpenID == "" {
			t.Errorf("%+v was taken", p)
		} else if err != nil && fault.KindOf(err) == fault.Internal {
			t.Errorf("no kind: %v", err)
		}
	})
}

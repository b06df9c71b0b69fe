package wechat_test

import (
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/repo/simulator"
	"ruxue/repo/wechat"
	"ruxue/service/notice"
)

func (w *world) message(openid string) wechat.Template {
	return wechat.Template{
		OpenID: openid, TemplateID: w.cfg.Templates[0].ID, ClientMsgID: "m-" + openid,
		Data: map[string]string{
			"thing1": strings.Repeat("长", 30), "character_string2": "学号 2026070001", "thing3": "", "time4": "2026年3月31日 23:59",
		},
	}
}

func TestSendTemplate(t *testing.T) {
	w := newWorld(t)
	id, err := w.client.SendTemplate(t.Context(), w.message(student))
	if err != nil || id == "" || id == "0" {
		t.Fatalf("%q %v", id, err)
	}
	inbox := w.sim.Messages(student)
	if len(inbox) != 1 {
		t.Fatalf("%d messages arrived", len(inbox))
	}
	again, err := w.client.SendTemplate(t.Context(), w.message(student))
	if err != nil || again != id || len(w.sim.Messages(student)) != 1 {
		t.Errorf("a repetition was told twice: %q %v", again, err)
	}
}

func TestSendTemplateRefused(t *testing.T) {
	w := newWorld(t)
	tests := []struct {
		name   string
		change func(*wechat.Template)
		fault  string
		code   int
		class  notice.Class
		reason string
	}{
		{name: "stranger", change: func(m *wechat.Template) { m.OpenID = stranger }, code: 43004, class: notice.Permanent, reason: "未关注公众号"},
		{name: "template", change: func(m *wechat.Template) { m.TemplateID = "x" }, code: 40037, class: notice.Permanent, reason: "消息模板编号无效，请核对模板配置"},
		{name: "field", change: func(m *wechat.Template) { m.Data["time4"] = "明天" }, code: 47003, class: notice.Permanent, reason: "消息字段内容不符合模板要求"},
		{name: "quota", fault: "45009", code: 45009, class: notice.Quota, reason: "公众号当日发送量已达上限"},
		{name: "busy", fault: "-1", code: -1, class: notice.Uncertain, reason: "微信系统繁忙"},
		{name: "frequency", fault: "45011", code: 45011, class: notice.Temporary, reason: "公众号接口调用太频繁"},
		{name: "new code", fault: "49999", code: 49999, class: notice.Permanent, reason: "微信返回错误码 49999"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			m := w.message(student)
			m.ClientMsgID = ""
			if tt.change != nil {
				tt.change(&m)
			}
			if tt.fault != "" {
				if err := w.sim.AddFault(simulator.Fault{API: "template", Mode: "error", Code: tt.fault}); err != nil {
					t.Fatal(err)
				}
			}
			_, err := w.client.SendTemplate(t.Context(), m)
			var e *wechat.Error
			if !errors.As(err, &e) || e.Num != tt.code || e.Class() != tt.class || e.Reason() != tt.reason {
				t.Fatalf("%v", err)
			}
			if strings.Contains(err.Error(), "rid") || strings.Contains(err.Error(), student) {
				t.Errorf("WeChat's own text is in %v", err)
			}
		})
	}
}

// A token that died is dropped and the call made once more: nobody notices.
func TestStaleToken(t *testing.T) {
	for _, expired := range []bool{true, false} {
		w := newWorld(t)
		if _, err := w.client.SendTemplate(t.Context(), w.message(student)); err != nil {
			t.Fatal(err)
		}
		w.sim.SpoilTokens(expired)
		if _, err := w.client.SendTemplate(t.Context(), w.message(student2)); err != nil {
			t.Errorf("expired %v: %v", expired, err)
		}
	}
}

// A token that is refused again after being renewed is not asked for for ever.
func TestStaleTokenTwice(t *testing.T) {
	w := newWorld(t)
	if err := w.sim.AddFault(simulator.Fault{API: "template", Mode: "error", Code: "40001", Count: 2}); err != nil {
		t.Fatal(err)
	}
	_, err := w.client.SendTemplate(t.Context(), w.message(student))
	var e *wechat.Error
	if !errors.As(err, &e) || e.Num != 40001 || e.Class() != notice.Temporary {
		t.Fatal(err)
	}
	if _, err := w.client.SendTemplate(t.Context(), w.message(student)); err != nil {
		t.Error(err)
	}
}

// A token that another replica renewed in the meantime stays.
func TestRenewedTokenStays(t *testing.T) {
	w := newWorld(t)
	if err := w.client.Check(t.Context()); err != nil {
		t.Fatal(err)
	}
	var key string
	for k := range w.cache.m {
		key = k
	}
	good := w.cache.Get(key).(string)
	_ = w.cache.DeleteIf(key, "the refused one")
	if w.cache.Get(key) != good {
		t.Error("a good token was dropped")
	}
}

// Whether WeChat took a message whose answer was lost, nobody knows; that no
// token could be had, everybody does.
func TestSendTemplateOutage(t *testing.T) {
	w := newWorld(t, func(c *wechat.Config) { c.Timeout = 300 * time.Millisecond })
	if err := w.sim.AddFault(simulator.Fault{API: "template", Mode: "drop"}); err != nil {
		t.Fatal(err)
	}
	_, err := w.client.SendTemplate(t.Context(), w.message(student))
	var c notice.Classified
	if err == nil || errors.As(err, &c) {
		t.Errorf("a lost answer must have no class: %v", err)
	}
	noSecrets(t, w, err, "98_")
	if _, err := w.client.SendTemplate(t.Context(), w.message(student)); err != nil || len(w.sim.Messages(student)) != 1 {
		t.Errorf("the repetition: %v, %d messages", err, len(w.sim.Messages(student)))
	}
	down := newWorld(t, func(c *wechat.Config) { c.AppSecret = strings.Repeat("0", 32) })
	_, err = down.client.SendTemplate(t.Context(), down.message(student))
	if !errors.As(err, &c) || c.Class() != notice.Temporary || c.Code() != "40125" || c.Reason() == "" {
		t.Errorf("no token: %v", err)
	}
}

func TestConcurrentCalls(t *testing.T) {
	w := newWorld(t)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := w.client.Check(t.Context()); err != nil {
				t.Error(err)
			}
			if _, _, err := w.client.TempQR(t.Context(), "login", time.Minute); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

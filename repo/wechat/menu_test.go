package wechat_test

import (
	"net/http"
	"reflect"
	"strings"
	"testing"
	"time"

	"ruxue/repo/wechat"
)

func TestMenu(t *testing.T) {
	w := newWorld(t)
	if m, err := w.client.GetMenu(t.Context()); err != nil || len(m.Buttons) != 0 {
		t.Fatalf("no menu yet: %v %v", m, err)
	}
	want := []wechat.Button{
		{Type: "view", Name: "新生注册", URL: "https://e.cn/c/hhu/login?a=1&b=2"},
		{Name: "更多", Sub: []wechat.Button{
			{Type: "view", Name: "帮助", URL: "https://e.cn/help"}, {Type: "click", Name: "客服", Key: "contact"},
			{Type: "miniprogram", Name: "校园卡", URL: "https://e.cn/card", AppID: "wx1", PagePath: "pages/card"}}},
	}
	if err := w.client.SetMenu(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	got, err := w.client.GetMenu(t.Context())
	if err != nil || !got.ByAPI || !reflect.DeepEqual(got.Buttons, want) {
		t.Errorf("%+v %v", got, err)
	}
	if err := w.client.SetMenu(t.Context(), make([]wechat.Button, 4)); err == nil {
		t.Error("four buttons were taken")
	}
}

func TestMenuOfTheConsole(t *testing.T) {
	w := newWorld(t)
	body := `{"button":[{"name":"关于","type":"text","value":"学院简介"},{"name":"更多","sub_button":[{"type":"view","name":"官网","url":"https://e.cn/"}]}]}`
	res, err := http.Post(w.base+"/_sim/menu", "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	m, err := w.client.GetMenu(t.Context())
	if err != nil || m.ByAPI || len(m.Buttons) != 2 || m.Buttons[0].Value != "学院简介" || m.Buttons[1].Sub[0].URL != "https://e.cn/" {
		t.Fatalf("%+v %v", m, err)
	}
	if f := m.Foreign(); len(f) != 1 || f[0] != "关于" {
		t.Errorf("entries that the interface cannot make: %q", f)
	}
}

func TestTempQR(t *testing.T) {
	w := newWorld(t)
	qr, image, err := w.client.TempQR(t.Context(), "follow", 10*time.Minute)
	if err != nil || qr == "" {
		t.Fatal(qr, err)
	}
	res, err := http.Get(image)
	if err != nil {
		t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "image/png" {
		t.Errorf("%d %s", res.StatusCode, res.Header.Get("Content-Type"))
	}
}

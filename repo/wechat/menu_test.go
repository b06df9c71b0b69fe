package wechat_test

import (
	"net/http"
	"reflect"
	"testing"
	"time"

	"ruxue/repo/wechat"
)

func TestMenu(t *testing.T) {
	w := newWorld(t)
	if b, err := w.client.GetMenu(t.Context()); err != nil || len(b) != 0 {
		t.Fatalf("no menu yet: %v %v", b, err)
	}
	want := []wechat.Button{
		{Name: "新生注册", URL: "https://e.cn/c/hhu/login?a=1&b=2"},
		{Name: "更多", Sub: []wechat.Button{{Name: "帮助", URL: "https://e.cn/help"}, {Name: "客服", Key: "contact"}}},
	}
	if err := w.client.SetMenu(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	got, err := w.client.GetMenu(t.Context())
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%+v %v", got, err)
	}
	if err := w.client.SetMenu(t.Context(), make([]wechat.Button, 4)); err == nil {
		t.Error("four buttons were taken")
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

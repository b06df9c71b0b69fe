package h5_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ruxue/h5"
)

// TestAWaitingPageFollows: a page that waits asks without a person, stays as it
// is while nothing changes, shows a change by itself, and goes where the
// server sends it.
func TestAWaitingPageFollows(t *testing.T) {
	set := newSet(t)
	var asked, sight atomic.Int32 // sight: 0 waiting, 1 decided, 2 somewhere else
	show := func(w http.ResponseWriter, page h5.Page) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := set.Render(w, page); err != nil {
			t.Error(err)
		}
	}
	server := site(t, map[string]http.HandlerFunc{
		"GET /c/hhu/done": func(w http.ResponseWriter, r *http.Request) {
			if r.Header.Get("X-Ruxue-Background") != "" {
				asked.Add(1)
			}
			f := frame("注册完成", "wechat")
			f.Live = sight.Load() == 0
			switch {
			case sight.Load() == 2:
				http.Redirect(w, r, "/c/hhu/face", http.StatusFound)
			case f.Live:
				show(w, h5.Done{Frame: f, Pending: &h5.Pending{Title: "已缴费，照片待审核"}})
			default:
				show(w, h5.Done{Frame: f, Number: "26100CS10001"})
			}
		},
		"GET /c/hhu/face": func(w http.ResponseWriter, _ *http.Request) {
			show(w, h5.Waiting{Frame: frame("人脸识别", "wechat"), Heading: "照片需要重拍"})
		},
	})
	ctx := browser(t)
	do(t, ctx, chromedp.Navigate(server.URL+"/c/hhu/done"))
	eval[bool](t, ctx, `window.stay = true`)
	for end := time.Now().Add(20 * time.Second); asked.Load() < 2 && time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
	}
	until(t, ctx, "the page as it was", `window.stay === true && document.body.innerText.includes('照片待审核')`)
	sight.Store(1)
	until(t, ctx, "the number", `document.querySelector('.student-number')?.textContent === '26100CS10001'`)
	sight.Store(0)
	do(t, ctx, chromedp.Navigate(server.URL+"/c/hhu/done"))
	sight.Store(2)
	until(t, ctx, "what is due now", `location.pathname === '/c/hhu/face' && document.body.innerText.includes('照片需要重拍')`)
	if asked.Load() < 3 {
		t.Errorf("the page asked %d times without a person", asked.Load())
	}
}

// TestMoneyOnItsWayArrives: the page of a bill shows what arrived by itself, and
// leaves what is being typed beside it alone.
func TestMoneyOnItsWayArrives(t *testing.T) {
	set := newSet(t)
	var done atomic.Bool
	server := site(t, map[string]http.HandlerFunc{"GET /staff/payments/bill/x": func(w http.ResponseWriter, _ *http.Request) {
		m := h5.StaffMoney{Title: "退款", Fen: 10050, State: "正在退款", Tag: "info"}
		if done.Load() {
			m.State, m.Tag = "已退款", "ok"
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		if err := set.Render(w, h5.StaffTill{Console: console("缴费", "pc", "/staff/payments"), Name: "李晓雯", Moving: !done.Load(), Events: []h5.StaffMoney{m},
			Acts: []h5.StaffAct{{Name: "refund", Title: "退款", Open: true, Action: "/x", Button: "申请退款",
				Fields: []h5.Field{{Form: "refund", Name: "reason", Label: "原因", Value: ""}}}}}); err != nil {
			t.Error(err)
		}
	}})
	ctx := browser(t)
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(server.URL+"/staff/payments/bill/x"), chromedp.SendKeys(chromedp.CSS("[name=reason]"), "多收"))
	done.Store(true)
	until(t, ctx, "the refund", `document.querySelector('[data-part=events]').innerText.includes('已退款') && !document.querySelector('[data-moving]')`)
	if got := eval[string](t, ctx, `document.querySelector('[name=reason]').value`); got != "多收" {
		t.Errorf("what was typed is %q", got)
	}
}

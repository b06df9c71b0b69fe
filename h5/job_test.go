package h5_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"github.com/chromedp/chromedp"

	"ruxue/h5"
)

// TestAWorkingPageFollowsByItself: the pages of an uploaded file's work show how
// far it is and then its result, and asking for it is no sign of a person: a
// computer left alone over a long import still logs its user out.
func TestAWorkingPageFollowsByItself(t *testing.T) {
	const base = "/staff/work"
	for name, c := range map[string]struct {
		busy, done h5.Page
		words      string
	}{
		"list": {
			h5.StaffImportJob{Console: console("名单导入", "pc", base), Base: base, State: "applying", Words: "正在导入", Busy: true, Total: 1229},
			h5.StaffImportJob{Console: console("名单导入", "pc", base), Base: base, State: "applied", Words: "导入完成"}, "已导入 500 行，共约 1229 行"},
		"photos": {
			h5.StaffPhotosJob{Console: console("录取照片", "pc", base), Base: base, Words: "正在处理", Busy: true, Total: 1229},
			h5.StaffPhotosJob{Console: console("录取照片", "pc", base), Base: base, Words: "导入完成", Ended: true}, "已处理 500 个文件，共 1229 个"},
	} {
		t.Run(name, func(t *testing.T) {
			set := newSet(t)
			var over, people atomic.Bool
			server := site(t, map[string]http.HandlerFunc{
				"GET " + base: func(w http.ResponseWriter, _ *http.Request) {
					page := c.busy
					if over.Load() {
						page = c.done
					}
					w.Header().Set("Content-Type", "text/html; charset=utf-8")
					if err := set.Render(w, page); err != nil {
						t.Error(err)
					}
				},
				"GET " + base + "/state": func(w http.ResponseWriter, r *http.Request) {
					if r.Header.Get("X-Ruxue-Background") == "" {
						people.Store(true)
					}
					w.Header().Set("Content-Type", "application/json")
					answer := `{"busy":true,"done":500,"total":1229}`
					if over.Load() {
						answer = `{"busy":false,"done":1229,"total":1229}`
					}
					_, _ = w.Write([]byte(answer))
				},
			})
			ctx := browser(t)
			do(t, ctx, chromedp.Navigate(server.URL+base))
			until(t, ctx, "how far it is", `document.body.innerText.includes('`+c.words+`')`)
			over.Store(true)
			until(t, ctx, "the result", `document.body.innerText.includes('导入完成')`)
			if people.Load() {
				t.Error("the page's own questions count as a person's")
			}
		})
	}
}

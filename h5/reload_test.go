package h5_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ruxue/h5"
)

// slowDrafts is a server whose drafts take their time: a page that is loaded
// again is rendered before the last words are stored.
type slowDrafts struct {
	sync.Mutex
	school string
}

func (s *slowDrafts) save(w http.ResponseWriter, r *http.Request) {
	school := r.PostFormValue("school")
	time.Sleep(250 * time.Millisecond)
	s.Lock()
	s.school = school
	s.Unlock()
	_, _ = w.Write([]byte(`{"ok":true,"saved_at":"14:22"}`))
}

func (s *slowDrafts) page(t *testing.T) http.HandlerFunc {
	set := newSet(t)
	return func(w http.ResponseWriter, _ *http.Request) {
		s.Lock()
		defer s.Unlock()
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Header().Set("Cache-Control", "no-store")
		if err := set.Render(w, h5.Form{Frame: frame("新生入学登记表", "pc"), Section: "最后毕业信息", Action: "/c/hhu/form/graduation",
			Fields: []h5.Field{{Name: "school", Label: "最后毕业学校", Value: s.school}}}); err != nil {
			t.Error(err)
		}
	}
}

func TestReloadWhileTypingLosesNothing(t *testing.T) {
	drafts, box := &slowDrafts{}, &inbox{}
	server := site(t, map[string]http.HandlerFunc{
		"GET /c/hhu/form/graduation":        drafts.page(t),
		"POST /c/hhu/form/graduation":       box.answer(`{}`),
		"POST /c/hhu/form/graduation/draft": drafts.save,
	})
	ctx := browser(t)
	const school = "南京水利职业技术学院"
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(server.URL+"/c/hhu/form/graduation"), chromedp.Sleep(200*time.Millisecond),
		chromedp.SendKeys(chromedp.CSS("[name=school]"), school), chromedp.Reload())
	until(t, ctx, "what was typed is back", `document.querySelector('[name=school]').value === '`+school+`' && !document.querySelector('[data-form]').inert`)
	do(t, ctx, press("[data-submit]"), chromedp.Sleep(500*time.Millisecond))
	if sent := box.got("/c/hhu/form/graduation"); len(sent) != 1 || !strings.HasPrefix(sent[0], "school=%E5%8D%97") {
		t.Errorf("sent %q", sent)
	}
}

package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ruxue/service/staff"
)

// disposition is the Content-Disposition of what the device downloads.
func (d device) disposition(path string) string {
	d.t.Helper()
	req, err := http.NewRequestWithContext(d.t.Context(), http.MethodGet, d.Base+path, http.NoBody)
	if err != nil {
		d.t.Fatal(err)
	}
	for _, c := range d.Cookies() {
		req.AddCookie(c)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	_ = res.Body.Close()
	if res.StatusCode != http.StatusOK {
		d.t.Errorf("%s answers %d", path, res.StatusCode)
	}
	return res.Header.Get("Content-Disposition")
}

// TestUploadedPapersAreOnlyDownloaded: no PDF of a student opens within the
// console, whatever it holds.
func TestUploadedPapersAreOnlyDownloaded(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	s := w.student(0)
	d := on(t, w.phone()).until(s, "attachments")
	proof := url.Values{"type": {"中国高等教育学历认证报告"}, "original": {"1"}}
	wantSays(t, d.upload("/c/hhu/attachments/qualification", "file", "a'\";\r\nX: 1.pdf", pdf("null"), proof), 200)
	desk := w.staff(staff.Registrar)
	_, page := desk.find(s.IDNumber)
	if got := desk.disposition(page + "/file/qualification"); !strings.HasPrefix(got, "attachment;") || strings.ContainsAny(got, "\"\r\n") {
		t.Errorf("a student's PDF is given out as %q", got)
	}
}

// TestAReviewEndsWithTheBinding: who loses her phone unbinds it, and what its
// link had opened is shut at once.
func TestAReviewEndsWithTheBinding(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	d, s := w.staffOn(w.pc(), staff.Registrar)
	phone := on(t, w.phone())
	if heard, _ := w.scan(d, "bind", phone.OpenID); heard["state"] != "done" {
		t.Fatal(heard)
	}
	links := staff.NewLinks(w.ring(t), w.app.DB.Staff(w.cfg.WeChat.AppID), w.clock.now)
	link, err := links.Create(t.Context(), s.ID, "/staff/review?c=hhu&kind=photo")
	if err != nil {
		t.Fatal(err)
	}
	wantSays(t, on(t, w.pc()).get(link), http.StatusOK, `value="/staff/review?c=hhu&kind=photo"`)
	if a := phone.get(link); a.Path != "/staff/review" {
		t.Fatalf("the bound WeChat comes to %s", a.Path)
	}
	if a := d.post("/staff/account/unbind", url.Values{"password": {s.Password}}); a.Status != http.StatusOK {
		t.Fatalf("unbinding: %d", a.Status)
	}
	if a := phone.get("/staff/review"); a.Path != "/staff/login" {
		t.Errorf("after the unbinding the phone still comes to %s", a.Path)
	}
}

package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
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

// TestStaffComeToWhatTheyAskedFor: the address that was asked for before the
// login is kept through every step of a first one, if it is the console's.
func TestStaffComeToWhatTheyAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	asked := "/staff/students?c=hhu&state=admitted"
	for next, want := range map[string]string{asked: "/staff/students", "//example.com/staff/": "/staff/overview", "https://example.com/staff/": "/staff/overview"} {
		s, err := stage.AddStaff(t.Context(), w.app.DB, staff.Registrar)
		if err != nil {
			t.Fatal(err)
		}
		d, form := on(t, w.pc()), staffForm(s)
		form.Set("next", next)
		d.post("/staff/login", form)
		if a := d.post("/staff/password", url.Values{"password": {stage.StaffPassword}, "again": {stage.StaffPassword}}); a.Path != want {
			t.Errorf("%s was asked for, the login ends at %s", next, a.Path)
		}
	}
	s, err := stage.AddStaff(t.Context(), w.app.DB, staff.Administrator)
	if err != nil {
		t.Fatal(err)
	}
	s.Now = w.clock.now
	d, form := on(t, w.pc()), staffForm(s)
	form.Set("next", asked)
	d.post("/staff/login", form)
	page := d.post("/staff/password", url.Values{"password": {stage.StaffPassword}, "again": {stage.StaffPassword}})
	if page, err = stage.SetUpApp(t.Context(), d.Walker, s, page); err != nil {
		t.Fatal(err)
	}
	wantSays(t, page, 200, `href="`+asked+`"`, "已保存")
}

// TestAConsolePageThatIsMissingLeadsOn: what is not there, or not hers, is told
// within the console.
func TestAConsolePageThatIsMissingLeadsOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	const nav = `href="/staff/students"`
	d := w.staff(staff.Registrar)
	for path, status := range map[string]int{"/staff/nothing": 404, "/staff/students/" + unknownRef: 404, "/staff/people": 403} {
		wantSays(t, d.get(path), status, nav, "返回")
	}
	if a := on(t, w.pc()).get("/staff/nothing"); a.Status != 404 || strings.Contains(a.Body, nav) {
		t.Errorf("without a login: %d %s", a.Status, shortened(a.Body))
	}
}

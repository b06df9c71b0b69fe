package app_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"ruxue/repo/simulator"
	"ruxue/service/notice"
	"ruxue/service/staff"
)

// scan has the WeChat user scan a code that waits for the purpose, and returns
// what the page then hears.
func (w *world) scan(d device, purpose, openID string) (heard map[string]any, told string) {
	d.t.Helper()
	a := d.ask("/staff/scan", url.Values{"purpose": {purpose}})
	ref, _ := a.JSON()["ref"].(string)
	if a.Status != http.StatusOK || ref == "" {
		d.t.Fatalf("no code to scan: %d %s", a.Status, a.Body)
	}
	if s := d.getJSON("/staff/scan/" + ref).JSON()["state"]; s != "waiting" {
		d.t.Fatalf("before the scan the page hears %v", s)
	}
	pushed := w.sim.Push(simulator.Event{Event: "scan", OpenID: openID, Key: "staff-" + ref, Times: 2})
	for _, s := range pushed.Statuses {
		if s != http.StatusOK {
			d.t.Fatalf("the push was answered %v", pushed)
		}
	}
	return d.getJSON("/staff/scan/" + ref).JSON(), pushed.Reply
}

func (w *world) follower(follows bool) string {
	w.t.Helper()
	u, err := w.sim.AddUser(simulator.User{Nickname: "老师", Follower: follows})
	if err != nil {
		w.t.Fatal(err)
	}
	return u.OpenID
}

// recipient is whom the outbox would send the staff member's messages to.
func (w *world) recipient(id int64) string {
	w.t.Helper()
	openID, err := w.app.DB.Recipients(w.cfg.WeChat.AppID).OpenID(w.t.Context(), notice.Row{StaffID: id})
	if err != nil {
		w.t.Fatal(err)
	}
	return openID
}

// TestStaffBinding: a scan binds, by an old follower and a new one; one WeChat
// belongs to one account; leaving the account unbinds; the scan is a second
// factor, and losing it does not open the account.
func TestStaffBinding(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	d, s := w.staffOn(w.pc(), staff.Registrar)
	old, fresh := w.follower(true), w.follower(false)
	if heard, told := w.scan(d, "bind", fresh); heard["state"] != "done" || told != "已绑定"+s.Name+"的账号，待处理的事项会发到这里" {
		t.Errorf("%v %q", heard, told)
	}
	wantSays(t, d.get("/staff/account"), http.StatusOK, "已绑定", "解除绑定")
	if got := w.recipient(s.ID); got != fresh {
		t.Errorf("messages go to %q", got)
	}
	other, o := w.staffOn(w.pc(), staff.Finance)
	if heard, _ := w.scan(other, "bind", fresh); heard["state"] != "refused" || heard["message"] != "这个微信已绑定另一个账号，请先在那个账号解除绑定" {
		t.Errorf("one WeChat for two accounts: %v", heard)
	}
	if heard, _ := w.scan(d, "bind", old); heard["state"] != "refused" {
		t.Errorf("a second WeChat for one account: %v", heard)
	}
	wantSays(t, d.post("/staff/account/unbind", url.Values{"password": {"wrong"}}), http.StatusUnprocessableEntity, "密码不正确")
	if heard, _ := w.scan(other, "bind", old); heard["state"] != "done" || w.recipient(o.ID) != old {
		t.Errorf("%v", heard)
	}
	stale := d.ask("/staff/scan", url.Values{"purpose": {"bind"}}).JSON()["ref"].(string)
	if a := other.getJSON("/staff/scan/" + stale); a.Status != http.StatusGone {
		t.Errorf("another session asks for a code: %d", a.Status)
	}

	d.post("/staff/factor/scan", url.Values{"on": {"1"}}) // no factor yet: no password asked
	pc := on(t, w.pc())
	if a := pc.post("/staff/login", staffForm(s)); a.Path != "/staff/factor" {
		t.Fatalf("a password alone leads to %s", a.Path)
	}
	if heard, told := w.scan(pc, "prove", old); heard["state"] != "refused" || told != "扫码的不是绑定的微信，请换绑定的微信再扫" {
		t.Errorf("%v %q", heard, told)
	}
	if heard, _ := w.scan(pc, "prove", fresh); heard["state"] != "done" || heard["next"] != "/staff" {
		t.Errorf("%v", heard)
	}
	if a := pc.getJSON("/staff/session"); a.Status != http.StatusOK {
		t.Errorf("after the scan %d", a.Status)
	}

	w.sim.Push(simulator.Event{Event: "unsubscribe", OpenID: fresh})
	if got := w.recipient(s.ID); got != "" {
		t.Errorf("after leaving the account messages go to %q", got)
	}
	again := on(t, w.pc())
	if a := again.post("/staff/login", staffForm(s)); a.Path != "/staff/factor" {
		t.Errorf("without the WeChat a password alone leads to %s", a.Path)
	}
	if a := again.ask("/staff/scan", url.Values{"purpose": {"prove"}}); a.Status != http.StatusConflict {
		t.Errorf("%d %s", a.Status, a.Body)
	}
}

// TestStaffLink: the link of a template message opens for the bound WeChat
// alone, and only what a review needs.
func TestStaffLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	d, s := w.staffOn(w.pc(), staff.Administrator)
	phone, stranger := on(t, w.phone()), on(t, w.phone())
	if heard, _ := w.scan(d, "bind", phone.OpenID); heard["state"] != "done" {
		t.Fatal(heard)
	}
	links := staff.NewLinks(w.ring(t), w.app.DB.Staff(w.cfg.WeChat.AppID), w.clock.now)
	link, err := links.Create(t.Context(), s.ID, "/staff/students")
	if err != nil {
		t.Fatal(err)
	}
	wantSays(t, stranger.get(link), http.StatusForbidden, "只能用绑定的微信打开")
	if a := stranger.get("/staff/students"); a.Path != "/staff/login" {
		t.Errorf("a stranger comes to %s", a.Path)
	}
	if a := on(t, w.pc()).get(link); a.Path != "/staff/login" {
		t.Errorf("outside WeChat it leads to %s", a.Path)
	}
	if a := phone.get(link); a.Path != "/staff/students" || a.Status != http.StatusOK {
		t.Fatalf("the bound WeChat comes to %d %s: %.300s", a.Status, a.Path, shortened(a.Body))
	}
	for _, v := range staffVisits() {
		if v.needs == staff.Review || v.needs == staff.StudentsRead {
			continue
		}
		if a := v.ask(phone, staffRefs(t, w)); a.Status != http.StatusForbidden {
			t.Errorf("from a link %s (%s) answers %d %s", v.route, v.needs, a.Status, a.Path)
		}
	}
	for _, path := range []string{"/staff/password", "/staff/factor/setup"} {
		if a := phone.get(path); a.Status != http.StatusForbidden {
			t.Errorf("from a link %s answers %d", path, a.Status)
		}
	}
	if a := phone.get(link); a.Path != "/staff/students" {
		t.Errorf("opened again it leads to %s", a.Path)
	}
	w.clock.move(31 * time.Minute)
	if a := phone.get("/staff/students"); a.Path != "/staff/login" {
		t.Errorf("an idle session from a link leads to %s", a.Path)
	}
	w.clock.move(staff.LinkLife)
	wantSays(t, phone.get(link), http.StatusGone, "这个链接已失效")
	broken := on(t, w.phone())
	wantSays(t, broken.get("/staff/r/AAAA"), http.StatusGone, "这个链接已失效")
}

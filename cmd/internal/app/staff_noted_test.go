package app_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/simulator"
	"ruxue/service/staff"
)

// withoutLog makes every entry of the audit log fail, until it is called back.
func (w *world) withoutLog(t *testing.T) (back func()) {
	t.Helper()
	w.db(t).MustExec(`ALTER TABLE audit RENAME TO audit_away`)
	return func() { w.db(t).MustExec(`ALTER TABLE audit_away RENAME TO audit`) }
}

// TestNothingOfStaffHappensUnnoted: when the log cannot be written nobody comes
// in, no password and no binding changes, no list and no day is begun.
func TestNothingOfStaffHappensUnnoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	admin, a := w.staffOn(w.pc(), staff.Administrator)
	d, s := w.staffOn(w.pc(), staff.Registrar)
	phone := on(t, w.phone())
	if heard, _ := w.scan(admin, "bind", phone.OpenID); heard["state"] != "done" {
		t.Fatal(heard)
	}
	link, err := staff.NewLinks(w.ring(t), w.app.DB.Staff(w.cfg.WeChat.AppID), w.clock.now).Create(t.Context(), a.ID, "/staff/students")
	if err != nil {
		t.Fatal(err)
	}
	list := d.give("名单.csv", csvOf([][]string{wideHead, wideRow(0)}))
	code, _ := d.ask("/staff/scan", url.Values{"purpose": {"bind"}}).JSON()["ref"].(string)
	fresh, follower, day := on(t, w.pc()), w.follower(true), w.clock.now().AddDate(0, 0, -20).Format(time.DateOnly)

	back := w.withoutLog(t)
	for what, got := range map[string]stage.Answer{
		"a login":          fresh.post("/staff/login", staffForm(s)),
		"a link":           phone.get(link),
		"another password": d.post("/staff/password", url.Values{"old": {s.Password}, "password": {"genggai-2026-mima"}, "again": {"genggai-2026-mima"}}),
		"a list":           d.post(list.Path+"/apply", nil),
		"what columns are": d.post(list.Path+"/columns", url.Values{"column-0": {"exam_number"}}),
		"a day":            admin.post("/staff/payments/days", url.Values{"date": {day}}),
	} {
		if got.Status != http.StatusInternalServerError {
			t.Errorf("%s without a log answers %d %s", what, got.Status, got.Path)
		}
	}
	w.sim.Push(simulator.Event{Event: "scan", OpenID: follower, Key: "staff-" + code})
	w.sim.Push(simulator.Event{Event: "unsubscribe", OpenID: phone.OpenID})
	back()
	if to := fresh.get("/staff/account").Path; to != "/staff/login" {
		t.Errorf("a login without an entry opens %s", to)
	}
	if to := phone.get("/staff/students").Path; to != "/staff/login" {
		t.Errorf("a link without an entry opens %s", to)
	}
	for query, want := range map[string]int{
		`SELECT COUNT(*) FROM staff WHERE openid IS NOT NULL`:                                     1,
		`SELECT COUNT(*) FROM admission_import WHERE state='checked'`:                             1,
		`SELECT COUNT(*) FROM admission_heading`:                                                  0,
		`SELECT COUNT(*) FROM reconciliation WHERE created_at>'2000-01-01' AND day='` + day + `'`: 0,
	} {
		if n := w.count(t, query); n != want {
			t.Errorf("%s: %d, want %d", query, n, want)
		}
	}
	if again := fresh.post("/staff/login", staffForm(s)); again.Path == "/staff/login" {
		t.Error("the old password is gone without an entry")
	}
	w.sim.Push(simulator.Event{Event: "scan", OpenID: follower, Key: "staff-" + code, Times: 2})
	w.sim.Push(simulator.Event{Event: "unsubscribe", OpenID: phone.OpenID, Times: 2})
	wantSays(t, admin.post("/staff/payments/days", url.Values{"date": {day}}), 200)
	for action, want := range map[string]int{"staff.bind": 2, "staff.unbind": 1, "payment.reconcile": 1} {
		if n := w.count(t, `SELECT COUNT(*) FROM audit WHERE action='`+action+`'`); n != want {
			t.Errorf("%d entries %s, want %d", n, action, want)
		}
	}
}

// TestNoAccountChangesUnnoted: when the log cannot be written, the account stays
// as it was.
func TestNoAccountChangesUnnoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	admin := w.staff(staff.Administrator)
	_, s := w.staffOn(w.pc(), staff.Registrar)
	at := "/staff/people/" + s.Ref
	back := w.withoutLog(t)
	for path, form := range map[string]url.Values{at: {"name": {s.Name}, "role": {"administrator"}}, at + "/state": {"disabled": {"1"}}, at + "/factor": nil} {
		if a := admin.post(path, form); a.Status != http.StatusInternalServerError {
			t.Errorf("%s without a log answers %d", path, a.Status)
		}
	}
	if n := w.count(t, `SELECT COUNT(*) FROM staff WHERE role='registrar' AND state='active' AND epoch=2`); n != 1 {
		t.Error("an account was changed without an entry")
	}
	back()
	admin.post(at+"/state", url.Values{"disabled": {"1"}})
	if n := w.count(t, `SELECT COUNT(*) FROM audit WHERE action='staff.disable'`); n != 1 {
		t.Errorf("%d entries of one act", n)
	}
}

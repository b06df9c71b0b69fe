package app_test

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
	"ruxue/handler"
	"ruxue/service/staff"
)

// staffVisit is one route of the console, asked for by every role: the
// permission that it demands, and an address whose parameters are filled.
type staffVisit struct {
	route string // "METHOD template"
	needs staff.Permission
	path  string     // asked for; "" is the route's own; {staff} and so on are staffRefs
	form  url.Values // of a POST; an empty one must change nothing that matters
}

// staffVisits are all routes of the console. Whoever adds routes lists them in
// a variable beside the tests of their domain and adds it here.
func staffVisits() []staffVisit {
	return slices.Concat(
		paymentVisits,
		receiptVisits,
		ownVisits,
		rosterVisits,
		reviewVisits,
		returnVisits,
		peopleVisits,
		messageVisits,
		campaignVisits,
		auditVisits,
		importVisits,
		photoVisits,
	)
}

// staffRefs are what stands for the parameters in the paths: objects that exist.
func staffRefs(t *testing.T, w *world) *strings.Replacer {
	t.Helper()
	other, err := stage.AddStaff(t.Context(), w.app.DB, staff.Registrar)
	if err != nil {
		t.Fatal(err)
	}
	return strings.NewReplacer("{staff}", other.Ref)
}

var ownVisits = []staffVisit{
	{route: "GET /staff", needs: staff.Own},
	{route: "GET /staff/session", needs: staff.Own},
	{route: "GET /staff/account", needs: staff.Own},
	{route: "POST /staff/account/unbind", needs: staff.Own},
	{route: "POST /staff/account/app/remove", needs: staff.Own},
	{route: "POST /staff/account/codes", needs: staff.Own},
}

var peopleVisits = []staffVisit{
	{route: "GET /staff/people", needs: staff.StaffManage},
	{route: "POST /staff/people", needs: staff.StaffManage},
	{route: "GET /staff/people/new", needs: staff.StaffManage},
	{route: "GET /staff/people/:ref", needs: staff.StaffManage, path: "/staff/people/{staff}"},
	{route: "POST /staff/people/:ref", needs: staff.StaffManage, path: "/staff/people/{staff}"},
	{route: "POST /staff/people/:ref/state", needs: staff.StaffManage, path: "/staff/people/{staff}/state"},
	{route: "POST /staff/people/:ref/password", needs: staff.StaffManage, path: "/staff/people/{staff}/password"},
	{route: "POST /staff/people/:ref/factor", needs: staff.StaffManage, path: "/staff/people/{staff}/factor"},
}

// openStaffRoutes stand outside the table: they are the way in and out. What
// nobody gets there is the status and the page where redirects end.
var openStaffRoutes = map[string]string{
	"GET /staff/login":         "200 /staff/login",
	"POST /staff/login":        "422 /staff/login",
	"POST /staff/logout":       "200 /staff/login",
	"GET /staff/password":      "200 /staff/login",
	"POST /staff/password":     "401 /staff/password",
	"GET /staff/factor":        "200 /staff/login",
	"POST /staff/factor":       "401 /staff/factor",
	"GET /staff/factor/setup":  "200 /staff/login",
	"POST /staff/factor/setup": "401 /staff/factor/setup",
	"POST /staff/factor/scan":  "401 /staff/factor/scan",
	"POST /staff/scan":         "401 /staff/scan",
	"GET /staff/scan/:ref":     "200 /staff/login",
	"GET /staff/r/:token":      "410 /staff/r/:token",
}

// TestStaffMatrix asks every route of the console's own table as every role, as
// nobody, as a student and with an invented cookie. A route without a rule here
// fails, and so does a rule that is not the route's.
func TestStaffMatrix(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	visits := staffVisits()
	wantEveryStaffRoute(t, w, visits)
	refs := staffRefs(t, w)
	for _, role := range staff.Roles() {
		t.Run(string(role), func(t *testing.T) {
			sites := []string(nil)
			if role == staff.Site {
				sites = []string{"100"}
			}
			d := w.staff(role, sites...)
			d.t = t
			for _, v := range visits {
				a := v.ask(d, refs)
				if in := a.Status != http.StatusForbidden && a.Status != http.StatusUnauthorized && a.Path != "/staff/login"; in != role.May(v.needs) {
					t.Errorf("%s answers %d %s; may %s: %v: %.200s", v.route, a.Status, a.Path, v.needs, role.May(v.needs), shortened(a.Body))
				}
				if a.Status == http.StatusForbidden && !strings.Contains(a.Body, "您的账号没有这项权限") {
					t.Errorf("%s refuses without a sentence: %.200s", v.route, shortened(a.Body))
				}
				if a.Status >= 500 {
					t.Errorf("%s answers %d: %.200s", v.route, a.Status, shortened(a.Body))
				}
			}
		})
	}
	invented := on(t, w.pc())
	invented.SetCookies([]*http.Cookie{{Name: "ruxue-staff", Value: strings.Repeat("A", 43), Path: "/"}})
	student := on(t, w.phone())
	student.step(w.student(0), "login")
	for name, d := range map[string]device{"nobody": on(t, w.pc()), "an invented cookie": invented, "a student": student} {
		t.Run(name, func(t *testing.T) { wantNobody(t, d, visits, refs) })
	}
}

func (v staffVisit) ask(d device, refs *strings.Replacer) stage.Answer {
	d.t.Helper()
	method, path := v.address(refs)
	if method == http.MethodGet {
		return d.get(path)
	}
	return d.post(path, v.form)
}

// address is what is asked for.
func (v staffVisit) address(refs *strings.Replacer) (method, path string) {
	method, path, _ = strings.Cut(v.route, " ")
	if v.path != "" {
		path = refs.Replace(v.path)
	}
	return method, path
}

// wantNobody demands that who is not of the staff gets the login page, and a
// form or script 401.
func wantNobody(t *testing.T, d device, visits []staffVisit, refs *strings.Replacer) {
	d.t = t
	for _, v := range visits {
		a := v.ask(d, refs)
		method, path := v.address(refs)
		switch {
		case method == http.MethodGet && (a.Status != http.StatusOK || a.Path != "/staff/login"):
			t.Errorf("%s answers %d %s", v.route, a.Status, a.Path)
		case method != http.MethodGet && a.Status != http.StatusUnauthorized:
			t.Errorf("%s answers %d", v.route, a.Status)
		}
		if s := d.must(d.Do(t.Context(), method, path, "", nil, true)); s.Status != http.StatusUnauthorized {
			t.Errorf("%s answers a script %d", v.route, s.Status)
		}
	}
}

// wantEveryStaffRoute compares the rules with the handler's own table and its
// engine's routes.
func wantEveryStaffRoute(t *testing.T, w *world, visits []staffVisit) {
	t.Helper()
	h, ok := w.app.Handler().(*handler.Handler)
	if !ok {
		t.Fatal("the App's handler is another")
	}
	table := h.StaffRoutes()
	for _, r := range table {
		i := slices.IndexFunc(visits, func(v staffVisit) bool { return v.route == r.Route })
		if i < 0 {
			t.Errorf("%s (%s) has no rule here: add it to staffVisits", r.Route, r.Needs)
		} else if visits[i].needs != r.Needs {
			t.Errorf("%s needs %s, the rule says %s", r.Route, r.Needs, visits[i].needs)
		}
	}
	for _, v := range visits {
		if !slices.ContainsFunc(table, func(r handler.StaffRoute) bool { return r.Route == v.route }) {
			t.Errorf("%s is expected and does not exist", v.route)
		}
	}
	nobody := on(t, w.pc())
	for _, r := range h.Routes() {
		if !strings.Contains(r, " /staff") || slices.ContainsFunc(table, func(x handler.StaffRoute) bool { return x.Route == r }) {
			continue
		}
		want, ok := openStaffRoutes[r]
		if !ok {
			t.Errorf("%s stands outside the console's table", r)
			continue
		}
		if a := (staffVisit{route: r}).ask(nobody, strings.NewReplacer()); want != fmt.Sprint(a.Status, " ", a.Path) {
			t.Errorf("%s answers nobody %d %s, want %s", r, a.Status, a.Path, want)
		}
	}
}

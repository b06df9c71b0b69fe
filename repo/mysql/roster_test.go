package mysql_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/journey"
	"ruxue/service/roster"
	"ruxue/service/staff"
	"ruxue/service/student"
)

var everybody = staff.Scope{All: true}

// office is the roster over real records.
type office struct {
	*roll
	svc   *roster.Service
	told  int
	ended int
	gone  error // what ending sessions answers
}

func (o *office) Issue(context.Context, *campaign.Campaign, *student.Enrolment) (string, error) {
	return "123456", nil
}

func (o *office) Unlock(context.Context, *campaign.Campaign, *student.Enrolment) error { return nil }

func (o *office) EndAll(context.Context, int64, time.Time) error {
	o.ended++
	return o.gone
}

func (o *office) CaseAnswered(context.Context, *campaign.Campaign, *student.Enrolment, string) error {
	o.told++
	return nil
}

func newOffice(t *testing.T, edits ...string) *office {
	t.Helper()
	o := &office{roll: newRoll(t, edits...)}
	o.svc = roster.New(roster.Options{Store: o.db.Roster(), Audit: audit.NewLog(o.db.Audits(), o.now), Codes: o, Passwords: o, Sessions: o,
		Teller: o, Now: o.now})
	return o
}

var teacher = staff.Actor{ID: 7, Ref: "staff-ref", Role: staff.Registrar}

func (o *office) names(q roster.Query) (out []string) {
	o.t.Helper()
	q.Campaign = o.c
	rows, n, err := o.svc.List(o.t.Context(), q)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, r := range rows {
		out = append(out, r.Person.Name)
	}
	if n != len(rows) {
		o.t.Errorf("%d rows, counted %d", len(rows), n)
	}
	return out
}

func at(n int, name, site string) student.Admission {
	a := entry(n)
	a.Name, a.SiteCode, a.Site, a.ExamNumber = name, site, "教学点"+site, fmt.Sprintf("2632000%03d", n)
	a.Phone = fmt.Sprintf("1380013%04d", n)
	return a
}

func TestSearchKeepsToTheScope(t *testing.T) {
	o := newOffice(t)
	first := at(1, "李雯", "100")
	first.Number = "26100CS90003"
	a, b := o.admit(first), o.admit(at(2, "李雯雯", "200"))
	o.admit(at(3, "王%下", "200"))
	mine, other := staff.Scope{Sites: []string{"100"}}, staff.Scope{Sites: []string{"200", "300"}}
	for _, c := range []struct {
		typed string
		scope staff.Scope
		want  []string
	}{
		{"", everybody, []string{"李雯", "李雯雯", "王%下"}},
		{"", mine, []string{"李雯"}},
		{"", other, []string{"李雯雯", "王%下"}},
		{"", staff.Scope{}, nil},
		{"李雯", everybody, []string{"李雯", "李雯雯"}},
		{"雯雯", everybody, []string{"李雯雯"}},
		{"李", mine, []string{"李雯"}},
		{"%", everybody, []string{"王%下"}},
		{a.Person.IDNumber, everybody, []string{"李雯"}},
		{" " + strings.ToLower(a.Person.IDNumber) + " ", everybody, []string{"李雯"}},
		{a.Person.IDNumber, other, nil},
		{"138 0013 0002", everybody, []string{"李雯雯"}},
		{"+86 13800130002", mine, nil},
		{"26100CS90003", everybody, []string{"李雯"}},
		{"26100CS90003", other, nil},
		{"2632000002", everybody, []string{"李雯雯"}},
		{"2632000002", mine, nil},
		{"263200000", everybody, nil},
	} {
		if got := o.names(roster.Query{Scope: c.scope, Terms: roster.ParseTerms(c.typed)}); !slices.Equal(got, c.want) {
			t.Errorf("%q in %v finds %v, want %v", c.typed, c.scope, got, c.want)
		}
	}
	if got := o.names(roster.Query{Scope: everybody, Site: "100", State: student.Admitted, Major: "会计学"}); !slices.Equal(got, []string{"李雯"}) {
		t.Errorf("filters find %v", got)
	}
	if _, err := o.svc.Student(t.Context(), mine, b.Ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("another site's student by reference: %v", err)
	}
	if e, err := o.svc.Student(t.Context(), mine, a.Ref); err != nil || e.ID != a.ID {
		t.Errorf("an own student: %v %v", e, err)
	}
	for scope, want := range map[string]int{"mine": 1, "other": 2} {
		s := map[string]staff.Scope{"mine": mine, "other": other}[scope]
		list, err := o.db.Roster().After(t.Context(), roster.Query{Scope: s, Campaign: o.c}, 0, 10)
		n, e := o.db.Roster().Count(t.Context(), roster.Query{Scope: s, Campaign: o.c})
		if err != nil || e != nil || len(list) != want || n != want {
			t.Errorf("%s: %d listed, %d counted, %v %v", scope, len(list), n, err, e)
		}
	}
	choices, err := o.svc.Choices(t.Context(), other, o.c.ID)
	if err != nil || len(choices.Sites) != 1 || choices.Sites[0].Code != "200" {
		t.Errorf("%+v %v", choices, err)
	}
}

func TestPagesDivideTheList(t *testing.T) {
	o := newOffice(t)
	for n := range roster.PerPage + 3 {
		o.admit(at(n+1, "李雯", "100"))
	}
	seen := map[int64]bool{}
	for page, want := range map[int]int{1: roster.PerPage, 2: 3, 3: 0} {
		rows, n, err := o.svc.List(t.Context(), roster.Query{Scope: everybody, Page: page})
		if err != nil || len(rows) != want || n != roster.PerPage+3 {
			t.Errorf("page %d: %d rows of %d, %v", page, len(rows), n, err)
		}
		for _, r := range rows {
			seen[r.ID] = true
		}
	}
	if len(seen) != roster.PerPage+3 {
		t.Errorf("%d different students", len(seen))
	}
}

// TestDueIsWhatTheJourneySays holds the SQL of dueClause to journey.Next over
// random records.
func TestDueIsWhatTheJourneySays(t *testing.T) {
	o := newOffice(t)
	seed := rand.Uint64()
	t.Logf("seed %d", seed)
	dice := rand.New(rand.NewPCG(seed, 1))
	chance := func(p int) bool { return dice.IntN(100) < p }
	for n := range 60 {
		a := entry(n + 1)
		if chance(50) {
			a.Level = "专升本"
		}
		e := o.admit(a)
		if !chance(90) { // never logged in: nothing else can have happened
			continue
		}
		if err := o.db.Students().SetFirstLogin(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		if chance(90) {
			o.raw.MustExec(`UPDATE enrolment SET choice='register' WHERE id=?`, e.ID)
		}
		if chance(90) {
			o.raw.MustExec(`UPDATE enrolment SET verified_at=NOW(6) WHERE id=?`, e.ID)
		}
		for _, s := range []string{"basic", "family", "graduation"} {
			if chance(90) {
				o.section(e.ID, s, []string{"submitted", "submitted", "submitted", "returned", "draft"}[dice.IntN(5)])
			}
		}
		for _, s := range []string{"id-front", "id-back", "portrait", "qualification"} {
			if chance(95) {
				o.slot(e.ID, s, "uploaded")
			}
		}
		if chance(90) {
			o.face(e.ID, "check", "passed", "none")
		}
		if chance(40) {
			o.bill(e.ID, []string{"paid", "unpaid", "free"}[dice.IntN(3)])
		}
		if chance(10) {
			o.raw.MustExec(`UPDATE enrolment SET state='registered', student_number=? WHERE id=?`, fmt.Sprint("N", n), e.ID)
		} else if chance(5) {
			o.raw.MustExec(`UPDATE enrolment SET state='waiver_pending' WHERE id=?`, e.ID)
		} else if chance(15) { // a kept place, before each of its steps and after
			o.raw.MustExec(`UPDATE enrolment SET state=?, choice=? WHERE id=?`, []string{"kept", "kept", "entry_pending"}[dice.IntN(3)],
				[]string{"", "enter", "enter", "waive"}[dice.IntN(4)], e.ID)
		}
	}
	rows, _, err := o.svc.List(t.Context(), roster.Query{Scope: everybody, Campaign: o.c})
	more, _, err2 := o.svc.List(t.Context(), roster.Query{Scope: everybody, Campaign: o.c, Page: 2})
	if err != nil || err2 != nil {
		t.Fatal(err, err2)
	}
	counted := map[string]int{}
	for _, r := range append(rows, more...) {
		records, err := o.db.Registrations().Records(t.Context(), r.ID)
		if err != nil {
			t.Fatal(err)
		}
		login := ""
		if records.FacePassed {
			login = "login of check"
		}
		p, err := o.reg.Progress(t.Context(), o.c, r.Enrolment, login)
		if err != nil {
			t.Fatal(err)
		}
		next := journey.Next(o.c, p)
		want := next.Kind
		if next.Name != "" {
			want += ":" + next.Name
		}
		switch {
		case r.State == student.Registered:
			want = roster.KeyRegistered
		case r.State == student.EntryPending:
			want = roster.KeyEntering
		case !r.Open():
			want = roster.KeyBound
		case r.FirstLoginAt == nil:
			want = roster.KeyLogin
		}
		if r.Due != want {
			t.Errorf("student %d: SQL says %q, the journey %q (%+v)", r.ID, r.Due, want, p)
		}
		counted[want]++
	}
	due, err := o.db.Roster().CountDue(t.Context(), everybody, o.c)
	if err != nil || len(due) != len(counted) {
		t.Fatalf("%v, want %v, %v", due, counted, err)
	}
	for key, n := range counted {
		if got := o.names(roster.Query{Scope: everybody, Step: key}); due[key] != n || len(got) != n {
			t.Errorf("step %s: counted %d, listed %d, want %d", key, due[key], len(got), n)
		}
	}
}

func TestOverviewCounts(t *testing.T) {
	o := newOffice(t)
	first := o.ready(1, func(a *student.Admission) { a.SiteCode, a.Site = "100", "甲" })
	second := o.admit(at(2, "李雯", "200"))
	o.bill(first.ID, "paid")
	o.raw.MustExec(`UPDATE bill SET paid_at='2026-03-11 20:30:00'`) // the 12th in Beijing
	if err := o.complete(first.ID); err != nil {
		t.Fatal(err)
	}
	v, err := o.svc.Overview(t.Context(), everybody, o.c)
	if err != nil || v.Total != 2 || len(v.Sites) != 2 || len(v.Majors) != 1 || v.Majors[0].Name != "本科 会计学" {
		t.Fatalf("%+v %v", v, err)
	}
	if len(v.Days) != 1 || v.Days[0] != (roster.DayCount{Day: "2026-03-12", Registered: 1, Paid: 1}) {
		t.Errorf("days %+v", v.Days)
	}
	if s := v.Steps[0]; s.Key != roster.KeyLogin || s.Here != 1 || s.Reached != 1 {
		t.Errorf("who never logged in: %+v", s)
	}
	if s := v.Steps[1]; s.Key != "choice" || s.Here != 0 || s.Reached != 1 {
		t.Errorf("who never logged in has reached the first step: %+v", s)
	}
	if err := o.db.Students().SetFirstLogin(t.Context(), second.ID); err != nil {
		t.Fatal(err)
	}
	if v, err = o.svc.Overview(t.Context(), everybody, o.c); err != nil || v.Steps[0].Here != 0 || v.Steps[1].Here != 1 || v.Steps[1].Reached != 2 {
		t.Errorf("after her first login: %+v %v", v.Steps, err)
	}
	if s := v.Steps[len(v.Steps)-1]; s.Key != roster.KeyRegistered || s.Here != 1 {
		t.Errorf("%+v", s)
	}
	v, err = o.svc.Overview(t.Context(), staff.Scope{Sites: []string{"200"}}, o.c)
	if err != nil || v.Total != 1 || len(v.Sites) != 1 || v.Sites[0].Key != "200" || len(v.Days) != 0 || v.Majors[0].Registered != 0 {
		t.Errorf("of one site: %+v %v", v, err)
	}
}

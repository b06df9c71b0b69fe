package mysql_test

import (
	"fmt"
	"strings"
	"testing"

	"ruxue/service/admission"
	"ruxue/service/application"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/student"
)

// A kept place is entered, or given up instead, by application; a refusal leads
// back to it.
func TestAKeptPlaceIsEnteredByApplication(t *testing.T) {
	s := newSequel(t)
	s.kept(1)
	s.kept(2)
	s.carry()
	e, quits := s.there(1), s.there(2)
	students := s.db.Students()
	for choice, open := range map[string]bool{"register": false, "defer": false, "waive": true, "": true, campaign.Enter: true} {
		if ok, err := students.SetChoice(t.Context(), e.ID, choice); ok != open || err != nil {
			t.Errorf("choice %q: %v %v", choice, ok, err)
		}
	}
	if ok, err := students.SetChoice(t.Context(), e.ID, campaign.Enter); !ok || err != nil {
		t.Fatal(ok, err)
	}
	if _, err := s.submit(s.there(1), application.Defer, 1); !fault.Is(err, fault.Conflict) || !strings.Contains(fmt.Sprint(err), "只能申请一次") {
		t.Errorf("a second deferral: %v", err)
	}
	apply := func(kind application.Kind, e *student.Enrolment, approve bool) {
		t.Helper()
		a, err := s.submit(e, kind, 1)
		if err != nil || a.From != e.State || s.read(e.ID).State != kind.Waiting() {
			t.Fatalf("%+v %v", a, err)
		}
		if a, err = s.svc.Decide(t.Context(), a.Ref, approve, "退役证看不清", "one"); err != nil {
			t.Fatal(err)
		}
		if hash, err := s.svc.Recompute(t.Context(), a.ID); err != nil || hash != a.RowHash {
			t.Errorf("the row's hash is not its content's: %v", err)
		}
	}
	apply(application.Enter, s.there(1), false)
	if got := s.there(1); got.State != student.Kept || got.Choice != campaign.Enter {
		t.Errorf("returned to %s %s", got.State, got.Choice)
	}
	if _, err := s.submit(s.there(1), application.Enter, 1); err != nil {
		t.Fatal(err)
	}
	if err := s.svc.Withdraw(t.Context(), e, application.Enter); err != nil || s.there(1).State != student.Kept {
		t.Error(err, s.there(1).State)
	}
	apply(application.Enter, s.there(1), true)
	if got := s.there(1); got.State != student.Admitted || got.Choice != "" {
		t.Errorf("entered as %s %s", got.State, got.Choice)
	}
	if _, err := s.submit(s.there(1), application.Enter, 1); !fault.Is(err, fault.Conflict) {
		t.Errorf("entering twice: %v", err)
	}
	apply(application.Waive, s.there(1), false)
	if got := s.there(1).State; got != student.Admitted {
		t.Errorf("a refused waiver leads to %s", got)
	}
	apply(application.Waive, s.there(1), true)
	apply(application.Waive, quits, false)
	if got := s.there(2).State; got != student.Kept {
		t.Errorf("a refused waiver instead of entering leads to %s", got)
	}
	apply(application.Waive, s.there(2), true)
	if got := s.there(2).State; got != student.Waived {
		t.Errorf("given up: %s", got)
	}
}

// A list mends the data of a carried student and never moves her.
func TestAListUpdatesACarriedStudent(t *testing.T) {
	s := newSequel(t)
	row := listed(1)
	s.importList(row)
	e := s.find(row)
	a, err := s.submit(e, application.Defer, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.svc.Decide(t.Context(), a.Ref, true, "", "one"); err != nil {
		t.Fatal(err)
	}
	s.carry()
	row[5], row[9], row[10] = "土木工程", "3300", "27100CS0001"
	im := admission.NewImporter(s.db.Admissions())
	rep, err := im.Apply(t.Context(), s.into, table(row), nil, admission.Hooks{})
	if err != nil {
		t.Fatal(err)
	}
	wantCounts(t, rep, "new 0 updated 1 same 0 kept 0 bad 0")
	got, err := s.db.Students().FindByIDNumber(t.Context(), s.into.ID, row[2])
	if err != nil || got.State != student.Kept || got.CarriedFrom != e.ID || got.Major != "土木工程" || *got.FeeFen != 330000 || got.ImportedNumber != "27100CS0001" {
		t.Errorf("%+v %v", got, err)
	}
	s.raw.MustExec(`UPDATE enrolment SET state='entry_pending' WHERE id=?`, got.ID)
	row[5] = "法学"
	if rep, err = im.Apply(t.Context(), s.into, table(row), nil, admission.Hooks{}); err != nil || rep.Kept != 1 {
		t.Errorf("while she waits: %+v %v", rep, err)
	}
}

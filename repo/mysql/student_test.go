package mysql_test

import (
	"testing"
	"time"

	"ruxue/service/fault"
	"ruxue/service/student"
)

func TestAStudentIsFoundByHerNumberInHerCampaign(t *testing.T) {
	r := newRoll(t)
	e := r.admit(entry(1))
	r.admit(entry(2))
	s := r.db.Students()
	if got := r.read(e.ID); got.Person.IDNumber != entry(1).IDNumber || got.Ref != e.Ref {
		t.Errorf("%+v", got)
	}
	_, unknown := s.FindByIDNumber(t.Context(), r.c.ID, "11010519491231002X")
	_, elsewhere := s.FindByIDNumber(t.Context(), r.c.ID+1, entry(1).IDNumber)
	_, byID := s.Enrolment(t.Context(), 999)
	for _, err := range []error{unknown, elsewhere, byID} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v", err)
		}
	}
}

func TestTheProvenPhoneReplacesTheListed(t *testing.T) {
	r := newRoll(t)
	e := r.admit(entry(1))
	if err := r.db.Students().SetPhone(t.Context(), e, "13900139000"); err != nil {
		t.Fatal(err)
	}
	if got := r.read(e.ID).Phone; got != "13900139000" {
		t.Errorf("phone %s", got)
	}
	if r.count("enrolment a JOIN enrolment b ON a.phone_hash=b.phone_hash WHERE a.id=?", e.ID) != 1 {
		t.Error("no hash to look it up by")
	}
}

func TestAChoiceBindsNothingUntilTheStateMoves(t *testing.T) {
	r := newRoll(t)
	e := r.admit(entry(1))
	s := r.db.Students()
	for _, choice := range []string{"register", "register", "", "defer", "register"} {
		if ok, err := s.SetChoice(t.Context(), e.ID, choice); !ok || err != nil {
			t.Fatalf("choosing %q: %v %v", choice, ok, err)
		}
		r.pass(time.Second)
		if got := r.read(e.ID).Choice; got != choice {
			t.Errorf("chose %q, stored %q", choice, got)
		}
	}
	if _, err := r.db.Registrations().Register(t.Context(), e.ID, "N1"); err != nil {
		t.Fatal(err)
	}
	if ok, err := s.SetChoice(t.Context(), e.ID, "waive"); ok || err != nil || r.read(e.ID).Choice != "register" {
		t.Errorf("a registered student changed her choice: %v %v", ok, err)
	}
}

// A double click comes within the clock's step, and is no conflict.
func TestTheSameChoiceTwiceInOneInstantIsAccepted(t *testing.T) {
	r := newRoll(t)
	e := r.admit(entry(1))
	for range 2 {
		if ok, err := r.db.Students().SetChoice(t.Context(), e.ID, "register"); !ok || err != nil {
			t.Errorf("%v %v", ok, err)
		}
	}
}

func TestTheFirstVerificationCounts(t *testing.T) {
	r := newRoll(t)
	e := r.admit(entry(1))
	first := r.now()
	for range 2 {
		if err := r.db.Students().SetVerified(t.Context(), e.ID); err != nil {
			t.Fatal(err)
		}
		r.pass(time.Hour)
	}
	if got := r.read(e.ID).VerifiedAt; got == nil || !got.Equal(first) {
		t.Errorf("verified at %v, want %v", got, first)
	}
}

func TestOneWeChatAccountServesSeveralStudents(t *testing.T) {
	r := newRoll(t)
	a, b := r.admit(entry(1)), r.admit(entry(2))
	s := r.db.Students()
	for _, link := range []struct {
		e      *student.Enrolment
		openid string
	}{{a, "parent"}, {b, "parent"}, {a, "own"}, {a, "parent"}} {
		r.pass(time.Minute)
		if err := s.LinkOpenID(t.Context(), link.e.Person.ID, "wx", link.openid); err != nil {
			t.Fatal(err)
		}
	}
	if n := r.count("person_openid"); n != 3 {
		t.Errorf("%d links", n)
	}
	var latest string
	err := r.raw.Get(&latest, `SELECT openid FROM person_openid WHERE person_id=? ORDER BY last_seen_at DESC LIMIT 1`, a.Person.ID)
	if err != nil || latest != "parent" {
		t.Errorf("messages would go to %q (%v)", latest, err)
	}
}

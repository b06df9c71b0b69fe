package mysql_test

import (
	"context"
	"maps"
	"reflect"
	"slices"
	"sync"
	"testing"

	"ruxue/service/fault"
	"ruxue/service/registration"
	"ruxue/service/student"
)

func TestNumbersAreDistinctAndWithoutGaps(t *testing.T) {
	r := newRoll(t)
	s := r.db.Registrations()
	var mu sync.Mutex
	seen := map[int64]bool{}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 5 {
				var n int64
				err := r.db.InTx(t.Context(), func(ctx context.Context) (err error) {
					n, err = s.NextNumber(ctx, r.c.ID, "26100CS1")
					return err
				})
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				if seen[n] {
					t.Errorf("%d twice", n)
				}
				seen[n] = true
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	got := slices.Sorted(maps.Keys(seen))
	if len(got) != 100 || got[0] != 1 || got[99] != 100 {
		t.Errorf("numbers %v", got)
	}
	for prefix, campaign := range map[string]int64{"26101CS1": r.c.ID, "26100CS1": r.c.ID + 1, "26100cs1": r.c.ID} {
		if n, err := s.NextNumber(t.Context(), campaign, prefix); err != nil || n != 1 {
			t.Errorf("%s of campaign %d begins with %d (%v)", prefix, campaign, n, err)
		}
	}
}

func TestOnlyTheAdmittedAreRegistered(t *testing.T) {
	r := newRoll(t)
	e := r.admit(entry(1))
	s := r.db.Registrations()
	if ok, err := s.Register(t.Context(), e.ID, "N1"); err != nil || !ok {
		t.Fatal(ok, err)
	}
	got := r.read(e.ID)
	if got.State != student.Registered || got.Number != "N1" || !got.RegisteredAt.Equal(r.now()) {
		t.Errorf("%+v", got)
	}
	if ok, err := s.Register(t.Context(), e.ID, "N2"); err != nil || ok || r.read(e.ID).Number != "N1" {
		t.Errorf("registered twice: %v %v", ok, err)
	}
	if ok, err := s.Register(t.Context(), 999, "N3"); err != nil || ok {
		t.Errorf("registered nobody: %v %v", ok, err)
	}
	other := r.admit(entry(2))
	if _, err := s.Register(t.Context(), other.ID, "N1"); err == nil {
		t.Error("one number for two students")
	}
	if r.read(other.ID).State != student.Admitted {
		t.Error("half registered")
	}
}

func TestANumberIsTakenByWhoHasItAndWhoIsListed(t *testing.T) {
	r := newRoll(t)
	a := entry(1)
	a.Number = "LISTED"
	r.admit(a)
	given := r.admit(entry(2))
	if _, err := r.db.Registrations().Register(t.Context(), given.ID, "GIVEN"); err != nil {
		t.Fatal(err)
	}
	for number, want := range map[string]bool{"LISTED": true, "GIVEN": true, "FREE": false, "given": false} {
		if got, err := r.db.Registrations().Taken(t.Context(), r.c.ID, number); err != nil || got != want {
			t.Errorf("%s taken: %v %v", number, got, err)
		}
	}
	if got, _ := r.db.Registrations().Taken(t.Context(), r.c.ID+1, "GIVEN"); got {
		t.Error("another campaign's number")
	}
}

func TestRecordsShowTheDutiesMet(t *testing.T) {
	r := newRoll(t)
	e := r.admit(entry(1))
	records := func(id int64) registration.Records {
		t.Helper()
		got, err := r.db.Registrations().Records(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	none := registration.Records{Sections: map[string]bool{}, Slots: map[string]bool{}, Signed: map[string]bool{},
		Returned: map[string]bool{}, FaceLogins: map[string]bool{}}
	if got := records(e.ID); !reflect.DeepEqual(got, none) {
		t.Errorf("before anything: %+v", got)
	}
	r.section(e.ID, "basic", "submitted")
	r.section(e.ID, "family", "draft")
	r.slot(e.ID, "portrait", "uploaded")
	r.slot(e.ID, "id-front", "returned")
	r.raw.MustExec(`INSERT INTO document_version (id, campaign_id, name, title, sha256, body, created_at) VALUES (1, ?, 'pledge', '', '', '', NOW(6))`, r.c.ID)
	for _, doc := range []string{"pledge", "other"} {
		final := map[string]string{"pledge": "final", "other": "draft"}[doc]
		r.raw.MustExec(`INSERT INTO signature (ref, enrolment_id, document_version_id, document_name, state, strokes_cipher, strokes_sha256,
			picture_cipher, picture_sha256, handoff_ref, app_id, openid, ip, user_agent, signed_at, confirm_app_id, confirm_openid,
			confirm_ip, confirm_user_agent) VALUES (?, ?, 1, ?, ?, '', '', '', '', '', '', '', '', '', NOW(6), '', '', '', '')`, doc, e.ID, doc, final)
	}
	r.bill(e.ID, "unpaid")
	r.face(e.ID, "check", "failed", "none")
	want := registration.Records{Sections: map[string]bool{"basic": true, "family": false},
		Slots: map[string]bool{"portrait": true, "id-front": false}, Signed: map[string]bool{"pledge": true},
		Returned: map[string]bool{"slot:id-front": true}, FaceLogins: map[string]bool{}}
	if got := records(e.ID); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	for state, want := range map[string][2]bool{"paid": {true, false}, "free": {true, true}, "void": {false, false}, "unpaid": {false, false}} {
		r.bill(e.ID, state)
		if got := records(e.ID); got.Paid != want[0] || got.Free != want[1] {
			t.Errorf("a bill that is %s: paid %v, free %v", state, got.Paid, got.Free)
		}
	}
	for _, step := range []struct {
		kind, result, review       string
		passed, archived, approved bool
	}{
		{"archive", "archived", "pending", false, true, false},
		{"archive", "archived", "approved", false, true, true},
		{"archive", "archived", "rejected", false, false, false}, // the newest counts
		{"archive", "archived", "pending", false, true, false},
		{"check", "passed", "none", true, true, false},
	} {
		r.face(e.ID, step.kind, step.result, step.review)
		if got := records(e.ID); got.FacePassed != step.passed || got.FaceArchived != step.archived || got.FaceApproved != step.approved {
			t.Errorf("after %v: %+v", step, got)
		} else if !got.FaceLogins["login of "+step.kind] || got.FaceLogins[""] || got.FaceLogins["another"] {
			t.Errorf("after %v the credited logins are %v", step, got.FaceLogins)
		}
	}
	if got := records(r.admit(entry(2)).ID); !reflect.DeepEqual(got, none) {
		t.Errorf("somebody else's records: %+v", got)
	}
}

func TestLockingNobodyIsNotFound(t *testing.T) {
	r := newRoll(t)
	if _, err := r.db.Registrations().Lock(t.Context(), 999); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v", err)
	}
}

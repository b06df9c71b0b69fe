package mysql_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"ruxue/service/fault"
	"ruxue/service/student"
)

func (r *roll) wantNumber(id int64, want string) {
	r.t.Helper()
	e := r.read(id)
	if e.Number != want || (e.State == student.Registered) != (want != "") || (e.RegisteredAt != nil) != (want != "") {
		r.t.Errorf("student %d is %s with number %q, want %q", id, e.State, e.Number, want)
	}
	n := 0
	if want != "" {
		n = 1
	}
	if got := r.count("outbox WHERE enrolment_id=?", id); got != n {
		r.t.Errorf("%d messages about the number, want %d", got, n)
	}
}

func TestWhoMetEveryDutyGetsTheNumberOnce(t *testing.T) {
	r := newRoll(t)
	e := r.ready(1, nil)
	if err := r.complete(e.ID); err != nil {
		t.Fatal(err)
	}
	r.wantNumber(e.ID, "") // not paid
	r.bill(e.ID, "unpaid")
	if err := r.complete(e.ID); err != nil {
		t.Fatal(err)
	}
	r.wantNumber(e.ID, "")
	r.bill(e.ID, "paid")
	for range 3 {
		if err := r.complete(e.ID); err != nil {
			t.Fatal(err)
		}
		r.wantNumber(e.ID, "26100BK10001")
	}
	second := r.ready(2, nil)
	r.bill(second.ID, "paid")
	if err := r.complete(second.ID); err != nil {
		t.Fatal(err)
	}
	r.wantNumber(second.ID, "26100BK10002")
}

func TestOneOpenDutyWithholdsTheNumber(t *testing.T) {
	r := newRoll(t)
	n := 0
	for what, undo := range map[string]func(id int64){
		"no choice":          func(id int64) { r.raw.MustExec(`UPDATE enrolment SET choice='' WHERE id=?`, id) },
		"another choice":     func(id int64) { r.raw.MustExec(`UPDATE enrolment SET choice='waive' WHERE id=?`, id) },
		"not verified":       func(id int64) { r.raw.MustExec(`UPDATE enrolment SET verified_at=NULL WHERE id=?`, id) },
		"a draft":            func(id int64) { r.section(id, "family", "draft") },
		"a returned section": func(id int64) { r.section(id, "basic", "returned") },
		"a returned picture": func(id int64) { r.slot(id, "portrait", "returned") },
		"no picture":         func(id int64) { r.raw.MustExec(`DELETE FROM attachment WHERE enrolment_id=? AND slot='id-back'`, id) },
		"no face":            func(id int64) { r.raw.MustExec(`DELETE FROM face_check WHERE enrolment_id=?`, id) },
		"a pledge to sign":   func(id int64) { r.raw.MustExec(`UPDATE enrolment SET level='专升本' WHERE id=?`, id) },
		"a void bill":        func(id int64) { r.bill(id, "void") },
	} {
		n++
		e := r.ready(n, nil)
		r.bill(e.ID, "paid")
		undo(e.ID)
		if err := r.complete(e.ID); err != nil {
			t.Errorf("%s: %v", what, err)
		}
		if got := r.read(e.ID); got.Number != "" || got.State != student.Admitted {
			t.Errorf("%s: %s %q", what, got.State, got.Number)
		}
	}
}

func TestAnArchivedPhotoWithholdsTheNumberUntilApproved(t *testing.T) {
	r := newRoll(t)
	e := r.ready(1, nil)
	r.raw.MustExec(`DELETE FROM face_check`)
	r.bill(e.ID, "paid")
	r.face(e.ID, "archive", "archived", "rejected")
	r.face(e.ID, "archive", "archived", "pending")
	if err := r.complete(e.ID); err != nil {
		t.Fatal(err)
	}
	r.wantNumber(e.ID, "")
	r.raw.MustExec(`UPDATE face_check SET review_state='approved' WHERE review_state='pending'`)
	if err := r.complete(e.ID); err != nil {
		t.Fatal(err)
	}
	r.wantNumber(e.ID, "26100BK10001")
}

func TestAFreeBillCountsAsPaidAndLocksNothing(t *testing.T) {
	r := newRoll(t)
	e := r.ready(1, nil)
	r.bill(e.ID, "free")
	if err := r.reg.Editable(t.Context(), e.ID); err != nil {
		t.Errorf("the form of who pays nothing is locked: %v", err)
	}
	if err := r.complete(e.ID); err != nil {
		t.Fatal(err)
	}
	r.wantNumber(e.ID, "26100BK10001")
	if err := r.reg.Editable(t.Context(), e.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("the form of a registered student: %v", err)
	}
	paid := r.ready(2, nil)
	r.bill(paid.ID, "paid")
	if err := r.reg.Editable(t.Context(), paid.ID); !fault.Is(err, fault.Conflict) {
		t.Errorf("the form that was paid for: %v", err)
	}
}

func TestWhoGaveUpThePlaceGetsNoNumber(t *testing.T) {
	r := newRoll(t)
	for i, state := range []student.State{student.DeferralPending, student.Deferred, student.WaiverPending, student.Waived} {
		e := r.ready(i+1, nil)
		r.bill(e.ID, "paid")
		r.raw.MustExec(`UPDATE enrolment SET state=? WHERE id=?`, state, e.ID)
		if err := r.complete(e.ID); err != nil {
			t.Fatal(err)
		}
		if got := r.read(e.ID); got.State != state || got.Number != "" {
			t.Errorf("%s became %s %q", state, got.State, got.Number)
		}
	}
	if n := r.count("number_counter"); n != 0 {
		t.Error("a number was used up")
	}
}

func TestTheListedNumberIsRevealed(t *testing.T) {
	r := newRoll(t, "kind: pattern", "kind: imported")
	e := r.ready(1, func(a *student.Admission) { a.Number = "2120000003" })
	r.bill(e.ID, "paid")
	if err := r.complete(e.ID); err != nil {
		t.Fatal(err)
	}
	r.wantNumber(e.ID, "2120000003")
	without := r.ready(2, nil)
	r.bill(without.ID, "paid")
	if err := r.complete(without.ID); err == nil {
		t.Error("nobody learns that the list has no number")
	}
	r.wantNumber(without.ID, "")
}

func TestTheCounterPassesListedNumbers(t *testing.T) {
	r := newRoll(t)
	listed := r.ready(1, func(a *student.Admission) { a.Number = "26100BK10002" })
	r.ready(2, func(a *student.Admission) { a.Number = "26100BK10003" }) // not registered yet: hers all the same
	r.bill(listed.ID, "paid")
	if err := r.complete(listed.ID); err != nil {
		t.Fatal(err)
	}
	for i, want := range []string{"26100BK10001", "26100BK10004"} {
		e := r.ready(10+i, nil)
		r.bill(e.ID, "paid")
		if err := r.complete(e.ID); err != nil {
			t.Fatal(err)
		}
		r.wantNumber(e.ID, want)
	}
}

func TestTwentyCompletionsGiveOneNumber(t *testing.T) {
	r := newRoll(t)
	e := r.ready(1, nil)
	r.bill(e.ID, "paid")
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := r.complete(e.ID); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	r.wantNumber(e.ID, "26100BK10001")
	if n := r.count("number_counter WHERE last=1"); n != 1 {
		t.Error("the counter went on")
	}
}

func TestTwentyStudentsAtOnceGetNumbersWithoutGaps(t *testing.T) {
	r := newRoll(t)
	var want, got []string
	var wg sync.WaitGroup
	for i := range 20 {
		e := r.ready(i+1, nil)
		r.bill(e.ID, "paid")
		want = append(want, fmt.Sprintf("26100BK1%04d", i+1))
		wg.Go(func() {
			err := r.db.InTx(t.Context(), func(ctx context.Context) error {
				if err := r.reg.Complete(ctx, e.ID); err != nil || i%4 != 0 {
					return err
				}
				return errGivenUp // what called it fails: the number goes back
			})
			if err != nil && !errors.Is(err, errGivenUp) {
				t.Error(err)
			}
			if errors.Is(err, errGivenUp) {
				err = r.complete(e.ID)
			}
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := r.raw.Select(&got, `SELECT student_number FROM enrolment ORDER BY student_number`); err != nil || !slices.Equal(got, want) {
		t.Errorf("numbers %v, %v", got, err)
	}
}

var errGivenUp = errors.New("given up")

// Two acts that each meet one of the last two duties run at once: whichever
// comes second sees the other's and completes.
func TestTheLastTwoDutiesMetAtOnceComplete(t *testing.T) {
	r := newRoll(t)
	for i := range 10 {
		e := r.ready(i+1, nil)
		r.bill(e.ID, "unpaid")
		r.section(e.ID, "family", "draft")
		var wg sync.WaitGroup
		for _, meet := range []string{`UPDATE bill SET state='paid' WHERE enrolment_id=?`,
			`UPDATE section SET state='submitted' WHERE name='family' AND enrolment_id=?`} {
			wg.Go(func() {
				err := r.db.InTx(t.Context(), func(ctx context.Context) error {
					if _, err := r.db.Registrations().Lock(ctx, e.ID); err != nil {
						return err
					}
					if err := r.db.Exec(ctx, meet, e.ID); err != nil {
						return err
					}
					return r.reg.Complete(ctx, e.ID)
				})
				if err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		r.wantNumber(e.ID, fmt.Sprintf("26100BK1%04d", i+1))
	}
}

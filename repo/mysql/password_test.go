package mysql_test

import (
	"testing"

	"ruxue/service/fault"
	"ruxue/service/student"
)

func TestAPhoneIsOneStudentsAccount(t *testing.T) {
	r := newRoll(t)
	a, b := entry(1), entry(2)
	b.Phone = "13971100002"
	first, second := r.admit(a), r.admit(b)
	s := r.db.Students()
	if e, err := s.FindByPhone(t.Context(), r.c.ID, "13971100002"); err != nil || e.ID != second.ID {
		t.Errorf("%+v %v", e, err)
	}
	_, unknown := s.FindByPhone(t.Context(), r.c.ID, "13971100003")
	_, elsewhere := s.FindByPhone(t.Context(), r.c.ID+1, "13971100002")
	if e, err := s.FindByPhone(t.Context(), r.c.ID, a.Phone); err != nil || e.ID != first.ID {
		t.Errorf("%+v %v", e, err)
	}
	r.admit(entry(3)) // has the first one's phone
	_, shared := s.FindByPhone(t.Context(), r.c.ID, a.Phone)
	for name, err := range map[string]error{"unknown": unknown, "of another campaign": elsewhere, "shared": shared} {
		if !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
	list, err := s.AllByPhone(t.Context(), r.c.ID, a.Phone, 4)
	if err != nil || len(list) != 2 || list[0].ID != first.ID || list[0].Person.IDNumber != a.IDNumber {
		t.Errorf("who share the phone: %+v %v", list, err)
	}
	if list, err := s.AllByPhone(t.Context(), r.c.ID, a.Phone, 1); err != nil || len(list) != 0 {
		t.Errorf("more than may share it: %+v %v", list, err)
	}
}

func TestPasswordsAreReplaced(t *testing.T) {
	r := newRoll(t)
	e, other := r.admit(entry(1)), r.admit(entry(2))
	s := r.db.Students()
	records := func(id int64) bool {
		t.Helper()
		rec, err := r.db.Registrations().Records(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		return rec.Password
	}
	if hash, err := s.PasswordHash(t.Context(), e.ID); hash != "" || err != nil || records(e.ID) {
		t.Errorf("at first there is %q (%v)", hash, err)
	}
	marks := map[string]bool{mark(t, r, e.ID): true}
	if !marks[""] {
		t.Errorf("the initial password has the mark %v", marks)
	}
	for i, hash := range []string{"$argon2id$one", "$argon2id$two"} {
		if err := s.SetPasswordHash(t.Context(), e.ID, hash); err != nil {
			t.Fatal(err)
		}
		if got, err := s.PasswordHash(t.Context(), e.ID); got != hash || err != nil {
			t.Errorf("%q %v, want %q", got, err, hash)
		}
		if marks[mark(t, r, e.ID)] = true; len(marks) != i+2 || mark(t, r, other.ID) != "" {
			t.Errorf("password %d is not told from the ones before: %v", i+1, marks)
		}
	}
	if hash, _ := s.PasswordHash(t.Context(), other.ID); hash != "" || !records(e.ID) || records(other.ID) {
		t.Error("the password is not hers alone")
	}
}

func TestApproval(t *testing.T) {
	r := newRoll(t)
	waiting := entry(1)
	waiting.Approval = student.ApprovalPending
	e, other := r.admit(waiting), r.admit(entry(2))
	if e.Approval != student.ApprovalPending || other.Approval != student.Approved {
		t.Errorf("admitted as %q and %q", e.Approval, other.Approval)
	}
	if err := r.db.Students().SetApproval(t.Context(), e.ID, student.Approved); err != nil {
		t.Fatal(err)
	}
	if got := r.read(e.ID); got.Approval != student.Approved {
		t.Errorf("approved, it is %q", got.Approval)
	}
}

// mark names the password in force.
func mark(t *testing.T, r *roll, id int64) string {
	t.Helper()
	rec, err := r.db.Registrations().Records(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return rec.PasswordMark
}

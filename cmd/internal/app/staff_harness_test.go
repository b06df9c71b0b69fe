package app_test

import (
	"testing"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/keyring"
	"ruxue/service/staff"
)

// staff is a PC on which a new staff member of the role is logged in; sites are
// the codes of the teaching sites that one of the role Site sees.
func (w *world) staff(role staff.Role, sites ...string) device {
	w.t.Helper()
	d, _ := w.staffOn(w.pc(), role, sites...)
	return d
}

// staffOn is staff on the given device; it returns the account too.
func (w *world) staffOn(on *stage.Walker, role staff.Role, sites ...string) (device, *stage.Staff) {
	w.t.Helper()
	s, err := stage.AddStaff(w.t.Context(), w.app.DB, role, sites...)
	if err != nil {
		w.t.Fatal(err)
	}
	s.Now = w.clock.now
	if err := stage.LoginStaff(w.t.Context(), on, s); err != nil {
		w.t.Fatal(err)
	}
	return device{on, w.t}, s
}

// ring are the App's keys.
func (w *world) ring(t testing.TB) *keyring.Ring {
	t.Helper()
	r, err := keyring.New(w.cfg.Keys.Keyset, w.cfg.Keys.Lookup)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

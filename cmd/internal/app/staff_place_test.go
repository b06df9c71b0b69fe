package app_test

import (
	"net/http"
	"net/url"
	"testing"

	"ruxue/service/staff"
)

// TestStaffDevice: who guesses at an account in its holder's own network is
// locked out there, and the device on which she logged in before is not.
func TestStaffDevice(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	mine, s := w.staffOn(w.pc(), staff.Registrar)
	mine.post("/staff/logout", nil)
	student := on(t, w.pc())
	for range staff.Tries + 1 {
		student.post("/staff/login", url.Values{"login": {s.Login}, "password": {"wrong"}})
	}
	if a := student.post("/staff/login", staffForm(s)); a.Status != http.StatusTooManyRequests {
		t.Errorf("the guesser may go on: %d", a.Status)
	}
	mine.post("/staff/login", staffForm(s))
	if a := mine.getJSON("/staff/session"); a.Status != http.StatusOK {
		t.Errorf("the holder is locked out on her own device: %d", a.Status)
	}
}

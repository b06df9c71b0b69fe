package app_test

import (
	"net/http"
	"net/url"
	"testing"

	"ruxue/service/staff"
)

// TestNoAccountChangesUnnoted: when the log cannot be written, the account stays
// as it was.
func TestNoAccountChangesUnnoted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	admin := w.staff(staff.Administrator)
	_, s := w.staffOn(w.pc(), staff.Registrar)
	at := "/staff/people/" + s.Ref
	if _, err := w.db(t).ExecContext(t.Context(), `ALTER TABLE audit RENAME TO audit_away`); err != nil {
		t.Fatal(err)
	}
	for path, form := range map[string]url.Values{at: {"name": {s.Name}, "role": {"administrator"}}, at + "/state": {"disabled": {"1"}}, at + "/factor": nil} {
		if a := admin.post(path, form); a.Status != http.StatusInternalServerError {
			t.Errorf("%s without a log answers %d", path, a.Status)
		}
	}
	if n := w.count(t, `SELECT COUNT(*) FROM staff WHERE role='registrar' AND state='active' AND epoch=2`); n != 1 {
		t.Error("an account was changed without an entry")
	}
	if _, err := w.db(t).ExecContext(t.Context(), `ALTER TABLE audit_away RENAME TO audit`); err != nil {
		t.Fatal(err)
	}
	admin.post(at+"/state", url.Values{"disabled": {"1"}})
	if n := w.count(t, `SELECT COUNT(*) FROM audit WHERE action='staff.disable'`); n != 1 {
		t.Errorf("%d entries of one act", n)
	}
}

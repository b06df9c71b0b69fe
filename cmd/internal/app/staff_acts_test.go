package app_test

import (
	"net/http"
	"net/url"
	"testing"

	"ruxue/service/staff"
)

// TestNoActWithoutItsEntry: when the audit log takes no entry, what staff did is
// undone with it: nothing happens that nobody answers for.
func TestNoActWithoutItsEntry(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	admin := w.staff(staff.Administrator)
	_, other := w.staffOn(w.pc(), staff.Registrar)
	db := w.db(t)
	read := func() (out string) {
		t.Helper()
		if err := db.GetContext(t.Context(), &out, `SELECT CONCAT((SELECT GROUP_CONCAT(CONCAT_WS('|', login, name, role, state, epoch,
			password_hash, password_own, totp_cipher IS NULL) ORDER BY id) FROM staff), ' versions ', (SELECT COUNT(*) FROM campaign_version),
			' codes ', (SELECT COUNT(*) FROM staff_backup_code))`); err != nil {
			t.Fatal(err)
		}
		return out
	}
	before := read()
	db.MustExec(`CREATE TRIGGER full BEFORE INSERT ON audit FOR EACH ROW SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT='full'`)
	at := "/staff/people/" + other.Ref
	campaign := formOf(admin.get("/staff/campaigns/hhu").Body)
	campaign.Set("to", "2031-01-31")
	campaign.Set("save", "1")
	for path, form := range map[string]url.Values{
		"/staff/people":        {"name": {"李四"}, "login": {"lisi"}, "role": {"finance"}},
		at:                     {"name": {"改名"}, "role": {"finance"}},
		at + "/state":          {"disabled": {"1"}},
		at + "/password":       {},
		at + "/factor":         {},
		"/staff/campaigns/hhu": campaign,
	} {
		if a := admin.post(path, form); a.Status != http.StatusInternalServerError {
			t.Errorf("%s answered %d", path, a.Status)
		}
		if after := read(); after != before {
			t.Errorf("%s happened without its entry:\n%s\n%s", path, before, after)
		}
	}
	db.MustExec(`DROP TRIGGER full`)
	wantSays(t, admin.post(at, url.Values{"name": {"改名"}, "role": {"finance"}}), http.StatusOK, "改名")
}

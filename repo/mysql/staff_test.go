package mysql_test

import (
	"bytes"
	"slices"
	"testing"
	"time"

	"ruxue/repo/mysql"
	"ruxue/service/fault"
	"ruxue/service/notice"
	"ruxue/service/staff"
)

// hire stores an account of the role.
func hire(t *testing.T, s *mysql.Staff, login string, role staff.Role, sites ...string) *staff.Account {
	t.Helper()
	a := &staff.Account{Login: login, Name: "王丽" + login, Office: "学籍管理部", Role: role, Sites: sites, PasswordHash: "h"}
	if err := s.Insert(t.Context(), a); err != nil {
		t.Fatal(err)
	}
	return a
}

func TestAStaffAccountIsFoundAsItWasStored(t *testing.T) {
	r := newRoll(t)
	s := r.db.Staff("wx1")
	a := hire(t, s, "wang", staff.Site, "102", "100")
	for name, find := range map[string]func() (*staff.Account, error){
		"id":    func() (*staff.Account, error) { return s.ByID(t.Context(), a.ID) },
		"login": func() (*staff.Account, error) { return s.ByLogin(t.Context(), "wang") },
		"ref":   func() (*staff.Account, error) { return s.ByRef(t.Context(), a.Ref) },
	} {
		got, err := find()
		if err != nil || got.Ref != a.Ref || got.Name != a.Name || got.Disabled || got.PasswordOwn || got.HasFactor() ||
			!slices.Equal(got.Sites, []string{"100", "102"}) || got.Epoch != a.Epoch {
			t.Errorf("by %s: %+v %v", name, got, err)
		}
	}
	if err := s.Insert(t.Context(), &staff.Account{Login: "wang", Role: staff.Finance}); !fault.Is(err, fault.Conflict) {
		t.Errorf("the same login twice: %v", err)
	}
	if _, err := s.ByLogin(t.Context(), "nobody"); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
	if err := s.Update(t.Context(), a.ID, staff.Person{Name: "李", Role: staff.Finance}); err != nil {
		t.Fatal(err)
	}
	if got, _ := s.ByID(t.Context(), a.ID); got.Role != staff.Finance || got.Name != "李" || len(got.Sites) != 0 || r.count("staff_site WHERE staff_id=?", a.ID) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestSessionsOfStaffEndByTheEpoch(t *testing.T) {
	r := newRoll(t)
	s := r.db.Staff("wx1")
	a := hire(t, s, "wang", staff.Registrar)
	epoch, err := s.SetPassword(t.Context(), a.ID, "h2", true)
	if err != nil || epoch != a.Epoch+1 {
		t.Fatal(epoch, err)
	}
	if err := s.SetDisabled(t.Context(), a.ID, true); err != nil {
		t.Fatal(err)
	}
	if err := s.EndSessions(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	if got, _ := s.ByID(t.Context(), a.ID); got.Epoch != epoch+2 || !got.Disabled || !got.PasswordOwn || got.PasswordHash != "h2" {
		t.Errorf("%+v", got)
	}
}

func TestSecondFactorsOfStaff(t *testing.T) {
	r := newRoll(t)
	s := r.db.Staff("wx1")
	a, other := hire(t, s, "wang", staff.Registrar), hire(t, s, "zhao", staff.Registrar)
	if _, _, err := s.TOTP(t.Context(), a); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
	secret := []byte("12345678901234567890")
	if err := s.SetTOTP(t.Context(), a, secret, 100); err != nil {
		t.Fatal(err)
	}
	if got, last, err := s.TOTP(t.Context(), a); err != nil || !bytes.Equal(got, secret) || last != 100 {
		t.Errorf("%q %d %v", got, last, err)
	}
	if r.count("staff WHERE totp_cipher LIKE ?", "%1234567890%") != 0 {
		t.Error("the secret stands in the row as it is")
	}
	for _, c := range []struct {
		step int64
		want bool
	}{{100, false}, {101, true}, {101, false}, {99, false}} {
		if ok, err := s.UseTOTP(t.Context(), a.ID, c.step); ok != c.want || err != nil {
			t.Errorf("step %d: %v %v", c.step, ok, err)
		}
	}
	if err := s.SetBackupCodes(t.Context(), a.ID, []string{"aaaaabbbbb", "cccccddddd"}); err != nil {
		t.Fatal(err)
	}
	if ok, _ := s.UseBackupCode(t.Context(), other.ID, "aaaaabbbbb"); ok {
		t.Error("another's backup code is accepted")
	}
	for _, want := range []bool{true, false} {
		if ok, err := s.UseBackupCode(t.Context(), a.ID, "aaaaabbbbb"); ok != want || err != nil {
			t.Errorf("%v %v", ok, err)
		}
	}
	if n, err := s.BackupCodesLeft(t.Context(), a.ID); n != 1 || err != nil {
		t.Error(n, err)
	}
	if err := s.RemoveTOTP(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	if got, _ := s.ByID(t.Context(), a.ID); got.TOTP || !got.DemandsFactor() {
		t.Error("without the app the account must still demand a second factor")
	}
	if err := s.ClearFactors(t.Context(), a.ID); err != nil {
		t.Fatal(err)
	}
	if got, _ := s.ByID(t.Context(), a.ID); got.DemandsFactor() || r.count("staff_backup_code WHERE staff_id=?", a.ID) != 0 {
		t.Errorf("%+v", got)
	}
}

func TestAWeChatBelongsToOneAccount(t *testing.T) {
	r := newRoll(t)
	s := r.db.Staff("wx1")
	a, b := hire(t, s, "wang", staff.Registrar), hire(t, s, "zhao", staff.Registrar)
	if err := s.Bind(t.Context(), a.ID, "o1"); err != nil {
		t.Fatal(err)
	}
	if err := s.Bind(t.Context(), b.ID, "o1"); !fault.Is(err, fault.Conflict) {
		t.Errorf("one WeChat for two: %v", err)
	}
	if err := r.db.Staff("wx2").Bind(t.Context(), b.ID, "o1"); err != nil {
		t.Errorf("of another Official Account: %v", err)
	}
	if got, _ := s.ByID(t.Context(), b.ID); got.OpenID != "" {
		t.Error("another Official Account's openid is taken for this one's")
	}
	to := r.db.Recipients("wx1")
	openID := func() string {
		got, err := to.OpenID(t.Context(), notice.Row{StaffID: a.ID})
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	if openID() != "o1" {
		t.Errorf("messages go to %q", openID())
	}
	if err := s.SetDisabled(t.Context(), a.ID, true); err != nil {
		t.Fatal(err)
	}
	if openID() != "" {
		t.Error("a shut account gets messages")
	}
	if got, err := to.OpenID(t.Context(), notice.Row{StaffID: 999}); got != "" || err != nil {
		t.Error(got, err)
	}
	if ref, err := s.UnbindOpenID(t.Context(), "o1", r.now()); ref != "" || err != nil {
		t.Errorf("what happened before the binding undoes it: %q %v", ref, err)
	}
	if ref, err := s.UnbindOpenID(t.Context(), "o1", r.now().Add(time.Second)); ref != a.Ref || err != nil {
		t.Errorf("%q %v", ref, err)
	}
	if got, _ := s.ByID(t.Context(), a.ID); got.OpenID != "" || got.BoundAt != nil {
		t.Errorf("%+v", got)
	}
}

func TestTheListOfStaffIsPaged(t *testing.T) {
	r := newRoll(t)
	s := r.db.Staff("wx1")
	for _, login := range []string{"c", "a", "b"} {
		hire(t, s, login, staff.Site, "100")
	}
	shut, _ := s.ByLogin(t.Context(), "a")
	if err := s.SetDisabled(t.Context(), shut.ID, true); err != nil {
		t.Fatal(err)
	}
	var got []string
	for offset := range 4 {
		list, total, err := s.List(t.Context(), offset, 1)
		if err != nil || total != 3 {
			t.Fatal(total, err)
		}
		for _, a := range list {
			got = append(got, a.Login)
			if !slices.Equal(a.Sites, []string{"100"}) {
				t.Error(a.Sites)
			}
		}
	}
	if !slices.Equal(got, []string{"b", "c", "a"}) {
		t.Error(got)
	}
	r.admit(entry(1))
	if sites, err := s.Sites(t.Context()); err != nil || len(sites) != 1 || sites[0][0] != entry(1).SiteCode {
		t.Error(sites, err)
	}
}

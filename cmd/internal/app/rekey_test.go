package app_test

import (
	"net/url"
	"testing"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
	"ruxue/repo/keyring"
	"ruxue/service/staff"
)

// TestEverythingIsSealedAnew: after keys --renew, rekey and keys --retire all
// that a student and staff stored opens by the new key alone.
func TestEverythingIsSealedAnew(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	s := w.student(0)
	phone := on(t, w.phone())
	if _, err := stage.Walk(t.Context(), phone.Walker, s); err != nil {
		t.Fatal(err)
	}
	waive := on(t, w.phone()).until(w.student(1), "face")
	waive.post("/c/hhu/choices", url.Values{"choice": {"waive"}})
	desk, me := w.staffOn(w.pc(), staff.Administrator)
	wantSays(t, desk.upload("/staff/import?c=hhu", "file", "a.csv", []byte("姓名,身份证号\n甲,1\n"), nil), 200)
	up := desk.upload("/staff/import/photos?c=hhu", "file", "a.zip", packed(t, packedFile{s.IDNumber + ".jpg", s.Face}), nil)
	wantSays(t, up, 200)
	if !eventually(func() bool {
		return w.count(t, `SELECT COUNT(*) FROM photo_import WHERE file_key<>''`)+w.count(t, `SELECT COUNT(*) FROM admission_import WHERE state='checking'`) == 0
	}) {
		t.Fatal("the lists are worked on for ever")
	}
	w.stop()

	retired := w.cfg.Keys.Keyset
	renewed, err := keyring.Renew(retired)
	if err != nil {
		t.Fatal(err)
	}
	w.cfg.Keys.Keyset = renewed
	counts := map[string]int{}
	rekey := func() {
		t.Helper()
		clear(counts)
		if err := app.Rekey(t.Context(), w.cfg, func(what string, n int) { counts[what] = n }); err != nil {
			t.Fatal(err)
		}
	}
	rekey()
	for _, what := range []string{"person.id_cipher", "enrolment.phone_cipher", "section.cipher", "signature.picture_cipher", "outbox.payload_cipher",
		"staff.totp_cipher", "admission_import.detail_cipher", "photo_import.detail_cipher", "files"} {
		if counts[what] == 0 {
			t.Errorf("nothing of %s was sealed anew", what)
		}
	}
	rekey()
	for what, n := range counts {
		if n != 0 {
			t.Errorf("again %d of %s: it does not know what is done", n, what)
		}
	}
	if w.cfg.Keys.Keyset, err = keyring.Retire(renewed); err != nil {
		t.Fatal(err)
	}
	w.start()
	w.clock.move(2 * time.Minute) // the next code may be sent
	back := on(t, w.phone())
	if err := stage.Login(t.Context(), back.Walker, s); err != nil {
		t.Fatal(err)
	}
	wantSays(t, back.get("/c/hhu/"), 200, "学号")
	for _, path := range []string{"/c/hhu/attachments/portrait", "/c/hhu/form/family", "/c/hhu/verify"} {
		wantSays(t, back.get(path), 200)
	}
	d := on(t, w.pc())
	if err := stage.LoginStaff(t.Context(), d.Walker, me); err != nil {
		t.Fatal(err)
	}
	_, page := d.find(s.IDNumber)
	wantSays(t, d.get(page), 200, s.Name, "诚信承诺书", "已提交")
	wantSays(t, d.get(page+"/picture/pledge"), 200)
	wantSays(t, d.get(page+"/photo"), 200)
}

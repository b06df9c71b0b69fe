package app_test

import (
	"bytes"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
	"ruxue/repo/blob"
)

const rareName = "李𬭩雯"

// signedWorld is a student with a rare name who signed, and her paper.
func signedWorld(t *testing.T) (w *world, phone device, s stage.Student, paper []byte) {
	t.Helper()
	w = prepareWorld(t, 2)
	if _, err := w.db(t).ExecContext(t.Context(), `UPDATE person SET name=? WHERE name=?`, rareName, w.students[0].Name); err != nil {
		t.Fatal(err)
	}
	w.students[0].Name = rareName
	w.start()
	s = w.student(0)
	phone = on(t, w.phone()).until(s, "sign")
	wantSays(t, phone.getJSON("/c/hhu/signed/pledge.pdf"), 404)
	phone.step(s, "sign")
	var a stage.Answer
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		if a = phone.getJSON("/c/hhu/signed/pledge.pdf"); a.Status == 200 {
			return w, phone, s, []byte(a.Body)
		}
	}
	t.Fatalf("the paper was never made: %d %s", a.Status, a.Body)
	return nil, device{}, s, nil
}

// poppler runs one of its programs on a file.
func poppler(t testing.TB, name string, file []byte, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(name); err != nil {
		t.Skip(name + " (poppler-utils) is not on this machine")
	}
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, file, 0o600); err != nil {
		t.Fatal(err)
	}
	out, _ := exec.CommandContext(t.Context(), name, append([]string{path}, args...)...).CombinedOutput()
	return string(out)
}

func (w *world) exec(t testing.TB, query string, args ...any) {
	t.Helper()
	res, err := w.db(t).ExecContext(t.Context(), query, args...)
	if err != nil {
		t.Fatal(err)
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		t.Fatalf("%d rows changed (%v) by %s", n, err, query)
	}
}

// wantVerified runs what `ruxue verify-signatures` runs; part is of the
// failure's sentence, "" when everything holds.
func (w *world) wantVerified(t testing.TB, part string) {
	t.Helper()
	v, err := app.VerifySignatures(t.Context(), w.cfg, w.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	if part == "" && v.Failed != "" || !strings.Contains(v.Failed, part) {
		t.Errorf("verify-signatures says %q, want %q", v.Failed, part)
	}
	if part == "" && (v.Signatures == 0 || v.Links == 0 || v.Heads == 0) {
		t.Errorf("verify-signatures saw nothing: %+v", v)
	}
}

func TestEvidence(t *testing.T) {
	t.Parallel()
	w, phone, s, paper := signedWorld(t)
	var number, ref string
	row := w.db(t).QueryRowxContext(t.Context(), `SELECT v.number, s.ref FROM evidence v JOIN signature s ON s.id=v.signature_id`)
	if err := row.Scan(&number, &ref); err != nil || len(number) != 20 {
		t.Fatalf("the number is %q: %v", number, err)
	}
	changed := bytes.Clone(paper)
	changed[len(changed)/2] ^= 1
	t.Run("the paper", func(t *testing.T) {
		text := poppler(t, "pdftotext", paper, "-")
		for _, want := range []string{rareName, "专升本人员诚信承诺书", w.base + "/v/" + number, s.IDNumber[:3] + "****"} {
			if !strings.Contains(text, want) {
				t.Errorf("the paper does not say %s: %s", want, text)
			}
		}
		if strings.Contains(text, s.IDNumber) {
			t.Error("the paper shows the whole ID number")
		}
		if says := poppler(t, "pdfsig", paper, "-nocert"); !strings.Contains(says, "Signature is Valid") || !strings.Contains(says, "Total document signed") {
			t.Errorf("pdfsig says: %s", says)
		}
		if says := poppler(t, "pdfsig", changed, "-nocert"); strings.Contains(says, "Signature is Valid") {
			t.Errorf("pdfsig does not see the change: %s", says)
		}
	})
	anybody := on(t, stage.NewWalker(w.base, w.simURL, stage.AgentPhone, ""))
	t.Run("the verification page", func(t *testing.T) {
		a := anybody.get("/v/" + number)
		wantSays(t, a, 200, "签名有效", "专升本人员诚信承诺书", "李*雯", "证据哈希", "核对文件")
		for _, secret := range []string{rareName, s.IDNumber, s.Phone, s.IDNumber[14:]} {
			if strings.Contains(a.Body, secret) {
				t.Errorf("the page shows %s to anybody", secret)
			}
		}
		wantSays(t, anybody.get("/v/"+strings.ToLower(number[:10])+"-"+number[10:]), 200, "签名有效")
		wantSays(t, anybody.upload("/v/"+number, "file", "a.pdf", paper, nil), 200, "文件一致", "完全相同")
		wantSays(t, anybody.upload("/v/"+number, "file", "a.pdf", changed, nil), 200, "文件不一致")
		wantSays(t, anybody.upload("/v/"+number, "file", "a.pdf", make([]byte, 6<<20), nil), 422, "不超过 5 MB")
		wantSays(t, anybody.post("/v/"+number, url.Values{}), 422, "请选择要核对的 PDF 文件")
		wantSays(t, anybody.get("/v/"+strings.Repeat("0", 20)), 404, "没有找到这个验证编号")
		wantSays(t, anybody.get("/v/x"), 404, "没有找到这个验证编号")
	})
	t.Run("other comers", func(t *testing.T) {
		if a := anybody.get("/c/hhu/signed/pledge.pdf"); a.Path != "/c/hhu/login" {
			t.Errorf("nobody gets %s", a.Path)
		}
		stranger := on(t, w.phone()).until(w.student(1), "choose")
		wantSays(t, stranger.get("/c/hhu/signed/pledge.pdf"), 404)
	})
	phone.step(s, "pay")
	phone.step(s, "settled")
	wantSays(t, phone.get("/c/hhu/"), 200, "《专升本人员诚信承诺书》签署文件", "/c/hhu/signed/pledge.pdf")
	w.sealed(t)
	w.stop()
	w.wantVerified(t, "")
	t.Run("changed", func(t *testing.T) { w.tamper(t, ref, changed) })
	w.wantVerified(t, "")
}

// sealed waits until the chain has every provable row.
func (w *world) sealed(t testing.TB) {
	t.Helper()
	for deadline := time.Now().Add(patience); time.Now().Before(deadline); time.Sleep(100 * time.Millisecond) {
		var open int
		if err := w.db(t).GetContext(t.Context(), &open, `SELECT (SELECT COUNT(*) FROM signature WHERE row_hash IS NOT NULL)
			+ (SELECT COUNT(*) FROM application WHERE row_hash IS NOT NULL)
			+ (SELECT COUNT(*) FROM payment) + (SELECT COUNT(*) FROM evidence) + (SELECT COUNT(*) FROM audit) - (SELECT COUNT(*) FROM seal)`); err != nil {
			t.Fatal(err)
		}
		if open == 0 {
			return
		}
	}
	t.Fatal("the rows were never sealed")
}

// tamper changes one thing at a time and puts it back: each is found.
func (w *world) tamper(t *testing.T, ref string, changed []byte) {
	for _, c := range []struct{ name, do, undo, want string }{
		{"a row", `UPDATE signature SET ip=CONCAT(ip,'9')`, `UPDATE signature SET ip=LEFT(ip,LENGTH(ip)-1)`, ref},
		{"a state", `UPDATE signature SET state='superseded'`, `UPDATE signature SET state='final'`, "not final"},
		{"a hash", `UPDATE signature SET row_hash=REVERSE(row_hash)`, `UPDATE signature SET row_hash=REVERSE(row_hash)`, "the row was changed"},
		{"a document", `UPDATE document_version SET body=CONCAT(body,'!')`, `UPDATE document_version SET body=LEFT(body,CHAR_LENGTH(body)-1)`, "the document was changed"},
		{"a picture", `UPDATE signature SET picture_cipher=CONCAT(picture_cipher,'x')`, `UPDATE signature SET picture_cipher=LEFT(picture_cipher,LENGTH(picture_cipher)-1)`, ref},
		{"the paper's hash", `UPDATE evidence SET sha256=REVERSE(sha256)`, `UPDATE evidence SET sha256=REVERSE(sha256)`, "the evidence row was changed"},
		{"a signed head", `UPDATE seal_head SET hash=REVERSE(hash)`, `UPDATE seal_head SET hash=REVERSE(hash)`, "its signature is not valid"},
		{"a link taken out", `UPDATE seal SET seq=1000 WHERE seq=1`, `UPDATE seal SET seq=1 WHERE seq=1000`, "link 1"},
		{"a link's row", `UPDATE seal SET row_id=row_id+500 WHERE kind='signature'`, `UPDATE seal SET row_id=row_id-500 WHERE kind='signature'`, "the row is gone"},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.exec(t, c.do)
			w.wantVerified(t, c.want)
			w.exec(t, c.undo)
		})
	}
	t.Run("one byte of the kept paper", func(t *testing.T) {
		store, err := blob.Open(t.Context(), w.cfg.Blob.URL)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = store.Close() }()
		var key, number string
		if err := w.db(t).QueryRowxContext(t.Context(), `SELECT blob_key, number FROM evidence`).Scan(&key, &number); err != nil {
			t.Fatal(err)
		}
		kept, err := store.Get(t.Context(), key)
		if err != nil {
			t.Fatal(err)
		}
		ring := w.ring(t)
		forged, err := ring.Seal(changed, "evidence.file:"+number) // by who has the keys, too
		if err != nil {
			t.Fatal(err)
		}
		for _, data := range [][]byte{forged, append(bytes.Clone(kept), 0)} {
			if err := store.Put(t.Context(), key, data, ""); err != nil {
				t.Fatal(err)
			}
			w.wantVerified(t, "the PDF was changed")
		}
		if err := store.Put(t.Context(), key, kept, ""); err != nil {
			t.Fatal(err)
		}
	})
	t.Run("not in the chain", func(t *testing.T) {
		var seq int64
		if err := w.db(t).GetContext(t.Context(), &seq, `SELECT seq FROM seal WHERE kind='signature'`); err != nil {
			t.Fatal(err)
		}
		w.exec(t, `UPDATE seal SET kind='review' WHERE seq=?`, seq)
		w.clock.move(2 * time.Minute)
		w.wantVerified(t, fmt.Sprintf("signature %s", ref))
		w.exec(t, `UPDATE seal SET kind='signature' WHERE seq=?`, seq)
	})
}

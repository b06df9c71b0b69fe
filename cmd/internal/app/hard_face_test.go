package app_test

import (
	"context"
	"log/slog"
	"net/url"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/h5"
	"ruxue/repo/mysql"
	"ruxue/repo/simulator"
	"ruxue/service/campaign"
	"ruxue/service/face"
	"ruxue/service/registration"
	"ruxue/service/student"
)

func (d device) check(photo []byte) stage.Answer {
	d.t.Helper()
	return d.upload("/c/hhu/face/check", "photo", "face.jpg", photo, url.Values{"source": {"camera"}})
}

func (d device) archive(photo []byte) stage.Answer {
	d.t.Helper()
	return d.upload("/c/hhu/face/archive", "photo", "face.jpg", photo, url.Values{"source": {"camera"}})
}

// quiet announces nothing: the review is not what these tests are about.
type quiet struct{}

func (quiet) Registered(context.Context, *campaign.Campaign, *student.Enrolment) error { return nil }

// review is what staff will do: decide about the newest photo and complete the
// registration, in one transaction, through the same two services.
func (w *world) review(t *testing.T, s stage.Student, approve bool, remark string) {
	t.Helper()
	ring := w.ring(t)
	rows := w.db(t)
	db := mysql.New(rows, ring, time.Now)
	faces, err := face.New(face.Options{Store: db.Faces(), Cascade: h5.Cascade()})
	if err != nil {
		t.Fatal(err)
	}
	reg := registration.New(db.Registrations(), campaign.NewService(db.Campaigns(), time.Now), quiet{}, slog.New(slog.DiscardHandler))
	var id int64
	if err := rows.GetContext(t.Context(), &id, `SELECT id FROM enrolment WHERE exam_number=?`, s.ExamNumber); err != nil {
		t.Fatal(err)
	}
	st, err := faces.Standing(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	err = db.InTx(t.Context(), func(ctx context.Context) error {
		if err := faces.Review(ctx, st.Ref, approve, remark); err != nil {
			return err
		}
		return reg.Complete(ctx, id)
	})
	if err != nil {
		t.Fatal("reviewing: ", err)
	}
}

func TestHardFace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 12)
	ready := func(t *testing.T, i int, way string) (device, stage.Student) {
		s := w.student(i)
		d := on(t, w.phone()).until(s, "face")
		if way != "" {
			d.post("/c/hhu/face/consent", url.Values{"way": {way}})
		}
		return d, s
	}
	t.Run("no consent", func(t *testing.T) {
		d, s := ready(t, 1, "")
		wantSays(t, d.check(s.Face), 403, "请先同意使用人脸识别")
		wantSays(t, d.post("/c/hhu/face/consent", url.Values{"way": {"x"}}), 422, "请选择一种核验方式")
	})
	t.Run("the provider is down", func(t *testing.T) {
		d, s := ready(t, 2, "face")
		for _, f := range []simulator.Fault{{API: "face", Mode: "500"}, {API: "face", Mode: "error", Code: "InternalError"},
			{API: "face", Mode: "error", Code: "RequestLimitExceeded"}, {API: "face", Mode: "drop"}} {
			if err := w.sim.AddFault(f); err != nil {
				t.Fatal(err)
			}
			wantSays(t, d.check(s.Face), 503, "本次不计次数")
			if a := d.get("/c/hhu/"); a.Path != "/c/hhu/face" {
				t.Errorf("went on to %s", a.Path)
			}
		}
		wantSays(t, d.check(s.Face), 200, `"result":"passed"`, `"attempts_left":4`, "人脸识别通过")
		if a := d.get("/c/hhu/"); a.Path != "/c/hhu/verify" {
			t.Errorf("at %s", a.Path)
		}
	})
	t.Run("pictures without a face count no try", func(t *testing.T) {
		d, s := ready(t, 3, "face")
		wantSays(t, d.check(s.Photo), 200, `"result":"retake"`, `"attempts_left":5`)
		wantSays(t, d.check([]byte("no picture")), 422)
		wantSays(t, d.check(nil), 422)
		wantSays(t, d.archive(s.Face), 403, "请先进行人脸识别")
	})
	t.Run("all tries fail", func(t *testing.T) {
		d, s := ready(t, 5, "face")
		w.outcome(t, s, "fail")
		for _, left := range []string{"4", "3", "2", "1"} {
			wantSays(t, d.check(s.Face), 200, `"result":"failed"`, "人脸识别失败", "还可试 "+left+" 次", "拍照存档", `"archive":true`)
		}
		wantSays(t, d.check(s.Face), 200, "识别次数已用完", "拍照存档")
		wantSays(t, d.check(s.Face), 429, "识别次数已用完", "拍照存档")
		wantSays(t, d.get("/c/hhu/face"), 200, "拍照存档")
	})
	t.Run("archived, paid, sent back, taken again, approved", func(t *testing.T) {
		d, s := ready(t, 7, "face")
		w.outcome(t, s, "fail")
		wantSays(t, d.check(s.Face), 200, `"result":"failed"`)
		wantSays(t, d.archive(s.Face), 200, "/c/hhu/verify")
		wantArchived(t, w, d, s)
	})
	t.Run("by documents", func(t *testing.T) {
		d, s := ready(t, 9, "documents")
		wantSays(t, d.check(s.Face), 403, "请先同意使用人脸识别")
		wantSays(t, d.archive(s.Face), 200, "/c/hhu/verify")
		wantArchived(t, w, d, s)
	})
}

func (w *world) outcome(t testing.TB, s stage.Student, outcome string) {
	t.Helper()
	if err := w.sim.SetFace(simulator.Face{IDNumber: s.IDNumber, Outcome: outcome}); err != nil {
		t.Fatal(err)
	}
}

// wantArchived goes on behind an archived photo: everything may be done and
// paid, the number is withheld until staff approve.
func wantArchived(t *testing.T, w *world, d device, s stage.Student) {
	t.Helper()
	for _, name := range []string{"verify", "basic", "family", "graduation", "attachments", "sign", "pay", "settled"} {
		d.step(s, name)
	}
	withheld := func(says ...string) {
		t.Helper()
		a := d.get("/c/hhu/")
		wantSays(t, a, 200, says...)
		if a.Path != "/c/hhu/done" {
			t.Errorf("at %s", a.Path)
		}
		if _, err := stage.Number(t.Context(), d.Walker); err == nil {
			t.Error("the number is shown before the photo was approved")
		}
	}
	withheld("照片待审核", "审核通过后注册完成，并显示学号")
	wantSays(t, d.get("/c/hhu/face/photo"), 200, "\xFF\xD8")
	w.review(t, s, false, "请露出耳朵后重拍")
	for _, path := range []string{"/c/hhu/", "/c/hhu/done", "/pay/hhu"} { // nothing else is open until she is seen again
		a := d.get(path)
		wantSays(t, a, 200, "照片没有通过审核", "请露出耳朵后重拍")
		if a.Path != "/c/hhu/face" {
			t.Errorf("%s leads to %s", path, a.Path)
		}
	}
	wantSays(t, d.archive(s.Face), 200)
	withheld("照片待审核")
	w.review(t, s, true, "")
	w.wantPaid(t, d, s)
}

package app_test

import (
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
)

// film sends a photo to the face check that a ticket lends the phone to.
func (d device) filmFor(ticket string, photo []byte) stage.Answer {
	d.t.Helper()
	return d.upload(ticket+"/face/check", "photo", "face.jpg", photo, url.Values{"source": {"camera"}})
}

func (d device) agreeFor(ticket, way string) stage.Answer {
	d.t.Helper()
	return d.post(ticket+"/face/consent", url.Values{"way": {way}})
}

func (d device) wantAt(path string) {
	d.t.Helper()
	if a := d.get("/c/hhu/"); a.Path != path {
		d.t.Errorf("goes on at %s, want %s", a.Path, path)
	}
}

const faceHere = "/c/hhu/face"

// TestLentFace: a phone does the face check for a PC. The pass is the PC's
// login's alone, whoever holds the phone.
func TestLentFace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 4)
	s := w.student(0)
	pc := on(t, w.pc()).until(s, "face")
	wantSays(t, pc.get(faceHere), 200, "用手机完成", `data-lend="/c/hhu/face/handoff"`)
	if page := on(t, w.phone()).until(w.student(1), "face").get(faceHere); strings.Contains(page.Body, "data-lend") {
		t.Error("a phone is offered another phone")
	}
	ticket, state := pc.handoffAt(w.base, faceHere)
	pc.wantState(state, "waiting")
	for _, agent := range []string{stage.AgentPhone, stage.AgentPC} {
		wantSays(t, on(t, stage.NewWalker(w.base, w.simURL, agent, "")).get(ticket), 200, "请用手机微信扫描")
	}
	wantSays(t, on(t, w.phone()).filmFor(ticket, s.Face), 409, "请先用手机微信扫描")

	// The phone belongs to somebody who registers herself.
	phone, thief := on(t, w.phone()).until(w.student(2), "choose"), on(t, w.phone())
	events := listen(t, pc, state+"/events")
	page := phone.get(ticket)
	wantSays(t, page, 200, "人脸识别前，请您同意", "请核对两个屏幕数字一致", pc.getJSON(state).JSON()["code"].(string))
	for _, mark := range []string{s.Name, s.Phone, s.IDNumber, "切换学生"} {
		if strings.Contains(page.Body, mark) {
			t.Errorf("the lent phone shows %q", mark)
		}
	}
	events("scanned")
	if user := pc.getJSON(state).JSON()["user"]; user == "" {
		t.Error("the PC is told nothing of the phone")
	}
	wantSays(t, thief.get(ticket), 409, "已被另一部手机扫描")
	wantSays(t, thief.agreeFor(ticket, "face"), 409, "已被另一部手机扫描")
	wantSays(t, thief.filmFor(ticket, s.Face), 409, "已被另一部手机扫描")
	wantSays(t, phone.filmFor(ticket, s.Face), 403, "请先同意使用人脸识别")
	wantSays(t, phone.agreeFor(ticket, "x"), 422, "请选择一种核验方式")
	wantSays(t, phone.ask(ticket+"/upload", nil), 404, "二维码无效")

	wantSays(t, phone.agreeFor(ticket, "face"), 200, "请拿起手机，对准人脸", `action="`+ticket+`/face/check"`)
	events("active")
	w.outcome(t, s, "fail")
	wantSays(t, phone.filmFor(ticket, s.Face), 200, `"result":"failed"`, "还可试 4 次", `"archive":true`)
	if news := pc.getJSON(state).JSON(); !strings.Contains(fmt.Sprint(news["trouble"]), "还可试 4 次") {
		t.Errorf("the PC is not told of the failed try: %v", news)
	}
	wantSays(t, phone.filmFor(ticket, s.Photo), 200, `"result":"retake"`)
	pc.wantState(state, "active")
	wantSays(t, phone.agreeFor(ticket, "face"), 200) // what the phone does next clears it
	if news := pc.getJSON(state).JSON(); news["trouble"] != "" {
		t.Errorf("the PC still tells of the failed try: %v", news)
	}
	pc.wantAt(faceHere)
	w.outcome(t, s, "pass")
	passed := phone.filmFor(ticket, s.Face)
	wantSays(t, passed, 200, `"result":"passed"`)
	if strings.Contains(passed.Body, "next") {
		t.Errorf("the lent phone is led on: %s", passed.Body)
	}
	if news := events("done"); !strings.Contains(news, `"result":"passed"`) || !strings.Contains(news, `"next":"/c/hhu/"`) {
		t.Errorf("the PC hears %s", news)
	}
	pc.wantAt("/c/hhu/verify")
	wantSays(t, phone.get(ticket), 410, "人脸识别已完成", "请回到电脑继续")
	wantSays(t, phone.filmFor(ticket, s.Face), 410, "已完成")
	wantSays(t, thief.get(ticket), 410, "人脸识别已完成")
	phone.wantAt("/c/hhu/choices") // her own way, and still to begin
	thief.wantAt("/c/hhu/login")

	w.clock.move(time.Minute)
	again := on(t, w.pc())
	again.step(s, "login")
	again.wantAt(faceHere)
	pc.wantAt("/c/hhu/verify")
}

// TestLentFaceIsNotOverwritten: what the PC does meanwhile writes its session
// and cannot lose the phone's pass.
func TestLentFaceIsNotOverwritten(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	s := w.student(0)
	pc, phone := on(t, w.pc()).until(s, "face"), on(t, w.phone())
	ticket, state := pc.handoffAt(w.base, faceHere)
	wantSays(t, phone.get(ticket), 200)
	wantSays(t, phone.agreeFor(ticket, "face"), 200)
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for i := 0; ; i++ {
			select {
			case <-done:
				if i < 2 {
					t.Error("the PC did nothing meanwhile")
				}
				return
			default:
			}
			way := []string{"face", "documents"}[i%2]
			if _, err := pc.Post(t.Context(), faceHere+"/consent", url.Values{"way": {way}}); err != nil {
				t.Error(err)
			}
		}
	})
	a := phone.filmFor(ticket, s.Face)
	close(done)
	wg.Wait()
	wantSays(t, a, 200, `"result":"passed"`)
	pc.wantState(state, "done")
	pc.wantAt("/c/hhu/verify")
}

// TestLentFaceEnds: by a photo for staff, by time, by the PC, by logging out.
func TestLentFaceEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s := w.student(0)
	pc, phone := on(t, w.pc()).until(s, "face"), on(t, w.phone())
	begin := func() (ticket, state string) {
		t.Helper()
		ticket, state = pc.handoffAt(w.base, faceHere)
		wantSays(t, phone.get(ticket), 200)
		wantSays(t, phone.agreeFor(ticket, "documents"), 200, "请拍一张本人照片")
		return ticket, state
	}
	archive := func(ticket string) stage.Answer {
		t.Helper()
		return phone.upload(ticket+"/face/archive", "photo", "face.jpg", s.Face, url.Values{"source": {"camera"}})
	}
	ticket, state := begin()
	w.clock.move(20*time.Minute + time.Second)
	wantSays(t, archive(ticket), 410, "二维码已过期，请在电脑上重新获取二维码")
	wantSays(t, phone.get(ticket), 410, "二维码已过期")
	wantSays(t, phone.agreeFor(ticket, "face"), 410, "二维码已过期")
	pc.wantState(state, "expired")

	ticket, state = begin()
	wantSays(t, pc.ask(state+"/end", nil), 200)
	wantSays(t, archive(ticket), 410, "已取消")
	wantSays(t, pc.ask(state+"/end", nil), 200) // again: nothing left to do
	pc.wantState(state, "cancelled")

	old, _ := begin()
	pc.post("/c/hhu/logout", nil)
	wantSays(t, archive(old), 410, "已取消")
	wantSays(t, phone.get(old), 410, "已取消")
	pc.step(s, "login")
	pc.wantAt(faceHere)

	ticket, state = begin()
	wantSays(t, phone.filmFor(ticket, s.Face), 403, "请先同意使用人脸识别")
	wantSays(t, archive(ticket), 200)
	wantSays(t, pc.getJSON(state), 200, `"state":"done"`, `"result":"archived"`)
	pc.wantAt("/c/hhu/verify")
	wantSays(t, pc.get(faceHere), 200, "照片已存档，等待老师审核")
	wantSays(t, archive(ticket), 410, "已完成")
	var of int
	if err := w.db(t).GetContext(t.Context(), &of, `SELECT COUNT(*) FROM face_check f JOIN enrolment e ON e.id=f.enrolment_id
		WHERE e.exam_number=? AND f.kind='documents' AND f.review_state='pending'`, s.ExamNumber); err != nil || of != 1 {
		t.Errorf("%d photos wait for staff (%v), want 1", of, err)
	}
}

// TestLentFaceOnTheSecondPlatform: the same in the campaign with passwords,
// whose PC solved the slider first.
func TestLentFaceOnTheSecondPlatform(t *testing.T) {
	t.Parallel()
	w := passwordWorld(t)
	s, pc, phone := w.candidate(2), on(t, w.pc()), on(t, w.phone())
	pc.get("/studentLogin")
	pc.post("/c/wust/login", account(s, initialPassword(s)))
	wantSays(t, pc.ask("/c/wust/face/handoff", nil), 409)
	wantSays(t, pc.slide(pc.puzzle(), holeOfZeros), 200)
	if a := pc.post("/c/wust/password", url.Values{"password": {stage.NewPassword}, "again": {stage.NewPassword}}); a.Path != "/c/wust/face" {
		t.Fatalf("after the new password comes %s", a.Path)
	}
	ticket, state := pc.handoffAt(w.base, "/c/wust/face")
	wantSays(t, phone.get(ticket), 200, "人脸识别前，请您同意", "同等学力申硕综合服务平台")
	wantSays(t, phone.agreeFor(ticket, "face"), 200)
	w.outcome(t, s, "pass")
	wantSays(t, phone.filmFor(ticket, s.Face), 200, `"result":"passed"`)
	wantSays(t, pc.getJSON(state), 200, `"state":"done"`, `"next":"/c/wust/"`)
	if a := pc.get("/c/wust/"); a.Path != "/c/wust/sign/commitment" {
		t.Errorf("the PC goes on at %s", a.Path)
	}
}

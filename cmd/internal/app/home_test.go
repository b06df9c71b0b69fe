package app_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/service/notice"
	"ruxue/service/student"
)

// walk does the steps of the campaign with passwords before the named one, all
// of them for "".
func (d device) walk(s stage.Student, before string) device {
	d.t.Helper()
	for _, step := range stage.PasswordSteps() {
		if step.Name == before {
			return d
		}
		if err := step.Act(d.t.Context(), d.Walker, s); err != nil {
			d.t.Fatalf("%s: %v", step.Name, err)
		}
	}
	return d
}

func (w *world) enrolment(t testing.TB, phone string) *student.Enrolment {
	t.Helper()
	e, err := w.app.DB.Students().FindByPhone(t.Context(), w.campaignID(t, "wust"), phone)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestTheHomePageTellsHowThingsStand: the tag follows the state, and what was
// sent can be read again.
func TestTheHomePageTellsHowThingsStand(t *testing.T) {
	t.Parallel()
	w := passwordWorld(t)
	s := w.candidate(0)
	p := on(t, w.phone()).walk(s, "")
	wantSays(t, p.get("/c/wust/home"), 200, `tag ok">已通过`, "没有需要您办理的事项", "还没有消息", "《知情承诺书》", "胡老师", "修改密码")

	e := w.enrolment(t, s.Phone)
	outbox := notice.NewOutbox(w.app.DB.Outbox(), w.clock.now)
	for _, m := range []notice.Message{
		{DedupeKey: "one", TemplateName: "review", Values: map[string]string{"result": "已通过", "remark": "<b>无</b>"}},
		{DedupeKey: "later", TemplateName: "reminder", Values: map[string]string{"item": "明天的提醒"}, NotBefore: w.clock.now().Add(24 * time.Hour)},
	} {
		m.Kind, m.EnrolmentID = notice.KindSMS, e.ID
		if err := outbox.Add(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	home := p.get("/c/wust/home")
	wantSays(t, home, 200, "审核结果通知", "结果", "已通过", "<b>无</b>")
	if strings.Contains(home.Body, "<b>无") || strings.Contains(home.Body, "明天的提醒") {
		t.Error("the page shows markup of a message, or what is not due yet")
	}

	// 拍照存档: without any passed check staff have to look at the photo.
	other := on(t, w.phone()).walk(w.candidate(2), "face")
	other.post("/c/wust/face/consent", url.Values{"way": {"documents"}})
	wantSays(t, other.upload("/c/wust/face/archive", "photo", "face.jpg", facePhoto(t), url.Values{"source": {"camera"}}), 200)
	for _, step := range stage.PasswordSteps() {
		if step.Name == "sign" {
			if err := step.Act(t.Context(), other.Walker, w.candidate(2)); err != nil {
				t.Fatal(err)
			}
		}
	}
	wantSays(t, other.get("/c/wust/home"), 200, `tag warn">待审核`, "存档照片正在等待老师审核")
	w.exec(t, `UPDATE face_check SET review_state='rejected', remark='光线太暗' WHERE review_state='pending'`)
	if a := other.get("/c/wust/home"); a.Path != "/c/wust/face" || !strings.Contains(a.Body, "光线太暗") {
		t.Errorf("a photo that was sent back leads to %s: %s", a.Path, shortened(a.Body))
	}
	w.exec(t, `UPDATE enrolment SET state='registered', student_number='W2026001' WHERE id=?`, w.enrolment(t, w.candidate(2).Phone).ID)
	wantSays(t, other.get("/c/wust/home"), 200, `tag ok">注册完成`, "W2026001")
}

// TestANewPasswordEndsOtherSessions, on change and on reset; the one that
// changed it goes on.
func TestANewPasswordEndsOtherSessions(t *testing.T) {
	t.Parallel()
	w := passwordWorld(t)
	s := w.candidate(0)
	mine, thief := on(t, w.phone()).walk(s, ""), on(t, w.phone()).walk(s, "sign")
	neighbour := on(t, w.phone()).walk(w.candidate(2), "face")
	wantSays(t, thief.get("/c/wust/home"), 200, "系统首页")
	wantSays(t, mine.ask("/c/wust/password", url.Values{"old": {stage.NewPassword}, "password": {"andere-2027"}, "again": {"andere-2027"}}), 200)
	wantSays(t, mine.get("/c/wust/home"), 200, "系统首页")
	wantSays(t, thief.ask("/c/wust/password", url.Values{"old": {"andere-2027"}, "password": {"dritte-2028"}, "again": {"dritte-2028"}}), 401, "密码已在别处修改，请重新登录")
	for _, page := range []string{"/c/wust/home", "/c/wust/", "/c/wust/signed/commitment.pdf"} {
		if a := thief.get(page); a.Path != "/c/wust/login" || a.Status != 200 {
			t.Errorf("after the change %s leads to %s: %d", page, a.Path, a.Status)
		}
	}
	if a := neighbour.get("/c/wust/"); a.Path != "/c/wust/face" {
		t.Errorf("another student was sent to %s", a.Path)
	}

	reset := on(t, w.pc())
	reset.get("/studentLogin")
	wantSays(t, reset.ask("/c/wust/sms", url.Values{"phone": {s.Phone}}), 200)
	code, err := stage.LastCode(t.Context(), reset.Walker, s.Phone)
	if err != nil {
		t.Fatal(err)
	}
	wantSays(t, reset.ask("/c/wust/forgot", url.Values{"phone": {s.Phone}, "code": {code}, "password": {"vierte-2029"}, "again": {"vierte-2029"}, "consent": {"1"}}), 200)
	if a := mine.get("/c/wust/home"); a.Path != "/c/wust/login" {
		t.Errorf("after the reset the old session is at %s", a.Path)
	}
	if a := reset.get("/c/wust/"); a.Path != "/c/wust/face" {
		t.Errorf("who reset it is at %s", a.Path)
	}
}

// TestTwoStudentsShareAPhone: each gets in as herself, by password, by name
// where the password is the same, by name at a reset.
func TestTwoStudentsShareAPhone(t *testing.T) {
	t.Parallel()
	w := passwordWorld(t)
	a, b := w.candidate(0), w.candidate(2)
	if err := w.app.DB.Students().SetPhone(t.Context(), w.enrolment(t, b.Phone), a.Phone); err != nil {
		t.Fatal(err)
	}
	b.Phone = a.Phone
	who := func(d device) string { return shortened(d.get("/c/wust/home").Body) }
	pa, pb := on(t, w.phone()).walk(a, ""), on(t, w.phone()).walk(b, "")
	if !strings.Contains(who(pa), a.Name) || !strings.Contains(who(pb), b.Name) {
		t.Fatalf("the initial passwords do not decide: %s / %s", who(pa), who(pb))
	}
	// Both chose the same password.
	p := on(t, w.phone())
	p.get("/live")
	wantSays(t, p.post("/c/wust/login", account(a, stage.NewPassword)), 422, "请填写您的姓名", `name="name"`)
	wantField(t, p.ask("/c/wust/login", with(account(a, stage.NewPassword), "name", "张三丰")), 422, "name", "不一致")
	wantSays(t, p.ask("/c/wust/login", with(account(a, stage.NewPassword), "name", b.Name)), 200, "/c/wust/face")
	if page := shortened(p.get("/c/wust/face").Body); strings.Contains(page, student.MaskName(a.Name)) {
		t.Errorf("%s logged in as %s: %s", b.Name, a.Name, page)
	}

	f := on(t, w.pc())
	f.get("/studentLogin")
	wantSays(t, f.ask("/c/wust/sms", url.Values{"phone": {a.Phone}}), 200)
	code, err := stage.LastCode(t.Context(), f.Walker, a.Phone)
	if err != nil {
		t.Fatal(err)
	}
	form := url.Values{"phone": {a.Phone}, "code": {code}, "password": {"andere-2027"}, "again": {"andere-2027"}, "consent": {"1"}}
	wantSays(t, f.post("/c/wust/forgot", form), 422, "请填写您的姓名", `name="name"`)
	wantSays(t, f.ask("/c/wust/forgot", with(form, "name", a.Name)), 200, "/c/wust/face")
	if a := pa.get("/c/wust/home"); a.Path != "/c/wust/login" {
		t.Errorf("the reset left a session of the account: %s", a.Path)
	}
	if a := pb.get("/c/wust/home"); a.Path != "/c/wust/home" {
		t.Errorf("the reset of one ended the other's session: %s", a.Path)
	}
}

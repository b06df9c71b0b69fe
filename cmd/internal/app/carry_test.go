package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
	"ruxue/service/application"
	"ruxue/service/campaign"
	"ruxue/service/staff"
	"ruxue/service/student"
)

var windowEnd = regexp.MustCompile(`(?m)^  to: .*$`)

const oldTitle = "2025级新生注册"

// sequel turns the world's campaign into the one after hhu2025, which ends
// today, and admits the students into that one.
func (w *world) sequel(t *testing.T, students ...stage.Student) {
	t.Helper()
	body, err := stage.Campaign("hhu", w.sim.Config())
	if err != nil {
		t.Fatal(err)
	}
	now := w.clock.now().In(campaign.Shanghai)
	ends := func(day time.Time) string {
		return windowEnd.ReplaceAllString(string(body), `  to: "`+day.Format(time.DateOnly)+`"`)
	}
	if _, err := app.ApplyCampaign(t.Context(), w.app.DB, []byte(ends(now.AddDate(1, 0, 0))), -1, "test"); err != nil {
		t.Fatal(err)
	}
	old, err := app.ApplyCampaign(t.Context(), w.app.DB, []byte(strings.NewReplacer("code: hhu\n", "code: hhu2025\n",
		"title: 2026级新生注册\n", "title: "+oldTitle+"\n").Replace(ends(now))), -1, "test")
	if err != nil {
		t.Fatal(err)
	}
	w.clock.move(time.Minute) // replicas hear of a new campaign in seconds
	for _, s := range students {
		if _, err := app.Admit(t.Context(), w.app.DB, old.ID, []student.Admission{s.Admission}); err != nil {
			t.Fatal(err)
		}
	}
}

// defers has the student keep her place in hhu2025, approved.
func (w *world) defers(t *testing.T, s stage.Student) {
	t.Helper()
	d := on(t, w.phone())
	wantSays(t, d.get("/c/hhu2025/"), 200)
	wantSays(t, d.ask("/c/hhu2025/sms", url.Values{"phone": {s.Phone}}), 200)
	code, err := stage.LastCode(t.Context(), d.Walker, s.Phone)
	if err != nil {
		t.Fatal(err)
	}
	wantSays(t, d.post("/c/hhu2025/login", url.Values{"id_number": {s.IDNumber}, "name": {s.Name}, "phone": {s.Phone}, "code": {code},
		"consent": {"1"}}), 200, "保留入学资格申请")
	wantSays(t, d.post("/c/hhu2025/choices", url.Values{"choice": {"defer"}}), 200)
	wantSays(t, d.post("/c/hhu2025/face/consent", url.Values{"way": {"face"}}), 200)
	wantSays(t, d.upload("/c/hhu2025/face/check", "photo", "face.jpg", s.Face, url.Values{"source": {"camera"}}), 200, "passed")
	wantSays(t, d.post("/c/hhu2025/apply/defer", url.Values{"reason": {"参军入伍"}, "signature": {penLines(t)}}), 200, "保留入学资格申请待审核")
	e, err := w.app.DB.Students().FindByIDNumber(t.Context(), w.campaignID(t, "hhu2025"), s.IDNumber)
	if err != nil {
		t.Fatal(err)
	}
	st, err := w.applications(t).Of(t.Context(), e, application.Defer)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.applications(t).Decide(t.Context(), st.Latest.Ref, true, "", "staff-ref-0001"); err != nil {
		t.Fatal(err)
	}
}

func wantLacks(t *testing.T, a stage.Answer, words ...string) {
	t.Helper()
	for _, word := range words {
		if strings.Contains(a.Body, word) {
			t.Errorf("%s says %q", a.Path, word)
		}
	}
}

// TestAKeptPlaceFromOneCampaignToTheNext: kept there, carried in the console,
// applied for, withdrawn, sent back, approved, and registered to the number.
func TestAKeptPlaceFromOneCampaignToTheNext(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	s, listed := w.student(0), w.student(1)
	w.sequel(t, s, listed)
	w.defers(t, s)
	w.defers(t, listed)
	w.db(t).MustExec(`DELETE e FROM enrolment e JOIN campaign c ON c.id=e.campaign_id WHERE c.code='hhu' AND e.exam_number=?`, s.ExamNumber)
	rep, err := app.CarryDeferrals(t.Context(), w.app.DB, app.ListCarry{Campaign: "hhu", From: "hhu2025"})
	if err != nil || rep.New != 1 || rep.Listed != 1 || rep.Bad != 0 {
		t.Fatalf("the dry run: %+v %v", rep, err)
	}
	r := w.staff(staff.Registrar)
	wantSays(t, r.get("/staff/import?c=hhu"), 200, "转入保留的入学资格", oldTitle)
	wantLacks(t, r.get("/staff/import?c=hhu2025"), "转入保留的入学资格") // nothing is earlier
	const page = "/staff/import/carry?c=hhu&from=hhu2025"
	wantSays(t, r.get(page), 200, s.Name, student.MaskID(s.IDNumber), listed.Name, "名单中已有她", "转入 2 人")
	wantLacks(t, r.get(page), s.IDNumber, listed.IDNumber)
	wantSays(t, r.get(page+"&grade=x"), 422, "写成四位年份")
	wantSays(t, r.get("/staff/import/carry?c=hhu2025&from=hhu"), 422, "不能往回转")
	wantSays(t, r.post("/staff/import/carry", url.Values{"c": {"hhu"}, "from": {"hhu2025"}}), 200, "现在有 2 人从“"+oldTitle+"”转入", "都已经转入")
	rep, err = app.CarryDeferrals(t.Context(), w.app.DB, app.ListCarry{Campaign: "hhu", From: "hhu2025", Apply: true})
	if err != nil || rep.There != 2 || rep.Moved() != 0 {
		t.Fatalf("again: %+v %v", rep, err)
	}

	a := &applicant{device: on(t, w.phone()), w: w, s: s, kind: "enter"}
	w.clock.move(2 * time.Minute)
	a.step(s, "login")
	doors := a.get("/c/hhu/")
	wantSays(t, doors, 200, "您的入学资格已保留", oldTitle, "申请入学", "放弃入学资格申请", "另一项将无法")
	wantLacks(t, doors, "保留入学资格申请", "新生实名制注册")
	wantSays(t, a.post("/c/hhu/choices", url.Values{"choice": {"defer"}}), 409, "保留入学资格只能申请一次")
	wantSays(t, a.post("/c/hhu/choices", url.Values{"choice": {"register"}}), 409, "请先申请入学")
	wantSays(t, a.post("/c/hhu/choices", url.Values{"choice": {"enter"}}), 200, "人脸识别")
	a.step(s, "face")
	form := a.get("/c/hhu/")
	wantSays(t, form, 200, "保留资格新生入学申请", "申请入学", "资格保留自", oldTitle, "说明", "退役证")
	if form.Path != a.path("") || strings.Contains(form.Body, "申请原因") {
		t.Errorf("at %s", form.Path)
	}
	for _, path := range []string{"/pay/hhu", "/c/hhu/form/basic", "/c/hhu/apply/defer"} {
		if got := a.get(path); got.Path != a.path("") {
			t.Errorf("%s leads to %s", path, got.Path)
		}
	}
	wantSays(t, a.post(a.path(""), url.Values{"reason": {""}}), 422, "请手写签名")
	wantSays(t, a.upload(a.path("/file/enter-1"), "file", "退役证.jpg", s.Photo, nil), 200)
	wantSays(t, a.submit("", ""), 200, "入学申请待审核", "退役证.jpg", "撤回")
	a.wantState(student.EntryPending)
	wantSays(t, r.get("/staff/overview?c=hhu"), 200, "入学申请待审核")
	wantSays(t, a.get("/c/hhu/choices"), 200, "入学申请待审核", "已提交入学申请，不能同时办理")
	wantSays(t, a.post(a.path("/withdraw"), nil), 200, "已撤回")
	a.wantState(student.Kept)
	wantSays(t, a.submit("服役期满，退役返校", ""), 200, "入学申请待审核", "服役期满")

	wantSays(t, r.get("/staff/review?kind=enter"), 200, s.Name, "申请入学 1", "同意入学吗", "服役期满，退役返校", "个人签名", "退役证.jpg")
	wantSays(t, r.post("/staff/review/enter/"+a.pending(), url.Values{"verdict": {"reject"}, "reason": {"证明材料不足"}}), 200)
	w.undone(t)
	a.wantState(student.Kept)
	w.wantTold(t, a.OpenID, "入学申请", "缺少证明材料")
	wantSays(t, a.get("/c/hhu/"), 200, "申请已退回", "缺少证明材料", "服役期满，退役返校")
	wantSays(t, a.get("/c/hhu/choices"), 200, "入学申请已退回", "修改申请")
	wantSays(t, a.submit("服役期满，退役证见附件", ""), 200, "待审核")
	wantSays(t, r.ask("/staff/review/enter/"+a.pending(), url.Values{"verdict": {"approve"}}), 200, "undo")
	w.undone(t)
	a.wantState(student.Admitted)
	w.wantTold(t, a.OpenID, "入学申请", "审核通过")
	doors = a.get("/c/hhu/")
	wantSays(t, doors, 200, "入学申请已通过", "新生实名制注册", "放弃入学资格申请")
	wantLacks(t, doors, "保留入学资格申请", "去申请入学")
	wantSays(t, a.post("/c/hhu/choices", url.Values{"choice": {"defer"}}), 409, "保留入学资格只能申请一次")
	wantSays(t, a.post("/c/hhu/choices", url.Values{"choice": {"enter"}}), 409, "不需要申请入学")
	a.through(s)
	number := a.number()
	wantSays(t, a.get("/c/hhu/choices"), 200, "注册完成")
	_, hers := r.find(number)
	wantSays(t, r.get(hers), 200, "从“"+oldTitle+"”转入", "《保留资格新生入学申请》")
	v, err := app.VerifySignatures(t.Context(), w.cfg, w.clock.now)
	for end := time.Now().Add(patience); strings.Contains(v.Failed, "not in the seal chain") && time.Now().Before(end); {
		time.Sleep(200 * time.Millisecond) // the sealer comes by every few seconds
		v, err = app.VerifySignatures(t.Context(), w.cfg, w.clock.now)
	}
	if err != nil || v.Failed != "" {
		t.Errorf("the evidence does not hold: %+v %v", v, err)
	}

	other := on(t, w.phone())
	other.step(listed, "login")
	wantSays(t, other.get("/c/hhu/"), 200, "您的入学资格已保留", "申请入学")
	wantSays(t, r.get("/staff/students?c=hhu&state=kept"), 200, listed.Name, "保留资格待入学")
}

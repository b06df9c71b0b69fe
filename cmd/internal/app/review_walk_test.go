package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
	"ruxue/service/review"
	"ruxue/service/staff"
	"ruxue/service/student"
)

var reviewVisits = []staffVisit{
	{route: "GET /staff/review", needs: staff.Review},
	{route: "GET /staff/review/done", needs: staff.Review},
	{route: "GET /staff/review/wall", needs: staff.Review, path: "/staff/review/wall?item=portrait"},
	{route: "POST /staff/review/wall", needs: staff.Review},
	{route: "POST /staff/review/undo", needs: staff.Review},
	{route: "GET /staff/review/:kind/:subject", needs: staff.Review, path: "/staff/review/photo/nothing"},
	{route: "POST /staff/review/:kind/:subject", needs: staff.Review, path: "/staff/review/photo/nothing"},
	{route: "GET /staff/review/:kind/:subject/picture/:what", needs: staff.Review, path: "/staff/review/photo/nothing/picture/face"},
}

// shot is a student who paid behind an archived photo, and her case's address.
func (w *world) shot(t *testing.T, i int) (device, stage.Student, string) {
	t.Helper()
	s := w.student(i)
	d := on(t, w.phone()).until(s, "face")
	d.post("/c/hhu/face/consent", url.Values{"way": {"documents"}})
	wantSays(t, d.archive(s.Face), 200)
	for _, name := range []string{"verify", "basic", "family", "graduation", "attachments", "sign", "pay", "settled"} {
		d.step(s, name)
	}
	return d, s, w.caseOf(t, s)
}

// caseOf is the address of the student's pending photo.
func (w *world) caseOf(t *testing.T, s stage.Student) string {
	t.Helper()
	var ref string
	err := w.db(t).GetContext(t.Context(), &ref, `SELECT f.ref FROM face_check f JOIN enrolment e ON e.id=f.enrolment_id
		WHERE e.exam_number=? AND f.review_state='pending'`, s.ExamNumber)
	if err != nil {
		t.Fatal("no photo waits: ", err)
	}
	return "/staff/review/photo/" + ref
}

// undone lets the undo time pass, and waits for the worker to have nothing left.
func (w *world) undone(t *testing.T) {
	t.Helper()
	w.clock.move(review.Undoable)
	if !eventually(func() bool { return w.count(t, `SELECT COUNT(*) FROM review WHERE state='waiting'`) == 0 }) {
		t.Error("decisions never take effect")
	}
}

// An archived photo is sent back, taken again and approved in the console.
func TestReviewOfAPhoto(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	d, s, path := w.shot(t, 0)
	r := w.staff(staff.Registrar)
	wantSays(t, r.get("/staff/review?kind=photo"), 200, "待审核", s.Name, "现场照片", "个人证件照", "是同一人吗", "光线不足或模糊",
		"没有做过人脸识别", "审核通过后立即发放学号", "查看完整号码")
	if page := r.get(path).Body; strings.Index(page, "身份证人像面") > strings.Index(page, "身份证国徽面") {
		t.Error("the back of the card stands before its front")
	}
	wantSays(t, r.get(path+"/picture/face"), 200, "\xFF\xD8")
	wantSays(t, r.get(path+"/picture/slot-portrait"), 200, "\xFF\xD8")
	wantSays(t, r.get(path+"/picture/slot-nothing"), 404)
	badge := `<span class="console-count">`
	wantSays(t, r.get("/staff/students"), 200, badge)
	wantSays(t, r.post(path, url.Values{"verdict": {"reject"}}), 422, "请选择退回原因", badge) // a page that answers a form has it too
	wantField(t, r.ask(path, url.Values{"verdict": {"reject"}, "reason": {review.Other}}), 422, "reason", "请写明退回原因")
	a := r.ask(path, url.Values{"verdict": {"reject"}, "reason": {"光线不足或模糊"}})
	wantSays(t, a, 200, `"undo"`)
	wantSays(t, r.get("/staff/review"), 200, "撤销", s.Name+"：退回，光线不足或模糊")
	other := w.staff(staff.Administrator)
	wantSays(t, other.ask(path, url.Values{"verdict": {"approve"}}), 409, "已由", "处理：退回，光线不足或模糊")
	wantSays(t, other.get(path), 200, "处理：退回，光线不足或模糊")
	if got := d.get("/c/hhu/"); got.Path != "/c/hhu/done" {
		t.Errorf("before the undo time is over she is at %s", got.Path)
	}
	wantSays(t, r.ask("/staff/review/undo", url.Values{"ref": {a.JSON()["undo"].(string)}}), 200)
	wantSays(t, r.post(path, url.Values{"verdict": {"reject"}, "reason": {"光线不足或模糊"}}), 200, "今日已审 1")
	w.undone(t)
	w.wantMessage(t, d.OpenID, "光线不足或模糊")
	got := d.get("/c/hhu/")
	wantSays(t, got, 200, "您的存档照片光线不足，请在明亮处重新拍摄。已填内容和缴费都有效。")
	if got.Path != "/c/hhu/face" {
		t.Errorf("she is led to %s", got.Path)
	}
	wantSays(t, d.archive(s.Face), 200)
	wantSays(t, r.get("/staff/review"), 200, "存档照片，第 2 次")
	wantSays(t, r.post(w.caseOf(t, s), url.Values{"verdict": {"approve"}}), 200)
	w.undone(t)
	number := d.number()
	w.wantMessage(t, d.OpenID, number)
	wantSays(t, r.get("/staff/review/done?mine=1"), 200, "已生效", "已撤销", "退回，光线不足或模糊")
	v, err := app.VerifySignatures(t.Context(), w.cfg, w.clock.now)
	if err != nil || v.Failed != "" {
		t.Errorf("the evidence does not hold: %+v %v", v, err)
	}
}

// What staff send back of the attachments reopens alone, though she paid and has
// her number.
func TestReviewOfAttachments(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	s := w.student(0)
	d := on(t, w.phone()).through(s)
	number := d.number()
	r := w.staff(staff.Registrar)
	page := r.get("/staff/review?kind=attachment")
	wantSays(t, page, 200, "个人证件照", "学历证明材料")
	wall := r.get("/staff/review/wall?item=portrait")
	wantSays(t, wall, 200, s.Name, "勾选")
	shown := regexp.MustCompile(`name="shown" value="([^"]+)"`).FindStringSubmatch(wall.Body)
	if shown == nil {
		t.Fatal("the wall is empty")
	}
	form := url.Values{"item": {"portrait"}, "shown": {shown[1]}, "bad": {shown[1]}}
	wantSays(t, r.post("/staff/review/wall", form), 422, "请为勾选的照片选择退回原因")
	form.Set("reason", "背景或着装不合要求")
	wantSays(t, r.ask("/staff/review/wall", form), 200, "退回 1 张")
	wantSays(t, d.upload("/c/hhu/attachments/portrait", "file", "a.jpg", s.Face, url.Values{"original": {"1"}}), 409, "不能再修改")
	w.undone(t)
	got := d.get("/c/hhu/")
	wantSays(t, got, 200, "需修改", "背景或着装不合要求", "已填内容和缴费都有效", "您的学号 "+number+" 已经生效")
	if got.Path != "/c/hhu/attachments" {
		t.Errorf("she is led to %s", got.Path)
	}
	if strings.Count(got.Body, "data-locked") != 3 {
		t.Errorf("%d slots are locked, want the other 3", strings.Count(got.Body, "data-locked"))
	}
	wantSays(t, d.get("/c/hhu/done"), 200, number, "有材料需要修改")
	wantSays(t, d.upload("/c/hhu/attachments/id-front", "file", "a.jpg", s.Photo, url.Values{"original": {"1"}}), 409, "不能再修改")
	wantSays(t, d.upload("/c/hhu/attachments/portrait", "file", "a.jpg", s.Face, url.Values{"original": {"1"}}), 200)
	if got := d.post("/c/hhu/attachments", nil); got.Path != "/c/hhu/done" {
		t.Errorf("after mending she is at %s", got.Path)
	}
	wantSays(t, r.get("/staff/review?item=portrait"), 200, "个人证件照，第 2 次")
}

// Site staff see their own site's cases, by list and by address.
func TestReviewBySite(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	_, here, _ := w.shot(t, 0)     // site 100
	_, there, path := w.shot(t, 1) // site 101
	r := w.staff(staff.Site, "100")
	list := r.get("/staff/review")
	wantSays(t, list, 200, here.Name)
	if strings.Contains(list.Body, there.Name) || strings.Contains(list.Body, "查看完整号码") {
		t.Error("the list shows another site's student, or a link to her number")
	}
	for _, p := range []string{path, path + "/picture/face", path + "/picture/slot-portrait"} {
		wantSays(t, r.get(p), 404)
	}
	wantSays(t, r.ask(path, url.Values{"verdict": {"approve"}}), 404)
	wantSays(t, r.get("/staff/review?site=101"), 200, "没有符合条件的")
}

// 你的信息还在审核确认中: staff approve, or say why not.
func TestReviewOfListedData(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	c := stage.Candidates()[1] // waits for approval
	s := stage.Student{Admission: c, Face: facePhoto(t), Photo: landscape(t)}
	d := on(t, w.phone())
	for _, step := range stage.PasswordSteps()[:2] {
		if err := step.Act(t.Context(), d.Walker, s); err != nil {
			t.Fatal(step.Name, err)
		}
	}
	wantSays(t, d.get("/c/wust/"), 200, "你的信息还在审核确认中")
	r := w.staff(staff.Registrar)
	page := r.get("/staff/review?kind=approval")
	wantSays(t, page, 200, c.Name, "信息属实吗", "考生号")
	action := regexp.MustCompile(`action="(/staff/review/approval/[^"]+)"`).FindStringSubmatch(page.Body)
	if action == nil {
		t.Fatal("no case")
	}
	wantSays(t, r.post(action[1], url.Values{"verdict": {"reject"}, "reason": {"学历信息待核实"}}), 200)
	w.undone(t)
	wantSays(t, d.get("/c/wust/"), 200, "您的信息没有通过审核", "请联系学校核实")
	wantSays(t, r.post(action[1], url.Values{"verdict": {"approve"}}), 200)
	w.undone(t)
	if a := d.get("/c/wust/"); a.Path != "/c/wust/face" {
		t.Errorf("after approval she is at %s", a.Path)
	}
}

// Applications to give up and keep the place are decided in the console: a
// decision that the student overtakes by withdrawing changes nothing.
func TestReviewOfApplications(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	r := w.staff(staff.Registrar)
	waive := w.applicantAt(t, w.phone(), 2, "waive")
	wantSays(t, waive.upload(waive.path("/file/waive-1"), "file", "证明.jpg", waive.s.Photo, nil), 200)
	wantSays(t, waive.submit("工作调动到外地", waiverSentence), 200)
	path := "/staff/review/waive/" + waive.pending()
	wantSays(t, r.get("/staff/review?kind=waive"), 200, waive.s.Name, "同意放弃入学资格吗", "工作调动到外地", waiverSentence, "个人签名", "证明.jpg", "本人核验", "一次通过")
	wantSays(t, r.get(path+"/picture/signature"), 200, "PNG")
	wantSays(t, r.get(path+"/picture/slot-waive-1"), 200, "\xFF\xD8")
	wantSays(t, r.get("/staff/review/defer/"+waive.pending()), 404)
	wantSays(t, r.post(path, url.Values{"verdict": {"reject"}, "reason": {"证明材料不足"}}), 200)
	wantSays(t, waive.post(waive.path("/withdraw"), nil), 200)
	w.undone(t)
	waive.wantState(student.Admitted)
	wantSays(t, r.get("/staff/review/done"), 200, "未生效")
	wantSays(t, waive.submit("工作调动到外地", waiverSentence), 200)
	wantSays(t, r.post("/staff/review/waive/"+waive.pending(), url.Values{"verdict": {"approve"}}), 200)
	waive.wantState(student.WaiverPending)
	w.undone(t)
	waive.wantState(student.Waived)
	_, page := r.find(waive.s.IDNumber)
	wantSays(t, r.get(page), 200, "《新生放弃入学资格申请》")
	wantSays(t, r.get(page+"/unmask"), 404, "没有找到这个页面", "返回") // the address that a form's answer leaves behind

	keep := w.applicantAt(t, w.phone(), 0, "defer")
	wantSays(t, keep.submit("参军入伍", ""), 200)
	wantSays(t, r.post("/staff/review/defer/"+keep.pending(), url.Values{"verdict": {"reject"}, "reason": {"证明材料不足"}}), 200)
	w.undone(t)
	keep.wantState(student.Admitted)
	wantSays(t, keep.get(keep.path("")), 200, "缺少证明材料", "参军入伍")
}

package app_test

import (
	"net/url"
	"testing"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// TestBrowserKeptPlace: who kept her place applies to enter on her phone, is
// sent back, mends, is approved while she looks at the page, and goes on to
// register.
func TestBrowserKeptPlace(t *testing.T) {
	w := newWorld(t, 1)
	s := w.student(0)
	w.sequel(t, s)
	w.defers(t, s)
	w.db(t).MustExec(`DELETE e FROM enrolment e JOIN campaign c ON c.id=e.campaign_id WHERE c.code='hhu' AND e.exam_number=?`, s.ExamNumber)
	if rep, err := app.CarryDeferrals(t.Context(), w.app.DB, app.ListCarry{Campaign: "hhu", From: "hhu2025", Apply: true}); err != nil || rep.New != 1 {
		t.Fatalf("carrying: %+v %v", rep, err)
	}
	w.clock.move(2 * time.Minute) // her phone got a code a moment ago
	d := w.open(t, chromium(t), stage.AgentWeChat, 360, 740)
	j := &tour{screen: d, student: s.Admission, phone: s.Phone, look: func(string) {}}
	j.arrive()
	j.login()
	j.at("/c/hhu/choices")
	j.says("您的入学资格已保留")
	j.picture("enter-choices")
	j.press(`form:has([value=enter]) button`)
	j.at("/c/hhu/face")
	j.press("[name=way][value=face]")
	j.says("人脸识别通过")
	j.press("[data-next-box] [data-next-link]")
	j.at("/c/hhu/apply/enter")
	j.says("审核通过后即可办理新生注册")
	j.press("[data-submit]")
	j.until("what is missing", `document.querySelector('[data-lack]').innerText === '还差：手写签名'`)
	j.picture("enter-empty")
	j.fits("applying to enter")
	j.signOnPage()
	j.press("[data-submit]")
	j.says("入学申请待审核")
	j.picture("enter-pending")

	a := &applicant{device: on(t, w.phone()), w: w, s: s, kind: "enter"}
	r := w.staff(staff.Registrar)
	wantSays(t, r.post("/staff/review/enter/"+a.pending(), url.Values{"verdict": {"reject"}, "reason": {"证明材料不足"}}), 200)
	w.undone(t)
	j.says("申请已退回") // by itself
	j.says("缺少证明材料，请补充材料后重新提交。修改后重新签名")
	j.picture("enter-returned")
	j.attach("enter-1", j.file("退役证.jpg", s.Photo))
	j.write("reason", "服役期满，退役证见附件")
	j.signOnPage()
	j.press("[data-submit]")
	j.says("入学申请待审核")
	wantSays(t, r.ask("/staff/review/enter/"+a.pending(), url.Values{"verdict": {"approve"}}), 200, "undo")
	w.undone(t)
	j.says("入学申请已通过") // by itself
	a.wantState(student.Admitted)
	j.picture("enter-approved")
	j.goTo("/c/hhu/choices")
	j.says("另一项将无法") // the place can't be kept a second time
	j.press(`form:has([value=register]) button`)
	j.at("/c/hhu/verify")
	j.says(s.Site)
	j.fine("entering on the phone")
}

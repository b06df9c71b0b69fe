package app_test

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/handler"
	"ruxue/repo/simulator"
	"ruxue/service/application"
	"ruxue/service/fault"
	"ruxue/service/student"
)

const waiverSentence = "本人自愿放弃入学资格，愿承担由此带来的后果。"

// applicant is a student on a device who applies for something.
type applicant struct {
	device
	w    *world
	s    stage.Student
	kind string
}

// applicantAt logs the student in and takes her to the form.
func (w *world) applicantAt(t testing.TB, p *stage.Walker, i int, kind string) *applicant {
	t.Helper()
	a := &applicant{device: on(t, p), w: w, s: w.student(i), kind: kind}
	a.step(a.s, "login")
	wantSays(t, a.post("/c/hhu/choices", url.Values{"choice": {kind}}), 200, "人脸识别")
	a.step(a.s, "face")
	if got := a.get("/c/hhu/"); got.Path != "/c/hhu/apply/"+kind {
		t.Fatalf("after the face check the student is at %s", got.Path)
	}
	return a
}

func penLines(t testing.TB) string {
	t.Helper()
	raw, err := json.Marshal(stage.Handwriting())
	if err != nil {
		t.Fatal(err)
	}
	return string(raw)
}

func (a *applicant) path(more string) string { return "/c/hhu/apply/" + a.kind + more }

func (a *applicant) values(reason, typed string) url.Values {
	return url.Values{"reason": {reason}, "statement": {typed}, "signature": {penLines(a.t)}}
}

func (a *applicant) submit(reason, typed string) stage.Answer {
	a.t.Helper()
	return a.post(a.path(""), a.values(reason, typed))
}

func (w *world) applications(t testing.TB) *application.Service {
	t.Helper()
	h, ok := w.app.Handler().(*handler.Handler)
	if !ok {
		t.Fatal("the App has another handler")
	}
	return h.Applications
}

// pending is the reference of the student's newest application.
func (a *applicant) pending() string {
	a.t.Helper()
	st, err := a.w.applications(a.t).Of(a.t.Context(), a.enrolment(), application.Kind(a.kind))
	if err != nil || st.Latest == nil {
		a.t.Fatalf("no application: %+v %v", st, err)
	}
	return st.Latest.Ref
}

func (a *applicant) decide(approve bool, reason string) {
	a.t.Helper()
	if _, err := a.w.applications(a.t).Decide(a.t.Context(), a.pending(), approve, reason, "staff-ref-0001"); err != nil {
		a.t.Fatal(err)
	}
}

func (a *applicant) enrolment() *student.Enrolment {
	a.t.Helper()
	e, err := a.w.app.DB.Students().FindByIDNumber(a.t.Context(), a.w.campaignID(a.t, "hhu"), a.s.IDNumber)
	if err != nil {
		a.t.Fatal(err)
	}
	return e
}

func (a *applicant) wantState(state student.State) {
	a.t.Helper()
	if got := a.enrolment().State; got != state {
		a.t.Errorf("the enrolment is %s, want %s", got, state)
	}
}

// wantTold waits for a template message that holds the words.
func (w *world) wantTold(t testing.TB, openid string, words ...string) {
	t.Helper()
	told := func(m simulator.Message) bool {
		return !slices.ContainsFunc(words, func(word string) bool { return !strings.Contains(fmt.Sprint(m.Lines), word) })
	}
	if !eventually(func() bool { return slices.ContainsFunc(w.sim.Messages(openid), told) }) {
		t.Errorf("no message told %v: %+v", words, w.sim.Messages(openid))
	}
}

// until waits for the query to count one.
func (w *world) until(t testing.TB, what, query string) {
	t.Helper()
	if !eventually(func() bool { return w.count(t, query) == 1 }) {
		t.Errorf("%s never came", what)
	}
}

// TestWaiverToTheEnd: mistakes at their fields, submitted, withdrawn, submitted
// anew, returned, mended, approved; the doors and messages say so each time.
func TestWaiverToTheEnd(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	a := w.applicantAt(t, w.phone(), 2, "waive")
	wantSays(t, a.get(a.path("")), 200, "新生放弃入学资格申请", "26100CS90003", "放弃入学资格", waiverSentence, "会计学", "函授", student.MaskID(a.s.IDNumber))
	wantSays(t, a.ask(a.path("/draft"), url.Values{"reason": {"草稿里的原因"}, "statement": {"本人"}}), 200, "saved_at")
	wantSays(t, a.get(a.path("")), 200, "草稿里的原因", "已自动保存")

	wantSays(t, a.submit(" ", "本人自愿放弃入学资格,愿承担由此带来的后果。"), 422, "请填写申请原因", "第 11 个字应为中文逗号“，”，您输入的是英文逗号“,”")
	wantSays(t, a.post(a.path(""), url.Values{"reason": {"不读了"}, "statement": {waiverSentence}}), 422, "请手写签名", "不读了")
	wantSays(t, a.post(a.path(""), url.Values{"reason": {"不读了"}, "statement": {waiverSentence}, "signature": {"{}"}}), 422)
	wantSays(t, a.submit(strings.Repeat("长", 201), waiverSentence), 422, "最多 200 个字，现在有 201 个字")
	a.wantState(student.Admitted)

	file := a.upload(a.path("/file/waive-1"), "file", "证明.jpg", a.s.Photo, nil)
	wantSays(t, file, 200, "证明.jpg")
	wantSays(t, a.submit("工作调动到外地", "  "+waiverSentence+"\n"), 200, "放弃入学资格申请待审核", "工作调动到外地", "证明.jpg", "3 个工作日", "撤回")
	a.wantState(student.WaiverPending)
	wantSays(t, a.submit("再点一次", waiverSentence), 200, "待审核", "工作调动到外地")
	wantSays(t, a.get(a.path("/file/waive-1")), 200)
	wantSays(t, a.get(a.path("/signature")), 200, "PNG")
	wantSays(t, a.upload(a.path("/file/waive-2"), "file", "x.jpg", a.s.Photo, nil), 409)
	wantSays(t, a.ask(a.path("/draft"), url.Values{"reason": {"改"}}), 409)
	wantSays(t, a.get("/c/hhu/choices"), 200, "放弃入学资格申请待审核", "已提交放弃入学资格申请，不能同时注册。撤回申请后可以注册", "撤回")
	if got := a.post("/c/hhu/choices", url.Values{"choice": {"register"}}); got.Path != a.path("") {
		t.Errorf("another door leads to %s", got.Path)
	}

	wantSays(t, a.post(a.path("/withdraw"), nil), 200, "已撤回", "工作调动到外地")
	a.wantState(student.Admitted)
	wantSays(t, a.post(a.path("/withdraw"), nil), 409, "已经撤回")
	wantSays(t, a.submit("工作调动到外地，无法学习", waiverSentence), 200, "待审核")
	a.decide(false, "请附上单位的调动证明")
	a.wantState(student.Admitted)
	w.wantTold(t, a.OpenID, "放弃入学资格申请", "请附上单位的调动证明")
	wantSays(t, a.get(a.path("")), 200, "申请已退回", "请附上单位的调动证明", "工作调动到外地，无法学习")
	wantSays(t, a.get("/c/hhu/choices"), 200, "需修改", "修改申请")
	wantSays(t, a.submit("工作调动到外地，证明见附件", waiverSentence), 200, "待审核")
	a.decide(true, "")
	a.wantState(student.Waived)
	w.wantTold(t, a.OpenID, "放弃入学资格申请", "审核通过")
	wantSays(t, a.get("/c/hhu/"), 200, "放弃入学资格申请已通过")
	wantSays(t, a.get("/c/hhu/choices"), 200, "已通过", "放弃入学资格申请已通过，这一项不能再办理")
	wantSays(t, a.post(a.path("/withdraw"), nil), 409, "老师已经审核完成")
	if _, err := w.applications(t).Decide(t.Context(), a.pending(), false, "迟了", "staff-ref-0002"); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second decision: %v", err)
	}
	if n := w.count(t, `SELECT COUNT(*) FROM signature WHERE state='final'`); n != 3 {
		t.Errorf("%d final signatures, want one for each submission", n)
	}
	if n := w.count(t, `SELECT COUNT(*) FROM audit WHERE action LIKE 'application.%'`); n != 6 {
		t.Errorf("%d audit entries", n)
	}
	w.sealed(t)
	w.wantVerified(t, "")

	for name, kind := range map[string]string{"nobody": "", "another student": "waive"} {
		other := on(t, w.pc())
		if kind != "" {
			other = w.applicantAt(t, w.phone(), 0, kind).device
		}
		for _, path := range []string{"/file/waive-1", "/signature"} {
			if got := other.get(a.path(path)); strings.Contains(got.Body, "JFIF") || strings.Contains(got.Body, "PNG") {
				t.Errorf("%s gets %s of hers", name, path)
			}
		}
	}
	again := on(t, w.pc())
	w.clock.move(2 * time.Minute)
	again.step(a.s, "login")
	wantSays(t, again.get("/c/hhu/"), 200, "放弃入学资格申请已通过") // no face is asked any more
}

// TestDeferralSignedOnAPhoneForThePC: the QR code waits for a complete form, a
// changed reason wants a new signature, 提交 binds.
func TestDeferralSignedOnAPhoneForThePC(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	a := w.applicantAt(t, w.pc(), 0, "defer")
	phone := on(t, w.phone())
	wantSays(t, a.get(a.path("")), 200, "保留新生入学资格申请", "申请类型", "显示二维码")
	wantSays(t, a.ask(a.path("/handoff"), url.Values{"reason": {""}}), 422, "请填写申请原因")
	sign := func(reason string) string {
		t.Helper()
		ticket, state := a.handoffWith(w.base, a.path(""), url.Values{"reason": {reason}})
		wantSays(t, phone.get(ticket), 200, "保留新生入学资格申请", reason, "李*雯", "点击“提交”")
		wantSays(t, phone.askJSON(ticket+"/sign", stage.Handwriting()), 200)
		got := a.getJSON(state)
		if got.JSON()["state"] != "submitted" {
			t.Fatalf("the PC sees %s", got.Body)
		}
		wantSays(t, a.get(fmt.Sprint(got.JSON()["picture"])), 200, "PNG")
		return fmt.Sprint(got.JSON()["signature"])
	}
	first := sign("家中有事")
	wantSays(t, a.get(a.path("")), 200, first)
	wantSays(t, a.post(a.path(""), url.Values{"reason": {"家中有事，明年再来"}, "signed": {first}}), 422, "请重新签名", "家中有事，明年再来")
	a.wantState(student.Admitted)
	second := sign("家中有事，明年再来")
	wantSays(t, a.post(a.path(""), url.Values{"reason": {"家中有事，明年再来"}, "signed": {second}}), 200, "保留入学资格申请待审核")
	a.wantState(student.DeferralPending)
	if n := w.count(t, `SELECT COUNT(*) FROM document_version WHERE name LIKE 'apply-%' AND (private=0 OR body LIKE '%家中有事%')`); n != 0 {
		t.Error("the reason lies open in the document's row")
	}
	a.decide(true, "")
	a.wantState(student.Deferred)
	wantSays(t, a.get("/c/hhu/"), 200, "保留入学资格申请已通过", "明年如想入学")
}

// TestApplyingClosesThePayment: an open order is closed by 提交, or where
// WeChat Pay cannot tell, money that still arrives is sent back, and who paid before cannot apply.
func TestApplyingClosesThePayment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	at := func(i int, kind string) *applicant { // with an open order, at the form
		t.Helper()
		a := &applicant{device: on(t, w.phone()), w: w, s: w.student(i), kind: kind}
		a.until(a.s, "pay")
		wantSays(t, a.ask("/pay/hhu/attempt", nil), 200)
		wantSays(t, a.post("/c/hhu/choices", url.Values{"choice": {""}}), 200)
		wantSays(t, a.post("/c/hhu/choices", url.Values{"choice": {kind}}), 200, application.Kind(kind).Title())
		return a
	}
	a := at(0, "defer")
	wantSays(t, a.submit("明年再读", ""), 200, "待审核")
	w.wantAttempts(t, a.s, "jsapi closed")
	if got := a.get("/pay/hhu"); got.Path != a.path("") {
		t.Errorf("the cashier's page leads to %s", got.Path)
	}

	late := at(2, "waive")
	if err := w.sim.AddFault(simulator.Fault{API: "pay.query", Mode: "500", Count: 1}); err != nil { // the order's fate cannot be known
		t.Fatal(err)
	}
	wantSays(t, late.submit("不读了", waiverSentence), 200, "待审核")
	w.pay(t, w.orders(t, late.s)[0])
	w.until(t, "the late money's refund", `SELECT COUNT(*) FROM refund WHERE cause='withdrawn'`)
	late.wantState(student.WaiverPending)

	b := at(1, "waive")
	w.pay(t, w.orders(t, b.s)[0])
	w.until(t, "the payment", `SELECT COUNT(*) FROM bill WHERE state='paid'`)
	wantSays(t, b.submit("不读了", waiverSentence), 409, "已经缴费")
	wantSays(t, b.get("/c/hhu/choices"), 200, "您已缴费，这一项不能再办理", "继续注册")
	wantSays(t, b.post("/c/hhu/choices", url.Values{"choice": {"register"}}), 200, "注册完成")
	b.wantState(student.Registered)
	wantSays(t, b.get("/c/hhu/choices"), 200, "您已完成注册，这一项不能再办理")
	if got := b.get("/c/hhu/apply/waive"); got.Path != "/c/hhu/done" {
		t.Errorf("a registered student gets the form at %s", got.Path)
	}
}

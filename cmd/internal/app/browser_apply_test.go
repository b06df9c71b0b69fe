package app_test

import (
	"testing"

	"ruxue/cmd/internal/stage"
	"ruxue/service/student"
)

// TestBrowserWaiver gives the place up on a phone: the sentence tells where it
// differs while it is typed, the signature is written on the page, 提交 binds,
// 撤回 frees, and a second application stands.
func TestBrowserWaiver(t *testing.T) {
	w := newWorld(t, 1)
	d := w.open(t, chromium(t), stage.AgentWeChat, 360, 740)
	j := &tour{screen: d, student: w.students[0], phone: w.students[0].Phone, look: func(string) {}}
	j.arrive()
	j.login()
	j.press(`form:has([value=waive]) button`)
	d.at("/c/hhu/face")
	d.press("[name=way][value=face]")
	d.says("人脸识别通过")
	d.press("[data-next-box] [data-next-link]")
	d.at("/c/hhu/apply/waive")
	d.picture("apply-empty")
	d.press("[data-submit]")
	d.until("what is missing", `document.querySelector('[data-lack]').innerText === '还差：填写申请原因、把上面那句话输入完整、手写签名'`)
	d.write("reason", "工作调动到外地，无法按时参加学习。")
	d.write("statement", "本人自愿放弃入学资格,")
	d.until("the sentence at the comma", `document.querySelector('#f-statement-error').innerText.includes('第 11 个字应为中文逗号“，”，您输入的是英文逗号“,”')`)
	d.picture("apply-differs")
	d.write("statement", waiverSentence)
	d.until("the sentence is right", `document.querySelector('[data-typed-state]').innerText === '输入一致' && document.querySelector('#f-statement-error').hidden`)
	d.says("已自动保存")
	d.signOnPage()
	d.until("nothing is missing", `document.querySelector('[data-lack]').hidden`)
	d.picture("apply-full")
	d.press("[data-submit]")
	d.says("放弃入学资格申请待审核")
	d.picture("applied")
	d.fits("applied")
	d.goTo("/c/hhu/choices")
	d.says("不能同时注册")
	d.picture("choices-pending")
	d.press("form[action$=withdraw] button")
	d.at("/c/hhu/apply/waive")
	d.says("已撤回")
	d.fits("apply")
	d.signOnPage()
	d.press("[data-submit]")
	d.says("放弃入学资格申请待审核")
	a := &applicant{device: on(t, w.phone()), w: w, s: w.student(0), kind: "waive"}
	a.wantState(student.WaiverPending)
	a.decide(true, "")
	d.says("放弃入学资格申请已通过") // by itself
	d.says("下载申请书")
	d.picture("applied-approved")
	d.fine("the waiver on the phone")
}

// signOnPage writes on a pad that is a part of the page.
func (d *screen) signOnPage() {
	d.Helper()
	eval[bool](d, `(() => { document.querySelector('[data-pad]').scrollIntoView({block: 'center', behavior: 'instant'}); return true; })()`)
	d.sign()
}

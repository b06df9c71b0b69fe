package app_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"ruxue/cmd/internal/stage"
	"ruxue/service/staff"
)

// key presses one key wherever the focus is.
func (d *screen) key(k string) {
	d.Helper()
	d.do("the key "+k, chromedp.KeyEvent(k))
}

// console logs the screen in as a new staff member.
func (d *screen) console(role staff.Role, sites ...string) {
	d.Helper()
	_, account := d.w.staffOn(d.w.pc(), role, sites...)
	d.goTo("/staff/login?next=/staff/review")
	d.write("login", account.Login)
	d.write("password", account.Password)
	d.press("[data-submit]")
	d.at("/staff/review")
	d.press(".queue-top summary")
	d.choose("#f-kind", "photo")
	d.press(".filter-go button")
	d.until("the photos alone", `location.search.includes('kind=photo')`)
}

// TestBrowserReview decides by keyboard on a PC, undo included, without one
// reload; then on a phone, by the sheet of reasons.
func TestBrowserReview(t *testing.T) {
	w := newWorld(t, 3)
	first, s1, one := w.shot(t, 0)
	_, s2, two := w.shot(t, 1)
	browser := chromium(t)
	other := w.staff(staff.Registrar)
	other.get(two)
	other.settled(other.givePhotos(packed(t, packedFile{s1.IDNumber + ".jpg", s1.Face})).Path)
	d := w.open(t, browser, stage.AgentPC, 1280, 800)
	d.console(staff.Registrar)
	d.until("both pictures", `[...document.querySelectorAll('.pictures:not(.others) img')].filter(i => i.naturalWidth).length === 2`)
	eval[bool](d, `window.stay = true`)
	d.says("第 1 条，共 2 条")
	d.says("随录取名单导入")
	d.picture("review-pc")
	d.key("?")
	d.until("the help", `document.querySelector('[data-help]').open`)
	d.picture("review-pc-help")
	d.key("j") // keys wait behind it
	d.key("?")
	d.until("the help away", `!document.querySelector('[data-help]').open`)
	d.at("/staff/review")
	d.key("j")
	d.at(two)
	d.says("您仍可以处理，先作出的决定有效")
	d.picture("review-pc-looking")
	d.key("k")
	d.at(one)
	d.key("r")
	d.says("请先选退回原因")
	d.key("4")
	d.says("您的存档照片光线不足，请在明亮处重新拍摄。已填内容和缴费都有效。")
	d.picture("review-pc-reason")
	d.key("r")
	d.at(two)
	d.says(s1.Name + "：退回，光线不足或模糊")
	d.picture("review-pc-undo")
	d.key("u")
	d.at(one)
	d.says("待审核 2")
	d.key("z")
	d.until("the large pictures", `document.querySelector('[data-zoom]').open && document.querySelectorAll('[data-zoom] img').length === 2`)
	d.picture("review-pc-zoom")
	d.key("z")
	d.key("a")
	d.at(two)
	d.says("今日已审 1")
	d.key("5")
	d.do("writing the reason", chromedp.KeyEvent("戴着口罩"))
	d.says("您的存档照片需要修改：戴着口罩，请重新拍摄")
	d.key("\r")
	d.says("没有等着审核的了")
	d.picture("review-pc-empty")
	if !eval[bool](d, `window.stay === true`) {
		t.Error("the page was loaded again")
	}
	d.fine("reviewing on a PC")
	w.undone(t)
	if _, err := stage.Number(t.Context(), first.Walker); err != nil {
		t.Error("approved by key: ", err)
	}
	var remark string
	if err := w.db(t).GetContext(t.Context(), &remark, `SELECT f.remark FROM face_check f JOIN enrolment e ON e.id=f.enrolment_id
		WHERE e.exam_number=? AND f.review_state='rejected'`, s2.ExamNumber); err != nil || remark != "您的存档照片需要修改：戴着口罩，请重新拍摄。已填内容和缴费都有效。" {
		t.Errorf("sent back by key: %q %v", remark, err)
	}
	w.reviewOnAPhone(t, w.open(t, browser, stage.AgentPhone, 390, 844))
}

// reviewOnAPhone sends a photo back with the thumb.
func (w *world) reviewOnAPhone(t *testing.T, p *screen) {
	t.Helper()
	_, s, path := w.shot(t, 2)
	p.console(staff.Registrar)
	p.says(s.Name)
	p.picture("review-phone-list")
	p.press(".queue-item")
	p.at(path)
	p.until("both pictures", `[...document.querySelectorAll('.pictures:not(.others) img')].filter(i => i.naturalWidth).length === 2`)
	p.picture("review-phone")
	p.press("[data-open-reasons]")
	p.press(`label[for="reason-3"]`)
	p.says("在明亮处重新拍摄")
	p.picture("review-phone-reasons")
	p.press("[data-reject]")
	p.says("没有符合条件的")
	p.picture("review-phone-empty")
	p.fine("reviewing on a phone")
}

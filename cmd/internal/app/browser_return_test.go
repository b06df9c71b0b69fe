package app_test

import (
	"fmt"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// TestBrowserPhotosAndReturn: a registrar gives the admission photos as a zip
// and reads file by file what became of them; from a student's page she sends
// two pages of the form back, and the student mends exactly those on her phone.
func TestBrowserPhotosAndReturn(t *testing.T) {
	w := newWorld(t, 2)
	s := w.student(0)
	hers := on(t, w.phone()).through(s)
	number := hers.number()
	browser := chromium(t)
	d := w.open(t, browser, stage.AgentPC, 1280, 800)
	d.enter(staff.Registrar, "/staff/import?c=hhu")
	d.givesPhotos(s, w.student(1))
	_, page := w.staff(staff.Registrar).find(s.IDNumber)
	d.goTo(page)
	d.sendsTwoPagesBack()
	w.undone(t)
	p := w.open(t, browser, stage.AgentPhone, 390, 844)
	p.become(hers, "/c/hhu/form/basic")
	p.mendsTwoPages()
	if got := hers.number(); got != number {
		t.Errorf("the number was %s and is %s", number, got)
	}
	d.fine("the registrar's console")
	p.fine("the student's phone")
}

// givesPhotos uploads a file that is no archive, then one with two photos that
// find their students and three that do not: these come first.
func (d *screen) givesPhotos(first, second stage.Student) {
	d.Helper()
	d.press(`main a[href^="/staff/import/photos"]`)
	d.at("/staff/import/photos")
	d.upload("#f-file", d.file("照片.zip", []byte("no archive")))
	d.press(".give button[type=submit]")
	d.until("what is wrong, at the field", `document.querySelector('#f-file-error').innerText.includes('这不是 zip 压缩包') && document.activeElement.id === 'f-file'`)
	d.picture("photos-refused")
	d.upload("#f-file", d.file("照片.zip", packed(d, packedFile{first.IDNumber + ".jpg", first.Face}, packedFile{second.ExamNumber + ".jpg", second.Face},
		packedFile{"32010119990101999X.jpg", first.Face}, packedFile{"全班合影.jpg", first.Face}, packedFile{second.IDNumber + ".png", second.Face})))
	d.press(".give button[type=submit]")
	d.until("the result", `document.querySelectorAll('.problems tbody tr').length === 5`)
	d.picture("photos-done")
	rows := strings.Split(eval[string](d, `[...document.querySelectorAll('.problems tbody tr')].map(r => [...r.cells].map(c => c.innerText.trim()).join('|')).join('\n')`), "\n")
	for i, want := range []string{
		"320***********999X.jpg|—|没有这名学生|", "全班合影.jpg|—|不能用|文件名不是身份证号或考生号",
		maskedFile(second, ".png") + "|" + second.Name + "|重复|同一名学生有两张照片，已使用前面的 " + second.ExamNumber + ".jpg",
		maskedFile(first, ".jpg") + "|" + first.Name + "|已导入|—", second.ExamNumber + ".jpg|" + second.Name + "|已导入|—",
	} {
		if !strings.HasPrefix(rows[i], want) {
			d.Errorf("row %d says %q, want %q", i, rows[i], want)
		}
	}
	if got := eval[string](d, `[...document.querySelectorAll('.photo-figures div')].map(x => x.innerText.replace(/\s+/g, ' ')).join()`); got != "新增 2,替换 0,不变 0,没有这名学生 1,不能用 1,重复 1" {
		d.Errorf("the figures are %s", got)
	}
	d.press(`main a[href^="/staff/import/photos?"]`)
	d.says("新增 2，替换 0，不变 0，没有导入 3")
}

func maskedFile(s stage.Student, ending string) string { return student.MaskID(s.IDNumber) + ending }

// sendsTwoPagesBack from a student's page, once undone.
func (d *screen) sendsTwoPagesBack() {
	d.Helper()
	d.press(`a[href$="/return"]`)
	d.until("the pages", `location.pathname.endsWith('/return') && document.readyState === 'complete'`)
	d.press("[data-return] button[data-busy]")
	d.says("请选择要退回的页")
	d.ticksTwoPages()
	d.press("[data-return] button[data-busy]")
	d.says("请先选退回原因")
	d.press(`label[for="reason-1"]`)
	d.picture("return-preview")
	reason := eval[string](d, `document.querySelector('#reason-1').value`)
	d.until("both sentences", `document.querySelector('[data-preview-text]').innerText.split('\n').length === 2 &&
		['家庭成员', '最后毕业信息'].every(t => document.querySelector('[data-preview-text]').innerText.includes(t))`)
	d.press("[data-return] button[data-busy]")
	d.says("退回，" + reason)
	d.picture("return-undo")
	d.press("[data-undo] button")
	d.until("everything open again", `!document.querySelector('[data-undo]') && document.querySelectorAll('input[name=section]').length === 3`)
	d.ticksTwoPages()
	d.press(`label[for="reason-1"]`)
	d.press("[data-return] button[data-busy]")
	d.says("退回，" + reason)
}

// ticksTwoPages chooses the second and the third page of the form.
func (d *screen) ticksTwoPages() {
	d.Helper()
	for i := 1; i <= 2; i++ {
		d.press(fmt.Sprintf(`label[for="section-%d"]`, i))
		d.until("the tick", fmt.Sprintf(`document.querySelector('#section-%d').checked`, i))
	}
}

// mendsTwoPages: the page that was not sent back can only be read, the other two
// come one after the other, and then the number is there as before.
func (p *screen) mendsTwoPages() {
	p.Helper()
	fields := func() int {
		return eval[int](p, `document.querySelectorAll('main input, main select, main textarea').length`)
	}
	p.says("内容不能再修改")
	if n := fields(); n != 0 {
		p.Errorf("%d fields of a page that was not sent back can be typed into", n)
	}
	p.goTo("/c/hhu/")
	p.at("/c/hhu/form/family")
	p.says("您的家庭成员")
	p.picture("return-family")
	p.write("item.0.contact", "13912345670")
	p.press("[data-submit]")
	p.at("/c/hhu/form/graduation")
	p.write("school", "南京交通职业技术学院")
	p.picture("return-graduation")
	p.press("[data-submit]")
	p.at("/c/hhu/done")
	p.goTo("/c/hhu/form/family")
	p.says("13912345670")
	if n := fields(); n != 0 {
		p.Errorf("%d fields can be typed into after they were mended", n)
	}
}

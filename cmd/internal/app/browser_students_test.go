package app_test

import (
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// TestBrowserStudents has a registrar find a student, look at a hidden number,
// which hides itself after a minute, correct a datum, and take a file away.
func TestBrowserStudents(t *testing.T) {
	w := newWorld(t, 6)
	s := w.student(0)
	on(t, w.phone()).until(s, "verify")
	browser := chromium(t)
	d := w.open(t, browser, stage.AgentPC, 1280, 1100)
	d.enter(staff.Registrar, "/staff/overview")
	d.says("各步骤到达人数")
	d.picture("students-overview")
	d.goTo("/staff/students?c=hhu")
	d.says("共 6 名学生")
	d.picture("students-list")
	d.write("q", s.IDNumber)
	d.press("form.search [type=submit]")
	d.until("her page", `!!document.querySelector('#act-unmask')`)
	d.picture("students-page")

	// A minute of the page passes at once: its script counts by timers.
	d.press("#act-unmask summary")
	d.choose("#f-unmask-what", "id_number")
	eval[string](d, `document.querySelector('#f-unmask-reason').value = '与公安系统核对号码'`)
	d.press("#act-unmask [type=submit]")
	d.until("the number", `!!document.querySelector('[data-mask]')`)
	d.says(s.IDNumber)
	d.picture("students-unmasked")
	time.Sleep(1500 * time.Millisecond)
	d.says("秒后自动隐藏")
	if got := eval[string](d, `document.querySelector('[data-mask]').getAttribute('data-mask')`); got != student.MaskID(s.IDNumber) {
		t.Errorf("it will hide behind %q", got)
	}

	d.press("#act-correct summary")
	d.choose("#f-correct-field", "site")
	d.until("sites by name instead of the box", `document.querySelector('#act-correct [data-field=value]').hidden && !document.querySelector('#act-correct [data-field=site]').hidden && document.querySelector('#f-correct-site').options[1].text === '南京校本部教学点'`)
	d.picture("students-correct-site")
	d.choose("#f-correct-field", "major")
	eval[string](d, `document.querySelector('#f-correct-value').value = '法学'`)
	d.press("#act-correct [type=submit]")
	d.until("the refusal", `!!document.querySelector('#act-correct .field.bad')`)
	d.says("请写明原因")
	d.allow("422")
	if got := eval[string](d, `document.querySelector('#f-correct-value').value`); got != "法学" {
		t.Errorf("what was typed is gone: %q", got)
	}
	eval[string](d, `document.querySelector('#f-correct-reason').value = '录取通知书上是法学'`)
	d.press("#act-correct [type=submit]")
	d.until("the correction", `document.body.innerText.includes('已更正，并记入日志')`)
	d.says("水利水电工程 → 法学")
	d.picture("students-corrected")

	d.goTo("/staff/exports?c=hhu")
	d.picture("students-exports")
	d.press(".order > [type=submit]")
	d.until("the file", `!!document.querySelector('[data-href][href*="/file"]:not([hidden])')`)
	d.says("共 6 条")
	d.fine("finding and correcting a student")
	if os.Getenv("RUXUE_PICTURES") == "" {
		return
	}
	p := w.open(t, browser, stage.AgentWeChat, 390, 844)
	p.enter(staff.Registrar, "/staff/overview")
	_, page := w.staff(staff.Registrar).find(s.IDNumber)
	for name, path := range map[string]string{"list": "/staff/students?c=hhu", "overview": "/staff/overview?c=hhu", "page": page, "exports": "/staff/exports?c=hhu",
		"reminder": "/staff/reminders?c=hhu&step=login", "messages": "/staff/messages"} {
		p.goTo(path)
		p.picture("students-phone-" + name)
	}
}

// enter logs the screen in as a new staff member, on the page; sites are those
// of the role Site.
func (d *screen) enter(role staff.Role, page string, sites ...string) *stage.Staff {
	d.Helper()
	_, account := d.w.staffOn(d.w.pc(), role, sites...)
	d.goTo("/staff/login?next=" + url.QueryEscape(page))
	d.write("login", account.Login)
	d.write("password", account.Password)
	d.press("[data-submit]")
	path, _, _ := strings.Cut(page, "?")
	d.at(path)
	return account
}

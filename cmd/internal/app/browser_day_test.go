package app_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/simulator"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// day is one day of the office: who takes part, and the world they share.
type day struct {
	*testing.T
	w       *world
	browser context.Context
	list    [][]string // the mended list, with its heading
	zhang   stage.Student
	phone   *tour   // of 张文一, who is on the list
	pc      *screen // the registrar's console, on the desk's PC
	desk    desk    // with the registrar's phone
	name    string  // the registrar's
	waiver  *screen // the phone of who gives her place up
	defers  *applicant
}

const teacher = "oSim0staff001xWangLaoShi0000" // the simulator's 王老师

// TestBrowserStaffDay is issue 4 as people live it: a list with broken rows is
// imported, mended and imported again; the registrar binds her WeChat at the
// desk, hears there of what waits and sends a picture back; the student mends
// that and nothing else; the console approves by keyboard alone, and the
// students' pages say so by themselves. Who belongs to another site sees
// nothing of it.
func TestBrowserStaffDay(t *testing.T) {
	w := newWorld(t, 3)
	w.db(t).MustExec(`UPDATE enrolment SET approval='approved'`) // the other campaign's cases would stand between
	d := &day{T: t, w: w, browser: chromium(t)}
	d.importsTheList()
	d.bindsHerWeChat()
	d.archivesHerPhoto()
	d.othersApply()
	d.sendsThePortraitBack()
	d.mendsThePortrait()
	d.approvesByKeyboard()
	d.anotherSiteSeesNothing()
}

// importsTheList: an administrator, with a second factor, imports what is right
// of a list, mends the rest in the file of bad rows and imports that.
func (t *day) importsTheList() {
	t.Helper()
	broken, mended := t.w.brokenList()
	t.list = mended
	d := t.w.open(t.T, t.browser, stage.AgentPC, 1280, 800)
	d.firstLogin(staff.Administrator)
	d.press(`.console-nav a[href="/staff/import"]`)
	d.at("/staff/import")
	d.upload("#f-file", d.file("录取名单.xlsx", xlsxOf(t, broken)))
	d.press(".give button[type=submit]")
	d.until("the result of the check", `document.querySelector('[data-bad]') !== null`)
	if n := eval[string](d, `document.querySelector('[data-bad]').textContent`); n != fmt.Sprint(len(brokenKinds)) {
		t.Errorf("%s rows are bad", n)
	}
	for _, k := range brokenKinds {
		d.says(k.says)
	}
	d.picture("day-import-bad")
	d.press(".next form button.second")
	d.says(fmt.Sprintf("新增 1 人，更新 0 人，%d 行没有导入", len(brokenKinds)))
	bad := rowsOf(t, d.download(`a[href$="/bad"]`))
	if len(bad) != len(brokenKinds)+1 {
		t.Fatalf("the file of bad rows has %d rows", len(bad))
	}
	d.picture("day-import-partly")
	for i := range bad[1:] {
		bad[i+1] = append(slices.Clone(mended[i+2]), bad[i+1][len(wideHead):]...) // the reasons stay in their columns
	}
	d.goTo("/staff/import?c=hhu")
	d.upload("#f-file", d.file("改好.xlsx", xlsxOf(t, bad)))
	d.press(".give button[type=submit]")
	d.says("没有需要修改的行")
	d.picture("day-import-good")
	d.press(".next form button.primary")
	d.says(fmt.Sprintf("新增 %d 人，更新 0 人", len(brokenKinds)))
	d.picture("day-import-done")
	if n := t.w.count(t.T, "SELECT COUNT(*) FROM enrolment WHERE major='会计学' AND fee_fen=320000 AND site_code='100'"); n < len(mended)-1 {
		t.Errorf("%d students are in", n)
	}
	d.fine("the import")
	row := mended[3]
	t.zhang = stage.Student{Admission: student.Admission{Name: row[1], IDNumber: row[2], Level: row[4], Site: "南京校本部教学点", Phone: row[9], ExamNumber: row[0]},
		Face: facePhoto(t), Photo: landscape(t)}
}

// firstLogin logs in with a new account's one-time password, through every step.
func (d *screen) firstLogin(role staff.Role) {
	d.Helper()
	s, err := stage.AddStaff(d.Context(), d.w.app.DB, role)
	if err != nil {
		d.Fatal(err)
	}
	d.goTo("/staff")
	d.at("/staff/login")
	d.write("login", s.Login)
	d.write("password", s.Password)
	d.press("[data-submit]")
	d.at("/staff/password")
	d.write("password", stage.StaffPassword)
	d.write("again", stage.StaffPassword)
	d.press("[data-submit]")
	d.at("/staff/factor/setup")
	d.picture("day-setup")
	_, rest, ok := strings.Cut(d.scan(".setup-qr"), "secret=")
	secret, _, _ := strings.Cut(rest, "&")
	code, err := staff.CodeOf(secret, d.w.clock.now())
	if !ok || err != nil {
		d.Fatal("an authenticator app cannot read the code: ", err)
	}
	eval[bool](d, `window.dispatchEvent(new Event('focus')) || true`) // she was at her phone
	d.write("code", code)
	d.press("[data-submit]")
	d.says("备用码")
	d.picture("day-codes")
	d.press("a.button.primary")
	d.at("/staff/overview")
}

// download fetches what a link of the page leads to, with the page's session.
func (d *screen) download(selector string) string {
	d.Helper()
	d.middle(selector)
	raw, err := base64.StdEncoding.DecodeString(eval[string](d, `fetch(document.querySelector(`+quote(selector)+`).href).then(r => r.ok ? r.arrayBuffer() : Promise.reject(r.status))
		.then(b => { let s = ''; for (const c of new Uint8Array(b)) s += String.fromCharCode(c); return btoa(s); })`))
	if err != nil {
		d.Fatal(err)
	}
	return string(raw)
}

// bindsHerWeChat: the registrar's console stands on the desk's PC; her phone
// scans the code that it shows, and the page says so by itself.
func (t *day) bindsHerWeChat() {
	t.Helper()
	t.desk = t.w.deskOf(t.T, t.browser, teacher)
	t.pc = t.w.open(t.T, t.browser, stage.AgentPC, 1280, 800)
	t.pc.home = t.desk.pcURL
	t.name = t.pc.enter(staff.Registrar, "/staff/overview").Name
	d := t.desk
	d.press("#pc-reload") // the same PC
	d.saysIn("pc", "各步骤到达人数")
	d.pressIn("pc", "a.console-name")
	d.pressIn("pc", "[data-scan-start]")
	d.untilIn("pc", "the code", `document.querySelector('[data-scan-image]').naturalWidth > 0`)
	d.picture("day-desk-code")
	d.press(`.tabs button[data-view=scan]`)
	d.says("已绑定" + t.name + "的账号")
	d.saysIn("pc", "待处理的事项会发到这个微信")
	d.picture("day-desk-bound")
}

// archivesHerPhoto: a student of the new list fails the face check, has her
// photo archived, fills everything, pays and waits.
func (t *day) archivesHerPhoto() {
	t.Helper()
	s := t.zhang
	if err := t.w.sim.SetFace(simulator.Face{IDNumber: s.IDNumber, Outcome: "fail"}); err != nil {
		t.Fatal(err)
	}
	p := t.w.open(t.T, t.browser, stage.AgentWeChat, 390, 844)
	j := &tour{screen: p, student: s.Admission, phone: s.Phone, look: func(string) {}}
	t.phone = j
	j.arrive()
	j.login()
	j.press(`form:has([value=register]) button`)
	j.at("/c/hhu/face")
	j.press("[name=way][value=face]")
	j.says("人脸识别失败")
	j.picture("day-face-failed")
	j.press("[data-archive-card] [data-archive-start]")
	j.press("[data-snap]")
	j.press("[data-use]")
	j.says("照片已存档，等待老师审核")
	j.picture("day-face-archived")
	j.press("[data-view=archived] [data-next-link]")
	j.at("/c/hhu/verify")
	rest := p.walker()
	for _, name := range []string{"verify", "basic", "family", "graduation", "attachments", "sign", "pay", "settled"} {
		rest.step(s, name)
	}
	p.goTo("/c/hhu/")
	p.at("/c/hhu/done")
	p.says("已缴费，照片待审核")
	p.picture("day-done-pending")
}

// walker goes on without the screen, on the same device and with its session.
func (d *screen) walker() device {
	d.Helper()
	got := command(d, network.GetCookies, network.GetCookiesParams{URLs: []string{d.w.base}})
	w := stage.NewWalker(d.w.base, d.w.simURL, stage.AgentWeChat, d.openid)
	w.SetCookies(httpCookies(got.Cookies))
	return on(d.T, w)
}

// othersApply: one gives the place up, one keeps it; both wait on their pages.
func (t *day) othersApply() {
	t.Helper()
	waive := t.w.applicantAt(t.T, t.w.phone(), 2, "waive")
	wantSays(t.T, waive.submit("工作调动到外地", waiverSentence), 200, "待审核")
	t.waiver = t.w.open(t.T, t.browser, stage.AgentPhone, 360, 740)
	t.waiver.become(waive.device, "/c/hhu/")
	t.waiver.says("放弃入学资格申请待审核")
	t.waiver.says("下载申请书") // comes by itself as soon as the paper is made
	eval[bool](t.waiver, `window.stay = true`)
	t.defers = t.w.applicantAt(t.T, t.w.phone(), 0, "defer")
	wantSays(t.T, t.defers.submit("参军入伍", ""), 200, "待审核")
}

// sendsThePortraitBack: the message in the registrar's phone opens the queue
// for reviewing alone; she sends one picture back with a reason.
func (t *day) sendsThePortraitBack() {
	t.Helper()
	t.w.hears(t.T, teacher, "待办审核提醒")
	d := t.desk
	d.openMessage("待办审核提醒")
	d.untilIn("phone", "the queue", `location.pathname === '/staff/review'`)
	d.picture("day-desk-queue")
	d.untilIn("phone", "the case", `(() => { const a = [...document.querySelectorAll('.queue-item')].find(x => x.innerText.includes(`+quote(t.zhang.Name)+`) && x.innerText.includes('个人证件照'));
		if (!a) return false; a.click(); return true; })()`)
	d.saysIn("phone", "会计学")
	if got, err := d.in("phone", `document.body.innerText.includes('查看完整号码') || Boolean(document.querySelector('a[href="/staff/account"]'))`); got != false || err != nil {
		t.Errorf("the message's link opens more than reviews: %v %v", got, err)
	}
	d.pressIn("phone", "[data-open-reasons]")
	d.pressIn("phone", `label[for="reason-2"]`)
	d.picture("day-desk-reasons")
	d.pressIn("phone", "[data-reject]")
	d.saysIn("phone", "今日已审 1")
	d.untilIn("phone", "the undo in sight", `(() => { const r = document.querySelector('[data-undo] button').getBoundingClientRect();
		return r.top > 0 && r.bottom <= innerHeight && document.elementFromPoint(r.left + 8, r.top + 8).closest('[data-undo]'); })()`)
	d.picture("day-desk-sent-back")
	t.w.undone(t.T)
}

// mendsThePortrait: the student's message leads to the one thing to mend; the
// rest is kept and shut.
func (t *day) mendsThePortrait() {
	t.Helper()
	j := t.phone
	m := t.w.hears(t.T, j.openid, "资料退回通知")
	j.goTo(m.URL)
	j.at("/c/hhu/attachments")
	j.picture("day-returned")
	j.says("需修改")
	if n := eval[int](j.screen, `document.querySelectorAll('form[data-locked]').length`); n != 3 {
		t.Errorf("%d slots are locked, want the other 3", n)
	}
	if got := eval[string](j.screen, `[...document.querySelectorAll('form[data-slot]:not([data-locked])')].map(f => f.dataset.slot).join()`); got != "portrait" {
		t.Errorf("open are %s", got)
	}
	j.goTo("/c/hhu/form/basic")
	j.says("内容不能再修改")
	j.says("student@example.com")
	if n := eval[int](j.screen, `document.querySelectorAll('main input, main select, main textarea').length`); n != 0 {
		t.Errorf("%d fields of the form beside it can be typed into", n)
	}
	j.picture("day-returned-form")
	j.goTo("/c/hhu/")
	j.at("/c/hhu/attachments")
	j.attach("portrait", j.file("face.jpg", encode(t, faceImage(t, 960, 720))))
	j.press("form[data-attachments] button")
	j.at("/c/hhu/done")
	j.says("已缴费，照片待审核")
}

// approvesByKeyboard: everything that waits is approved without the mouse, and
// ten seconds later every student's page says so by itself.
func (t *day) approvesByKeyboard() {
	t.Helper()
	d := t.pc
	d.goTo("/staff/review")
	d.at("/staff/review")
	left := eval[int](d, `Number(document.querySelector('[data-total]').textContent)`)
	if left != 5 { // the photo, the portrait, the certificate, two applications
		t.Errorf("%d cases wait", left)
	}
	for ; left > 0; left-- {
		d.picture(fmt.Sprintf("day-approve-%d", left))
		d.key("a")
		d.until("the next case", fmt.Sprintf(`document.querySelector('[data-total]').textContent === '%d'`, left-1))
	}
	d.says("没有等着审核的了")
	d.picture("day-approved")
	if !eval[bool](t.waiver, `window.stay === true`) {
		t.Error("the waiting page is loaded again though nothing changed")
	}
	t.w.undone(t.T)
	t.phone.until("the number by itself", `document.querySelector('.student-number')`)
	number := t.phone.number()
	t.w.wantMessage(t.T, t.phone.openid, number)
	t.phone.picture("day-number")
	t.waiver.says("放弃入学资格申请已通过")
	t.waiver.picture("day-waived")
	wantSays(t.T, t.defers.get("/c/hhu/"), 200, "保留入学资格申请已通过")
	t.defers.wantState(student.Deferred)
	d.fine("approving by keyboard")
	t.phone.fine("the student's phone")
	t.waiver.fine("the waiver's phone")
}

// anotherSiteSeesNothing: staff of another site find the student by no list, no
// search, no export and no address.
func (t *day) anotherSiteSeesNothing() {
	t.Helper()
	s := t.zhang
	_, page := t.w.staff(staff.Registrar).find(s.IDNumber)
	if page == "" {
		t.Fatal("the registrar does not find the student")
	}
	d := t.w.open(t.T, t.browser, stage.AgentPC, 1280, 800)
	d.enter(staff.Site, "/staff/students?c=hhu", "101")
	d.says("共 1 名学生")
	d.picture("day-site-list")
	hidden := func(where string) {
		if text := eval[string](d, `document.body.innerText`); strings.Contains(text, s.Name) || strings.Contains(text, student.MaskID(s.IDNumber)) {
			t.Errorf("%s shows another site's student", where)
		}
	}
	hidden("the list")
	for _, typed := range []string{s.IDNumber, s.Name, s.Phone, s.ExamNumber} {
		d.write("q", typed)
		eval[bool](d, `window.before = true`)
		d.press("form.search [type=submit]")
		d.until("the result", `!window.before && document.body.innerText.includes('没有符合条件的学生')`)
		hidden("the search")
	}
	d.goTo(page)
	d.says("没有找到这个页面")
	d.picture("day-site-address")
	d.goTo("/staff/exports?c=hhu")
	d.press(".order > [type=submit]")
	d.says("共 1 条")
	rows := rowsOf(t, d.download(`[data-href][href*="/file"]:not([hidden])`))
	if len(rows) != 2 || bytes.Contains(fmt.Append(nil, rows), []byte(s.Name)) {
		t.Errorf("the file holds %d rows: %v", len(rows), rows)
	}
	d.allow("404")
	d.fine("another site's console")
}

func httpCookies(from []*network.Cookie) (out []*http.Cookie) {
	for _, c := range from {
		out = append(out, &http.Cookie{Name: c.Name, Value: c.Value, Path: c.Path})
	}
	return out
}

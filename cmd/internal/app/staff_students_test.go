package app_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/service/staff"
	"ruxue/service/student"
)

const unknownRef = "AAAAAAAAAAAAAAAAAAAAAA"

// rosterVisits are the routes of the students' pages and the overview.
var rosterVisits = []staffVisit{
	{route: "GET /staff/overview", needs: staff.Overview},
	{route: "GET /staff/students", needs: staff.StudentsRead},
	{route: "POST /staff/students", needs: staff.StudentsRead, form: url.Values{"q": {"李"}}},
	{route: "GET /staff/students/:ref", needs: staff.StudentsRead, path: "/staff/students/" + unknownRef},
	{route: "POST /staff/students/:ref/unmask", needs: staff.Unmask, path: "/staff/students/" + unknownRef + "/unmask"},
	{route: "POST /staff/students/:ref/correct", needs: staff.StudentsCorrect, path: "/staff/students/" + unknownRef + "/correct"},
	{route: "POST /staff/students/:ref/phone", needs: staff.StudentsCorrect, path: "/staff/students/" + unknownRef + "/phone"},
	{route: "POST /staff/students/:ref/password", needs: staff.StudentsCorrect, path: "/staff/students/" + unknownRef + "/password"},
	{route: "POST /staff/students/:ref/code", needs: staff.StudentsCorrect, path: "/staff/students/" + unknownRef + "/code"},
	{route: "POST /staff/students/:ref/extend", needs: staff.StudentsCorrect, path: "/staff/students/" + unknownRef + "/extend"},
	{route: "POST /staff/students/:ref/case/:case", needs: staff.StudentsCorrect, path: "/staff/students/" + unknownRef + "/case/" + unknownRef},
	{route: "POST /staff/students/:ref/form", needs: staff.Unmask, path: "/staff/students/" + unknownRef + "/form"},
	{route: "GET /staff/exports", needs: staff.Export},
	{route: "POST /staff/exports", needs: staff.Export, form: url.Values{"c": {"hhu"}}},
	{route: "GET /staff/exports/:ref", needs: staff.Export, path: "/staff/exports/" + unknownRef},
	{route: "GET /staff/exports/:ref/file", needs: staff.Export, path: "/staff/exports/" + unknownRef + "/file"},
	{route: "GET /staff/students/:ref/file/:slot", needs: staff.Review, path: "/staff/students/" + unknownRef + "/file/portrait"},
	{route: "GET /staff/students/:ref/picture/:document", needs: staff.StudentsRead, path: "/staff/students/" + unknownRef + "/picture/pledge"},
	{route: "GET /staff/students/:ref/signed/:file", needs: staff.StudentsRead, path: "/staff/students/" + unknownRef + "/signed/pledge.pdf"},
}

var studentLink = regexp.MustCompile(`/staff/students/([A-Za-z0-9_-]{22})`)

// find searches and returns the address of the only student found, "" without one.
func (d device) find(text string) (stage.Answer, string) {
	d.t.Helper()
	a := d.post("/staff/students", url.Values{"q": {text}})
	if studentLink.MatchString(a.Path) {
		return a, a.Path
	}
	links := studentLink.FindAllString(a.Body, -1)
	if len(links) == 1 {
		return a, links[0]
	}
	return a, ""
}

const why = "学生到场，核对了身份证原件"

func TestStaffFindUnmaskAndCorrect(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 6)
	s := w.student(0)
	phone := on(t, w.phone())
	phone.until(s, "sign")
	desk := w.staff(staff.Registrar)
	for _, typed := range []string{s.IDNumber, s.Phone, s.ExamNumber, s.Name} {
		a, page := desk.find(typed)
		if page == "" {
			t.Fatalf("%q finds nobody: %.400s", typed, shortened(a.Body))
		}
		if strings.Contains(a.Path, url.QueryEscape(s.Name)) || strings.Contains(a.Path, s.IDNumber) {
			t.Errorf("the address holds what was typed: %s", a.Path)
		}
	}
	_, page := desk.find(s.IDNumber)
	a := desk.get(page)
	wantSays(t, a, 200, s.Name, student.MaskID(s.IDNumber), student.MaskPhone(s.Phone), "诚信承诺书", "核对身份信息无误", "已上传", "已提交")
	for what, hidden := range map[string]string{"the ID number": s.IDNumber, "the phone": s.Phone, "the address": "江苏省南京市", "a relative": "李建国", "a mail": "student@example.com"} {
		if strings.Contains(a.Body, hidden) {
			t.Errorf("the page shows %s", what)
		}
	}
	wantSays(t, desk.post(page+"/unmask", url.Values{"what": {"id_number"}, "reason": {"看"}}), 422, "请写明原因")
	wantSays(t, desk.post(page+"/unmask", url.Values{"what": {"x"}, "reason": {why}}), 422, "请选择")
	a = desk.post(page+"/unmask", url.Values{"what": {"id_number"}, "reason": {why}})
	wantSays(t, a, 200, s.IDNumber, "仅在本页显示 60 秒", "查看证件号码；原因："+why)
	if strings.Contains(a.Body, s.Phone) {
		t.Error("the phone stands open too")
	}
	wantSays(t, desk.post(page+"/unmask", url.Values{"what": {"section:basic"}, "reason": {why}}), 200, "江苏省南京市鼓楼区西康路1号")
	if a = desk.get(page); strings.Contains(a.Body, s.IDNumber) {
		t.Error("the next view still shows the number")
	}
	wantSays(t, desk.post(page+"/correct", url.Values{"field": {"id_number"}, "value": {w.students[1].IDNumber}, "reason": {why}}), 409, "另一名学生")
	wantSays(t, desk.post(page+"/correct", url.Values{"field": {"name"}, "value": {"李晓霞"}, "reason": {why}}), 200, "已更正，并记入日志", "李晓霞", "更正姓名：李*雯 → 李*霞")
	wantSays(t, phone.get("/c/hhu/verify"), 200, "李晓霞", "2.5 年")
	// A site is chosen by its name, whose code nobody needs to know.
	wantSays(t, desk.get(page), 200, `<option value="101">`, "2.5 年")
	wantSays(t, desk.post(page+"/correct", url.Values{"field": {"site"}, "value": {""}, "site": {"999"}, "reason": {why}}), 422, "没有这个教学点")
	wantSays(t, desk.post(page+"/correct", url.Values{"field": {"site"}, "site": {"101"}, "reason": {why}}), 200, "更正教学点：100 → 101")
	wantSays(t, desk.get(page+"/file/id-front"), 200)
	wantSays(t, desk.get(page), 200, "查看附件 人像面")
	wantSays(t, desk.get("/staff/overview?c=hhu"), 200, "按教学点", "南京校本部教学点", "身份信息核对")
	w.stop()
	for what, secret := range map[string]string{"an ID number": s.IDNumber, "a phone": s.Phone, "a name": s.Name} {
		if strings.Contains(w.logs.String(), secret) {
			t.Errorf("the log holds %s", what)
		}
	}
}

func TestStaffOfASiteSeeNobodyElse(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 6) // sites 100, 101, 102, twice each
	mine, other := w.student(0), w.student(1)
	desk, all := w.staff(staff.Site, "100"), w.staff(staff.Registrar)
	_, page := all.find(other.IDNumber)
	if page == "" {
		t.Fatal("the registrar does not find the student")
	}
	for _, typed := range []string{other.IDNumber, other.Phone, other.ExamNumber, other.Name} {
		if a, link := desk.find(typed); link == page || strings.Contains(a.Body, student.MaskID(other.IDNumber)) {
			t.Errorf("%q finds another site's student", typed)
		}
	}
	if a, link := desk.find(mine.IDNumber); link == "" {
		t.Errorf("an own student is not found: %.300s", shortened(a.Body))
	} else {
		wantSays(t, desk.get(link), 200, "还没有登录过")
	}
	wantSays(t, desk.get("/staff/students?c=hhu"), 200, "共 2 名学生")
	wantSays(t, desk.get("/staff/students?c=hhu&site=101"), 200, "共 0 名学生")
	for _, path := range []string{"", "/file/id-front", "/picture/pledge", "/signed/pledge.pdf"} {
		if a := desk.get(page + path); a.Status != http.StatusNotFound || strings.Contains(a.Body, other.Name) {
			t.Errorf("%s answers %d", path, a.Status)
		}
	}
	a := desk.get("/staff/overview?c=hhu")
	wantSays(t, a, 200, "南京校本部教学点")
	if strings.Contains(a.Body, "北京教学点") {
		t.Error("the overview counts another site")
	}
	if desk.post(page+"/correct", url.Values{"field": {"major"}, "value": {"法学"}, "reason": {why}}).Status != http.StatusForbidden {
		t.Error("a site's staff correct data")
	}
}

// TestASiteKnowsWhetherNotHow: who may not read payments sees a bill's state,
// and no order of it.
func TestASiteKnowsWhetherNotHow(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	s := w.student(0)
	d := on(t, w.phone()).until(s, "pay")
	wantSays(t, d.ask("/pay/hhu/attempt", nil), 200, "prepay_id")
	order := w.orders(t, s)[0]
	if status := w.pay(t, order); status != 204 {
		t.Fatalf("the callback was answered %d", status)
	}
	all, desk := w.staff(staff.Registrar), w.staff(staff.Site, "100")
	_, page := all.find(s.IDNumber)
	wantSays(t, all.get(page), 200, "微信内支付", order)
	a := desk.get(page)
	wantSays(t, a, 200, "已缴费")
	if strings.Contains(a.Body, order) {
		t.Error("a teaching site reads an order number")
	}
}

func TestAnIssuedCodeTakesTheSMSsPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s := w.student(0)
	desk := w.staff(staff.Administrator)
	_, page := desk.find(s.IDNumber)
	a := desk.post(page+"/code", url.Values{"reason": {"学生更换了号码，收不到短信"}})
	wantSays(t, a, 200, "一次性登录码", "用一次就失效")
	code := regexp.MustCompile(`class="code">(\d{6})<`).FindStringSubmatch(a.Body)
	if code == nil {
		t.Fatalf("no code: %.500s", shortened(a.Body))
	}
	if strings.Contains(desk.get(page).Body, code[1]) {
		t.Error("the code is shown twice")
	}
	login := url.Values{"id_number": {s.IDNumber}, "name": {s.Name}, "phone": {"13999990000"}, "code": {code[1]}, "consent": {"1"}}
	if a := on(t, w.pc()).post("/c/hhu/login", login); a.Path != "/c/hhu/choices" {
		t.Errorf("the code leads to %s: %.300s", a.Path, shortened(a.Body))
	}
	wantSays(t, on(t, w.pc()).post("/c/hhu/login", login), 422, "已经用过")
	if a, _ := desk.find(s.Phone); !strings.Contains(a.Body, s.Name) {
		t.Error("the unproven phone replaced the listed one")
	}
}

func TestAStudentSaysThatHerDataAreWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s := w.student(0)
	phone := on(t, w.phone())
	phone.until(s, "verify")
	wantSays(t, phone.post("/c/hhu/verify/wrong", url.Values{"text": {"错"}}), 422, "至少 5 个字")
	wantSays(t, phone.post("/c/hhu/verify/wrong", url.Values{"text": {"专业应为法学，通知书上是法学"}}), 200, "待处理", "专业应为法学")
	wantSays(t, phone.post("/c/hhu/verify/wrong", url.Values{"text": {"专业应为法学，通知书上是法学"}}), 409, "处理后可以再提交")
	desk := w.staff(staff.Registrar)
	a := desk.get("/staff/students?case=1")
	wantSays(t, a, 200, "共 1 名学生", "信息有误")
	_, page := desk.find(s.ExamNumber)
	a = desk.get(page)
	wantSays(t, a, 200, "专业应为法学", "答复并关闭")
	reply := regexp.MustCompile(`action="(/staff/students/[^"]+/case/[^"]+)"`).FindStringSubmatch(a.Body)
	if reply == nil {
		t.Fatal("no form to answer")
	}
	wantSays(t, desk.post(reply[1], url.Values{"text": {""}}), 422, "请写明处理结果")
	wantSays(t, desk.post(page+"/correct", url.Values{"field": {"major"}, "value": {"法学"}, "reason": {why}}), 200)
	wantSays(t, desk.post(reply[1], url.Values{"text": {"已更正为法学，请重新核对"}}), 200, "已答复")
	wantSays(t, desk.post(reply[1], url.Values{"text": {"已更正为法学，请重新核对"}}), 409, "已有人处理")
	wantSays(t, phone.get("/c/hhu/verify"), 200, "已更正为法学，请重新核对", "法学")
}

func TestStaffHelpWithPhonePasswordAndTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s := w.student(0)
	desk := w.staff(staff.Registrar)
	_, page := desk.find(s.IDNumber)
	wantSays(t, desk.post(page+"/phone", url.Values{"phone": {"123"}, "reason": {why}}), 422, "手机号应为 11 位")
	wantSays(t, desk.post(page+"/phone", url.Values{"phone": {"13911112222"}, "reason": {why}}), 200, "已更换手机号", "139****2222")
	wantSays(t, desk.post(page+"/password", url.Values{"reason": {why}}), 409)
	wantSays(t, desk.post(page+"/extend", url.Values{"until": {"2001-01-01"}, "reason": {why}}), 422, "日期已经过去")
	until := time.Now().AddDate(0, 0, 60).In(time.FixedZone("CST", 8*3600))
	wantSays(t, desk.post(page+"/extend", url.Values{"until": {until.Format(time.DateOnly)}, "reason": {why}}), 200, "办理时间已延长", "23:59")
	c := w.candidate(0)
	phone := on(t, w.phone())
	for _, step := range stage.PasswordSteps()[:2] {
		if err := step.Act(t.Context(), phone.Walker, c); err != nil {
			t.Fatal(err)
		}
	}
	_, page = desk.find(c.IDNumber)
	wantSays(t, desk.post(page+"/code", url.Values{"reason": {why}}), 409, "用重置密码")
	wantSays(t, desk.post(page+"/password", url.Values{"reason": {why}}), 200, "密码已重置")
	if a := phone.get("/c/wust/face"); a.Path != "/c/wust/login" {
		t.Errorf("the old session still stands on %s", a.Path)
	}
	a := on(t, w.pc()).post("/c/wust/login", url.Values{"phone": {c.Phone}, "password": {student.InitialPassword(student.Person{IDNumber: c.IDNumber})}, "consent": {"1"}})
	if a.Status != 200 || a.Path == "/c/wust/login" {
		t.Errorf("the initial password leads to %d %s", a.Status, a.Path)
	}
}

// TestAnotherPhoneEndsWhatTheOldOneOpened: whoever logged in with the wrong
// phone is out on every device, hears nothing more in WeChat, and the PC's lent
// phone is worth nothing; the student logs in with the new one.
func TestAnotherPhoneEndsWhatTheOldOneOpened(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s, other := w.student(0), w.student(1)
	phone := on(t, w.phone()).until(s, "face")
	w.clock.move(2 * time.Minute) // the next code
	pc := on(t, w.pc()).until(s, "face")
	bystander := on(t, w.phone()).until(other, "face")
	ticket, _ := pc.handoffAt(w.base, "/c/hhu/face")
	if n := w.count(t, `SELECT COUNT(*) FROM person_openid`); n != 2 {
		t.Fatalf("%d WeChats are bound", n)
	}
	desk := w.staff(staff.Registrar)
	_, page := desk.find(s.IDNumber)
	s.Phone = "13911112222"
	wantSays(t, desk.post(page+"/phone", url.Values{"phone": {s.Phone}, "reason": {why}}), 200, "设备已退出", "微信绑定已解除", "解除 1 个微信的绑定")
	wantSays(t, on(t, w.phone()).get(ticket), 410)
	wantSays(t, phone.ask("/c/hhu/choices", nil), 401, "手机号已由老师更换")
	for name, d := range map[string]device{"the phone": phone, "the PC": pc} {
		if a := d.get("/c/hhu/face"); a.Path != "/c/hhu/login" {
			t.Errorf("%s still comes to %s", name, a.Path)
		}
	}
	if a := bystander.get("/c/hhu/face"); a.Path != "/c/hhu/face" {
		t.Errorf("another student is sent to %s", a.Path)
	}
	if n := w.count(t, `SELECT COUNT(*) FROM person_openid`); n != 1 {
		t.Errorf("%d WeChats are bound afterwards", n)
	}
	w.clock.move(2 * time.Minute) // the next code
	on(t, phone.Walker).until(s, "verify")
	if n := w.count(t, `SELECT COUNT(*) FROM person_openid`); n != 2 {
		t.Errorf("%d WeChats are bound after the new login", n)
	}
}

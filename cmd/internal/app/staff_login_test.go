package app_test

import (
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/service/staff"
)

func staffForm(s *stage.Staff) url.Values {
	return url.Values{"login": {s.Login}, "password": {s.Password}}
}

// TestStaffLogin: one answer for the unknown, the shut and the mistaken, a lock
// with its wait, the one-time password replaced first, a logout that lasts.
func TestStaffLogin(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	s, err := stage.AddStaff(t.Context(), w.app.DB, staff.Registrar)
	if err != nil {
		t.Fatal(err)
	}
	d := on(t, w.pc())
	wantSays(t, d.get("/staff/people?page=2"), http.StatusOK, "工作人员登录", `value="/staff/people?page=2"`)
	wrong := d.post("/staff/login", url.Values{"login": {s.Login}, "password": {"wrong"}})
	unknown := d.post("/staff/login", url.Values{"login": {"nobody-here"}, "password": {"wrong"}})
	wantSays(t, wrong, http.StatusUnauthorized, "账号或密码不正确，还可以再试 4 次", s.Login)
	if a, b := strings.ReplaceAll(wrong.Body, s.Login, ""), strings.ReplaceAll(unknown.Body, "nobody-here", ""); a != b {
		t.Error("an unknown account is told from a wrong password")
	}
	wantField(t, d.ask("/staff/login", url.Values{"login": {s.Login}}), http.StatusUnprocessableEntity, "password", "请输入密码")

	a := d.post("/staff/login", staffForm(s))
	if a.Path != "/staff/password" {
		t.Fatalf("with a one-time password one comes to %s", a.Path)
	}
	if a := d.get("/staff/account"); a.Path != "/staff/password" {
		t.Errorf("the console opens before the password is replaced: %s", a.Path)
	}
	if a := d.ask("/staff/account/codes", nil); a.Status != http.StatusUnauthorized {
		t.Errorf("a script does things before the password is replaced: %d", a.Status)
	}
	wantSays(t, d.post("/staff/password", url.Values{"password": {"short"}, "again": {"short"}}), http.StatusUnprocessableEntity, "至少 10 位")
	wantSays(t, d.post("/staff/password", url.Values{"password": {s.Password}, "again": {s.Password}}), http.StatusUnprocessableEntity, "不能与现在的密码相同")
	d.post("/staff/password", url.Values{"password": {stage.StaffPassword}, "again": {stage.StaffPassword}})
	if a := d.get("/staff/account"); a.Path != "/staff/account" {
		t.Fatalf("after the new password one comes to %s", a.Path)
	}
	if a := on(t, w.pc()).post("/staff/login", staffForm(s)); a.Status != http.StatusUnauthorized {
		t.Errorf("the one-time password works twice: %d", a.Status)
	}
	s.Password = stage.StaffPassword

	second := on(t, w.pc())
	second.post("/staff/login", staffForm(s))
	changed := "genggai-2026-mima"
	wantSays(t, d.post("/staff/password", url.Values{"old": {"wrong"}, "password": {changed}, "again": {changed}}), http.StatusUnprocessableEntity, "现在的密码不正确")
	d.post("/staff/password", url.Values{"old": {s.Password}, "password": {changed}, "again": {changed}})
	if d.getJSON("/staff/session").Status != http.StatusOK || second.getJSON("/staff/session").Status != http.StatusUnauthorized {
		t.Error("a new password must end the other sessions and this one goes on")
	}

	stolen := d.Cookies()
	d.post("/staff/logout", nil)
	d.SetCookies(stolen)
	if a := d.getJSON("/staff/session"); a.Status != http.StatusUnauthorized {
		t.Errorf("a logged-out session lives: %d", a.Status)
	}
	for range staff.Tries + 1 {
		a = d.post("/staff/login", url.Values{"login": {s.Login}, "password": {"wrong"}})
	}
	wantSays(t, a, http.StatusTooManyRequests, "请 15 分钟后再试")
	if a := d.post("/staff/login", url.Values{"login": {s.Login}, "password": {changed}}); a.Status != http.StatusTooManyRequests {
		t.Errorf("a locked account takes the right password: %d", a.Status)
	}
}

// TestStaffIdle: 30 minutes after the last act the session is gone, what a
// page's script asks does not count, and a form that comes too late is offered
// again after the login.
func TestStaffIdle(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	d, s := w.staffOn(w.pc(), staff.Administrator)
	w.clock.move(29 * time.Minute)
	if a := d.getJSON("/staff/session"); a.Status != http.StatusOK {
		t.Fatalf("gone after 29 minutes: %d", a.Status)
	}
	w.clock.move(29 * time.Minute)
	if a := d.getJSON("/staff/session"); a.Status != http.StatusOK {
		t.Fatalf("an act does not lengthen the session: %d", a.Status)
	}
	w.clock.move(31 * time.Minute)
	late := url.Values{"name": {"王<丽>"}, "login": {"wangli"}, "office": {"学籍管理部"}, "role": {"site"}, "site": {"100", "101"}}
	a := d.post("/staff/people", late)
	wantSays(t, a, http.StatusUnauthorized, "登录已过期", "刚才填写的内容还在", `name="resume" value="/staff/people"`, `name="kept.name" value="王<丽>"`)
	kept := url.Values{"resume": {"/staff/people"}}
	for k, v := range late {
		kept["kept."+k] = v
	}
	again := staffForm(s)
	maps.Copy(again, kept)
	a = d.post("/staff/login", again)
	wantSays(t, a, http.StatusOK, "二次验证", `name="kept.name" value="王<丽>"`)
	code := url.Values{"code": {s.Codes[0]}}
	maps.Copy(code, kept)
	a = d.post("/staff/factor", code)
	wantSays(t, a, http.StatusOK, "继续提交", `action="/staff/people"`, `name="site" value="101"`)
	wantSays(t, d.post("/staff/people", late), http.StatusOK, "一次性密码", "wangli")
	if a := d.ask("/staff/people", late); a.Status != http.StatusConflict {
		t.Errorf("the same login twice: %d", a.Status)
	}
	w.clock.move(31 * time.Minute)
	gone := d.ask("/staff/people", late)
	if e, _ := gone.JSON()["error"].(map[string]any); gone.Status != http.StatusUnauthorized || e["next"] != "/staff/login" {
		t.Errorf("a script is told %d %s", gone.Status, gone.Body)
	}
	foreign := staffForm(s)
	foreign.Set("resume", "https://example.com/staff/")
	if a := d.post("/staff/login", foreign); strings.Contains(a.Body, "example.com") {
		t.Error("a foreign address is carried along")
	}
}

// TestStaffSecondFactor: an administrator sets one up before anything else; a
// code is good once; backup codes; the lock; a reset by another administrator.
func TestStaffSecondFactor(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	s, err := stage.AddStaff(t.Context(), w.app.DB, staff.Administrator)
	if err != nil {
		t.Fatal(err)
	}
	s.Now = w.clock.now
	d := on(t, w.pc())
	d.post("/staff/login", staffForm(s))
	d.post("/staff/password", url.Values{"password": {stage.StaffPassword}, "again": {stage.StaffPassword}})
	s.Password = stage.StaffPassword
	page := d.get("/staff/people")
	if page.Path != "/staff/factor/setup" {
		t.Fatalf("an administrator without a second factor comes to %s", page.Path)
	}
	if strings.Contains(page.Body, "data-staff=") { // its script would take the half login for one that ended
		t.Error("the page of the set-up watches a session")
	}
	wantSays(t, d.post("/staff/factor/setup", url.Values{"sealed": {"AAAA"}, "code": {"123456"}}), http.StatusGone, "已失效")
	if _, err := stage.SetUpApp(t.Context(), d.Walker, s, page); err != nil {
		t.Fatal(err)
	}
	if len(s.Codes) != 10 || d.get("/staff/people").Path != "/staff/people" {
		t.Fatalf("%d backup codes, then %s", len(s.Codes), d.get("/staff/people").Path)
	}

	d2 := on(t, w.pc())
	if a := d2.post("/staff/login", staffForm(s)); a.Path != "/staff/factor" {
		t.Fatalf("a password alone leads to %s", a.Path)
	}
	for _, path := range []string{"/staff/people", "/staff/account", "/staff/factor/setup", "/staff/password"} {
		if a := d2.get(path); a.Path != "/staff/factor" {
			t.Errorf("%s opens by a password alone: %s", path, a.Path)
		}
	}
	if a := d2.ask("/staff/scan", url.Values{"purpose": {"bind"}}); a.Status != http.StatusForbidden {
		t.Errorf("a WeChat can be bound by a password alone: %d", a.Status)
	}
	code, err := staff.CodeOf(s.Secret, w.clock.now())
	if err != nil {
		t.Fatal(err)
	}
	wantSays(t, d2.post("/staff/factor", url.Values{"code": {code}}), http.StatusUnauthorized, "验证码不正确或已用过") // used at the set-up
	w.clock.move(time.Minute)
	if code, err = staff.CodeOf(s.Secret, w.clock.now()); err != nil {
		t.Fatal(err)
	}
	wantSays(t, d2.post("/staff/factor", url.Values{"code": {code[:3] + " " + code[3:]}, "next": {"/staff/people"}}), http.StatusOK, "人员")
	d3 := on(t, w.pc())
	d3.post("/staff/login", staffForm(s))
	wantSays(t, d3.post("/staff/factor", url.Values{"code": {code}}), http.StatusUnauthorized, "验证码不正确或已用过")
	d3.post("/staff/factor", url.Values{"code": {strings.ToUpper(s.Codes[0])}})
	wantSays(t, d3.get("/staff/account"), http.StatusOK, "还有 9 个")
	d4 := on(t, w.pc())
	d4.post("/staff/login", staffForm(s))
	wantSays(t, d4.post("/staff/factor", url.Values{"code": {s.Codes[0]}}), http.StatusUnauthorized, "验证码不正确或已用过")
	var a stage.Answer
	for range staff.Tries {
		a = d4.post("/staff/factor", url.Values{"code": {"000000"}})
	}
	wantSays(t, a, http.StatusTooManyRequests, "分钟后再试")

	wantSays(t, d3.post("/staff/account/app/remove", url.Values{"password": {s.Password}}), http.StatusConflict, "必须保留一种二次验证")
	wantSays(t, d3.post("/staff/account/codes", url.Values{"password": {"wrong"}}), http.StatusUnprocessableEntity, "密码不正确")
	wantSays(t, d3.post("/staff/account/codes", url.Values{"password": {s.Password}}), http.StatusOK, "只显示这一次")
	other := w.staff(staff.Administrator)
	other.post("/staff/people/"+s.Ref+"/factor", nil)
	if a := d3.getJSON("/staff/session"); a.Status != http.StatusUnauthorized {
		t.Errorf("a reset leaves the sessions: %d", a.Status)
	}
	if a := d3.post("/staff/login", staffForm(s)); a.Path != "/staff/factor/setup" {
		t.Errorf("after a reset one comes to %s", a.Path)
	}
}

// TestStaffPeople: an administrator adds, changes, shuts and resets accounts,
// and cannot lock herself out.
func TestStaffPeople(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 3)
	admin, me := w.staffOn(w.pc(), staff.Administrator)
	site, s := w.staffOn(w.pc(), staff.Site, "100")
	wantSays(t, admin.get("/staff/people"), http.StatusOK, s.Login, "教学点 南京校本部教学点", "未绑微信")
	wantSays(t, admin.get("/staff/people/new"), http.StatusOK, "南京校本部教学点", "教学点老师")
	wantSays(t, admin.post("/staff/people", url.Values{"name": {"王丽"}, "login": {"WangLi"}, "role": {"site"}}), http.StatusUnprocessableEntity,
		"至少要有一个教学点代码", `value="王丽"`)
	wantSays(t, admin.post("/staff/people", url.Values{"name": {""}, "login": {""}}), http.StatusUnprocessableEntity, "请输入姓名", "账号为 3 至 64 位", "请选择角色")
	at := "/staff/people/" + s.Ref
	admin.post(at, url.Values{"name": {s.Name}, "role": {"registrar"}})
	if a := site.get("/staff/students"); a.Status != http.StatusOK {
		t.Errorf("the new role does not count at once: %d", a.Status)
	}
	admin.post(at+"/state", url.Values{"disabled": {"1"}})
	if a := site.getJSON("/staff/session"); a.Status != http.StatusUnauthorized {
		t.Errorf("a shut account goes on: %d", a.Status)
	}
	if a := site.post("/staff/login", staffForm(s)); a.Status != http.StatusUnauthorized {
		t.Errorf("a shut account logs in: %d", a.Status)
	}
	admin.post(at+"/state", url.Values{"disabled": {"0"}})
	a := admin.post(at+"/password", nil)
	wantSays(t, a, http.StatusOK, "密码已重置", "只显示这一次")
	_, rest, _ := strings.Cut(a.Body, "data-password>")
	s.Password, _, _ = strings.Cut(rest, "<")
	if a := site.post("/staff/login", staffForm(s)); a.Path != "/staff/password" {
		t.Errorf("the new one-time password %q leads to %s", s.Password, a.Path)
	}
	self := "/staff/people/" + me.Ref
	wantSays(t, admin.post(self+"/state", url.Values{"disabled": {"1"}}), http.StatusConflict, "不能停用自己的账号")
	wantSays(t, admin.post(self, url.Values{"name": {me.Name}, "role": {"finance"}}), http.StatusConflict, "不能修改自己的角色")
	wantSays(t, admin.post(self+"/factor", nil), http.StatusConflict, "我的账号")
	wantSays(t, admin.get("/staff/people/AAAAAAAAAAAAAAAAAAAAAA"), http.StatusNotFound)
}

package app_test

import (
	"fmt"
	"math"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
)

func TestEmptyFieldsAreNamedAtTheFields(t *testing.T) {
	t.Parallel()
	w := passwordWorld(t)
	p := on(t, w.phone())
	p.get("/live")
	wantSays(t, p.post("/c/wust/login", url.Values{"consent": {"1"}}), 422, "手机号不能为空", "密码不能为空")
	wantField(t, p.ask("/c/wust/login", url.Values{"consent": {"1"}}), 422, "phone", "手机号不能为空")
	wantField(t, p.ask("/c/wust/login", url.Values{"consent": {"1"}, "phone": {"13971100001"}}), 422, "password", "密码不能为空")
	wantField(t, p.ask("/c/wust/login", url.Values{"phone": {"13971100001"}, "password": {"x"}}), 422, "consent")
}

// TestAnUnknownPhoneAndAWrongPasswordLookAlike: the same sentence, the same
// count of what is left, the same lock, the same time.
func TestAnUnknownPhoneAndAWrongPasswordLookAlike(t *testing.T) {
	w := passwordWorld(t)
	p, s := on(t, w.pc()), w.candidate(4)
	p.get("/studentLogin")
	unknown := s
	unknown.Phone = "13999999999"
	var took [2][]float64
	for i := range 10 {
		var said [2]string
		for j, who := range []stage.Student{s, unknown} {
			begun := worked(t)
			a := p.ask("/c/wust/login", account(who, "wrong-password"))
			took[j] = append(took[j], float64(worked(t)-begun))
			said[j] = fmt.Sprint(a.Status, a.JSON())
		}
		if said[0] != said[1] {
			t.Errorf("try %d: %s for a wrong password, %s for an unknown phone", i+1, said[0], said[1])
		}
		if i == 0 && !strings.Contains(said[0], "账户或密码不正确，还可以再试 9 次") {
			t.Error(said[0])
		}
		if i == 9 && !strings.Contains(said[0], "请 15 分钟后再试") {
			t.Error("the tenth wrong password: ", said[0])
		}
	}
	for j := range took {
		slices.Sort(took[j])
	}
	// The second cheapest of each tell what the work costs; the others, what else the
	// process did.
	if a, b := took[0][1], took[1][1]; math.Abs(a-b) > 0.5*max(a, b) {
		t.Errorf("a wrong password takes %.1f ms, an unknown phone %.1f ms", a/1e6, b/1e6)
	}
	a := p.ask("/c/wust/login", account(s, initialPassword(s)))
	wantField(t, a, 429, "password", "分钟后再试", "忘记密码")
}

// worked is the processor time that the server, and all else in this process, has
// used. A clock on the wall would measure what else the machine is busy with.
func worked(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// TestAForgottenPassword: the code by SMS sets a new one, past a lock too.
func TestAForgottenPassword(t *testing.T) {
	t.Parallel()
	w := passwordWorld(t)
	p, s := on(t, w.pc()), w.candidate(5)
	p.get("/studentLogin")
	for range 10 {
		p.ask("/c/wust/login", account(s, "wrong-password"))
	}
	wantSays(t, p.get("/c/wust/forgot"), 200, "重新设置密码", "获取验证码")
	wantSays(t, p.ask("/c/wust/sms", url.Values{"phone": {s.Phone}}), 200)
	code, err := stage.LastCode(t.Context(), p.Walker, s.Phone)
	if err != nil {
		t.Fatal(err)
	}
	form := func(pairs ...string) url.Values {
		return with(url.Values{"phone": {s.Phone}, "code": {code}, "password": {stage.NewPassword}, "again": {stage.NewPassword},
			"consent": {"1"}}, pairs...)
	}
	for _, c := range []struct{ field, value, at, says string }{
		{"phone", "", "phone", "手机号不能为空"}, {"code", "12", "code", "6 位短信验证码"},
		{"password", "short", "password", "至少 8 位"}, {"password", "20261122", "password", "不能只有数字"},
		{"password", "pw" + s.Phone, "password", "手机号"}, {"password", "pw" + strings.ToLower(initialPassword(s)), "password", "初始密码"},
		{"again", "other-2026", "again", "不一致"}, {"consent", "", "consent", "个人信息处理说明"},
	} {
		v := form(c.field, c.value)
		if c.field == "password" {
			v.Set("again", c.value)
		}
		wantField(t, p.ask("/c/wust/forgot", v), 422, c.at, c.says)
	}
	if a := p.post("/c/wust/forgot", form()); a.Path != "/c/wust/face" {
		t.Fatalf("after the reset comes %s: %s", a.Path, shortened(a.Body))
	}
	wantSays(t, p.ask("/c/wust/forgot", form()), 422, "已经用过")

	q := on(t, w.phone())
	q.get("/live")
	wantSays(t, q.ask("/c/wust/login", account(s, initialPassword(s))), 401, "账户或密码不正确")
	wantSays(t, q.ask("/c/wust/login", account(s, stage.NewPassword)), 200, "/c/wust/face")
	wantField(t, q.ask("/c/wust/password", url.Values{"password": {"andere-2027"}, "again": {"andere-2027"}}), 422, "old")
	wantField(t, q.ask("/c/wust/password", url.Values{"old": {"falsch"}, "password": {"andere-2027"}, "again": {"andere-2027"}}), 401, "old", "现在的密码不正确")
	wantSays(t, q.ask("/c/wust/password", url.Values{"old": {stage.NewPassword}, "password": {"andere-2027"}, "again": {"andere-2027"}}), 200)
}

// TestTheInitialPasswordOpensNothingElse: it must be replaced first.
func TestTheInitialPasswordOpensNothingElse(t *testing.T) {
	t.Parallel()
	w := passwordWorld(t)
	p, s := on(t, w.phone()), w.candidate(6)
	if err := stage.PasswordLogin(t.Context(), p.Walker, s); err != nil {
		t.Fatal(err)
	}
	for _, later := range []string{"", "/approval", "/face", "/sign/commitment", "/home"} {
		if a := p.get("/c/wust" + later); a.Path != "/c/wust/password" {
			t.Errorf("%q is open under the initial password: %s", later, a.Path)
		}
	}
	wantSays(t, p.ask("/c/wust/sign/commitment/handoff", nil), 409)
	initial := initialPassword(s)
	wantField(t, p.ask("/c/wust/password", url.Values{"password": {initial}, "again": {initial}}), 422, "password")
}

// TestPasswordsBelongToTheirCampaign: a campaign with login by SMS has none.
func TestPasswordsBelongToTheirCampaign(t *testing.T) {
	t.Parallel()
	w := passwordWorld(t)
	p := on(t, w.pc())
	p.get("/c/hhu/login")
	wantSays(t, p.get("/c/hhu/forgot"), 404)
	wantSays(t, p.post("/c/hhu/forgot", nil), 404)
	s := w.candidate(0)
	wantSays(t, p.ask("/c/hhu/login", account(s, initialPassword(s))), 422)
}

// A browser holds a login at each campaign: neither a login nor 切换学生 at one
// touches the other, and neither cookie opens the other's pages.
func TestALoginEndsNoneAtAnotherCampaign(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	for i, p := range []*stage.Walker{w.pc(), w.phone()} {
		name, d, c := []string{"PC", "WeChat"}[i], on(t, p), w.candidate(i)
		d.step(w.student(i), "login")
		first := d.Cookies()
		if a := d.get("/c/wust/home"); a.Path != "/c/wust/login" {
			t.Errorf("%s: a login at hhu opens %s", name, a.Path)
		}
		if err := stage.PasswordLogin(t.Context(), p, c); err != nil {
			t.Fatal(name, err)
		}
		if a := d.get("/c/hhu/"); a.Path != "/c/hhu/choices" {
			t.Errorf("%s: after the login at wust hhu is at %s", name, a.Path)
		}
		d.post("/c/hhu/logout", nil)
		if a := d.get("/c/hhu/"); a.Path != "/c/hhu/login" {
			t.Errorf("%s: after 切换学生 hhu is at %s", name, a.Path)
		}
		if a := d.get("/c/wust/"); a.Path == "/c/wust/login" {
			t.Errorf("%s: 切换学生 at hhu ends the login at wust", name)
		}
		thief := on(t, w.pc())
		thief.SetCookies(first) // what was logged out stays worth nothing
		if a := thief.get("/c/hhu/"); a.Path != "/c/hhu/login" {
			t.Errorf("%s: a cookie that was logged out opens %s", name, a.Path)
		}
	}
}

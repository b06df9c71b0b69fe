package app_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/service/student"
)

// zeros is a source of randomness that every slider puzzle's place follows from.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

// holeOfZeros is where a puzzle's tile belongs that zeros made, in pixels.
const holeOfZeros = "90"

// passwordWorld is a world whose slider puzzles are known.
func passwordWorld(t *testing.T) *world {
	t.Helper()
	w := prepareWorld(t, 1)
	w.rand = zeros{}
	w.start()
	return w
}

func (w *world) candidate(i int) stage.Student {
	w.t.Helper()
	return stage.Student{Admission: stage.Candidates()[i], Face: facePhoto(w.t), Photo: landscape(w.t)}
}

func initialPassword(s stage.Student) string {
	return student.InitialPassword(student.Person{IDNumber: s.IDNumber})
}

func account(s stage.Student, password string) url.Values {
	return url.Values{"phone": {s.Phone}, "password": {password}, "consent": {"1"}}
}

func (d device) puzzle() string {
	d.t.Helper()
	a := d.ask("/c/wust/captcha/new", nil)
	id, _ := a.JSON()["id"].(string)
	if a.Status != http.StatusOK || id == "" {
		d.t.Fatalf("no puzzle: %d %.200s", a.Status, a.Body)
	}
	if strings.Contains(a.Body, `"x"`) {
		d.t.Error("the puzzle tells its solution")
	}
	return id
}

func (d device) slide(id, x string) stage.Answer {
	d.t.Helper()
	return d.ask("/c/wust/captcha", url.Values{"id": {id}, "x": {x}})
}

// TestThePrintedEntries: what the manual prints leads to the login page, and
// the PC's QR code to the phone's entry.
func TestThePrintedEntries(t *testing.T) {
	t.Parallel()
	w := passwordWorld(t)
	for _, entry := range []string{"/studentLogin", "/live"} {
		wantSays(t, on(t, w.pc()).get(entry), 200, "学生登录", "账户", "密码", "请输入手机号", "忘记密码", "同等学力申硕综合服务平台", "027-52104247")
		wantSays(t, on(t, w.phone()).get(entry), 200, "学生登录", "初始密码为身份证号后 6 位")
	}
}

func TestAPhoneAloneWalksToTheHomePage(t *testing.T) {
	t.Parallel()
	w := passwordWorld(t)
	s, p := w.candidate(0), on(t, w.phone())
	for _, step := range stage.PasswordSteps() {
		if err := step.Act(t.Context(), p.Walker, s); err != nil {
			t.Fatalf("%s: %v", step.Name, err)
		}
	}
	home := p.get("/c/wust/")
	wantSays(t, home, 200, "系统首页", "知情承诺书", "签署", "027-52104247", "胡老师", "查看登录须知", "修改密码")
	if home.Path != "/c/wust/home" {
		t.Errorf("the end of the journey is %s", home.Path)
	}
	wantSays(t, p.post("/c/wust/logout", nil), 200)
	if err := stage.PasswordLogin(t.Context(), p.Walker, s); err != nil {
		t.Fatal("a second login: ", err)
	}
	if a := p.get("/c/wust/"); a.Path != "/c/wust/face" {
		t.Errorf("a second login goes on at %s, want the face check of this login", a.Path)
	}
}

func TestAPCSignsOnThePhone(t *testing.T) {
	t.Parallel()
	w := passwordWorld(t)
	s, pc, phone := w.candidate(2), on(t, w.pc()), on(t, w.phone())
	pc.get("/studentLogin")
	if a := pc.post("/c/wust/login", account(s, initialPassword(s))); a.Path != "/c/wust/captcha" {
		t.Fatalf("after the right password a PC gets %s: %s", a.Path, shortened(a.Body))
	}
	for _, later := range []string{"/password", "/approval", "/face", "/sign/commitment", "/home"} {
		if a := pc.get("/c/wust" + later); a.Path != "/c/wust/captcha" {
			t.Errorf("%s is open before the slider: %s", later, a.Path)
		}
	}
	wantSays(t, pc.slide(pc.puzzle(), holeOfZeros), 200, "/c/wust/password")
	if a := pc.post("/c/wust/password", url.Values{"password": {stage.NewPassword}, "again": {stage.NewPassword}}); a.Path != "/c/wust/face" {
		t.Fatalf("after the new password comes %s: %s", a.Path, shortened(a.Body))
	}
	for _, step := range stage.PasswordSteps() {
		if step.Name == "face" {
			if err := step.Act(t.Context(), pc.Walker, s); err != nil {
				t.Fatal(err)
			}
		}
	}
	for range 2 { // once, 重新签名, once more
		ticket, state := pc.handoffAt(w.base, "/c/wust/sign/commitment")
		wantSays(t, phone.get(ticket), 200, "学生签名", "同等学力申硕综合服务平台", "请仔细阅读上述条款内容", "知情承诺书")
		wantSays(t, phone.askJSON(ticket+"/sign", stage.Handwriting()), 200)
		pc.wantState(state, "submitted")
		wantSays(t, pc.ask("/c/wust/sign/commitment/again", nil), 200)
	}
	ticket, state := pc.handoffAt(w.base, "/c/wust/sign/commitment")
	phone.get(ticket)
	wantSays(t, phone.askJSON(ticket+"/sign", stage.Handwriting()), 200)
	wantSays(t, pc.get("/c/wust/home"), 200, "请核对签名")
	ref, _ := pc.getJSON(state).JSON()["signature"].(string)
	if a := pc.post("/c/wust/sign/commitment/confirm", url.Values{"signature": {ref}}); a.Path != "/c/wust/home" {
		t.Errorf("after 确认签署 comes %s: %s", a.Path, shortened(a.Body))
	}
}

func TestPendingApprovalWaits(t *testing.T) {
	t.Parallel()
	w := passwordWorld(t)
	s, p := w.candidate(1), on(t, w.phone())
	if err := stage.PasswordLogin(t.Context(), p.Walker, s); err != nil {
		t.Fatal(err)
	}
	a := p.post("/c/wust/password", url.Values{"password": {stage.NewPassword}, "again": {stage.NewPassword}})
	wantSays(t, a, 200, "你的信息还在审核确认中，请耐心等待！", "027-52104247", "胡老师")
	if a := p.get("/c/wust/face"); a.Path != "/c/wust/approval" {
		t.Errorf("the face check is open before the approval: %s", a.Path)
	}
	e, err := w.app.DB.Students().FindByPhone(t.Context(), w.campaignID(t, "wust"), s.Phone)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.app.DB.Students().SetApproval(t.Context(), e.ID, student.Approved); err != nil {
		t.Fatal(err)
	}
	if a := p.get("/c/wust/approval"); a.Path != "/c/wust/face" {
		t.Errorf("approved, the page goes to %s", a.Path)
	}
}

func (w *world) campaignID(t testing.TB, code string) int64 {
	t.Helper()
	var id int64
	if err := w.db(t).GetContext(t.Context(), &id, `SELECT id FROM campaign WHERE code=?`, code); err != nil {
		t.Fatal(err)
	}
	return id
}

func TestTheSliderRefuses(t *testing.T) {
	t.Parallel()
	w := passwordWorld(t)
	s, pc := w.candidate(3), on(t, w.pc())
	pc.get("/studentLogin")
	pc.post("/c/wust/login", account(s, initialPassword(s)))
	id := pc.puzzle()
	wantSays(t, pc.slide(id, "98"), 422, "没有对准")
	wantSays(t, pc.slide(id, holeOfZeros), 410, "已经失效")
	for _, x := range []string{"", "NaN", "1e300", "left"} {
		wantSays(t, pc.slide(pc.puzzle(), x), 422)
	}
	old := pc.puzzle()
	w.clock.move(2*time.Minute + time.Second)
	wantSays(t, pc.slide(old, holeOfZeros), 410)
	wantSays(t, pc.slide("AAAAAAAAAAAAAAAAAAAAAA", holeOfZeros), 410)
	tooMany := false
	for range 25 {
		a := pc.ask("/c/wust/captcha/new", nil)
		id, _ := a.JSON()["id"].(string)
		if a = pc.slide(id, "10"); a.Status == http.StatusTooManyRequests {
			wantSays(t, a, 429, "短信验证码")
			tooMany = true
		}
	}
	if !tooMany {
		t.Error("25 wrong answers were all looked at")
	}
	// The way for who cannot drag stays open.
	wantSays(t, pc.ask("/c/wust/captcha/sms", nil), 200)
	code, err := stage.LastCode(t.Context(), pc.Walker, s.Phone)
	if err != nil {
		t.Fatal(err)
	}
	wantSays(t, pc.post("/c/wust/captcha", url.Values{"code": {"12345"}}), 422, "6 位短信验证码")
	if a := pc.post("/c/wust/captcha", url.Values{"code": {code}}); a.Path != "/c/wust/password" {
		t.Errorf("after the code comes %s: %s", a.Path, shortened(a.Body))
	}
}

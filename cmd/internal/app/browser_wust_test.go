package app_test

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ruxue/cmd/internal/stage"
)

// signIn logs in by the initial password and chooses another; a PC solves the
// slider in between.
func (t *tour) signIn(entry, password string) {
	t.Helper()
	t.goTo(entry)
	if t.openid != "" && strings.HasPrefix(eval[string](t.screen, `location.href`), t.w.simURL) {
		t.press(`a[data-openid="` + t.openid + `"]`)
	}
	t.at("/c/wust/login")
	t.look("login")
	t.write("phone", t.phone)
	t.write("password", password)
	t.press("#f-consent")
	t.press("[data-submit]")
}

// slide moves the tile by keys to x; the puzzle's place is known to the test.
func (t *tour) slide(x string) {
	t.Helper()
	t.until("the puzzle", `document.querySelector('[data-picture]').naturalWidth > 0 && document.activeElement.id === 'slide'`)
	t.look("captcha")
	n, err := strconv.Atoi(x)
	if err != nil {
		t.Fatal(err)
	}
	t.do("moving the slider", chromedp.KeyEvent(strings.Repeat(kb.ArrowRight, n)))
	t.until("the slider's place", `document.querySelector('#slide').value === `+quote(x))
	t.look("captcha-moved")
	t.do("submitting the slider", chromedp.KeyEvent(kb.Enter))
}

func (t *tour) newPassword() {
	t.Helper()
	t.at("/c/wust/password")
	t.look("password")
	t.write("password", stage.NewPassword)
	t.write("again", stage.NewPassword)
	t.press("[data-submit]")
}

// passFace goes through the consent and the fake camera's check.
func (t *tour) passFace() {
	t.Helper()
	t.at("/c/wust/face")
	t.look("face-consent")
	t.press("[name=way][value=face]")
	t.until("a face held still", `document.querySelector('[data-face]') && hints.includes('请保持不动2秒')`)
	t.says("人脸识别通过")
	t.look("face-passed")
	t.press("[data-next-box] [data-next-link]")
	t.at("/c/wust/sign/commitment")
}

// arrived reads the home page and fetches the sealed paper that it offers.
func (t *tour) arrived() {
	t.Helper()
	t.at("/c/wust/home")
	for _, text := range []string{"系统首页", "已通过", t.student.Name, "《知情承诺书》", "胡老师", "027-52104247", "修改密码", "还没有消息"} {
		t.says(text)
	}
	for end := time.Now().Add(patience); !eval[bool](t.screen, `Boolean(document.querySelector('.signed a'))`); t.goTo("/c/wust/home") {
		if time.Now().After(end) {
			t.Fatal("the sealed paper was never made")
		}
		t.says("签署文件正在生成")
		time.Sleep(500 * time.Millisecond)
	}
	t.look("home")
	const paper = `fetch(document.querySelector('.signed a').href).then(async (r) => r.status + ' ' + new TextDecoder('latin1').decode((await r.arrayBuffer()).slice(0, 5)))`
	if got := eval[string](t.screen, paper); got != "200 %PDF-" {
		t.Errorf("the home page's paper is %q", got)
	}
}

// TestBrowserWust walks the second platform on a PC with a phone beside it: the
// slider, a new password, the camera, the agreement, the signature written on
// the phone and begun anew twice, the home page with the sealed paper.
func TestBrowserWust(t *testing.T) {
	w := passwordWorld(t)
	browser := chromium(t)
	s := w.candidate(0)
	d := w.open(t, browser, stage.AgentPC, 1280, 800)
	j := &tour{screen: d, student: s.Admission, phone: s.Phone, look: func(p string) { d.picture("wust-pc-" + p) }}
	j.signIn("/studentLogin", initialPassword(s))
	j.at("/c/wust/captcha")
	j.slide("98") // off by 8
	j.says("没有对准")
	j.slide(holeOfZeros)
	j.newPassword()
	j.passFace()
	j.says("我已阅读并同意《入学须知》")
	j.look("sign")
	j.press("#agree")
	phone := w.open(t, browser, stage.AgentWeChat, 390, 844)
	for i := range 3 {
		j.until("the code", `!document.querySelector('section[data-state=waiting]').hidden && document.querySelector('[data-qr]').naturalWidth > 0`)
		j.look("waiting")
		phone.signFor(d, d.scan("[data-qr]"))
		j.until("the picture", `!document.querySelector('section[data-state=submitted]').hidden && document.querySelector('[data-picture]').naturalWidth > 0`)
		if i < 2 {
			j.press("[data-again-form] button")
		}
	}
	j.look("submitted")
	j.press("[data-confirm-form] button")
	j.arrived()
	w.wantStates(t, 0, 1, 2)
	d.allow("captcha") // the refused puzzle is a 422
	d.fine("wust on the PC")
	phone.fine("signing for the PC")
}

// TestBrowserWustPhone walks it on the phone alone.
func TestBrowserWustPhone(t *testing.T) {
	w := passwordWorld(t)
	s := w.candidate(0)
	d := w.open(t, chromium(t), stage.AgentWeChat, 390, 844)
	j := &tour{screen: d, student: s.Admission, phone: s.Phone, look: func(p string) { d.picture("wust-phone-" + p) }}
	j.signIn("/live", "wrong-one")
	j.says("账户或密码不正确，还可以再试 9 次")
	j.write("password", initialPassword(s))
	j.press("[data-submit]")
	j.newPassword()
	j.passFace()
	for i := range 3 {
		j.press("#agree")
		j.press("[data-go]")
		d.sign()
		j.press("[data-send]")
		j.until("the picture", `!document.querySelector('[data-end]').hidden && document.querySelector('[data-end-picture]').naturalWidth > 0`)
		if i < 2 {
			j.press(`form[action$="/again"] button`)
			j.until("the document again", `!document.querySelector('[data-read]').hidden`)
		}
	}
	j.look("submitted")
	j.press(`form[action$="/confirm"] button`)
	j.arrived()
	w.wantStates(t, 0, 1, 2)
	d.allow("status of 401")
	d.fine("wust on the phone")
}

package app_test

import (
	"testing"

	"ruxue/cmd/internal/stage"
)

// TestBrowserPhone walks the whole journey on a phone in WeChat: the number on
// the page, the rows and the message agree, and logging in again shows it.
func TestBrowserPhone(t *testing.T) {
	w := newWorld(t, 1)
	d := w.open(t, chromium(t), stage.AgentWeChat, 390, 844)
	s := w.students[0]
	j := &tour{screen: d, student: s, phone: s.Phone, look: func(p string) { d.picture("phone-" + p) }}
	j.arrive()
	j.login()
	j.upToForms()
	j.forms()
	j.signHere()
	j.payHere()
	number := j.number()
	w.wantRegistered(t, stage.Student{Admission: s}, number)
	w.wantMessage(t, d.openid, number)

	j.press("form[action$=logout] button")
	j.at("/c/hhu/login")
	j.look = func(string) {}
	j.phone = "13900000001" // another phone: the first waits 60 s for its next code
	j.login()
	if again := j.number(); again != number {
		t.Errorf("logging in again shows %q, not %s", again, number)
	}
	d.fine("the journey on the phone")
}

// signHere reads the pledge and signs it on the phone itself.
func (t *tour) signHere() {
	t.Helper()
	t.look("sign-read")
	t.says("专升本人员诚信承诺书")
	t.press("#agree")
	t.press("[data-go]")
	t.look("sign")
	t.sign()
	t.press("[data-clear]")
	t.until("an empty pad", `document.querySelector('[data-send]').disabled`)
	t.sign()
	t.look("sign-written")
	t.press("[data-send]")
	t.at("/pay/hhu")
}

// payHere gives the payment up once, then pays by WeChat's bridge.
func (t *tour) payHere() {
	t.Helper()
	t.look("pay")
	t.setCancel(true)
	t.press("[data-go]")
	t.says("您取消了付款")
	t.setCancel(false)
	t.press("[data-go]")
}

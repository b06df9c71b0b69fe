package app_test

import (
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
)

// TestBrowserPC walks the journey on a PC: a phone scans to sign and somebody
// else pays the QR code; the PC's page advances by itself each time.
func TestBrowserPC(t *testing.T) {
	w := newWorld(t, 3)
	browser := chromium(t)
	d := w.open(t, browser, stage.AgentPC, 1280, 800)
	s := w.students[2] // 专升本 with an imported number
	j := &tour{screen: d, student: s, phone: s.Phone, look: func(p string) { d.picture("pc-" + p) }}
	j.arrive()
	j.login()
	j.upToForms()
	j.forms()

	j.look("sign-read")
	j.press("#agree")
	j.until("the code", `document.querySelector('[data-qr]').naturalWidth > 0`)
	j.look("sign-qr")
	address := d.scan("[data-qr]")
	if !strings.HasPrefix(address, w.base+"/h/") {
		t.Fatalf("the QR code holds %q", address)
	}
	phone := w.open(t, browser, stage.AgentWeChat, 390, 844)
	phone.signFor(d, address)
	j.at("/pay/hhu")

	j.look("pay")
	j.press("[data-go]")
	j.until("the code", `document.querySelector('[data-qr]').naturalWidth > 0`)
	j.look("pay-qr")
	if _, err := w.sim.Pay(d.scan("[data-qr]"), phone.openid, true); err != nil {
		t.Fatal("paying the QR code: ", err)
	}
	number := j.number()
	if number != s.Number {
		t.Errorf("the imported number %s was not revealed: %s", s.Number, number)
	}
	w.wantRegistered(t, stage.Student{Admission: s}, number)
	d.fine("the journey on the PC")
	phone.fine("signing for the PC")
}

// signFor scans the PC's code and signs; both screens show the same digits.
func (d *screen) signFor(pc *screen, address string) {
	d.Helper()
	d.goTo(address)
	if strings.HasPrefix(eval[string](d, `location.href`), d.w.simURL) {
		d.press(`a[data-openid="` + d.openid + `"]`)
	}
	d.at(strings.TrimPrefix(address, d.w.base))
	pc.says("请核对两个屏幕数字一致")
	const digits = `document.querySelector(%).innerText.trim()`
	here := eval[string](d, strings.Replace(digits, "%", `'.sign-digits'`, 1))
	if there := eval[string](pc, strings.Replace(digits, "%", `'[data-code]'`, 1)); here != there || len(here) != 2 {
		d.Errorf("the phone shows %q, the PC %q", here, there)
	}
	pc.picture("pc-sign-scanned")
	d.picture("phone-handoff")
	d.sign()
	d.press("[data-send]")
	d.says("签名已提交")
	d.picture("phone-handoff-done")
}

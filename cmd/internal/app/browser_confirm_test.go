package app_test

import (
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
)

// TestBrowserConfirm signs a document that wants 确认签署 on a PC with a phone:
// the panel changes by itself, the picture appears, 重新签名 twice.
func TestBrowserConfirm(t *testing.T) {
	w := confirmWorld(t, 3)
	browser := chromium(t)
	d := w.open(t, browser, stage.AgentPC, 1280, 800)
	s := w.students[2]
	j := &tour{screen: d, student: s, phone: s.Phone, look: func(string) {}}
	j.arrive()
	j.login()
	j.upToForms()
	j.forms()

	j.press("#agree")
	phone := w.open(t, browser, stage.AgentWeChat, 390, 844)
	const picture = `document.querySelector('[data-picture]')`
	shown := ""
	for i := range 3 {
		j.until("the code", `!document.querySelector('section[data-state=waiting]').hidden && document.querySelector('[data-qr]').naturalWidth > 0`)
		phone.signFor(d, d.scan("[data-qr]"))
		j.until("the picture", `!document.querySelector('section[data-state=submitted]').hidden && `+picture+`.naturalWidth > 0`)
		src := eval[string](d, picture+`.src`)
		if src == shown || !strings.Contains(src, "/sign/pledge/picture?v=") {
			t.Errorf("signature %d is shown as %s, the one before as %s", i+1, src, shown)
		}
		shown = src
		d.says("签署人")
		d.says(s.Name)
		if i < 2 {
			j.press("[data-again-form] button")
		}
	}
	j.picture("pc-confirm")
	j.press("[data-confirm-form] button")
	j.at("/pay/hhu")
	w.wantStates(t, 0, 1, 2)
	d.fine("confirming on the PC")
	phone.fine("signing for the PC")
}

// TestBrowserConfirmOnPhone signs it on the phone alone, at the third attempt.
func TestBrowserConfirmOnPhone(t *testing.T) {
	w := confirmWorld(t, 3)
	d := w.open(t, chromium(t), stage.AgentWeChat, 390, 844)
	s := w.students[2]
	j := &tour{screen: d, student: s, phone: s.Phone, look: func(string) {}}
	j.arrive()
	j.login()
	j.upToForms()
	j.forms()
	for i := range 3 {
		j.press("#agree")
		j.press("[data-go]")
		d.sign()
		j.press("[data-send]")
		j.until("the picture", `!document.querySelector('[data-end]').hidden && document.querySelector('[data-end-picture]').naturalWidth > 0`)
		d.says("请核对签名")
		if i < 2 {
			j.press(`form[action$="/again"] button`)
			j.until("the document again", `!document.querySelector('[data-read]').hidden`)
		}
	}
	d.goTo(w.base + "/c/hhu/sign/pledge") // a reload keeps the picture and the buttons
	j.until("the picture", `document.querySelector('[data-end-picture]').naturalWidth > 0`)
	j.picture("phone-confirm")
	j.press(`form[action$="/confirm"] button`)
	j.at("/pay/hhu")
	w.wantStates(t, 0, 1, 2)
	d.fine("confirming on the phone")
}

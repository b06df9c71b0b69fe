package app_test

import (
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
)

// shows waits until a section of a PC's panel is the one that is seen.
func (d *screen) shows(state string) {
	d.Helper()
	d.until("the panel's "+state, `(() => { const s = document.querySelector('section[data-state=`+state+`]'); return s && !s.hidden && s.checkVisibility(); })()`)
}

// scanFor opens the PC's code on the phone; both screens show the same digits.
func (d *screen) scanFor(pc *screen) {
	d.Helper()
	pc.shows("waiting")
	pc.until("the code", `document.querySelector('[data-qr]').naturalWidth > 0`)
	address := pc.scan("[data-qr]")
	d.goTo(address)
	if strings.HasPrefix(eval[string](d, `location.href`), d.w.simURL) {
		d.press(`a[data-openid="` + d.openid + `"]`)
	}
	d.at(strings.TrimPrefix(address, d.w.base))
	pc.shows("scanned")
	here := eval[string](d, `document.querySelector('.sign-digits').innerText.trim()`)
	if there := eval[string](pc, `document.querySelector('[data-code]').innerText.trim()`); here != there || len(here) != 2 {
		d.Errorf("the phone shows %q, the PC %q", here, there)
	}
}

// TestBrowserLentPhone: a PC without a camera borrows a phone for the face
// check, and again for a document; its own page goes on by itself each time.
func TestBrowserLentPhone(t *testing.T) {
	w := newWorld(t, 1)
	s := stage.Student{Admission: w.students[0], Face: facePhoto(t), Photo: landscape(t)}
	browser := chromium(t)
	pc := on(t, w.pc()).until(s, "face")
	d, phone := w.open(t, browser, stage.AgentPC, 1280, 800), w.open(t, browser, stage.AgentWeChat, 390, 844)
	d.become(pc, "/c/hhu/face")

	d.picture("pc-lend-offer")
	d.press("[data-lend-start]")
	d.shows("waiting")
	d.picture("pc-lend-waiting")
	phone.scanFor(d)
	d.picture("pc-lend-scanned")
	phone.picture("phone-lend-consent")
	d.goTo("/c/hhu/face") // a reload keeps the phone
	d.shows("scanned")
	w.outcome(t, s, "fail")
	phone.press("[name=way][value=face]")
	d.says("正在手机上进行人脸识别")
	d.says("手机上没有成功") // the PC hears of the failed try at once
	d.picture("pc-lend-failed")
	w.outcome(t, s, "pass")
	phone.press("[data-retry]")
	phone.until("a face held still", `hints.includes('请保持不动2秒')`)
	phone.picture("phone-lend-camera")
	phone.says("请回到电脑继续")
	phone.picture("phone-lend-passed")
	d.at("/c/hhu/verify")
	phone.fine("the face check for the PC")

	for _, step := range []string{"verify", "basic", "family", "graduation"} {
		pc.step(s, step)
	}
	d.goTo("/c/hhu/attachments")
	d.write("verify_code", "A1B2C3D4E5F6")
	front := `document.querySelector('form[data-slot=id-front]')`
	d.picture("pc-upload-offer")
	d.press("form[data-slot=id-front] [data-phone]")
	d.shows("waiting")
	d.picture("pc-upload-waiting")
	phone.scanFor(d)
	phone.picture("phone-upload")
	shown := ""
	for i, photo := range [][]byte{s.Photo, s.Face} {
		phone.upload("#file-id-front", phone.file("card.jpg", photo))
		phone.until("the assistant's result", `(() => { const i = document.querySelector('.assist-result'); return i && i.complete && i.naturalWidth > 0; })()`)
		phone.press(".assistant .button.primary")
		phone.says("已传到电脑")
		d.shows("submitted")
		d.until("the photo in the form", front+`.dataset.state === 'uploaded' && `+front+`.querySelector('[data-picture]').src !== '`+shown+`' && `+front+`.querySelector('[data-picture]').naturalWidth > 0`)
		shown = eval[string](d, front+`.querySelector('[data-picture]').src`)
		if i == 0 {
			phone.picture("phone-upload-sent")
			d.picture("pc-upload-arrived")
		}
	}
	d.press("section[data-state=submitted] [data-shut]")
	d.until("the dialog closed", `!document.querySelector('[data-phone-dialog]').open`)
	if typed := eval[string](d, `document.querySelector('[name=verify_code]').value`); typed != "A1B2C3D4E5F6" {
		t.Errorf("the form holds %q now", typed)
	}
	d.picture("pc-upload-done")
	phone.goTo(eval[string](phone, `location.href`))
	phone.says("照片已上传")
	phone.picture("phone-upload-over")
	d.fine("borrowing the phone")
	phone.allow("status of 410")
	phone.fine("photographing for the PC")
}

package app_test

import (
	"strings"
	"time"

	"ruxue/service/student"
)

// tour walks the journey of hhu in a browser; look is called on every page as
// it stands before anything is done there.
type tour struct {
	*screen
	student student.Admission
	phone   string // that logs in
	look    func(page string)
}

// code asks for a login code and reads it from the simulator's inbox.
func (t *tour) code() string {
	t.Helper()
	before := len(t.w.sim.SMS(t.phone))
	t.press("[data-sms-button]")
	t.until("the countdown", `/\d+ 秒后重发/.test(document.querySelector('[data-sms-button]').innerText)`)
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if inbox := t.w.sim.SMS(t.phone); len(inbox) > before {
			return inbox[0].Params[0]
		}
	}
	t.Fatal("no code arrived")
	return ""
}

// arrive comes by the menu: in WeChat the user is chosen once.
func (t *tour) arrive() {
	t.Helper()
	t.goTo("/c/hhu/")
	if t.openid != "" && strings.HasPrefix(eval[string](t.screen, `location.href`), t.w.simURL) {
		t.press(`a[data-openid="` + t.openid + `"]`)
	}
	t.at("/c/hhu/login")
}

func (t *tour) login() {
	t.Helper()
	t.look("login")
	t.write("id_number", t.student.IDNumber)
	t.write("name", t.student.Name)
	t.write("phone", t.phone)
	t.write("code", t.code())
	t.press("#f-consent")
	t.press("[data-submit]")
	t.until("logging in", `location.pathname !== '/c/hhu/login' && document.readyState === 'complete'`)
}

// upToForms goes from the choices through the face check and the verification.
func (t *tour) upToForms() {
	t.Helper()
	t.at("/c/hhu/choices")
	t.look("choices")
	t.press(`form:has([value=register]) button`)
	t.at("/c/hhu/face")
	t.look("face-consent")
	t.press("[name=way][value=face]")
	t.until("the camera", `document.querySelector('[data-face]')`)
	t.until("a face held still", `hints.includes('请保持不动2秒')`)
	t.look("face")
	t.says("人脸识别通过")
	t.look("face-passed")
	t.press("[data-next-box] [data-next-link]")
	t.at("/c/hhu/verify")
	t.look("verify")
	t.says(t.student.Site)
	t.press("form[action$=verify] button")
	t.at("/c/hhu/form/basic")
}

// basic fills the first section, leaves in the middle and comes back.
func (t *tour) basic() {
	t.Helper()
	t.look("form-basic")
	t.write("email", "student@example.com")
	t.write("address", "江苏省南京市鼓楼区西康路1号")
	t.says("已自动保存")
	t.goTo("/c/hhu/help")
	t.goTo("/c/hhu/")
	t.at("/c/hhu/form/basic")
	t.until("the draft", `document.querySelector('[name=address]').value === '江苏省南京市鼓楼区西康路1号' && document.querySelector('[name=email]').value === 'student@example.com'`)
	t.write("postcode", "210098")
	t.choose("[name=politics]", "群众")
	t.write("employer", "无")
	t.press("[data-submit]") // without the emergency contact
	t.until("the missing field", `document.querySelector('[data-field=emergency_name] .field-error:not([hidden])') && document.readyState === 'complete'`)
	t.write("emergency_name", "李建国")
	t.write("emergency_phone", "025-83787964")
	t.press("[data-submit]")
	t.at("/c/hhu/form/family")
}

// family adds two members, removes the second and keeps the first.
func (t *tour) family() {
	t.Helper()
	t.look("form-family")
	t.write("item.0.name", "李建国")
	t.write("item.0.relation", "父亲")
	t.write("item.0.contact", "13912345678")
	t.press("[data-add]")
	t.write("item.1.name", "买买提·吐尔逊")
	t.write("item.1.relation", "配偶")
	t.press(`[data-item]:nth-of-type(2) [data-remove]`)
	t.says("已删除家庭成员 2")
	t.press("[data-submit]")
	t.at("/c/hhu/form/graduation")
}

func (t *tour) graduation() {
	t.Helper()
	t.look("form-graduation")
	t.choose("[name=education]", "大学专科")
	t.write("school", "南京工业职业技术学院")
	t.write("major", "建筑工程")
	t.write("certificate", "123456789012345678")
	t.write("year", "2020")
	t.press("[data-submit]")
	t.at("/c/hhu/attachments")
}

// attach puts a photo through the page's own assistant.
func (t *tour) attach(slot, file string) {
	t.Helper()
	t.upload("#file-"+slot, file)
	form := `form[data-slot="` + slot + `"]`
	t.until("the assistant's result", `(() => { const i = document.querySelector('`+form+` .assist-result'); return i.complete && i.naturalWidth > 0; })()`)
	if slot == "portrait" {
		t.look("attachments-crop")
	}
	t.press(form + ` .assistant .button.primary`)
	t.until(slot+" stored", `document.querySelector('`+form+`').dataset.state === 'uploaded' && document.querySelector('`+form+` [data-picture]').naturalWidth > 0`)
}

func (t *tour) attachments() {
	t.Helper()
	t.look("attachments")
	card, face := t.file("card.jpg", landscape(t.T)), t.file("face.jpg", encode(t.T, faceImage(t.T, 960, 720)))
	t.attach("id-front", card)
	t.attach("id-back", card)
	t.attach("portrait", face)
	t.choose("#type-qualification", "教育部学历证书电子注册备案表")
	t.write("verify_code", "A1B2C3D4E5F6")
	t.attach("qualification", card)
	t.look("attachments-done")
	t.press("form[data-attachments] button")
	t.at("/c/hhu/sign/pledge")
}

// number reads the student number from the last page.
func (t *tour) number() string {
	t.Helper()
	t.at("/c/hhu/done")
	t.until("the follow code", `document.querySelector('.follow .qr').naturalWidth > 100`)
	t.look("done")
	return eval[string](t.screen, `document.querySelector('.student-number').innerText.trim()`)
}

// forms does what lies between the verification and the signature.
func (t *tour) forms() {
	t.Helper()
	t.basic()
	t.family()
	t.graduation()
	t.attachments()
}

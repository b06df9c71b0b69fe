package handler

import (
	"encoding/base64"
	"strings"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/signing"
	"ruxue/service/student"
)

// start is the campaign's own address and the menu's target: who is logged in
// goes on where she was, anybody else logs in.
func (h *Handler) start(k *call) error {
	if k.session.LoggedIn() && k.session.Campaign == k.campaign.Code {
		if err := h.withStudent(k); err != nil {
			return err
		}
		return redirect{k.due()}
	}
	return redirect{k.base() + "/login"}
}

func (h *Handler) loginPage(k *call) error {
	if k.session.LoggedIn() && k.session.Campaign == k.campaign.Code {
		return h.start(k)
	}
	if done, err := h.askOpenID(k, k.base()+"/login"); done || err != nil {
		return err
	}
	first := !k.session.SeenBefore
	if first {
		if err := h.edit(k, func(s *student.Session) { s.SeenBefore = true }); err != nil {
			return err
		}
	}
	page, err := h.loginView(k)
	if err != nil {
		return err
	}
	page.FirstVisit = first
	return h.show(k, page)
}

func (h *Handler) loginView(k *call) (h5.Login, error) {
	c := k.campaign
	entry := c.PhoneEntry
	if entry == "" {
		entry = k.base() + "/login"
	}
	page := h5.Login{Frame: k.frame(c.Title), ByPassword: byPassword(c), WindowLabel: c.Window.Label, WindowText: c.Window.Dates(), NoticeHref: k.base() + "/notice",
		Minutes: c.Minutes, LoginURL: h.BaseURL.String() + entry, OpenInWeChat: k.device == h5.DevicePhone}
	if page.ByPassword {
		page.Title = "学生登录"
		page.Tips = passwordTips
	}
	icons := []string{h5.MaterialCard, h5.MaterialPortrait, h5.MaterialDiploma}
	for i, p := range c.Preparation {
		title, text, _ := strings.Cut(p, "（")
		page.Preparation = append(page.Preparation, h5.Material{Icon: icons[min(i, 2)], Title: title,
			Text: strings.TrimSuffix(text, "）")})
	}
	held, err := h.Starts.Held(k.ctx(), c)
	if err != nil {
		return page, err
	}
	if held {
		page.Closed = campaign.HeldSentence
	} else if closed := c.Window.ClosedSentence(h.Now()); closed != "" {
		// After the end the form stays: who registered reads the number there.
		if from, _, err := c.Window.Bounds(); err == nil && h.Now().Before(from) {
			page.Closed = closed
		} else {
			page.Notice = &h5.Notice{Kind: h5.NoticeWarn, Text: closed + "。已完成注册的同学可以登录查看学号"}
		}
	}
	if k.device == h5.DevicePC {
		if png, err := signing.QRPNG(page.LoginURL); err == nil {
			page.PCQR = dataURI(png)
		}
	}
	return page, nil
}

func dataURI(png []byte) string {
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(png)
}

// sms sends a login code: POST phone.
func (h *Handler) sms(k *call) error {
	wait, err := h.Students.SendCode(k.ctx(), k.campaign, k.PostForm("phone"), k.ip())
	if err != nil {
		return err
	}
	return h.ok(k, gin.H{"wait": int(wait.Seconds())})
}

// login proves the student; a refusal shows the page again with what was
// typed and the sentence at its field.
func (h *Handler) login(k *call) error {
	err := h.tryLogin(k)
	f, ok := k.refused(err)
	if !ok {
		return err
	}
	page, viewErr := h.loginView(k)
	if viewErr != nil {
		return viewErr
	}
	page.IDNumber.Value, page.Name.Value = bounded(k.PostForm("id_number")), bounded(k.PostForm("name"))
	page.Phone.Value, page.Code.Value = bounded(k.PostForm("phone")), bounded(k.PostForm("code"))
	page.Consent = k.PostForm("consent") == "1"
	if page.ByPassword && page.Phone.Value == "" && k.PostForm("password") == "" {
		page.Password.Error = emptyPassword // both at once
	}
	page.Notice = fieldErrors{"id_number": &page.IDNumber.Error, "name": &page.Name.Error, "phone": &page.Phone.Error,
		"code": &page.Code.Error, "password": &page.Password.Error, "consent": &page.ConsentError}.put(f, page.Notice)
	return h.showAgain(k, err, page)
}

var errConsent = fault.New(fault.Invalid, "请阅读个人信息处理说明，同意后勾选").On("consent")

func (h *Handler) tryLogin(k *call) error {
	if k.PostForm("consent") != "1" {
		return errConsent
	}
	e, err := h.identify(k)
	if err != nil {
		return err
	}
	return h.enter(k, e, !byPassword(k.campaign))
}

// identify asks the campaign's kind of login who the student is.
func (h *Handler) identify(k *call) (*student.Enrolment, error) {
	if byPassword(k.campaign) {
		return h.Passwords.Login(k.ctx(), k.campaign, student.PasswordCredentials{Phone: k.PostForm("phone"),
			Password: k.PostForm("password"), Name: bounded(k.PostForm("name")), AppID: k.session.AppID, OpenID: k.session.OpenID, IP: k.ip()})
	}
	return h.Students.Login(k.ctx(), k.campaign, student.Credentials{
		IDNumber: k.PostForm("id_number"), Name: k.PostForm("name"), Phone: k.PostForm("phone"),
		Code: k.PostForm("code"), AppID: k.session.AppID, OpenID: k.session.OpenID, IP: k.ip()})
}

// enter logs the student in under a new cookie and goes on where she was. Who
// proved the phone need not solve a slider.
func (h *Handler) enter(k *call, e *student.Enrolment, proven bool) error {
	old := k.session
	if err := h.endHandoffs(k, old); err != nil {
		return err
	}
	k.session = student.Session{Campaign: k.campaign.Code, EnrolmentID: e.ID, EnrolmentRef: e.Ref, PersonID: e.Person.ID,
		AppID: old.AppID, OpenID: old.OpenID, OAuthNext: old.OAuthNext, SeenBefore: true, LoginAt: h.Now(), Captcha: proven}
	if err := h.attach(k, e); err != nil {
		return err
	}
	k.session.PasswordMark = k.progress.PasswordMark
	// The session stands in Redis: its entry is written first, so that there is
	// none without.
	if err := h.note(k, "student.login", "登录并同意个人信息处理说明，设备："+deviceWords(k.device)); err != nil {
		return err
	}
	if err := h.rename(k, k.session); err != nil {
		return err
	}
	h.sendTo(k, k.due())
	return nil
}

// bounded keeps what was typed on the page without echoing megabytes.
func bounded(s string) string {
	if r := []rune(s); len(r) > 200 {
		return string(r[:200])
	}
	return s
}

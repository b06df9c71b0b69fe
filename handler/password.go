package handler

import (
	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/student"
)

const emptyPassword = "密码不能为空"

var passwordTips = []string{"登录账号为手机号码", "初始密码为身份证号后 6 位，首次登录后请修改", "人脸识别需要摄像头，没有的可以扫码用手机完成"}

func byPassword(c *campaign.Campaign) bool { return c.Login.Kind == "password" }

// passwordOnly hides what belongs to passwords from campaigns without them.
func (h *Handler) passwordOnly(k *call) error {
	if !byPassword(k.campaign) {
		return fault.New(fault.NotFound, "")
	}
	return nil
}

// forgotPage sets a new password by a code sent to the listed phone.
func (h *Handler) forgotPage(k *call) error {
	return h.show(k, h5.Password{Frame: k.frame("重新设置密码"), Forgot: true, Back: k.base() + "/login"})
}

func (h *Handler) forgot(k *call) error {
	page := h5.Password{Frame: k.frame("重新设置密码"), Forgot: true, Back: k.base() + "/login",
		Phone: h5.Input{Value: bounded(k.PostForm("phone"))}, Code: h5.Input{Value: bounded(k.PostForm("code"))},
		Name: h5.Input{Value: bounded(k.PostForm("name"))}, Consent: k.PostForm("consent") == "1"}
	if !page.Consent {
		return h.passwordAgain(k, page, errConsent)
	}
	e, err := h.Passwords.Reset(k.ctx(), k.campaign, student.PasswordReset{Phone: k.PostForm("phone"), Code: k.PostForm("code"),
		Name: bounded(k.PostForm("name")),
		New:  k.PostForm("password"), Again: k.PostForm("again"), AppID: k.session.AppID, OpenID: k.session.OpenID, IP: k.ip()})
	if err != nil {
		return h.passwordAgain(k, page, err)
	}
	return h.enter(k, e, true)
}

// passwordPage replaces the initial password, or later the own one.
func (h *Handler) passwordPage(k *call) error {
	page, err := h.passwordView(k)
	if err != nil {
		return err
	}
	return h.show(k, page)
}

func (h *Handler) passwordView(k *call) (h5.Password, error) {
	chosen, err := h.Passwords.Chosen(k.ctx(), k.enrolment)
	page := h5.Password{Frame: k.frame("设置新密码"), AskOld: chosen}
	if chosen {
		page.Title, page.Back = "修改密码", k.base()+"/"
	}
	return page, err
}

func (h *Handler) changePassword(k *call) error {
	err := h.Passwords.Change(k.ctx(), k.campaign, k.enrolment, student.PasswordChange{Old: k.PostForm("old"),
		New: k.PostForm("password"), Again: k.PostForm("again"), IP: k.ip()})
	if err != nil {
		page, viewErr := h.passwordView(k)
		if viewErr != nil {
			return viewErr
		}
		return h.passwordAgain(k, page, err)
	}
	if err := h.note(k, "student.password", "设置了新密码，其他设备上的登录已退出"); err != nil {
		return err
	}
	if err := h.refresh(k); err != nil {
		return err
	}
	mark := k.progress.PasswordMark // this one goes on, every other one ends
	if err := h.edit(k, func(s *student.Session) { s.PasswordMark = mark }); err != nil {
		return err
	}
	return redirect{k.due()}
}

// passwordAgain shows the page once more with the sentence at its field.
func (h *Handler) passwordAgain(k *call, page h5.Password, err error) error {
	f, ok := k.refused(err)
	if !ok {
		return err
	}
	page.Notice = fieldErrors{"phone": &page.Phone.Error, "name": &page.Name.Error, "code": &page.Code.Error, "old": &page.Old.Error,
		"password": &page.New.Error, "again": &page.Again.Error, "consent": &page.ConsentError}.put(f, page.Notice)
	return h.showAgain(k, err, page)
}

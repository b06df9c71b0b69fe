package handler

import (
	"encoding/base64"
	"math"
	"strconv"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/fault"
	"ruxue/service/student"
)

// factOfDevice is what a step's condition calls the device: pc or phone.
func factOfDevice(device string) string {
	if device == h5.DevicePC {
		return h5.DevicePC
	}
	return h5.DevicePhone
}

// captchaPage shows the slider; the code by SMS beside it needs neither a
// pointer nor a script.
func (h *Handler) captchaPage(k *call) error {
	if k.progress.Captcha {
		return redirect{k.after("captcha", "")}
	}
	return h.show(k, h.captchaView(k))
}

func (h *Handler) captchaView(k *call) h5.Captcha {
	f := k.frame("安全校验")
	return h5.Captcha{Frame: f, Phone: student.MaskPhone(k.enrolment.Phone), Tips: passwordTips}
}

// captchaNew hands out a puzzle.
func (h *Handler) captchaNew(k *call) error {
	c, err := h.Captcha.Issue(k.ctx(), k.session.Hash, k.enrolment.Ref)
	if err != nil {
		return err
	}
	return h.ok(k, gin.H{"id": c.ID, "picture": "data:image/jpeg;base64," + base64.StdEncoding.EncodeToString(c.Picture),
		"tile": dataURI(c.Tile), "y": c.Y, "width": c.Width, "height": c.Height, "size": c.Size})
}

// captcha takes the slider's position, or the code sent to the listed phone.
func (h *Handler) captcha(k *call) error {
	if err := h.solve(k); err != nil {
		f, ok := k.refused(err)
		if !ok {
			return err
		}
		page := h.captchaView(k)
		page.Code.Error = f.Sentence
		return h.showAgain(k, err, page)
	}
	if err := h.edit(k, func(s *student.Session) { s.Captcha = true }); err != nil {
		return err
	}
	if err := h.refresh(k); err != nil {
		return err
	}
	return redirect{k.after("captcha", "")}
}

func (h *Handler) solve(k *call) error {
	if id := k.PostForm("id"); id != "" {
		x, err := strconv.ParseFloat(k.PostForm("x"), 64)
		if err != nil || math.Abs(x) > 1e6 || math.IsNaN(x) {
			return fault.New(fault.Invalid, "请把滑块拖到合适位置")
		}
		return h.Captcha.Check(k.ctx(), k.session.Hash, k.enrolment.Ref, id, int(math.Round(x)))
	}
	return h.Passwords.ProvePhone(k.ctx(), k.campaign, k.enrolment, k.PostForm("code"), k.ip())
}

// captchaSMS sends the code to the listed phone.
func (h *Handler) captchaSMS(k *call) error {
	wait, err := h.Students.SendCode(k.ctx(), k.campaign, k.enrolment.Phone, k.ip())
	if err != nil {
		return err
	}
	if k.wantsJSON() {
		return h.ok(k, gin.H{"wait": int(wait.Seconds())})
	}
	page := h.captchaView(k)
	page.Notice = &h5.Notice{Kind: h5.NoticeOK, Text: "验证码已发送到 " + page.Phone}
	return h.show(k, page)
}

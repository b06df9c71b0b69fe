package handler

import (
	"errors"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/fault"
	"ruxue/service/signing"
)

// scanPage is what a phone sees that scanned the PC's QR code. It logs nobody
// in: the openid is bound to this handoff alone, a borrowed phone is fine.
func (h *Handler) scanPage(k *call) error {
	ticket := k.Param("ticket")
	ho, err := h.Handoffs.Peek(k.ctx(), ticket)
	if err == nil {
		k.campaign, err = h.Campaigns.ByCode(k.ctx(), ho.CampaignCode)
	}
	if err != nil {
		return h.handoffEnd(k, err)
	}
	if k.device != h5.DeviceWeChat {
		return h.show(k, h5.HandoffEnd{Frame: k.frame("请用微信扫描"), Heading: "请用手机微信扫描",
			Text: "这个页面只能在手机微信中打开。请打开微信，用“扫一扫”扫描电脑上的二维码"})
	}
	if done, err := h.askOpenID(k, "/h/"+ticket); done || err != nil {
		return err
	}
	if ho, err = h.Handoffs.Scan(k.ctx(), ticket, k.session.OpenID); err != nil {
		return h.handoffEnd(k, err)
	}
	doc, err := h.Signing.Document(k.ctx(), ho.DocumentVersionID)
	if err != nil {
		return err
	}
	d, _ := k.campaign.Document(ho.Subject)
	return h.show(k, h5.Handoff{Frame: k.frame("学生签名"), Address: "/h/" + ticket, User: ho.StudentMasked, Code: ho.Code,
		Document: documentView(doc.Name, doc.Title, doc.Body, d.Sample), Confirm: ho.Confirm,
		Submitted: ho.State == signing.Submitted})
}

// handoffEnd says why the code cannot be used, and what to do.
func (h *Handler) handoffEnd(k *call, err error) error {
	f, ok := fault.As(err)
	if !ok || f.Kind == fault.Internal {
		return err
	}
	page := h5.HandoffEnd{Frame: k.frame("扫码签字"), Heading: "二维码不能使用", Text: f.Sentence}
	switch {
	case errors.Is(err, signing.ErrDone):
		page.Kind, page.Heading = h5.NoticeOK, "签名已提交"
	case errors.Is(err, signing.ErrTaken):
		page.Heading = "已被另一部手机扫描"
	case errors.Is(err, signing.ErrExpired):
		page.Heading = "二维码已过期"
	case errors.Is(err, signing.ErrCancelled):
		page.Heading = "已取消"
	}
	h.render(k, answers[f.Kind].status, page)
	return nil
}

// handoffActive tells the PC that the first stroke was begun.
func (h *Handler) handoffActive(k *call) error {
	if _, err := h.Handoffs.Activate(k.ctx(), k.Param("ticket"), k.session.OpenID); err != nil {
		return err
	}
	return h.ok(k, gin.H{})
}

// handoffSign takes the handwriting of the phone that scanned.
func (h *Handler) handoffSign(k *call) error {
	s, err := k.strokes()
	if err != nil {
		return err
	}
	if _, err := h.Signing.SubmitHandoff(k.ctx(), k.Param("ticket"), k.session.OpenID, s, k.trace()); err != nil {
		return err
	}
	return h.ok(k, gin.H{})
}

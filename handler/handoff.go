package handler

import (
	"errors"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/application"
	"ruxue/service/fault"
	"ruxue/service/journey"
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
		return h.scanRefused(k, ho.Kind, err)
	}
	if k.device != h5.DeviceWeChat {
		return h.show(k, h5.HandoffEnd{Frame: k.frame("请用微信扫描"), Heading: "请用手机微信扫描",
			Text: "这个页面只能在手机微信中打开。请打开微信，用“扫一扫”扫描电脑上的二维码"})
	}
	if done, err := h.askOpenID(k, "/h/"+ticket); done || err != nil {
		return err
	}
	kind := ho.Kind
	if ho, err = h.Handoffs.Scan(k.ctx(), ticket, k.session.OpenID); err == nil {
		err = h.scanned(k, ho)
	}
	if f, ok := fault.As(err); ok && f.Kind != fault.Internal {
		return h.scanRefused(k, kind, err)
	}
	return err
}

// scanned shows the phone what it is to do.
func (h *Handler) scanned(k *call, ho signing.Handoff) error {
	switch ho.Kind {
	case signing.KindFace:
		return h.scannedFace(k, ho)
	case signing.KindUpload:
		return h.scannedUpload(k, ho)
	}
	doc, err := h.Signing.Document(k.ctx(), ho.DocumentVersionID)
	if err != nil {
		return err
	}
	d, _ := k.campaign.Document(ho.Subject)
	finish := ""
	if _, ok := application.KindOfDocument(ho.Subject); ok {
		finish = "提交"
	}
	return h.show(k, h5.Handoff{Finish: finish, Frame: k.frame("学生签名"), Address: "/h/" + k.Param("ticket"), User: ho.StudentMasked, Code: ho.Code,
		Document: documentView(doc.Name, doc.Title, doc.Body, d.Sample), Confirm: ho.Confirm,
		Submitted: ho.State == signing.Submitted})
}

// The titles of pages that end a phone's visit, by what it was to do.
var (
	scanTitles = map[signing.Kind]string{signing.KindSign: "扫码签字", signing.KindFace: "人脸识别", signing.KindUpload: "用手机拍"}
	doneTitles = map[signing.Kind]string{signing.KindSign: "签名已提交", signing.KindFace: "人脸识别已完成", signing.KindUpload: "照片已上传"}
)

// scanRefused says why the code cannot be used, and what to do.
func (h *Handler) scanRefused(k *call, kind signing.Kind, err error) error {
	f, ok := fault.As(err)
	if !ok || f.Kind == fault.Internal {
		return err
	}
	title := scanTitles[kind]
	if title == "" {
		title = "扫码"
	}
	page := h5.HandoffEnd{Frame: k.frame(title), Heading: "二维码不能使用", Text: f.Sentence}
	if page.Text == "" {
		page.Text = answers[f.Kind].sentence
	}
	switch {
	case errors.Is(err, signing.ErrDone):
		page.Kind, page.Heading = h5.NoticeOK, doneTitles[kind]
	case errors.Is(err, signing.ErrTaken):
		page.Heading = "已被另一部手机扫描"
	case errors.Is(err, signing.ErrExpired):
		page.Heading = "二维码已过期"
	case errors.Is(err, signing.ErrCancelled):
		page.Heading = "已取消"
	}
	return h.showAgain(k, err, page)
}

// lend loads the student for whom the phone acts, as the PC's login sees her,
// and refuses what that login itself could not do now.
func (h *Handler) lend(k *call, ho signing.Handoff) (err error) {
	k.handoff = ho
	if k.campaign, err = h.Campaigns.ByCode(k.ctx(), ho.CampaignCode); err != nil {
		return err
	}
	e, err := h.Students.Enrolment(k.ctx(), ho.EnrolmentID)
	if err != nil {
		return err
	}
	if e.CampaignID != k.campaign.ID {
		return signing.ErrUnknown
	}
	if err := h.attach(k, e); err != nil {
		return err
	}
	ended, err := h.ended(k, ho.LoginAt)
	if err != nil {
		return err
	}
	if ended || ho.PasswordMark != k.progress.PasswordMark { // that login is over
		return signing.ErrCancelled
	}
	if err := h.inTime(k); err != nil {
		return err
	}
	step := map[signing.Kind]string{signing.KindFace: "face", signing.KindUpload: "attachments"}[ho.Kind]
	if !journey.Reached(k.campaign, k.progress, step, "") {
		return fault.New(fault.Conflict, "电脑上的步骤已变化，请回到电脑继续")
	}
	if ho.Kind == signing.KindUpload {
		return h.slotMendable(k)
	}
	return nil
}

// lentFor lets only the phone through that scanned a handoff of this kind. A
// person without script is shown why on the page of the ticket.
func (h *Handler) lentFor(kind signing.Kind) endpoint {
	return func(k *call) error {
		ho, err := h.Handoffs.ByTicket(k.ctx(), k.Param("ticket"), k.session.OpenID)
		switch {
		case err == nil && ho.Kind != kind:
			err = signing.ErrUnknown
		case err == nil && ho.State == signing.Done:
			err = signing.ErrDone
		case err == nil:
			err = h.lend(k, ho)
		}
		if _, ok := k.refused(err); ok {
			return redirect{"/h/" + k.Param("ticket")}
		}
		return err
	}
}

// handoffActive tells the PC that the phone has begun: the first stroke, a
// chosen photo.
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

package handler

import (
	"slices"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/face"
	"ruxue/service/review"
	"ruxue/service/student"
)

// approvalPage asks to wait while staff confirm the listed data.
func (h *Handler) approvalPage(k *call) error {
	if k.progress.Approved {
		return redirect{k.after("approval", "")}
	}
	page := h5.Waiting{Frame: k.frame("信息审核"), Heading: "你的信息还在审核确认中，请耐心等待！",
		Text: "审核通过后即可登录继续，不用反复登录。如有疑问请联系下面的办公室"}
	page.Live = true
	if k.enrolment.Approval == student.ApprovalRejected {
		d, ok, err := h.Reviews.Newest(k.ctx(), k.enrolment.ID, review.Approval, "")
		if err != nil {
			return err
		}
		page.Heading = "您的信息没有通过审核"
		if page.Text = "请联系下面的办公室核对，核对后即可继续"; ok {
			page.Text = d.Remark
		}
	}
	return h.show(k, page)
}

// homePage is 系统首页: how things stand, what was signed and said, whom to ask.
func (h *Handler) homePage(k *call) error {
	e := k.enrolment
	page := h5.Home{Frame: k.frame("系统首页"), Greeting: student.MaskName(e.Person.Name) + "，您好"}
	for _, p := range [][2]string{{"姓名", e.Person.Name}, {"学号", e.Number}, {"证件号码", student.MaskID(e.Person.IDNumber)},
		{"手机号", student.MaskPhone(e.Phone)}, {"年级", e.Grade}, {"层次", e.Level}, {"专业", e.Major}} {
		if p[1] != "" {
			page.Rows = append(page.Rows, h5.Pair{Label: p[0], Value: p[1]})
		}
	}
	photo, err := h.Faces.Standing(k.ctx(), e.ID)
	if err != nil {
		return err
	}
	page.Status = status(e, photo, k.progress.FaceEver)
	if page.Paid, err = h.homePayment(k); err != nil {
		return err
	}
	if page.Signed, err = h.signedDocuments(k); err != nil {
		return err
	}
	page.Live = page.Status.Tag == "待审核" || slices.ContainsFunc(page.Signed, func(d h5.SignedDocument) bool { return d.Href == "" })
	if page.Messages, err = h.messages(k); err != nil {
		return err
	}
	for _, l := range k.campaign.Links {
		page.Links = append(page.Links, h5.Action{Label: l.Label, Href: l.URL})
	}
	if byPassword(k.campaign) {
		page.Password = k.base() + "/password"
	}
	return h.show(k, page)
}

// status puts the enrolment's state, and what staff think of its photo, into
// one of the product's status words. A photo matters while no check was passed;
// one that was sent back makes the face check due again, so it never comes here.
func status(e *student.Enrolment, photo face.Standing, passed bool) h5.HomeStatus {
	switch e.State {
	case student.Registered:
		return h5.HomeStatus{Tag: "注册完成", Text: "您已完成注册"}
	case student.DeferralPending, student.WaiverPending, student.EntryPending:
		return h5.HomeStatus{Tag: "待审核", Text: "您的申请正在审核，结果会通知您"}
	case student.Deferred:
		return h5.HomeStatus{Tag: "已通过", Text: "保留入学资格的申请已通过"}
	case student.Kept:
		return h5.HomeStatus{Tag: "未开始", Text: "您的入学资格已保留，可以申请入学"}
	case student.Waived:
		return h5.HomeStatus{Tag: "已通过", Text: "放弃入学资格的申请已通过"}
	}
	switch {
	case e.Approval == student.ApprovalPending:
		return h5.HomeStatus{Tag: "待审核", Text: "你的信息还在审核确认中，请耐心等待！"}
	case passed:
	case photo.Review == face.ReviewPending:
		return h5.HomeStatus{Tag: "待审核", Text: "存档照片正在等待老师审核，" + campaign.DateTime(photo.At) + " 提交，一般需要 3 个工作日"}
	}
	return h5.HomeStatus{Tag: "已通过", Text: "身份认证和签署已完成，没有需要您办理的事项"}
}

// signedDocuments are the student's final signatures.
func (h *Handler) signedDocuments(k *call) ([]h5.SignedDocument, error) {
	signed, err := h.Signing.Finals(k.ctx(), k.enrolment.ID)
	if err != nil {
		return nil, err
	}
	var out []h5.SignedDocument
	for _, g := range signed {
		title := g.DocumentName
		if known, ok := k.documentTitle(g.DocumentName); ok {
			title = known
		}
		d := h5.SignedDocument{Title: title, At: campaign.DateTime(g.FinalAt)}
		ready, err := h.Evidence.Ready(k.ctx(), g.ID)
		if err != nil {
			return nil, err
		}
		if ready {
			d.Href = k.base() + "/signed/" + g.DocumentName + ".pdf"
		}
		out = append(out, d)
	}
	return out, nil
}

// messages are what the student was told, the newest first.
func (h *Handler) messages(k *call) ([]h5.HomeMessage, error) {
	list, err := h.Messages.Of(k.ctx(), k.campaign, k.enrolment.ID)
	if err != nil {
		return nil, err
	}
	var out []h5.HomeMessage
	for _, m := range list {
		view := h5.HomeMessage{Title: m.Title, At: campaign.DateTime(m.At)}
		for _, l := range m.Lines {
			view.Rows = append(view.Rows, h5.Pair{Label: l.Label, Value: l.Value})
		}
		out = append(out, view)
	}
	return out, nil
}

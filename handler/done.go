package handler

import (
	"net/http"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/face"
	"ruxue/service/fault"
	"ruxue/service/signing"
	"ruxue/service/student"
)

// donePage shows the student number at once, or what it still waits for.
func (h *Handler) donePage(k *call) error {
	e := k.enrolment
	page := h5.Done{Frame: k.frame("注册完成"), Number: e.Number, Name: e.Person.Name, Grade: e.Grade, Level: e.Level,
		Form: e.StudyForm, Major: e.Major, StudentURL: k.campaign.StudentURL}
	b, found, err := h.Payments.BillOf(k.ctx(), e.ID)
	if err != nil {
		return err
	}
	if found && b.PaidAt != nil {
		page.PaidAt, page.PaidFen, page.ReceiptURL = campaign.DateTime(*b.PaidAt), b.TotalFen, k.base()+"/receipt.pdf"
		if page.Refund, err = h.refundLine(k.ctx(), b); err != nil {
			return err
		}
	}
	if page.Fiscal, err = h.fiscalReceipt(k.ctx(), b); err != nil {
		return err
	}
	if _, ok := k.campaign.Slot("portrait"); ok {
		page.PortraitURL = k.base() + "/attachments/portrait"
	}
	if h.FollowScene != "" {
		page.FollowQR = k.base() + "/follow.png"
	}
	if k.progress.Returned["attachments"] {
		page.Notice = &h5.Notice{Kind: h5.NoticeBad, Title: "有材料需要修改", Text: "学号已经生效，请再到附件上传页重新上传退回的材料"}
	}
	if e.State != student.Registered {
		if page.Pending, err = h.pending(k, page.PaidAt); err != nil {
			return err
		}
		page.Title, page.Live = page.Pending.Title, true
	}
	if page.Papers, err = h.papers(k); err != nil {
		return err
	}
	return h.show(k, page)
}

// pending says why the number is withheld: staff have not looked at the
// archived photo yet, or sent it back.
func (h *Handler) pending(k *call, paidAt string) (*h5.Pending, error) {
	st, err := h.Faces.Standing(k.ctx(), k.enrolment.ID)
	if err != nil {
		return nil, err
	}
	if !st.Archived && st.Review != face.ReviewRejected {
		return &h5.Pending{Title: "信息已提交，学号待学校录入", Text: "学校录入后本页显示学号，您不用再缴费。如超过 1 个工作日没有显示，请联系学校"}, nil
	}
	p := &h5.Pending{Title: "已缴费，照片待审核", Text: "审核通过后注册完成，并显示学号。学号同时会发微信通知给您",
		Timeline: []h5.TimelineItem{{Label: "缴费成功", Time: paidAt, State: h5.StepDone},
			{Label: "照片审核", Time: "3 个工作日内审核", State: h5.StepCurrent}, {Label: "注册完成，显示学号", State: h5.StepTodo}},
		Retake: k.base() + "/face?again=1"}
	if paidAt == "" { // the fee is 0
		p.Title, p.Timeline[0] = "信息已提交，照片待审核", h5.TimelineItem{Label: "填写信息", State: h5.StepDone}
	}
	if st.Archived {
		p.PhotoURL, p.PhotoAt = k.base()+"/face/photo", campaign.DateTime(st.At)
	}
	if st.Review == face.ReviewRejected {
		p.Title, p.Text = "照片需要重拍", st.Remark
	}
	return p, nil
}

// followQR is the picture of a QR code that follows the Official Account.
func (h *Handler) followQR(k *call) error {
	if h.FollowScene == "" {
		return fault.New(fault.NotFound, "")
	}
	address, err := h.WeChat.FollowQR(k.ctx(), h.FollowScene)
	if err != nil {
		return err
	}
	png, err := signing.QRPNG(address)
	if err != nil {
		return err
	}
	k.Data(http.StatusOK, "image/png", png)
	return nil
}

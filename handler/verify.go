package handler

import (
	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/student"
)

// verifyPage is 身份信息核对: the manual's eleven fields, read only.
func (h *Handler) verifyPage(k *call) error {
	page, err := h.verifyView(k)
	if err != nil {
		return err
	}
	return h.show(k, page)
}

func (h *Handler) verifyView(k *call) (h5.Verify, error) {
	e := k.enrolment
	page := h5.Verify{Frame: k.frame("身份信息核对"), Prev: k.base() + "/choices"}
	for _, p := range [][2]string{{"姓名", e.Person.Name}, {"性别", e.Gender}, {"民族", e.Nation}, {"证件类型", e.Person.IDType},
		{"证件号码", student.MaskID(e.Person.IDNumber)}, {"所属教学点", e.Site}, {"年级", e.Grade}, {"层次", e.Level},
		{"专业", e.Major}, {"学习形式", e.StudyForm}, {"学制", e.Length()}} {
		page.Rows = append(page.Rows, h5.Pair{Label: p[0], Value: p[1]})
	}
	if e.VerifiedAt != nil {
		page.Next = k.after("check", "")
	}
	page.Wrong = h5.Field{Name: "text", Label: "哪里有误", Kind: h5.FieldTextarea, Required: true, MaxLength: 500,
		Placeholder: "例如：专业应为法学，录取通知书上是法学"}
	list, err := h.Roster.Cases(k.ctx(), e)
	if err != nil {
		return page, err
	}
	for _, c := range list {
		view := h5.VerifyCase{At: campaign.DateTime(c.CreatedAt), Text: c.Text, Answer: c.Answer}
		if c.ClosedAt != nil {
			view.AnsweredAt = campaign.DateTime(*c.ClosedAt)
		}
		page.Cases = append(page.Cases, view)
		page.Waiting = page.Waiting || c.Open()
	}
	page.Live = page.Waiting
	return page, nil
}

// complain opens a case with the student's own sentence.
func (h *Handler) complain(k *call) error {
	text := k.PostForm("text")
	err := h.Roster.Complain(k.ctx(), k.enrolment, text)
	f, ok := fault.As(err)
	switch {
	case err == nil:
		h.sendTo(k, k.base()+"/verify")
		return nil
	case !ok || f.Kind != fault.Invalid || k.wantsJSON():
		return err
	}
	page, viewErr := h.verifyView(k)
	if viewErr != nil {
		return viewErr
	}
	page.Wrong.Value, page.Wrong.Error = bounded(text), f.Sentence
	return h.showAgain(k, err, page)
}

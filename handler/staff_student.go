package handler

import (
	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/face"
	"ruxue/service/journey"
	"ruxue/service/roster"
	"ruxue/service/student"
)

// Names of the hidden data besides the form's sections.
const (
	hiddenID    = "id_number"
	hiddenPhone = "phone"
	hiddenAll   = "all"
)

// staffStudent is one student's page.
func (h *Handler) staffStudent(k *call) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	page, err := h.studentView(k, "")
	if err != nil {
		return err
	}
	if text := doneSentences[k.Query("done")]; text != "" {
		page.Notice = &h5.Notice{Kind: h5.NoticeOK, Text: text}
	}
	return h.show(k, page)
}

// doneSentences say what an act did, on the page that it leads back to.
var doneSentences = map[string]string{
	"correct":  "已更正，并记入日志",
	"phone":    "已更换手机号。用旧手机号登录的设备已退出，微信绑定已解除，学生重新登录后恢复",
	"password": "密码已重置为证件号码后 6 位，已登录的设备会退出",
	"extend":   "办理时间已延长",
	"case":     "已答复，学生打开核对页面就能看到",
}

// studentView fills the page; open names the hidden datum that stands open.
func (h *Handler) studentView(k *call, open string) (h5.StaffStudent, error) {
	e := k.enrolment
	p := h5.StaffStudent{Console: k.console(e.Person.Name, "/staff/students"), Base: "/staff/students/" + e.Ref,
		Student: e.Person.Name, Campaign: k.campaign.Title, State: roster.StateLabel(e.State), Tag: stateTint(e.State),
		Number: e.Number, Revealed: open != ""}
	if e.ExtendedUntil != nil {
		p.Until = campaign.DateTime(*e.ExtendedUntil)
	}
	p.Data = data(e, open)
	for _, fill := range []func(*call, string, *h5.StaffStudent) error{h.fillProgress, h.fillSections, h.fillReturn, h.fillFiles, h.fillListed, h.fillSigned,
		h.fillBill, h.fillMessages, h.fillCases, h.fillEvents} {
		if err := fill(k, open, &p); err != nil {
			return p, err
		}
	}
	acts, err := h.acts(k)
	p.Acts = acts
	return p, err
}

// data are the admission data; hidden ones show their mask.
func data(e *student.Enrolment, open string) []h5.StaffDatum {
	hidden := func(name, label, value, mask string) h5.StaffDatum {
		if value == "" {
			return h5.StaffDatum{Label: label}
		}
		if open == name || open == hiddenAll {
			return h5.StaffDatum{Label: label, Value: value, Mask: mask}
		}
		return h5.StaffDatum{Label: label, Value: mask}
	}
	out := []h5.StaffDatum{{Label: "姓名", Value: e.Person.Name}, {Label: "性别", Value: e.Gender},
		{Label: "证件类型", Value: e.Person.IDType}, hidden(hiddenID, "证件号码", e.Person.IDNumber, student.MaskID(e.Person.IDNumber)),
		hidden(hiddenPhone, "手机号", e.Phone, student.MaskPhone(e.Phone)), {Label: "民族", Value: e.Nation},
		{Label: "考生号", Value: e.ExamNumber}, {Label: "教学点", Value: e.Site}, {Label: "年级", Value: e.Grade},
		{Label: "层次", Value: e.Level}, {Label: "专业", Value: e.Major}, {Label: "学习形式", Value: e.StudyForm},
		{Label: "学制", Value: e.Length()}, {Label: "名单中的学号", Value: e.ImportedNumber}, {Label: "学号", Value: e.Number}}
	shown := out[:0]
	for _, d := range out {
		if d.Value != "" {
			shown = append(shown, d)
		}
	}
	return shown
}

// fillProgress shows the standing duties as the records know them.
func (h *Handler) fillProgress(k *call, _ string, page *h5.StaffStudent) error {
	photo, err := h.Faces.Standing(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	p := k.progress
	p.Face, p.Captcha = p.FaceEver || photo.Archived, true
	next := journey.Next(k.campaign, p)
	state := h5.StepDone
	for _, s := range journey.Steps(k.campaign, p) {
		if s.Kind == "captcha" {
			continue
		}
		if s.Kind == next.Kind && s.Name == next.Name && k.enrolment.Open() {
			state = h5.StepCurrent
			page.Due = "停在：" + s.Label
			switch {
			case k.enrolment.FirstLoginAt == nil: // what is due she has not seen
				state, page.Due = h5.StepTodo, "还没有登录过"
			case s.Kind == "done":
				page.Due = "停在：等待审核"
			}
		}
		page.Steps = append(page.Steps, h5.Step{Label: s.Label, State: state})
		if state == h5.StepCurrent {
			state = h5.StepTodo
		}
	}
	switch {
	case p.FaceEver:
		page.Face = "已通过"
	case photo.Review == face.ReviewPending:
		page.Face = "存档照片待审核，" + campaign.DateTime(photo.At) + " 提交"
	case photo.Review == face.ReviewApproved:
		page.Face = "存档照片已通过审核"
	case photo.Review == face.ReviewRejected:
		page.Face = "存档照片已退回：" + photo.Remark
	}
	return nil
}

func (h *Handler) fillMessages(k *call, _ string, page *h5.StaffStudent) error {
	list, err := h.Messages.Of(k.ctx(), k.campaign, k.enrolment.ID)
	if err != nil {
		return err
	}
	for _, m := range list {
		page.Messages = append(page.Messages, h5.StaffTold{At: campaign.DateTime(m.At), Title: m.Title, State: m.State.Words()})
	}
	return nil
}

func (h *Handler) fillEvents(k *call, _ string, page *h5.StaffStudent) error {
	list, err := h.Roster.History(k.ctx(), k.enrolment)
	if err != nil {
		return err
	}
	for _, ev := range list {
		page.Events = append(page.Events, h5.StaffEvent{At: campaign.DateTime(ev.At), Who: ev.Who, Text: ev.Detail})
	}
	return nil
}

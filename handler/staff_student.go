package handler

import (
	"net/http"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/face"
	"ruxue/service/journey"
	"ruxue/service/payment"
	"ruxue/service/roster"
	"ruxue/service/staff"
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
	"phone":    "已更换手机号",
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
	for _, fill := range []func(*call, string, *h5.StaffStudent) error{h.fillProgress, h.fillSections, h.fillFiles, h.fillSigned,
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
		{Label: "学制", Value: e.Years}, {Label: "名单中的学号", Value: e.ImportedNumber}, {Label: "学号", Value: e.Number}}
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
		if s.Kind == next.Kind && s.Name == next.Name && k.enrolment.State == student.Admitted {
			state = h5.StepCurrent
			page.Due = s.Label
			if s.Kind == "done" {
				page.Due = "等待审核"
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

var sectionTags = map[enrolment.State][2]string{enrolment.Draft: {"填写中", "accent"}, enrolment.Submitted: {"已提交", "ok"},
	enrolment.Returned: {"需修改", "bad"}}

func (h *Handler) fillSections(k *call, open string, page *h5.StaffStudent) error {
	states, err := h.Sections.States(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	for _, s := range k.campaign.Sections {
		view := h5.StaffSection{Title: s.Title, Tag: sectionTags[states[s.Name]][0], Kind: sectionTags[states[s.Name]][1]}
		v, ok, err := h.Sections.Handed(k.ctx(), k.owner(), s.Name)
		if err != nil {
			return err
		}
		if ok {
			view.Open = open == "section:"+s.Name || open == hiddenAll
			view.Rows = sectionRows(s, v, view.Open)
		}
		page.Sections = append(page.Sections, view)
	}
	return nil
}

// sectionRows are what was handed in; what was typed freely is hidden.
func sectionRows(s campaign.Section, v enrolment.Values, open bool) []h5.StaffDatum {
	var out []h5.StaffDatum
	items := v.Items
	if !s.Repeated {
		items = []map[string]string{v.Fields}
	}
	for i, item := range items {
		for _, f := range s.Fields {
			value := item[f.Name]
			if value == "" {
				continue
			}
			d := h5.StaffDatum{Label: f.Label, Value: value}
			if s.Repeated {
				d.Label = digit(i+1) + " " + f.Label
			}
			if mask := maskField(f, value); mask != value {
				d.Value = mask
				if open {
					d.Value, d.Mask = value, mask
				}
			}
			out = append(out, d)
		}
	}
	return out
}

// maskField hides what was typed freely: the product cannot know which of a
// campaign's own fields are personal.
func maskField(f campaign.Field, value string) string {
	switch f.Kind {
	case "select", "year", "date", "number":
		return value
	case "mobile", "tel":
		return student.MaskPhone(value)
	}
	r := []rune(value)
	if len(r) <= 1 {
		return value
	}
	return string(r[0]) + "***"
}

func (h *Handler) fillFiles(k *call, _ string, page *h5.StaffStudent) error {
	list, err := h.Attachments.List(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	have := map[string]enrolment.Attachment{}
	for _, a := range list {
		have[a.Slot] = a
	}
	for _, s := range k.slots() {
		a, ok := have[s.Name]
		view := h5.StaffFile{Label: s.Label, Tag: "未开始", Kind: "mute"}
		if ok {
			view.Detail, view.Tag, view.Kind = fileDetail(a), "已上传", "ok"
			if a.State == enrolment.Returned {
				view.Tag, view.Kind, view.Remark = "需修改", "bad", a.Remark
			}
			if k.staff.May(staff.Review) {
				view.Href = page.Base + "/file/" + s.Name
			}
		}
		page.Files = append(page.Files, view)
	}
	return nil
}

func fileDetail(a enrolment.Attachment) string {
	out := h5.Size(a.Bytes) + "，" + campaign.DateTime(a.UpdatedAt) + " 上传"
	if a.Type != "" {
		out = a.Type + "，" + out
	}
	return out
}

func (h *Handler) fillSigned(k *call, _ string, page *h5.StaffStudent) error {
	list, err := h.Signing.Finals(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	for _, g := range list {
		title, ok := k.documentTitle(g.DocumentName)
		if !ok {
			title = g.DocumentName // a campaign that no longer has it
		}
		view := h5.StaffSigned{Title: title, At: campaign.DateTime(g.FinalAt), Picture: page.Base + "/picture/" + g.DocumentName}
		if h.Evidence.Seal != nil {
			view.File = page.Base + "/signed/" + g.DocumentName + ".pdf"
		}
		page.Signed = append(page.Signed, view)
	}
	return nil
}

var billTags = map[payment.BillState][2]string{payment.BillUnpaid: {"待缴费", "warn"}, payment.BillPaid: {"已缴费", "ok"},
	payment.BillFree: {"无需缴费", "ok"}, payment.BillVoid: {"已作废", "mute"}}

func (h *Handler) fillBill(k *call, _ string, page *h5.StaffStudent) error {
	b, ok, err := h.Payments.BillOf(k.ctx(), k.enrolment.ID)
	if err != nil || !ok {
		return err
	}
	view := &h5.StaffBill{Total: h5.Yuan(b.TotalFen), Tag: billTags[b.State][0], Kind: billTags[b.State][1]}
	for _, i := range b.Items {
		view.Items = append(view.Items, h5.Pair{Label: i.Name, Value: h5.Yuan(i.Fen)})
	}
	attempts, refunds, err := h.Payments.Timeline(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	for _, r := range refunds {
		view.Lines = append(view.Lines, h5.StaffLine{At: campaign.DateTime(r.CreatedAt), Text: "退款 " + h5.Yuan(r.AmountFen) + "，" + refundWords(r)})
	}
	for _, a := range attempts {
		view.Lines = append(view.Lines, h5.StaffLine{At: campaign.DateTime(a.CreatedAt), Text: attemptWords(a)})
	}
	page.Bill = view
	return nil
}

func attemptWords(a payment.Attempt) string {
	way := map[payment.Way]string{payment.JSAPI: "微信内支付", payment.Native: "扫码支付"}[a.Way]
	state := map[payment.AttemptState]string{payment.AttemptCreated: "正在下单", payment.AttemptOpen: "等待付款",
		payment.AttemptClosed: "已关闭", payment.AttemptFailed: "下单失败", payment.AttemptPaid: "已付款",
		payment.AttemptSurplus: "重复付款，原路退回"}[a.State]
	return way + " " + h5.Yuan(a.AmountFen) + "，" + state + "，商户订单号 " + a.OutTradeNo
}

func refundWords(r payment.Refund) string {
	switch r.State {
	case payment.RefundDoneState:
		return "已到账"
	case payment.RefundRequestedState, payment.RefundPendingState:
		return "处理中"
	}
	return "异常，请财务老师处理"
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

// staffFile is one attachment, which the log remembers being opened.
func (h *Handler) staffFile(k *call) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	s, err := k.slot()
	if err != nil {
		return err
	}
	body, contentType, _, err := h.Attachments.Open(k.ctx(), k.enrolment.ID, s.Name)
	if err != nil {
		return err
	}
	if err := h.noteStaff(k, "staff.file", "enrolment:"+k.enrolment.Ref, "查看附件 "+s.Label); err != nil {
		return err
	}
	k.Data(http.StatusOK, contentType, body)
	return nil
}

func (h *Handler) staffSignature(k *call) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	g, err := h.Signing.FinalOf(k.ctx(), k.enrolment.ID, k.Param("document"))
	if err != nil {
		return err
	}
	k.Data(http.StatusOK, "image/png", g.Picture)
	return nil
}

func (h *Handler) staffSigned(k *call) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	return h.signedFile(k)
}

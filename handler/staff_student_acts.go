package handler

import (
	"net/http"
	"slices"
	"strconv"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/roster"
	"ruxue/service/staff"
	"ruxue/service/student"
)

func digit(n int) string { return strconv.Itoa(n) }

// acts are the forms of the page, those of them that the person may use.
func (h *Handler) acts(k *call) ([]h5.StaffAct, error) {
	e, base := k.enrolment, "/staff/students/"+k.enrolment.Ref
	var out []h5.StaffAct
	if k.staff.May(staff.Unmask) {
		out = append(out, h5.StaffAct{Name: "unmask", Title: "查看完整信息", Text: "写明原因后显示 60 秒，并记入日志", Action: base + "/unmask",
			Button: "查看", Busy: "正在读取", Fields: []h5.Field{{Form: "unmask", Name: "what", Label: "查看", Kind: h5.FieldSelect, Required: true,
				Value: hiddenID, Options: h.hiddenOptions(k)}, reasonField("unmask")}},
			h5.StaffAct{Name: "form", Title: "下载登记表", Text: "新生入学登记表含完整号码，下载会记入日志", Action: base + "/form",
				Button: "下载 PDF", Fields: []h5.Field{reasonField("form")}})
	}
	if !k.staff.May(staff.StudentsCorrect) {
		return out, nil
	}
	correct, err := h.correctAct(k, base)
	if err != nil {
		return nil, err
	}
	out = append(out, correct, h5.StaffAct{Name: "phone", Title: "更换手机号", Action: base + "/phone", Button: "更换手机号", Busy: "正在更换",
		Fields: []h5.Field{{Form: "phone", Name: "phone", Label: "新手机号", Kind: h5.FieldTel, Required: true, MaxLength: 20}, reasonField("phone")}})
	if k.campaign.Login.Kind == "password" {
		out = append(out, h5.StaffAct{Name: "password", Title: "重置密码", Text: "重置为初始密码（证件号码后 6 位），该生已登录的设备会退出",
			Action: base + "/password", Button: "重置密码", Busy: "正在重置", Fields: []h5.Field{reasonField("password")}})
	} else {
		out = append(out, h5.StaffAct{Name: "code", Title: "一次性登录码", Text: "收不到短信的学生用它代替短信验证码登录，15 分钟内有效，只显示一次",
			Action: base + "/code", Button: "生成登录码", Busy: "正在生成", Fields: []h5.Field{reasonField("code")}})
	}
	if e.Open() {
		out = append(out, h5.StaffAct{Name: "extend", Title: "延长办理时间", Text: "只对这名学生有效，到所选日期的 23:59 为止", Action: base + "/extend",
			Button: "延长", Busy: "正在保存", Fields: []h5.Field{{Form: "extend", Name: "until", Label: "延长至", Kind: h5.FieldDate, Required: true}, reasonField("extend")}})
	}
	return out, nil
}

func reasonField(form string) h5.Field {
	return h5.Field{Form: form, Name: "reason", Label: "原因", Required: true, MaxLength: 200, Placeholder: "会记入日志，请勿写号码"}
}

// hiddenOptions are the data that can be unmasked.
func (h *Handler) hiddenOptions(k *call) []h5.Option {
	out := []h5.Option{{Value: hiddenID, Label: "证件号码"}, {Value: hiddenPhone, Label: "手机号"}}
	for _, s := range k.campaign.Sections {
		out = append(out, h5.Option{Value: "section:" + s.Name, Label: s.Title})
	}
	return append(out, h5.Option{Value: hiddenAll, Label: "全部信息"})
}

// correctAct is the form that corrects one datum; sites and levels are offered
// as they exist.
func (h *Handler) correctAct(k *call, base string) (h5.StaffAct, error) {
	var fields []h5.Option
	for _, d := range roster.Data() {
		if d.Name == "imported_number" && k.enrolment.State == student.Registered {
			continue
		}
		fields = append(fields, h5.Option{Value: d.Name, Label: d.Label})
	}
	choices, err := h.Roster.Choices(k.ctx(), staff.Scope{All: true}, k.campaign.ID)
	if err != nil {
		return h5.StaffAct{}, err
	}
	value := []h5.Field{{Form: "correct", Name: "value", Label: "新内容", Required: true, MaxLength: 200}}
	for _, d := range roster.Data() {
		if options := offered(d, choices); len(options) > 0 {
			value = append(value, h5.Field{Form: "correct", Name: d.Name, Label: "新" + d.Label, Kind: h5.FieldSelect, Options: options,
				Hint: "更正" + d.Label + "时选择"})
		}
	}
	a := h5.StaffAct{Name: "correct", Title: "更正信息", Warning: roster.Affects(k.enrolment), Action: base + "/correct", Button: "更正", Busy: "正在更正",
		Fields: slices.Concat([]h5.Field{{Form: "correct", Name: "field", Label: "项目", Kind: h5.FieldSelect, Required: true, Options: fields}},
			value, []h5.Field{reasonField("correct")})}
	if !k.enrolment.Open() {
		a.Confirm = "我已了解影响，仍要更正"
	}
	return a, nil
}

// offered are the values of a datum that is chosen, not typed.
func offered(d roster.Datum, c roster.Choices) []h5.Option {
	var out []h5.Option
	for _, v := range d.Options {
		out = append(out, h5.Option{Value: v, Label: v})
	}
	if d.Name == "site" {
		for _, s := range c.Sites {
			out = append(out, h5.Option{Value: s.Code, Label: s.Name})
		}
	}
	return out
}

// act does something to the student of the address. done leads back to her page
// with a sentence; a refusal shows the page again, what was typed kept.
func (h *Handler) act(k *call, form, done string, do func() error) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	err := do()
	if err == nil {
		h.sendTo(k, "/staff/students/"+k.enrolment.Ref+"?done="+done)
		return nil
	}
	return h.refused(k, form, err)
}

// refused shows the student's page with the form open and its sentence.
func (h *Handler) refused(k *call, form string, err error) error {
	f, ok := fault.As(err)
	if !ok || f.Kind == fault.Internal || f.Kind == fault.NotFound || k.wantsJSON() {
		return err
	}
	page, viewErr := h.studentView(k, "")
	if viewErr != nil {
		return viewErr
	}
	page.Notice = &h5.Notice{Kind: h5.NoticeBad, Text: f.Sentence} // where its form is gone
	for i := range page.Acts {
		if page.Acts[i].Name == form {
			h.typed(k, &page.Acts[i], f)
			page.Notice = nil
		}
	}
	for _, c := range page.Cases {
		if c.Reply != nil && form == "case" {
			h.typed(k, c.Reply, f)
			page.Notice = nil
		}
	}
	return h.showAgain(k, err, page)
}

// typed puts what was sent, and what is wrong with it, into a form.
func (h *Handler) typed(k *call, a *h5.StaffAct, f *fault.Error) {
	a.Open = true
	found := false
	for i := range a.Fields {
		a.Fields[i].Value = bounded(k.PostForm(a.Fields[i].Name))
		if a.Fields[i].Name == "text" {
			a.Fields[i].Value = k.PostForm("text")
		}
		if a.Fields[i].Name == f.Field {
			a.Fields[i].Error, found = f.Sentence, true
		}
	}
	if !found {
		a.Error = f.Sentence
	}
}

// staffUnmask shows a hidden datum, this once.
func (h *Handler) staffUnmask(k *call) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	what, label := k.PostForm("what"), ""
	for _, o := range h.hiddenOptions(k) {
		if o.Value == what {
			label = o.Label
		}
	}
	err := error(fault.New(fault.Invalid, "请选择要查看的信息").On("what"))
	if label != "" {
		err = h.Roster.Reveal(k.ctx(), *k.staff, k.enrolment, label, k.PostForm("reason"))
	}
	if err != nil {
		return h.refused(k, "unmask", err)
	}
	page, err := h.studentView(k, what)
	if err != nil {
		return err
	}
	return h.show(k, page)
}

func (h *Handler) staffCorrect(k *call) error {
	return h.act(k, "correct", "correct", func() error {
		in := roster.Correction{Field: k.PostForm("field"), Value: k.PostForm("value"), Reason: k.PostForm("reason"),
			Confirmed: k.PostForm("confirmed") == "1"}
		chosen := in.Value == "" && in.Field != "value" && k.PostForm(in.Field) != ""
		if chosen {
			in.Value = k.PostForm(in.Field)
		}
		err := h.Roster.Correct(k.ctx(), *k.staff, k.campaign, k.enrolment, in)
		if f, ok := fault.As(err); ok && f.Field == "value" && chosen {
			return f.On(in.Field)
		}
		return err
	})
}

func (h *Handler) staffResetPhone(k *call) error {
	return h.act(k, "phone", "phone", func() error {
		return h.Roster.ResetPhone(k.ctx(), *k.staff, k.campaign, k.enrolment, k.PostForm("phone"), k.PostForm("reason"))
	})
}

func (h *Handler) staffResetPassword(k *call) error {
	return h.act(k, "password", "password", func() error {
		return h.Roster.ResetPassword(k.ctx(), *k.staff, k.campaign, k.enrolment, k.PostForm("reason"))
	})
}

func (h *Handler) staffExtend(k *call) error {
	return h.act(k, "extend", "extend", func() error {
		return h.Roster.Extend(k.ctx(), *k.staff, k.enrolment, k.PostForm("until"), k.PostForm("reason"))
	})
}

func (h *Handler) staffAnswer(k *call) error {
	return h.act(k, "case", "case", func() error {
		return h.Roster.Answer(k.ctx(), *k.staff, k.campaign, k.enrolment, k.Param("case"), k.PostForm("text"))
	})
}

// staffIssueCode shows a login code on the page that answers, and never again.
func (h *Handler) staffIssueCode(k *call) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	code, err := h.Roster.IssueCode(k.ctx(), *k.staff, k.campaign, k.enrolment, k.PostForm("reason"))
	if err != nil {
		return h.refused(k, "code", err)
	}
	page, err := h.studentView(k, "")
	if err != nil {
		return err
	}
	page.Code = code
	page.CodeText = "请当面或电话告诉学生，在登录页“验证码”一栏输入，" + campaign.DateTime(h.Now().Add(student.IssuedLife)) + " 前有效，用一次就失效。离开本页后不再显示"
	h.render(k, http.StatusOK, page)
	return nil
}

// fillCases shows what the student said is wrong, the newest first.
func (h *Handler) fillCases(k *call, _ string, page *h5.StaffStudent) error {
	list, err := h.Roster.Cases(k.ctx(), k.enrolment)
	if err != nil {
		return err
	}
	for _, c := range list {
		view := h5.StaffCase{At: campaign.DateTime(c.CreatedAt), Text: c.Text, Answer: c.Answer}
		if c.ClosedAt != nil {
			view.AnsweredAt = campaign.DateTime(*c.ClosedAt)
		} else if k.staff.May(staff.StudentsCorrect) {
			view.Reply = &h5.StaffAct{Name: "case", Action: page.Base + "/case/" + c.Ref, Button: "答复并关闭", Busy: "正在发送",
				Fields: []h5.Field{{Form: "case", Name: "text", Label: "答复学生", Kind: h5.FieldTextarea, Required: true, MaxLength: 500,
					Placeholder: "例如：已更正为法学，请重新核对"}}}
		}
		page.Cases = append(page.Cases, view)
	}
	return nil
}

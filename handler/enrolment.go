package handler

import (
	"net/http"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/journey"
	"ruxue/service/student"
)

// reach sends a student who jumped ahead to the step that is due; an earlier
// step stays open to read.
func (h *Handler) reach(kind string, param string) endpoint {
	return func(k *call) error {
		name := ""
		if param != "" {
			name = k.Param(param)
		}
		if journey.Reached(k.campaign, k.progress, kind, name) {
			return nil
		}
		if k.Request.Method == http.MethodGet && !k.wantsJSON() {
			return redirect{k.due()}
		}
		return fault.New(fault.Conflict, "请先完成前面的步骤，再回到这一步")
	}
}

// editable refuses a change to what was paid for.
func (h *Handler) editable(k *call) error {
	if k.frozen {
		return fault.New(fault.Conflict, "已经缴费或已提交申请，内容不能再修改。如有错误请联系学校")
	}
	return nil
}

func (h *Handler) choicesPage(k *call) error {
	_, end, err := k.campaign.Window.Bounds()
	if err != nil {
		return err
	}
	page := h5.Choices{Frame: k.frame(k.campaign.Title), Greeting: student.MaskName(k.enrolment.Person.Name) + "，您好",
		Deadline: "请在 " + campaign.DateTime(end) + " 前办理", Chosen: k.enrolment.Choice,
		CanReset: k.enrolment.Choice != "" && k.enrolment.State == student.Admitted && !k.frozen}
	for _, c := range k.campaign.Choices {
		page.Cards = append(page.Cards, k.card(c))
	}
	return h.show(k, page)
}

// card is one of the three doors as it stands for this student.
func (k *call) card(c campaign.Choice) h5.Choice {
	e := k.enrolment
	card := h5.Choice{Code: c.Code, Title: c.Title, Text: c.Text, Button: c.Button, Tag: "未开始"}
	switch {
	case e.State == student.Registered && c.Code == "register":
		card.Tag, card.Button = "注册完成", "查看学号"
	case e.State != student.Admitted || (k.frozen && c.Code != e.Choice):
		card.Locked, card.Button, card.Tag = true, "", ""
		card.Why = "已完成其他操作，这一项不能再办理"
	case e.Choice == c.Code && c.Code == "register":
		card.Button, card.Tag = "继续注册", "填写中"
		next := journey.Next(k.campaign, k.progress)
		if next.Kind == "pay" {
			card.Tag = "待缴费"
		}
		card.Detail = "下一步：" + next.Label
	case e.Choice != "" && e.Choice != c.Code:
		card.Locked, card.Button, card.Tag = true, "", ""
		card.Why = "您选择了其他项，点击“重新选择”后可以办理"
	}
	return card
}

// choose records the door; "" is 重新选择.
func (h *Handler) choose(k *call) error {
	choice := k.PostForm("choice")
	if k.enrolment.State == student.Registered {
		return redirect{k.due()}
	}
	if choice == "defer" || choice == "waive" {
		return redirect{k.base() + "/apply/" + choice}
	}
	if choice != k.enrolment.Choice || choice == "" {
		if err := h.editable(k); err != nil {
			return err
		}
		if err := h.Students.Choose(k.ctx(), k.campaign, k.enrolment, choice); err != nil {
			return err
		}
		if err := h.note(k, "student.choose", "选择 "+choice); err != nil {
			return err
		}
	}
	if choice == "" {
		return redirect{k.base() + "/choices"}
	}
	if err := h.refresh(k); err != nil {
		return err
	}
	return redirect{k.due()}
}

func (h *Handler) verify(k *call) error {
	if err := h.Students.Verify(k.ctx(), k.enrolment); err != nil {
		return err
	}
	if err := h.note(k, "student.verify", "核对身份信息无误"); err != nil {
		return err
	}
	if err := h.refresh(k); err != nil {
		return err
	}
	return redirect{k.after("check", "")}
}

// applyPage is 去申请 of a deferral or waiver.
func (h *Handler) applyPage(k *call) error {
	title := ""
	for _, c := range k.campaign.Choices {
		if c.Code == k.Param("kind") && c.Code != "register" {
			title = c.Title
		}
	}
	if title == "" {
		return fault.New(fault.NotFound, "")
	}
	page := h5.Message{Frame: k.frame(title), Heading: title,
		Text:   "这项申请目前由工作人员受理，请在开放时间内联系下面的办公室。您的入学资格和已填内容不受影响",
		Action: h5.Action{Label: "返回", Href: k.base() + "/choices"}}
	for _, c := range page.Contacts {
		if c.Phone != "" {
			page.Text += "。" + c.Office + " " + c.Phone
			break
		}
	}
	return h.show(k, page)
}

package handler

import (
	"context"

	"ruxue/h5"
	"ruxue/service/application"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/journey"
	"ruxue/service/student"
)

func (h *Handler) choicesPage(k *call) error {
	_, end, err := k.campaign.Window.Bounds()
	if err != nil {
		return err
	}
	page := h5.Choices{Frame: k.frame(k.campaign.Title), Greeting: student.MaskName(k.enrolment.Person.Name) + "，您好",
		Deadline: "请在 " + campaign.DateTime(end) + " 前办理", Chosen: k.enrolment.Choice,
		CanReset: k.enrolment.Choice != "" && k.enrolment.Open() && !k.frozen}
	st, err := h.Applications.Of(k.ctx(), k.enrolment, application.Kind(k.enrolment.Choice))
	if err != nil {
		return err
	}
	page.Notice, page.Live = k.applicationNotice(st.Latest), st.Latest != nil && st.Latest.State == application.Pending
	if k.enrolment.State == student.Kept && page.Notice == nil {
		kept, err := h.keptIn(k)
		if err != nil {
			return err
		}
		page.Notice = &h5.Notice{Kind: h5.NoticeInfo, Title: "您的入学资格已保留", Text: "您在“" + kept + "”中申请保留了入学资格，现在可以申请入学"}
	}
	for _, c := range k.doors(st.Latest) {
		page.Cards = append(page.Cards, k.card(c, st.Latest))
	}
	if len(page.Cards) == 2 {
		page.Foot = "完成某一项后，另一项将无法操作或申请。"
	}
	return h.show(k, page)
}

// applicationNotice says on top how the newest application stands.
func (k *call) applicationNotice(a *application.Application) *h5.Notice {
	if a == nil || a.SubmittedAt == nil {
		return nil
	}
	switch {
	case a.State == application.Pending:
		return &h5.Notice{Kind: h5.NoticeWarn, Title: a.Kind.Name() + "待审核", Text: campaign.DateTime(*a.SubmittedAt) +
			" 已提交。一般在 3 个工作日内审核，结果会通知您，也可以随时登录查看"}
	case a.State == application.Approved:
		return &h5.Notice{Kind: h5.NoticeOK, Title: a.Kind.Name() + "已通过", Text: campaign.DateTime(*a.EndedAt) + " 审核通过"}
	case a.State == application.Returned && k.enrolment.Open():
		return &h5.Notice{Kind: h5.NoticeBad, Title: a.Kind.Name() + "已退回", Text: a.Remark}
	}
	return nil
}

// card is one of the three doors as it stands for this student; latest is the
// application she submitted last.
func (k *call) card(c campaign.Choice, latest *application.Application) h5.Choice {
	e := k.enrolment
	card := h5.Choice{Code: c.Code, Title: c.Title, Text: c.Text, Button: c.Button, Tag: "未开始"}
	lock := func(why string) h5.Choice {
		card.Locked, card.Button, card.Tag, card.Why = true, "", "", why
		return card
	}
	switch {
	case e.State == student.Registered:
		if c.Code != "register" {
			return lock("您已完成注册，这一项不能再办理")
		}
		card.Tag, card.Button = "注册完成", "查看学号"
	case !e.Open():
		return k.boundCard(c, card, lock)
	case k.frozen && c.Code != "register":
		return lock("您已缴费，这一项不能再办理。如需办理请联系学校")
	case e.Choice == c.Code || (k.frozen && c.Code == "register"):
		card.Button, card.Tag = "继续注册", "填写中"
		next := journey.Next(k.campaign, k.progress)
		if c.Code != "register" {
			card.Button = "继续申请"
			if latest != nil && string(latest.Kind) == c.Code && latest.State == application.Returned {
				card.Button, card.Tag = "修改申请", "需修改"
			}
		} else if next.Kind == "pay" {
			card.Tag = "待缴费"
		}
		card.Detail = "下一步：" + next.Label
	case e.Choice != "":
		return lock("您选择了其他项，点击“重新选择”后可以办理")
	}
	return card
}

// boundCard is a door of who submitted an application.
func (k *call) boundCard(c campaign.Choice, card h5.Choice, lock func(string) h5.Choice) h5.Choice {
	kind := application.Defer
	switch k.enrolment.State {
	case student.WaiverPending, student.Waived:
		kind = application.Waive
	case student.EntryPending:
		kind = application.Enter
	}
	waiting := k.enrolment.State == kind.Waiting()
	switch {
	case c.Code == string(kind) && waiting:
		card.Tag, card.Button, card.Withdraw = "待审核", "查看申请", k.applyBase(kind)+"/withdraw"
	case c.Code == string(kind):
		card.Tag, card.Button = "已通过", "查看申请"
	case waiting && c.Code == "register":
		return lock("已提交" + kind.Name() + "，不能同时注册。撤回申请后可以注册")
	case waiting:
		return lock("已提交" + kind.Name() + "，不能同时办理")
	default:
		return lock(kind.Name() + "已通过，这一项不能再办理")
	}
	return card
}

// choose records the door; "" is 重新选择.
func (h *Handler) choose(k *call) error {
	choice := k.PostForm("choice")
	if !k.enrolment.Open() {
		return redirect{k.due()}
	}
	if application.Kind(choice).Known() && choice != campaign.Enter && !k.campaign.Grants(choice) {
		return fault.New(fault.NotFound, "这项申请由工作人员受理，请联系学校。您的入学资格和已填内容不受影响")
	}
	if choice != k.enrolment.Choice || choice == "" {
		if choice != "register" { // who paid meanwhile may still go on to register
			if err := h.editable(k); err != nil {
				return err
			}
		}
		if err := h.takeDoor(k, choice); err != nil {
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

// takeDoor records the choice. Money that arrived while another door was open
// completes the registration as soon as the student is back at that one.
func (h *Handler) takeDoor(k *call, choice string) error {
	return h.Tx.InTx(k.ctx(), func(ctx context.Context) error {
		if err := h.Students.Choose(ctx, k.campaign, k.enrolment, choice); err != nil {
			return err
		}
		if err := h.noteIn(ctx, k, "student.choose", choiceWords(k.campaign, choice)); err != nil {
			return err
		}
		if choice != "register" {
			return nil
		}
		return h.Registration.Complete(ctx, k.enrolment.ID)
	})
}

package handler

import (
	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/student"
)

// approvalPage asks to wait while staff confirm the listed data.
func (h *Handler) approvalPage(k *call) error {
	if k.progress.Approved {
		return redirect{k.after("approval", "")}
	}
	return h.show(k, h5.Waiting{Frame: k.frame("信息审核"), Heading: "你的信息还在审核确认中，请耐心等待！",
		Text: "审核通过后即可登录继续，不用反复登录。如有疑问请联系下面的办公室"})
}

// homePage is 系统首页: how things stand, what was signed, whom to ask.
func (h *Handler) homePage(k *call) error {
	e := k.enrolment
	page := h5.Home{Frame: k.frame("系统首页"), Greeting: student.MaskName(e.Person.Name) + "，您好"}
	for _, p := range [][2]string{{"姓名", e.Person.Name}, {"证件号码", student.MaskID(e.Person.IDNumber)},
		{"手机号", student.MaskPhone(e.Phone)}, {"年级", e.Grade}, {"层次", e.Level}, {"专业", e.Major}} {
		if p[1] != "" {
			page.Rows = append(page.Rows, h5.Pair{Label: p[0], Value: p[1]})
		}
	}
	signed, err := h.Signing.Finals(k.ctx(), e.ID)
	if err != nil {
		return err
	}
	for _, g := range signed {
		title := g.DocumentName
		if d, ok := k.campaign.Document(g.DocumentName); ok {
			title = d.Title
		}
		d := h5.SignedDocument{Title: title, At: campaign.DateTime(g.FinalAt)}
		if h.Evidence.Seal != nil {
			d.Href = k.base() + "/signed/" + g.DocumentName + ".pdf"
		}
		page.Signed = append(page.Signed, d)
	}
	for _, l := range k.campaign.Links {
		page.Links = append(page.Links, h5.Action{Label: l.Label, Href: l.URL})
	}
	if byPassword(k.campaign) {
		page.Password = k.base() + "/password"
	}
	return h.show(k, page)
}

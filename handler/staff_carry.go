package handler

import (
	"fmt"
	"net/http"
	"net/url"

	"ruxue/h5"
	"ruxue/service/admission"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/staff"
	"ruxue/service/student"
)

const carryPath = importPath + "/carry"

// carryRoutes are the places kept in one campaign, carried into a later one.
func (h *Handler) carryRoutes() []staffRoute {
	return []staffRoute{
		{http.MethodGet, "/import/carry", staff.Import, h.carryPage},
		{http.MethodPost, "/import/carry", staff.Import, h.carry},
	}
}

// carryOrder reads what is to be carried where: c, from, grade.
func (h *Handler) carryOrder(k *call, in url.Values) (o admission.CarryOrder, err error) {
	if o.Into, err = h.Campaigns.ByCode(k.ctx(), in.Get("c")); err != nil {
		return o, err
	}
	if o.From, err = h.Campaigns.ByCode(k.ctx(), in.Get("from")); err != nil {
		return o, err
	}
	o.Grade, o.Actor = bounded(in.Get("grade")), "staff:"+k.staff.Ref
	return o, nil
}

// carryPage says what carrying would do, before anything is done.
func (h *Handler) carryPage(k *call) error {
	o, err := h.carryOrder(k, k.Request.URL.Query())
	if err != nil {
		return err
	}
	rep, err := h.Carrier.Check(k.ctx(), o)
	f, refused := fault.As(err)
	if err != nil && (!refused || f.Field == "") {
		return err
	}
	page := h5.StaffCarry{Console: k.console("转入保留资格", importPath), Action: carryPath, Back: importPath + "?c=" + url.QueryEscape(o.Into.Code),
		Campaign: o.Into.Code, Title: o.Into.Title, From: o.From.Code, FromTitle: o.From.Title, Grade: o.Grade}
	if refused {
		page.Refusal, page.AtGrade = f.Sentence, f.Field == "grade"
		h.render(k, http.StatusUnprocessableEntity, page)
		return nil
	}
	fillCarry(&page, rep)
	if k.Query("done") == "1" {
		page.Notice = &h5.Notice{Kind: h5.NoticeOK, Title: "已转入", Text: fmt.Sprintf("现在有 %d 人从“%s”转入。他们登录后先申请入学，申请在“审核”里处理", rep.There+rep.Joined, o.From.Title)}
	}
	return h.show(k, page)
}

// fillCarry puts the report into the page.
func fillCarry(page *h5.StaffCarry, r admission.CarryReport) {
	page.Checked, page.Kept, page.New, page.Listed, page.Joined, page.There, page.Bad = true, r.Deferred, r.New, r.Listed, r.Joined, r.There, r.Bad
	page.Moves, page.NoFee, page.NoNumber = r.Moved()+r.Joined, r.NoFee, r.NoNumber
	line := func(x admission.Carried) h5.StaffCarryLine {
		l := h5.StaffCarryLine{Href: "/staff/students/" + x.Old.Ref, Name: x.Old.Person.Name, ID: student.MaskID(x.Old.Person.IDNumber),
			Site: x.New.Site, Course: x.New.Level + " " + x.New.Major, Grade: x.New.Grade, Reason: x.Reason, Suggestion: x.Suggestion}
		if x.Outcome == admission.CarryListed {
			l.Site, l.Course, l.Grade = x.Here.Site, x.Here.Level+" "+x.Here.Major, x.Here.Grade
		}
		return l
	}
	for _, x := range r.People {
		page.People = append(page.People, line(x))
	}
	for _, x := range r.Problems {
		page.Problems = append(page.Problems, line(x))
	}
	page.MorePeople, page.MoreProblems = r.Moved() > len(r.People), r.Bad+r.Joined > len(r.Problems)
}

// carry carries what the page showed, and what was decided since.
func (h *Handler) carry(k *call) error {
	if err := k.parseForm(); err != nil {
		return err
	}
	o, err := h.carryOrder(k, k.Request.PostForm)
	if err != nil {
		return err
	}
	if _, err := h.Carrier.Apply(k.ctx(), o); err != nil {
		return err
	}
	v := url.Values{"c": {o.Into.Code}, "from": {o.From.Code}, "done": {"1"}}
	if o.Grade != "" {
		v.Set("grade", o.Grade)
	}
	h.sendTo(k, carryPath+"?"+v.Encode())
	return nil
}

// earlier are the campaigns from which the campaign can take kept places over.
func earlier(list []*campaign.Campaign, into *campaign.Campaign) (out []h5.Option) {
	_, ends, err := into.Window.Bounds()
	if err != nil || !into.TakesEntries() {
		return nil
	}
	for _, c := range list {
		if _, was, err := c.Window.Bounds(); err == nil && c.ID != into.ID && was.Before(ends) && c.Grants("defer") {
			out = append(out, h5.Option{Value: c.Code, Label: c.Title})
		}
	}
	return out
}

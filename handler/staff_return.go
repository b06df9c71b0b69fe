package handler

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/enrolment"
	"ruxue/service/fault"
	"ruxue/service/review"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// returnRoutes send pages of a student's form back.
func (h *Handler) returnRoutes() []staffRoute {
	return []staffRoute{
		{http.MethodGet, "/students/:ref/return", staff.Review, h.staffReturnPage},
		{http.MethodPost, "/students/:ref/return", staff.Review, h.staffReturn},
	}
}

func returnPath(enrolmentRef string) string {
	return "/staff/students/" + url.PathEscape(enrolmentRef) + "/return"
}

// titleMark stands in a sentence for the page that it is about.
const titleMark = "{title}"

// fillReturn leads from the student's page to sending her form back.
func (h *Handler) fillReturn(k *call, _ string, page *h5.StaffStudent) error {
	handed := slices.ContainsFunc(page.Sections, func(s h5.StaffSection) bool { return s.Tag == sectionTags[enrolment.Submitted][0] })
	if handed && k.staff.May(staff.Review) && mayMend(k.enrolment) {
		page.Return = returnPath(k.enrolment.Ref)
	}
	return nil
}

// mayMend reports whether the student could mend what is sent back.
func mayMend(e *student.Enrolment) bool {
	return e.State == student.Admitted || e.State == student.Registered
}

func (h *Handler) staffReturnPage(k *call) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	page, err := h.returnView(k, []string{k.Query("section")})
	if err != nil {
		return err
	}
	return h.show(k, page)
}

// returnView is the page with the given sections ticked.
func (h *Handler) returnView(k *call, ticked []string) (h5.StaffReturn, error) {
	e := k.enrolment
	page := h5.StaffReturn{Console: k.console("退回修改", "/staff/students"), Action: returnPath(e.Ref), Back: "/staff/students/" + e.Ref,
		Student: e.Person.Name}
	if !mayMend(e) {
		page.Closed = "该生正在申请或已经保留、放弃入学资格，登记表不能再修改"
		return page, nil
	}
	states, err := h.Sections.States(k.ctx(), e.ID)
	if err != nil {
		return page, err
	}
	paid := k.progress.Paid
	for _, s := range k.campaign.Sections {
		v := h5.ReturnSection{Name: s.Name, Title: s.Title, Note: sectionNotes[states[s.Name]], Ticked: slices.Contains(ticked, s.Name)}
		if states[s.Name] != "" {
			c, err := h.Reviews.SectionCase(k.ctx(), k.staff.Scope(), e.Ref, s.Name)
			if err != nil {
				return page, err
			}
			paid = c.Paid
			switch d := c.Last; {
			case d != nil && d.State == review.Waiting:
				v.Note = "已由 " + d.By.Name + " 退回：" + d.Reason + "，10 秒后生效"
			case c.Open:
				v.Open, page.Open = true, true
			case d != nil:
				v.Note = h5.ShortTime(d.DecidedAt) + " 已由 " + d.By.Name + " 退回：" + d.Reason + "，等学生修改"
			}
		}
		page.Sections = append(page.Sections, v)
	}
	reasons, err := h.Reviews.Reasons(k.ctx(), k.campaign, review.Section, "")
	if err != nil {
		return page, err
	}
	page.Reasons = reasonViews(titleMark, review.Section, reasons, paid)
	page.Undo, err = h.undoable(k)
	return page, err
}

// sectionNotes say why a page cannot be sent back, by its state.
var sectionNotes = map[enrolment.State]string{"": "学生还没有填写", enrolment.Draft: "学生还没有提交", enrolment.Returned: "已退回，等学生修改"}

// staffReturn sends the ticked pages back.
func (h *Handler) staffReturn(k *call) error {
	if err := h.studentOfStaff(k); err != nil {
		return err
	}
	if !mayMend(k.enrolment) {
		return fault.New(fault.Conflict, "该生正在申请或已经保留、放弃入学资格，登记表不能再修改")
	}
	chosen := k.PostFormArray("section")
	out, err := h.Reviews.Return(k.ctx(), k.staff.Scope(), k.by(), review.Sending{EnrolmentRef: k.enrolment.Ref, Sections: chosen,
		Reason: k.PostForm("reason"), Own: k.PostForm("own"), Save: k.PostForm("save") == "1"})
	f, known := fault.As(err)
	if known && (f.Kind == fault.Invalid || f.Kind == fault.Conflict) && !k.wantsJSON() {
		page, viewErr := h.returnView(k, chosen)
		if viewErr != nil {
			return viewErr
		}
		page.Reason, page.Own = k.PostForm("reason"), bounded(k.PostForm("own"))
		if f.Field == "reason" {
			page.Error = f.Sentence
		} else {
			page.SectionError = f.Sentence
		}
		h.render(k, answers[f.Kind].status, page)
		return nil
	}
	if err != nil {
		return err
	}
	if k.wantsJSON() {
		return h.ok(k, gin.H{"undo": out.Undo, "next": returnPath(k.enrolment.Ref), "count": out.Count, "skipped": out.Skipped})
	}
	return redirect{returnPath(k.enrolment.Ref)}
}

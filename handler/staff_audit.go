package handler

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"ruxue/h5"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/staff"
)

// auditRoutes is the view of the audit log.
func (h *Handler) auditRoutes() []staffRoute {
	return []staffRoute{{http.MethodGet, "/audit", staff.AuditRead, h.staffAudit}}
}

// auditActors are the kinds of people that the log filters by.
var auditActors = [][2]string{{"", "全部人员"}, {"staff", "工作人员"}, {"student", "学生"}, {"system", "系统"}}

func (h *Handler) staffAudit(k *call) error {
	q := audit.Query{Actor: k.Query("who"), Action: k.Query("what"), Subject: k.Query("subject")}
	q.Before, _ = strconv.ParseInt(k.Query("before"), 10, 64)
	day := func(name string) time.Time {
		t, err := time.ParseInLocation(time.DateOnly, k.Query(name), campaign.Shanghai)
		if err != nil {
			return time.Time{}
		}
		return t
	}
	q.From = day("from")
	if to := day("to"); !to.IsZero() {
		q.To = to.AddDate(0, 0, 1)
	}
	list, next, err := audit.Page(k.ctx(), h.AuditLog, q)
	if err != nil {
		return err
	}
	page := h5.StaffAudit{Console: k.console("日志", "/staff/audit"), From: dayText(q.From), To: dayText(day("to")),
		Subject: q.Subject, Filtered: k.Request.URL.RawQuery != ""}
	for _, a := range auditActors {
		page.Actors = append(page.Actors, h5.SelectOption{Value: a[0], Label: a[1], Selected: a[0] == q.Actor})
	}
	page.Actions = []h5.SelectOption{{Label: "全部操作", Selected: q.Action == ""}}
	for _, g := range audit.Groups() {
		page.Actions = append(page.Actions, h5.SelectOption{Value: g, Label: audit.Words(g), Selected: g == q.Action})
	}
	for _, e := range list {
		page.Rows = append(page.Rows, auditRow(e))
	}
	if next != 0 {
		again := k.Request.URL.Query()
		again.Set("before", strconv.FormatInt(next, 10))
		page.Next = "/staff/audit?" + again.Encode()
	}
	return h.show(k, page)
}

func auditRow(e audit.Named) h5.AuditRow {
	kind, _, _ := strings.Cut(e.Actor, ":")
	r := h5.AuditRow{At: h5.Time(e.At), Who: e.Name, What: audit.Words(e.Action), Detail: e.Detail, Subject: e.Subject}
	switch kind {
	case "student":
		r.Kind = "学生"
	case "staff":
		r.Kind = "工作人员"
	default:
		r.Kind = "系统"
	}
	if r.Who == "" {
		r.Who, r.Kind = r.Kind, ""
	}
	if ref, ok := strings.CutPrefix(e.Subject, "enrolment:"); ok {
		r.Href = "/staff/students/" + ref
	}
	return r
}

func dayText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(time.DateOnly)
}

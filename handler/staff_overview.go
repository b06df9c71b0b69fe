package handler

import (
	"net/http"
	"net/url"
	"strconv"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/roster"
	"ruxue/service/staff"
)

// overviewRoutes are the counts of a campaign.
func (h *Handler) overviewRoutes() []staffRoute {
	return []staffRoute{{http.MethodGet, "/overview", staff.Overview, h.staffOverview}}
}

// holdOf is the warning that students without a fee keep a campaign from
// starting, nil without any; they are named to who sees all students.
func holdOf(l campaign.Lack, named bool) *h5.StaffHold {
	if l.Students == 0 {
		return nil
	}
	v := &h5.StaffHold{Students: l.Students, Due: l.Due}
	if named {
		v.Names, v.More = l.Names, l.Students-len(l.Names)
	}
	return v
}

// staffOverview counts the students of one campaign in the person's scope.
func (h *Handler) staffOverview(k *call) error {
	c, options, err := h.campaignOfStaff(k)
	if err != nil {
		return err
	}
	v, err := h.Roster.Overview(k.ctx(), k.staff.Scope(), c)
	if err != nil {
		return err
	}
	list := func(name, value string) string {
		if !k.staff.May(staff.StudentsRead) {
			return ""
		}
		return "/staff/students?c=" + url.QueryEscape(c.Code) + "&" + name + "=" + url.QueryEscape(value)
	}
	page := h5.StaffOverview{Console: k.console("概览", "/staff/overview"), Campaigns: options, Campaign: c.Code, Total: v.Total, Cases: v.Cases}
	for _, s := range v.Steps {
		page.Steps = append(page.Steps, h5.StaffBar{Label: s.Label, Value: s.Reached, Max: max(v.Total, 1), Href: list("step", s.Key), Note: stepNote(s)})
		if s.Key == roster.KeyRegistered {
			page.Registered = s.Here
		}
	}
	lack, err := h.Starts.Lack(k.ctx(), c)
	if err != nil {
		return err
	}
	page.Hold = holdOf(lack, k.staff.Scope().All)
	group := func(list []roster.Count, link func(roster.Count) string) (out []h5.StaffGroup) {
		for _, g := range list {
			out = append(out, h5.StaffGroup{Name: g.Name, Total: g.Total, Registered: g.Registered, Paid: g.Paid, Bound: g.Bound, Href: link(g)})
		}
		return out
	}
	page.Sites = group(v.Sites, func(g roster.Count) string {
		if g.Key == "" {
			return ""
		}
		return list("site", g.Key)
	})
	page.Majors = group(v.Majors, func(g roster.Count) string { return list("major", g.Key) })
	top := 1
	for _, d := range v.Days {
		top = max(top, d.Registered, d.Paid)
	}
	for _, g := range v.Majors {
		page.Paid += g.Paid
	}
	for _, d := range v.Days {
		page.Days = append(page.Days, h5.StaffDay{Day: d.Day, Registered: d.Registered, Paid: d.Paid, Max: top})
	}
	return h.show(k, page)
}

// stepNote says what the students of a step do there, "" where it goes without
// saying.
func stepNote(s roster.StepCount) string {
	switch {
	case s.Key == roster.KeyLogin:
		return "还没有登录过"
	case s.Key == roster.KeyEntering:
		return "等待学校审核"
	case s.Key == roster.KeyBound:
		return "不在注册流程中"
	case s.Key == roster.KeyRegistered || s.Here == 0:
		return ""
	}
	return strconv.Itoa(s.Here) + " 人停在这一步"
}

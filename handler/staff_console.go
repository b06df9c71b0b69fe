package handler

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"ruxue/h5"
	"ruxue/service/audit"
	"ruxue/service/staff"
)

// navEntry is one entry of the console's navigation. It is shown to who has the
// permission, once the page has a route; count, where there is one, is how much
// waits there for the actor.
type navEntry struct {
	label, path string
	needs       staff.Permission
	count       func(h *Handler, ctx context.Context, a *staff.Actor) (int, error)
}

// staffNav is the navigation in its order; the first entry that a person may
// open is her home.
var staffNav = []navEntry{
	{label: "概览", path: "/staff/overview", needs: staff.Overview},
	{label: "审核", path: "/staff/review", needs: staff.Review, count: waitingReviews},
	{label: "学生", path: "/staff/students", needs: staff.StudentsRead},
	{label: "名单导入", path: "/staff/import", needs: staff.Import},
	{label: "缴费", path: "/staff/payments", needs: staff.PaymentsRead},
	{label: "消息", path: "/staff/messages", needs: staff.Messages},
	{label: "活动", path: "/staff/campaigns", needs: staff.CampaignEdit},
	{label: "人员", path: "/staff/people", needs: staff.StaffManage},
	{label: "日志", path: "/staff/audit", needs: staff.AuditRead},
}

// console fills what stands around a page of the console. current is the path
// of the navigation's entry that the page belongs to, such as "/staff/review".
func (k *call) console(title, current string) h5.Console {
	c := h5.Console{Title: title, Device: k.device, Institution: k.house.institution, ShortName: k.house.shortName,
		Theme: k.house.theme}
	if k.staff == nil {
		return c
	}
	c.Staff, c.ReviewOnly = k.staff.Name, k.staff.ReviewOnly
	if k.unfinished() == "" { // a login that lacks a step is no session whose end the page could notice
		c.Ref = k.staff.Ref
	}
	if k.staff.Office != "" {
		c.Staff = k.staff.Office + " " + k.staff.Name
	}
	for _, n := range k.nav {
		c.Nav = append(c.Nav, h5.NavItem{Label: n.label, Href: n.path, Current: n.path == current, Count: k.waiting(n)})
	}
	return c
}

// house is the institution that the console belongs to, as the campaigns name it.
type house struct{ institution, shortName, theme string }

// furnish finds out what a page of the console shows around itself.
func (h *Handler) furnish(k *call) error {
	list, err := h.Campaigns.List(k.ctx())
	if err != nil {
		return err
	}
	k.house = house{institution: "注册管理"}
	if len(list) > 0 {
		k.house = house{list[0].Institution, list[0].ShortName, list[0].Theme}
	}
	if k.staff == nil {
		return nil
	}
	for _, n := range h.nav {
		if k.staff.May(n.needs) {
			k.nav = append(k.nav, n)
		}
	}
	k.waiting = func(n navEntry) int { return h.waiting(k, n) }
	return nil
}

// waiting is how much waits for the actor under an entry. It is asked when a
// page is made, after the act that the page answers; a page does not fail for
// want of a number.
func (h *Handler) waiting(k *call, n navEntry) int {
	if n.count == nil {
		return 0
	}
	count, err := n.count(h, k.ctx(), k.staff)
	if err != nil {
		h.Log.ErrorContext(k.ctx(), "counting what waits failed", "entry", n.path, "error", scrub(err.Error()))
	}
	return count
}

// noteStaff records an act of the logged-in staff member that is no single
// transaction of MySQL, because it read something: the entry is written before
// what was read goes out. The others use noted. subject is such as "enrolment:<ref>"; detail holds
// no personal datum.
func (h *Handler) noteStaff(k *call, action, subject, detail string) error {
	return h.noteStaffIn(k.ctx(), k, action, subject, detail)
}

// noteStaffIn is noteStaff in the transaction of ctx.
func (h *Handler) noteStaffIn(ctx context.Context, k *call, action, subject, detail string) error {
	return h.Audit.Add(ctx, audit.Entry{Actor: "staff:" + k.staff.Ref, Action: action, Subject: subject, Detail: detail})
}

// noted is do with its entry in the log, in one transaction: neither stands
// without the other. do may run again, so it asks nobody but the database.
func (h *Handler) noted(k *call, action, subject, detail string, do func(ctx context.Context) error) error {
	return h.Tx.InTx(k.ctx(), func(ctx context.Context) error {
		if err := do(ctx); err != nil {
			return err
		}
		return h.noteStaffIn(ctx, k, action, subject, detail)
	})
}

// listed is a list for the log, as far as it fits there.
func listed(words []string) string {
	const most = 20
	if len(words) > most {
		return strings.Join(words[:most], "、") + " 等 " + strconv.Itoa(len(words)) + " 个"
	}
	return strings.Join(words, "、")
}

// acted is what an act was, for the audit log.
type acted struct{ action, subject, detail string }

// staffAct is noted for an act whose subject is known only once it is done.
func (h *Handler) staffAct(k *call, do func(ctx context.Context) (acted, error)) error {
	return h.Tx.InTx(k.ctx(), func(ctx context.Context) error {
		a, err := do(ctx)
		if err != nil {
			return err
		}
		return h.noteStaffIn(ctx, k, a.action, a.subject, a.detail)
	})
}

// own is noted for the account of who is logged in.
func (h *Handler) own(k *call, action, detail string, do func(ctx context.Context) error) error {
	return h.noted(k, action, "staff:"+k.staff.Ref, detail, do)
}

// atStaff reports whether the request is for the console.
func (k *call) atStaff() bool {
	p := k.Request.URL.Path
	return p == "/staff" || strings.HasPrefix(p, "/staff/")
}

// staffSentences take the place of those that send a student to the account's menu.
var staffSentences = map[int]string{
	http.StatusNotFound:  "它可能已被删除，或者不在您能查看的范围内",
	http.StatusForbidden: errNotAllowed,
}

// failStaff answers an error in the console's frame.
func (h *Handler) failStaff(k *call, status int, heading, text, reference string) {
	for _, a := range answers {
		if a.status == status && a.sentence == text && staffSentences[status] != "" {
			text = staffSentences[status]
		}
	}
	page := h5.StaffMessage{Console: k.console(heading, ""), Kind: h5.NoticeBad, Heading: heading, Text: text, Reference: reference,
		Action: h5.Action{Label: "返回", Href: "/staff"}}
	if status == http.StatusUnauthorized {
		page.Action = h5.Action{Label: "重新登录", Href: "/staff/login"}
	}
	h.render(k, status, page)
}

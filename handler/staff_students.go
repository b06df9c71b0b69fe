package handler

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/roster"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// studentRoutesOfStaff are the pages on which staff find and help students.
func (h *Handler) studentRoutesOfStaff() []staffRoute {
	const one = "/students/:ref"
	return []staffRoute{
		{http.MethodGet, "/students", staff.StudentsRead, h.staffStudents},
		{http.MethodPost, "/students", staff.StudentsRead, h.staffSearch},
		{http.MethodGet, one, staff.StudentsRead, h.staffStudent},
		{http.MethodPost, one + "/unmask", staff.Unmask, h.staffUnmask},
		{http.MethodPost, one + "/correct", staff.StudentsCorrect, h.staffCorrect},
		{http.MethodPost, one + "/phone", staff.StudentsCorrect, h.staffResetPhone},
		{http.MethodPost, one + "/password", staff.StudentsCorrect, h.staffResetPassword},
		{http.MethodPost, one + "/code", staff.StudentsCorrect, h.staffIssueCode},
		{http.MethodPost, one + "/extend", staff.StudentsCorrect, h.staffExtend},
		{http.MethodPost, one + "/case/:case", staff.StudentsCorrect, h.staffAnswer},
		{http.MethodGet, one + "/file/:slot", staff.Review, h.staffFile},
		{http.MethodGet, one + "/picture/:document", staff.StudentsRead, h.staffSignature},
		{http.MethodGet, one + "/signed/:file", staff.StudentsRead, h.staffSigned},
	}
}

// filters are the names of the list's filters in addresses and forms.
var filters = []string{"c", "state", "step", "site", "major", "case"}

// staffQuery reads the list's filters. An unknown campaign is no campaign.
func (h *Handler) staffQuery(k *call, get func(string) string) (roster.Query, error) {
	q := roster.Query{Scope: k.staff.Scope(), State: student.State(get("state")), Step: get("step"), Site: get("site"),
		Major: get("major"), Case: get("case") == "1"}
	if code := get("c"); code != "" {
		c, err := h.Campaigns.ByCode(k.ctx(), code)
		if err != nil {
			return q, err
		}
		q.Campaign = c
	}
	if q.Campaign == nil {
		q.Step = ""
	}
	return q, nil
}

// staffSearch seals the typed text and goes to the list. Who is the only one
// that a whole number names is opened at once.
func (h *Handler) staffSearch(k *call) error {
	to := url.Values{}
	for _, name := range filters {
		if v := k.PostForm(name); v != "" {
			to.Set(name, v)
		}
	}
	text := bounded(k.PostForm("q"))
	if text != "" {
		token, err := h.Roster.KeepSearch(k.staff.Ref, text)
		if err != nil {
			return err
		}
		to.Set("s", token)
	}
	if terms := roster.ParseTerms(text); terms.Name == "" && !terms.Empty() {
		q, err := h.staffQuery(k, k.PostForm)
		if err != nil {
			return err
		}
		q.Terms = terms
		rows, n, err := h.Roster.List(k.ctx(), q)
		if err != nil {
			return err
		}
		if n == 1 {
			return redirect{"/staff/students/" + rows[0].Ref}
		}
	}
	return redirect{address("/staff/students", to)}
}

func address(path string, v url.Values) string {
	if len(v) == 0 {
		return path
	}
	return path + "?" + v.Encode()
}

// staffStudents is the list.
func (h *Handler) staffStudents(k *call) error {
	q, err := h.staffQuery(k, k.Query)
	if err != nil {
		return err
	}
	text := h.Roster.Search(k.staff.Ref, k.Query("s"))
	q.Terms = roster.ParseTerms(text)
	if text != "" && q.Terms.Empty() {
		q.Terms = roster.Terms{Name: text}
	}
	q.Page, _ = strconv.Atoi(k.Query("page"))
	q.Page = min(max(q.Page, 1), 100_000)
	rows, total, err := h.Roster.List(k.ctx(), q)
	if err != nil {
		return err
	}
	page := h5.StaffStudents{Console: k.console("学生", "/staff/students"), Query: text, Total: total, State: string(q.State),
		Step: q.Step, Site: q.Site, Major: q.Major, Case: q.Case, Filtered: k.Request.URL.RawQuery != ""}
	if k.staff.May(staff.ExportStudents) {
		v := url.Values{}
		for _, name := range filters[:5] {
			if k.Query(name) != "" {
				v.Set(name, k.Query(name))
			}
		}
		page.Export = address("/staff/exports", v)
	}
	if page.Cases, err = h.Roster.OpenCases(k.ctx(), q.Scope); err != nil {
		return err
	}
	titles, err := h.staffFilters(k, q, &page)
	if err != nil {
		return err
	}
	for _, r := range rows {
		page.Rows = append(page.Rows, rosterRow(q, r, titles))
	}
	h.pages(k, &page, q.Page, total)
	return h.show(k, page)
}

// staffFilters fills what the filters offer and returns the campaigns' titles.
func (h *Handler) staffFilters(k *call, q roster.Query, page *h5.StaffStudents) (map[int64]string, error) {
	list, err := h.Campaigns.List(k.ctx())
	if err != nil {
		return nil, err
	}
	titles := map[int64]string{}
	for _, c := range list {
		titles[c.ID] = c.Title
		page.Campaigns = append(page.Campaigns, h5.Option{Value: c.Code, Label: c.Title})
	}
	for _, s := range roster.States() {
		page.States = append(page.States, h5.Option{Value: string(s), Label: roster.StateLabel(s)})
	}
	if q.Campaign == nil {
		return titles, nil
	}
	page.Campaign = q.Campaign.Code
	for _, d := range roster.Duties(q.Campaign) {
		page.Steps = append(page.Steps, h5.Option{Value: d.Key, Label: roster.DueLabel(q.Campaign, d.Key)})
	}
	choices, err := h.Roster.Choices(k.ctx(), q.Scope, q.Campaign.ID)
	if err != nil {
		return nil, err
	}
	for _, s := range choices.Sites {
		page.Sites = append(page.Sites, h5.Option{Value: s.Code, Label: s.Code + " " + s.Name})
	}
	for _, m := range choices.Majors {
		page.Majors = append(page.Majors, h5.Option{Value: m, Label: m})
	}
	return titles, nil
}

func rosterRow(q roster.Query, r roster.Listed, titles map[int64]string) h5.StaffStudentRow {
	row := h5.StaffStudentRow{Href: "/staff/students/" + r.Ref, Name: r.Person.Name, ID: student.MaskID(r.Person.IDNumber),
		Number: r.Number, Site: r.Site, Course: r.Level + " " + r.Major, State: roster.StateLabel(r.State), Tag: stateTint(r.State),
		Case: r.Case}
	if row.Number == "" && r.ExamNumber != "" {
		row.Number = "考生号 " + r.ExamNumber
	}
	switch {
	case q.Campaign == nil:
		row.Due = titles[r.CampaignID]
	case r.Open():
		row.Due = roster.DueLabel(q.Campaign, r.Due)
	}
	return row
}

// stateTint is the tint of a state's tag.
func stateTint(s student.State) string {
	switch s {
	case student.Registered:
		return "ok"
	case student.DeferralPending, student.WaiverPending, student.EntryPending:
		return "warn"
	}
	return "mute"
}

// pages fills the addresses of the pages beside this one.
func (h *Handler) pages(k *call, page *h5.StaffStudents, n, total int) {
	last := max((total+roster.PerPage-1)/roster.PerPage, 1)
	at := func(p int) string {
		v := k.Request.URL.Query()
		v.Set("page", strconv.Itoa(p))
		return address("/staff/students", v)
	}
	if last > 1 {
		page.PageText = fmt.Sprintf("第 %d 页，共 %d 页", n, last)
	}
	if n > 1 {
		page.Prev = at(min(n-1, last))
	}
	if n < last {
		page.Next = at(n + 1)
	}
}

// studentOfStaff finds the student of the address in the person's scope, with
// her campaign and progress.
func (h *Handler) studentOfStaff(k *call) error {
	e, err := h.Roster.Student(k.ctx(), k.staff.Scope(), k.Param("ref"))
	if err != nil {
		return err
	}
	if k.campaign, err = h.Campaigns.ByID(k.ctx(), e.CampaignID); err != nil {
		return err
	}
	if k.progress, err = h.Registration.Progress(k.ctx(), k.campaign, e, ""); err != nil {
		return err
	}
	k.enrolment = e
	return nil
}

// campaignOfStaff is the campaign that ?c= names, the first one without it.
func (h *Handler) campaignOfStaff(k *call) (*campaign.Campaign, []h5.Option, error) {
	list, err := h.Campaigns.List(k.ctx())
	if err != nil {
		return nil, nil, err
	}
	if len(list) == 0 {
		return nil, nil, fault.New(fault.NotFound, "还没有活动，请先用命令导入活动文件")
	}
	var options []h5.Option
	chosen := list[0]
	for _, c := range list {
		options = append(options, h5.Option{Value: c.Code, Label: c.Title})
		if c.Code == k.Query("c") {
			chosen = c
		}
	}
	return chosen, options, nil
}

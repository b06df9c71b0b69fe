package handler

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"ruxue/h5"
	"ruxue/service/fault"
	"ruxue/service/staff"
)

// StaffSites lists the teaching sites that students are listed under: code, name.
type StaffSites interface {
	Sites(ctx context.Context) ([][2]string, error)
}

// peopleRoutes are the accounts of all staff, for administrators.
func (h *Handler) peopleRoutes() []staffRoute {
	get, post, needs := http.MethodGet, http.MethodPost, staff.StaffManage
	return []staffRoute{
		{get, "/people", needs, h.peoplePage},
		{post, "/people", needs, h.addPerson},
		{get, "/people/new", needs, h.newPersonPage},
		{get, "/people/:ref", needs, h.personPage},
		{post, "/people/:ref", needs, h.updatePerson},
		{post, "/people/:ref/state", needs, h.personState},
		{post, "/people/:ref/password", needs, h.personPassword},
		{post, "/people/:ref/factor", needs, h.personFactor},
	}
}

const peoplePath = "/staff/people"

func (h *Handler) peoplePage(k *call) error {
	page, _ := strconv.Atoi(k.Query("page"))
	list, total, err := h.Staff.List(k.ctx(), page)
	if err != nil {
		return err
	}
	names, err := h.siteNames(k)
	if err != nil {
		return err
	}
	view := h5.StaffPeople{Console: k.console("人员", peoplePath), Total: total, Page: max(page, 1), Pages: (total + staff.PageSize - 1) / staff.PageSize}
	for _, a := range list {
		row := h5.StaffRow{Href: peoplePath + "/" + a.Ref, Name: a.Name, Login: a.Login, Office: a.Office, Role: a.Role.Words(),
			Sites: strings.Join(names(a.Sites), "、"), Disabled: a.Disabled, Bound: a.OpenID != "", Factor: a.HasFactor()}
		if a.LastLoginAt != nil {
			row.LastLogin = h5.Time(*a.LastLoginAt)
		}
		view.Rows = append(view.Rows, row)
	}
	return h.show(k, view)
}

// siteNames turns codes of teaching sites into their names; a code that no list
// holds yet stays.
func (h *Handler) siteNames(k *call) (func(codes []string) []string, error) {
	known, err := h.StaffSites.Sites(k.ctx())
	if err != nil {
		return nil, err
	}
	names := map[string]string{}
	for _, s := range known {
		names[s[0]] = s[1]
	}
	return func(codes []string) []string {
		var out []string
		for _, c := range codes {
			out = append(out, cmp.Or(names[c], c))
		}
		return out
	}, nil
}

func (h *Handler) newPersonPage(k *call) error {
	page, err := h.personView(k, nil, staff.Person{})
	if err != nil {
		return err
	}
	return h.show(k, page)
}

func (h *Handler) personPage(k *call) error {
	a, err := h.Staff.ByRef(k.ctx(), k.Param("ref"))
	if err != nil {
		return err
	}
	page, err := h.personView(k, a, staff.Person{Login: a.Login, Name: a.Name, Office: a.Office, Role: a.Role, Sites: a.Sites})
	if err != nil {
		return err
	}
	return h.show(k, page)
}

func (h *Handler) personView(k *call, a *staff.Account, p staff.Person) (h5.StaffPerson, error) {
	page := h5.StaffPerson{Console: k.console("新建账号", peoplePath), Action: peoplePath, Name: h5.Input{Value: p.Name},
		Login: h5.Input{Value: p.Login}, Office: h5.Input{Value: p.Office}}
	for _, r := range staff.Roles() {
		page.Roles = append(page.Roles, h5.StaffOption{Value: string(r), Label: r.Words(), Text: roleTexts[r], Checked: r == p.Role})
	}
	known, err := h.StaffSites.Sites(k.ctx())
	if err != nil {
		return page, err
	}
	rest := slices.Clone(p.Sites)
	for _, s := range known {
		i := slices.Index(rest, s[0])
		page.Sites = append(page.Sites, h5.StaffOption{Value: s[0], Label: s[1], Text: s[0], Checked: i >= 0})
		if i >= 0 {
			rest = slices.Delete(rest, i, i+1)
		}
	}
	page.OtherSites = strings.Join(rest, " ")
	if a == nil {
		return page, nil
	}
	page.Title, page.Ref, page.Action = a.Name, a.Ref, peoplePath+"/"+a.Ref
	page.Disabled, page.Self, page.HasFactor, page.Bound = a.Disabled, a.ID == k.staff.ID, a.DemandsFactor(), a.OpenID != ""
	return page, nil
}

var roleTexts = map[staff.Role]string{
	staff.Administrator: "全部功能和人员管理，登录必须二次验证",
	staff.Registrar:     "名单、审核、学生、消息和导出",
	staff.Finance:       "缴费、退款和对账",
	staff.Site:          "只能查看和审核所属教学点的学生",
}

func personOf(k *call) staff.Person {
	p := staff.Person{Name: k.PostForm("name"), Login: k.PostForm("login"), Office: k.PostForm("office"), Role: staff.Role(k.PostForm("role"))}
	p.Sites = append(p.Sites, k.PostFormArray("site")...)
	p.Sites = append(p.Sites, strings.FieldsFunc(k.PostForm("sites"), func(r rune) bool { return strings.ContainsRune(" ,，、;；\n\r\t", r) })...)
	return p
}

// personAgain shows the form with what was typed and each sentence at its field.
func (h *Handler) personAgain(k *call, a *staff.Account, p staff.Person, err error) error {
	f, ok := k.refused(err)
	if !ok {
		return err
	}
	p.Name, p.Login, p.Office = bounded(p.Name), bounded(p.Login), bounded(p.Office)
	page, e := h.personView(k, a, p)
	if e != nil {
		return e
	}
	fields := fieldErrors{"name": &page.Name.Error, "login": &page.Login.Error, "office": &page.Office.Error,
		"role": &page.RoleError, "sites": &page.SitesError}
	for _, m := range append(p.Mistakes(), f) {
		page.Notice = fields.put(m, page.Notice)
	}
	return h.showAgain(k, err, page)
}

func (h *Handler) addPerson(k *call) error {
	p := personOf(k)
	var a *staff.Account
	password := ""
	err := h.staffAct(k, func(ctx context.Context) (_ acted, err error) {
		if a, password, err = h.Staff.Add(ctx, p); err != nil {
			return acted{}, err
		}
		return acted{"staff.add", "staff:" + a.Ref, "新建账号 " + a.Login + "（" + a.Name + "），角色 " + a.Role.Words()}, nil
	})
	if err != nil {
		return h.personAgain(k, nil, p, err)
	}
	return h.oneTime(k, "账号已建立", a, password)
}

// oneTime shows a one-time password, once.
func (h *Handler) oneTime(k *call, heading string, a *staff.Account, password string) error {
	return h.show(k, h5.StaffOneTime{Console: k.console(heading, peoplePath), Name: a.Name, Login: a.Login, Password: password,
		Address: h.BaseURL.String() + "/staff", Next: peoplePath})
}

func (h *Handler) updatePerson(k *call) error {
	a, err := h.Staff.ByRef(k.ctx(), k.Param("ref"))
	if err != nil {
		return err
	}
	p := personOf(k)
	err = h.noted(k, "staff.update", "staff:"+a.Ref, "修改账号，角色 "+a.Role.Words()+" 改为 "+p.Role.Words()+"，教学点 "+listed(p.Sites),
		func(ctx context.Context) error { return h.Staff.Update(ctx, *k.staff, a, p) })
	if err != nil {
		p.Login = a.Login
		return h.personAgain(k, a, p, err)
	}
	h.sendTo(k, peoplePath)
	return nil
}

// personState shuts an account or opens it: POST disabled=1 or 0.
func (h *Handler) personState(k *call) error {
	a, err := h.Staff.ByRef(k.ctx(), k.Param("ref"))
	if err != nil {
		return err
	}
	disabled := k.PostForm("disabled") == "1"
	action, detail := "staff.enable", "启用账号"
	if disabled {
		action, detail = "staff.disable", "停用账号"
	}
	return h.onPerson(k, a, action, detail, func(ctx context.Context) error { return h.Staff.SetDisabled(ctx, *k.staff, a, disabled) })
}

// onPerson does something to an account, with its entry in the log, and leads
// back to its page.
func (h *Handler) onPerson(k *call, a *staff.Account, action, detail string, do func(ctx context.Context) error) error {
	if err := h.noted(k, action, "staff:"+a.Ref, detail, do); err != nil {
		return err
	}
	h.sendTo(k, peoplePath+"/"+a.Ref)
	return nil
}

func (h *Handler) personPassword(k *call) error {
	a, err := h.Staff.ByRef(k.ctx(), k.Param("ref"))
	if err != nil {
		return err
	}
	if a.ID == k.staff.ID {
		return fault.New(fault.Conflict, "修改自己的密码请用“我的账号”")
	}
	password := ""
	err = h.noted(k, "staff.reset", "staff:"+a.Ref, "重置密码", func(ctx context.Context) (err error) {
		password, err = h.Staff.ResetPassword(ctx, a)
		return err
	})
	if err != nil {
		return err
	}
	return h.oneTime(k, "密码已重置", a, password)
}

func (h *Handler) personFactor(k *call) error {
	a, err := h.Staff.ByRef(k.ctx(), k.Param("ref"))
	if err != nil {
		return err
	}
	if a.ID == k.staff.ID {
		return fault.New(fault.Conflict, "修改自己的二次验证请用“我的账号”")
	}
	return h.onPerson(k, a, "staff.reset", "清除二次验证", func(ctx context.Context) error { return h.Staff.ResetFactor(ctx, a) })
}

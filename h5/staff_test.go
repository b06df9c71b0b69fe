package h5_test

import "ruxue/h5"

// console is the frame of a logged-in registrar's page.
func console(title, device, current string) h5.Console {
	c := h5.Console{Title: title, Institution: "河海大学远程与继续教育学院", ShortName: "河海大学", Device: device,
		Staff: "学籍管理部 王老师", Ref: "ref"}
	for _, n := range []h5.NavItem{{Label: "概览", Href: "/staff/overview"}, {Label: "审核", Href: "/staff/review", Count: 12},
		{Label: "学生", Href: "/staff/students"}, {Label: "名单导入", Href: "/staff/import"}, {Label: "缴费", Href: "/staff/payments"},
		{Label: "消息", Href: "/staff/messages"}} {
		n.Current = n.Href == current
		c.Nav = append(c.Nav, n)
	}
	return c
}

func staffSamples(device string, add adder) {
	out := h5.Console{Title: "工作人员登录", Institution: "河海大学远程与继续教育学院", ShortName: "河海大学", Device: device}
	l := h5.StaffLogin{Console: out, Next: "/staff"}
	add("staff-login", l)
	l.Login.Value, l.Password.Error = "wang", "账号或密码不正确，还可以再试 4 次"
	add("staff-login-wrong", l)
	p := h5.StaffPassword{Console: out}
	add("staff-password-first", p)
	add("staff-password", h5.StaffPassword{Console: console("修改密码", device, ""), AskOld: true,
		Old: h5.Input{Error: "现在的密码不正确，还可以再试 4 次"}})
	add("staff-message", h5.StaffMessage{Console: console("没有找到", device, ""), Kind: h5.NoticeBad, Heading: "没有找到这个页面",
		Text: "它可能已被删除，或者不在您能查看的范围内", Reference: "7K3M-20Q8", Action: h5.Action{Label: "返回", Href: "/staff"}})
	kept := &h5.Kept{Action: "/staff/people", Fields: []h5.Pair{{Label: "name", Value: "王老师"}}}
	l.Kept, l.Notice = kept, &h5.Notice{Kind: h5.NoticeWarn, Title: "登录已过期", Text: "刚才填写的内容还在，登录后可以继续提交"}
	add("staff-login-again", l)
	add("staff-resume", h5.StaffResume{Console: console("继续提交", device, ""), Kept: kept})
	out.Title = "二次验证"
	add("staff-factor", h5.StaffFactor{Console: out, Next: "/staff", App: true, Scan: true, Code: h5.Input{Error: "验证码不正确或已用过，还可以再试 3 次"}})
	out.Title = "设置二次验证"
	set := h5.StaffSetup{Console: out, Must: true, QR: pixel, Secret: "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP", Sealed: "x"}
	add("staff-setup", set)
	set.Bound, set.AskPassword = true, true
	add("staff-setup-bound", set)
	out.Title = "备用码"
	add("staff-codes", h5.StaffCodes{Console: out, Codes: []string{"abcde-fghjk", "mnpqr-stuvw", "xyz23-45678"}, Next: "/staff"})
	a := h5.StaffAccount{Console: console("我的账号", device, ""), Rows: []h5.Pair{{Label: "姓名", Value: "王老师"}, {Label: "账号", Value: "wang"}}}
	add("staff-account", a)
	a.Bound, a.BoundAt, a.App, a.Scan, a.HasFactor, a.CodesLeft = true, "2026年3月12日 14:32", true, true, true, 2
	add("staff-account-full", a)
	add("staff-people", h5.StaffPeople{Console: console("人员", device, "/staff/people"), Page: 1, Pages: 2, Total: 60, Rows: []h5.StaffRow{
		{Href: "/staff/people/a", Name: "王丽", Login: "wangli", Office: "学籍管理部", Role: "学籍老师", LastLogin: "2026年3月12日 14:32", Bound: true, Factor: true},
		{Href: "/staff/people/b", Name: "赵强", Login: "zhao@suzhou", Role: "教学点老师", Sites: "102、103", Disabled: true}}})
	person := h5.StaffPerson{Console: console("新建账号", device, "/staff/people"), Action: "/staff/people",
		Roles: []h5.StaffOption{{Value: "registrar", Label: "学籍老师", Text: "名单、审核"}, {Value: "site", Label: "教学点老师", Checked: true}},
		Sites: []h5.StaffOption{{Value: "100", Label: "南京校本部教学点", Text: "100"}}, SitesError: "教学点老师至少要有一个教学点代码"}
	add("staff-person-new", person)
	person.Ref, person.Action, person.HasFactor = "ref", "/staff/people/ref", true
	add("staff-person", person)
	add("staff-one-time", h5.StaffOneTime{Console: console("账号已建立", device, "/staff/people"), Name: "王丽", Login: "wangli",
		Password: "abcd-efgh-jkmn", Address: "https://zc.example.edu.cn/staff", Next: "/staff/people"})
}

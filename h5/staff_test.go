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
}

package main

import (
	"fmt"
	"io"
	"strings"

	"ruxue/cmd/internal/stage"
	"ruxue/service/student"
)

// welcome is what somebody needs who has just started the demonstration.
type welcome struct {
	base, desk string
	pc, phone  string            // the desk's devices
	menu       map[string]string // the account's entry of each campaign
	standIn    bool
	students   []student.Admission
	people     []*stage.Staff
	settings   string // the configuration's file, "" on the stand-ins
}

// print says, in the order in which one goes: where to look, what to tap first,
// who can log in, how the operator's commands are tried, how to end.
func (w welcome) print(out io.Writer) {
	p := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	p("\n入学 Ruxue · 演示")
	p("  微信、微信支付、短信和人脸核身都由本机的模拟器应答：不连真实服务，不会扣款")
	if w.standIn {
		p("  注意：没有用 MariaDB 和 Redis，而是内置替身，只供演示：一次一个事务，退出后数据不保留")
	}
	p("\n1. 打开演示台，电脑与手机并排    %s/desk", w.desk)
	p("     其中的电脑 %s，手机 %s（端口每次不同，浏览器须能连上）", w.pc, w.phone)
	w.asStudent(p)
	w.asStaff(p)
	if w.settings != "" {
		p("\n5. 试用运维命令    go run ./cmd/ruxue doctor --config %s", w.settings)
		p("     其他命令见 go run ./cmd/ruxue --help，都加上同样的 --config")
	}
	p("\nCtrl+C 结束\n")
}

// asStudent is the way of both campaigns' students.
func (w welcome) asStudent(p func(format string, args ...any)) {
	p("\n2. 在手机上点公众号菜单“%s”，用下面任意一名学生登录（共 %d 名，手机号可用任意 11 位号码）", w.menu["hhu"], len(w.students))
	for _, s := range w.students[:min(6, len(w.students))] {
		p("     %s  %s  %s", s.IDNumber, s.Name, s.Level)
	}
	p("     短信验证码在手机的“收件箱”，或 %s/_sim/sms?phone=手机号", w.desk)
	p("     不用演示台时    %s/c/hhu/login，手册上的地址 %s/ws/app/login/toRegister", w.base, w.base)
	p("\n3. 同等学力申硕：菜单“%s”，账号为手机号，初始密码为身份证号后 6 位，首次登录后修改", w.menu["wust"])
	for _, s := range stage.Candidates()[:3] {
		state := ""
		if s.Approval == student.ApprovalPending {
			state = "  审核中"
		}
		p("     %s  %s  %s%s", s.Phone, student.InitialPassword(student.Person{IDNumber: s.IDNumber}), s.Name, state)
	}
	p("     不用演示台时    %s/studentLogin（电脑）  %s/live（手机）", w.base, w.base)
}

// asStaff is the console and who works there.
func (w welcome) asStaff(p func(format string, args ...any)) {
	p("\n4. 工作人员控制台    %s/staff", w.base)
	for _, s := range w.people {
		line := fmt.Sprintf("     %-8s  %s  %s，%s", s.Login, s.Password, s.Name, s.Role.Words())
		if len(s.Codes) > 0 {
			line += "，备用码 " + strings.Join(s.Codes[:4], " ") + "（各用一次）"
		}
		p("%s", line)
	}
}

package main

import (
	"fmt"
	"io"
	"strings"

	"ruxue/cmd/internal/stage"
	"ruxue/service/student"
)

// welcome prints where to go and who can log in.
func welcome(out io.Writer, base, sim string, standIn bool, students []student.Admission, people []*stage.Staff) {
	p := func(format string, args ...any) { _, _ = fmt.Fprintf(out, format+"\n", args...) }
	p("\n入学 Ruxue · 演示")
	if standIn {
		p("  注意：没有找到 MariaDB 和 Redis，正在使用内置替身，只供演示：一次一个事务，退出后数据不保留")
	}
	p("  演示台（电脑与手机并排）  %s/desk", sim)
	p("  电脑或手机浏览器          %s/c/hhu/login", base)
	p("  手册上的地址              %s/ws/app/login/toRegister", base)
	p("  短信验证码                演示台的收件箱，或 %s/_sim/sms?phone=手机号", sim)
	p("\n  可以登录的学生（共 %d 名，手机号可用任意 11 位号码）", len(students))
	for _, s := range students[:min(6, len(students))] {
		p("    %s  %s  %s", s.IDNumber, s.Name, s.Level)
	}
	p("\n  同等学力申硕              %s/studentLogin（电脑）  %s/live（手机）", base, base)
	p("  账号为手机号，初始密码为身份证号后 6 位，首次登录后修改")
	for _, s := range stage.Candidates()[:3] {
		state := ""
		if s.Approval == student.ApprovalPending {
			state = "  审核中"
		}
		p("    %s  %s  %s%s", s.Phone, student.InitialPassword(student.Person{IDNumber: s.IDNumber}), s.Name, state)
	}
	p("\n  工作人员                  %s/staff", base)
	for _, s := range people {
		line := fmt.Sprintf("    %-8s  %s  %s，%s", s.Login, s.Password, s.Name, s.Role.Words())
		if len(s.Codes) > 0 {
			line += "，备用码 " + strings.Join(s.Codes[:4], " ") + "（各用一次）"
		}
		p("%s", line)
	}
}

// operate says how the operator's commands are tried, where they can be, and
// how to end.
func operate(out io.Writer, settings string) {
	if settings != "" {
		_, _ = fmt.Fprintf(out, "\n  运维命令                  go run ./cmd/ruxue doctor --config %s\n", settings)
		_, _ = fmt.Fprintln(out, "  同样可用                  verify-signatures、verify-audit、reconcile、staff add、import、campaign export、menu show")
	}
	_, _ = fmt.Fprintf(out, "\n  Ctrl+C 结束\n\n")
}

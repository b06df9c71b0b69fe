package main

import (
	"fmt"
	"strings"
	"testing"
)

// TestStaffList: the accounts page by page, without anything that opens one.
func TestStaffList(t *testing.T) {
	s := settings(t, 1)
	list := func(code int, more ...string) ran {
		t.Helper()
		return s.command(t, code, append([]string{"staff", "list"}, more...)...)
	}
	if r := list(0); r.stdout != "还没有账号，用 ruxue staff add 新建\n" {
		t.Errorf("nobody: %s", r.stdout)
	}
	added := s.command(t, 0, "staff", "add", "--name", "赵强", "--login", "zhao", "--role", "site", "--site", "101", "--site", "999")
	if !strings.Contains(added.stdout, "注意：名单里还没有教学点 999 的学生\n") {
		t.Errorf("a site without students: %s", added.stdout)
	}
	db := s.db(t)
	db.MustExec(`UPDATE staff SET last_login_at='2026-11-20 01:30:00', password_hash='secret-hash', totp_cipher='secret-cipher', factor_at='2026-11-20 01:30:00'`)
	var ref string
	if err := db.Get(&ref, `SELECT ref FROM staff`); err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(list(0).stdout, "\n")
	if want := "账号 姓名 角色 教学点 状态 微信 二次验证 最近登录 编号"; strings.Join(strings.Fields(rows[0]), " ") != want {
		t.Errorf("the head: %q", rows[0])
	}
	if want := "zhao 赵强 教学点老师 101、999 可用 未绑定 已设置 2026年11月20日 09:30 " + ref; strings.Join(strings.Fields(rows[1]), " ") != want {
		t.Errorf("a row: %q", rows[1])
	}
	if strings.Contains(list(0).stdout, "secret") {
		t.Error("the list tells a secret")
	}
	for i := range 60 {
		db.MustExec(`INSERT INTO staff (ref, login, name, office, role, state, epoch, password_hash, password_own, totp_step, scan_factor, created_at, updated_at)
			VALUES (?,?,'某人','','finance','disabled',1,'x',0,0,0,NOW(),NOW())`, fmt.Sprintf("%022d", i), fmt.Sprintf("p%03d", i))
	}
	if r := list(0); strings.Count(r.stdout, "\n") != 52 || !strings.HasSuffix(r.stdout, "共 61 个账号，第 1 页，共 2 页\n") {
		t.Errorf("the first page: %s", r.stdout)
	}
	if r := list(0, "--page", "2"); strings.Count(r.stdout, "停用") != 11 {
		t.Errorf("the second page: %s", r.stdout)
	}
	if r := list(1, "--page", "3"); r.stderr != "ruxue: 没有第 3 页，共 2 页\n" {
		t.Errorf("a page that is not there: %s", r.stderr)
	}
}

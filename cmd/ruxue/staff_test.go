package main

import (
	"regexp"
	"strings"
	"testing"

	"ruxue/service/staff"
)

// TestStaffReset: an administrator who lost password, phone and codes gets in
// again by the command alone, and the log knows.
func TestStaffReset(t *testing.T) {
	s := settings(t, 1)
	command := func(code int, args ...string) ran {
		t.Helper()
		return s.command(t, code, append([]string{"staff"}, args...)...)
	}
	first := command(0, "add", "--name", "王老师", "--login", "wang", "--role", string(staff.Administrator)).stdout
	if r := command(1, "reset", "--login", "wang"); !strings.Contains(r.stderr, "--password、--factor 或 --enable") {
		t.Errorf("nothing to reset: %s", r.stderr)
	}
	if r := command(1, "add", "--name", "王", "--login", "w", "--role", "boss"); r.stderr != "ruxue: 没有新建账号：\n"+
		"  --login 账号为 3 至 64 位小写字母、数字或 . _ @ -，以字母或数字开头\n"+
		"  --role 请选择角色：administrator（管理员）、registrar（学籍老师）、finance（财务老师）或 site（教学点老师）\n" {
		t.Errorf("two mistakes: %s", r.stderr)
	}
	if r := command(1, "add", "--name", "汪老师", "--login", "wang", "--role", "finance"); r.stderr != "ruxue: 这个账号已经有人使用，请换一个\n" {
		t.Errorf("a login in use: %s", r.stderr)
	}
	if r := run(t, "doctor", "--config", "none.yaml"); !strings.Contains(r.stderr, "没有配置文件 none.yaml：用 --config 指定") {
		t.Errorf("no configuration: %s", r.stderr)
	}
	for _, words := range []string{"import none.xlsx --campaign xyz", "import --campaign hhu --carry-from xyz", "receipts none.xlsx --campaign xyz"} {
		if r := run(t, append(strings.Fields(words), "--config", s.file)...); r.stderr != "ruxue: 没有活动“xyz”，现有的活动：\n  hhu  2026级新生注册\n  wust  同等学力申硕学生登录\n" {
			t.Errorf("%s: %s", words, r.stderr)
		}
	}
	if r := run(t, "import", "none.xlsx", "--campaign", "hhu", "--config", s.file); !strings.Contains(r.stderr, "没有文件 none.xlsx") {
		t.Errorf("no list: %s", r.stderr)
	}
	if r := command(1, "reset", "--login", "nobody", "--password"); !strings.Contains(r.stderr, "没有") {
		t.Errorf("an unknown account: %s", r.stderr)
	}
	db := s.db(t)
	db.MustExec(`UPDATE staff SET totp_cipher='x', scan_factor=1, state='disabled'`)
	var before int
	if err := db.Get(&before, `SELECT epoch FROM staff`); err != nil {
		t.Fatal(err)
	}
	out := command(0, "reset", "--login", " Wang ", "--password", "--factor").stdout
	password := regexp.MustCompile(`一次性密码 (\S+)`)
	if p := password.FindStringSubmatch(out); p == nil || p[1] == password.FindStringSubmatch(first)[1]+"，" || !strings.Contains(out, "二次验证已清除") || !strings.Contains(out, "账号已停用") {
		t.Errorf("after the reset: %s", out)
	}
	command(0, "reset", "--login", "wang", "--enable")
	var row struct {
		Own      int    `db:"own"`
		Factors  int    `db:"factors"`
		Disabled int    `db:"disabled"`
		Epoch    int    `db:"epoch"`
		Log      string `db:"log"`
	}
	err := db.Get(&row, `SELECT s.password_own AS own, (s.totp_cipher IS NOT NULL)+s.scan_factor AS factors, s.state='disabled' AS disabled, s.epoch,
		(SELECT GROUP_CONCAT(CONCAT(a.actor, ' ', a.detail) ORDER BY a.id SEPARATOR '; ') FROM audit a WHERE a.subject=CONCAT('staff:', s.ref) AND a.action='staff.reset') AS log
		FROM staff s`)
	if err != nil || row.Own != 0 || row.Factors != 0 || row.Disabled != 0 || row.Epoch <= before ||
		row.Log != "system 命令行为 wang（王老师）重置密码、清除二次验证; system 命令行为 wang（王老师）启用账号" {
		t.Errorf("%+v %v", row, err)
	}
}

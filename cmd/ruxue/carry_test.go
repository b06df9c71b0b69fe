package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/mysql"
	"ruxue/repo/repotest"
	"ruxue/repo/simulator"
)

// TestCarryFromTheCommandLine: nothing moves without --apply, who cannot be
// carried has a line, a second run finds everything done.
func TestCarryFromTheCommandLine(t *testing.T) {
	sim, err := simulator.New(simulator.Options{Product: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	sim.SetBase("http://127.0.0.1:2")
	cfg, err := stage.Config(sim.Config(), stage.Place{BaseURL: "http://127.0.0.1:1", DSN: repotest.MySQLDSN(t), Redis: "127.0.0.1:3", Data: t.TempDir(), Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	students, err := stage.Prepare(t.Context(), cfg, sim.Config(), 3)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := stage.File(cfg)
	if err != nil {
		t.Fatal(err)
	}
	body, err := stage.Campaign("hhu", sim.Config())
	if err != nil {
		t.Fatal(err)
	}
	settings, file := filepath.Join(t.TempDir(), "config.yaml"), filepath.Join(t.TempDir(), "next.yaml")
	next := regexp.MustCompile(`(?m)^  to: .*$`).ReplaceAllString(string(body), `  to: "2099-12-31"`)
	next = strings.NewReplacer("code: hhu\n", "code: hhu2099\n", "title: 2026级新生注册\n", "title: 下一届新生注册\n").Replace(next)
	for path, text := range map[string]string{settings: string(raw), file: next} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db, err := mysql.Open(t.Context(), mysql.Options{DSN: cfg.MySQL.DSN, MaxOpenConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	db.MustExec(`UPDATE enrolment SET state='deferred' WHERE exam_number IN (?,?)`, students[0].ExamNumber, students[1].ExamNumber)
	db.MustExec(`UPDATE enrolment SET level='博士' WHERE exam_number=?`, students[1].ExamNumber)
	carry := func(code int, args ...string) string {
		t.Helper()
		r := run(t, append(args, "--config", settings)...)
		if r.code != code {
			t.Fatalf("%v ends with %d: %s%s", args, r.code, r.stdout, r.stderr)
		}
		return r.stdout + r.stderr
	}
	carry(0, "campaign", "apply", file)
	into := []string{"import", "--campaign", "hhu2099", "--carry-from", "hhu"}
	for i, x := range []struct {
		args []string
		says string
	}{
		{nil, "保留资格 2 人：将转入 1，名单中已有、将转为待申请入学 0，已在办理 0，以前转入过 0，不能转入 1"},
		{[]string{"--grade", "2099级", "--apply"}, "保留资格 2 人：已转入 1"},
		{[]string{"--apply"}, "已转入 0，名单中已有、已转为待申请入学 0，已在办理 0，以前转入过 1，不能转入 1"},
	} {
		out := carry(0, append(into[:5:5], x.args...)...)
		if !strings.Contains(out, x.says) || !strings.Contains(out, students[1].Name+" ") || !strings.Contains(out, "层次“博士”不是本活动的层次") ||
			strings.Contains(out, students[1].IDNumber) {
			t.Errorf("run %d: %s", i, out)
		}
		var n int
		if err := db.Get(&n, `SELECT COUNT(*) FROM enrolment WHERE state='kept' AND grade='2099级' AND carried_from IS NOT NULL`); err != nil || n != min(i, 1) {
			t.Errorf("run %d leaves %d carried: %v", i, n, err)
		}
	}
	for _, x := range []struct {
		args []string
		says string
	}{
		{[]string{"import", "--campaign", "hhu2099"}, "--carry-from"}, {append(into[:5:5], "名单.xlsx"), "不需要名单文件"},
		{[]string{"import", "--campaign", "hhu", "--carry-from", "hhu2099"}, "不能往回转"},
		{[]string{"import", "--campaign", "hhu2099", "--carry-from", "nothing"}, "没有"},
	} {
		if out := carry(1, x.args...); !strings.Contains(out, x.says) {
			t.Errorf("%v: %s", x.args, out)
		}
	}
}

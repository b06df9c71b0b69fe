package main

import (
	"regexp"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
)

// TestCarryFromTheCommandLine: nothing moves without --apply, who cannot be
// carried has a line, a second run finds everything done.
func TestCarryFromTheCommandLine(t *testing.T) {
	s := settings(t, 3)
	students, db := s.students, s.db(t)
	body, err := stage.Campaign("hhu", s.sim)
	if err != nil {
		t.Fatal(err)
	}
	next := regexp.MustCompile(`(?m)^  to: .*$`).ReplaceAllString(string(body), `  to: "2099-12-31"`)
	next = strings.NewReplacer("code: hhu\n", "code: hhu2099\n", "title: 2026级新生注册\n", "title: 下一届新生注册\n").Replace(next)
	db.MustExec(`UPDATE enrolment SET state='deferred' WHERE exam_number IN (?,?)`, students[0].ExamNumber, students[1].ExamNumber)
	db.MustExec(`UPDATE enrolment SET level='博士' WHERE exam_number=?`, students[1].ExamNumber)
	carry := func(code int, args ...string) string {
		t.Helper()
		r := s.command(t, code, args...)
		return r.stdout + r.stderr
	}
	carry(0, "campaign", "apply", written(t, "next.yaml", next))
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

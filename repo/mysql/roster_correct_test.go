package mysql_test

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/service/audit"
	"ruxue/service/fault"
	"ruxue/service/roster"
	"ruxue/service/staff"
	"ruxue/service/student"
)

func (o *office) entries(e *student.Enrolment) string {
	o.t.Helper()
	list, err := audit.NewLog(o.db.Audits(), o.now).Of(o.t.Context(), "enrolment:"+e.Ref, 50)
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for _, x := range list {
		out = append(out, x.Actor+" "+x.Action+" "+x.Detail)
	}
	return strings.Join(out, "\n")
}

func TestCorrections(t *testing.T) {
	o := newOffice(t)
	one := entry(1)
	one.IDNumber, one.Number = "11010519491231002X", "26100CS90001"
	e := o.admit(one)
	two := entry(2)
	two.IDNumber, two.Number = "110101199003074514", "26100CS90002"
	other := o.admit(two)
	const reason = "学生出示了身份证原件"
	fix := func(field, value string, confirmed bool) error {
		return o.svc.Correct(t.Context(), teacher, o.c, o.read(e.ID), roster.Correction{Field: field, Value: value, Reason: reason, Confirmed: confirmed})
	}
	for _, c := range []struct {
		field, value, says string
	}{
		{"name", "", "请输入新的姓名"}, {"name", "李3", "不能使用的字符"}, {"gender", "X", "男或女"},
		{"id_number", "110105194912310021", "身份证号"}, {"id_number", other.Person.IDNumber, "另一名学生"},
		{"imported_number", "26100CS90002", "另一名学生"}, {"imported_number", "26100 2", "只能有字母"},
		{"site", "999", "没有这个教学点"}, {"level", "博士", "没有这个层次"}, {"phone", "1", "请选择"},
		{"major", "会计学", "与现在的相同"}, {"major", strings.Repeat("长", 201), "不能超过"},
	} {
		err := fix(c.field, c.value, false)
		if f, ok := fault.As(err); !ok || !strings.Contains(f.Sentence, c.says) {
			t.Errorf("%s=%q: %v, want %q", c.field, c.value, err, c.says)
		}
	}
	if err := o.svc.Correct(t.Context(), teacher, o.c, e, roster.Correction{Field: "major", Value: "法学", Reason: "改"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a short reason: %v", err)
	}
	if got := o.entries(e); got != "" {
		t.Errorf("refusals were logged: %s", got)
	}
	if err := o.db.Students().SetVerified(t.Context(), e.ID); err != nil {
		t.Fatal(err)
	}
	for field, value := range map[string]string{"name": "王 𬭩", "gender": "男", "nation": "回族", "major": "法学", "level": "专升本",
		"id_number": "530102199205080116", "exam_number": "2632", "imported_number": "26100CS90009", "study_form": "业余", "years": "3", "grade": "2025级"} {
		if err := fix(field, value, false); err != nil {
			t.Errorf("%s: %v", field, err)
		}
	}
	now := o.read(e.ID)
	if now.Person.Name != "王𬭩" || now.Gender != "男" || now.Major != "法学" || now.Level != "专升本" || now.ImportedNumber != "26100CS90009" || now.VerifiedAt != nil {
		t.Errorf("%+v", now)
	}
	log := o.entries(e)
	if !strings.Contains(log, "staff:staff-ref staff.correct 更正专业：会计学 → 法学；原因："+reason) || strings.Contains(log, "王𬭩") || strings.Contains(log, one.IDNumber) {
		t.Errorf("the log says\n%s", log)
	}
	o.raw.MustExec(`UPDATE enrolment SET state='registered', student_number='26100CS90009' WHERE id=?`, e.ID)
	if err := fix("major", "会计学", false); !fault.Is(err, fault.Conflict) || o.read(e.ID).Major != "法学" {
		t.Errorf("a registered student was corrected silently: %v", err)
	}
	if err := fix("major", "会计学", true); err != nil || o.read(e.ID).Major != "会计学" || o.read(e.ID).Number != "26100CS90009" {
		t.Errorf("confirmed: %v", err)
	}
	if err := fix("imported_number", "26100CS90010", true); !fault.Is(err, fault.Invalid) {
		t.Errorf("a given number: %v", err)
	}
}

func TestHelpForOneStudent(t *testing.T) {
	o := newOffice(t)
	e, other := o.admit(at(1, "李雯", "100")), o.admit(at(2, "王伟", "100"))
	ctx, wust := t.Context(), *o.c
	wust.Login.Kind = "password"
	const reason = "本人到场核对身份"
	if err := o.svc.ResetPhone(ctx, teacher, &wust, e, other.Phone, reason); !fault.Is(err, fault.Conflict) {
		t.Errorf("a phone that is another's account: %v", err)
	}
	o.gone = errors.New("no Redis")
	if err := o.svc.ResetPhone(ctx, teacher, o.c, e, "139 0013 9000", reason); err == nil || o.read(e.ID).Phone != e.Phone {
		t.Errorf("a phone is replaced while its sessions live: %v", err)
	}
	o.gone, o.ended = nil, 0
	if err := o.svc.ResetPhone(ctx, teacher, o.c, e, "139 0013 9000", reason); err != nil || o.read(e.ID).Phone != "13900139000" || o.ended != 2 {
		t.Error(err, o.ended)
	}
	if err := o.db.Students().SetPasswordHash(ctx, e.ID, "hash"); err != nil {
		t.Fatal(err)
	}
	if err := o.svc.ResetPassword(ctx, teacher, o.c, e, reason); !fault.Is(err, fault.Conflict) {
		t.Errorf("a campaign without passwords: %v", err)
	}
	if err := o.svc.ResetPassword(ctx, teacher, &wust, e, reason); err != nil || o.count("password") != 0 {
		t.Errorf("%v, %d passwords", err, o.count("password"))
	}
	if code, err := o.svc.IssueCode(ctx, teacher, o.c, e, reason); err != nil || code != "123456" {
		t.Error(code, err)
	}
	for day, ok := range map[string]bool{"2026-03-11": false, "2026-12-31": false, "soon": false, "2026-03-12": true, "2026-04-01": true} {
		if err := o.svc.Extend(ctx, teacher, e, day, reason); (err == nil) != ok {
			t.Errorf("until %s: %v", day, err)
		}
	}
	if err := o.svc.Extend(ctx, teacher, e, "2026-04-01", reason); err != nil {
		t.Fatal(err)
	}
	if until := o.read(e.ID).ExtendedUntil; until == nil || !until.Equal(time.Date(2026, 4, 1, 15, 59, 59, 0, time.UTC)) {
		t.Errorf("until %v", until)
	}
	if err := o.svc.Reveal(ctx, teacher, e, "证件号码", "要给 13900139000 打电话"); !fault.Is(err, fault.Invalid) {
		t.Errorf("a number in the reason: %v", err)
	}
	if err := o.svc.Reveal(ctx, teacher, e, "证件号码", reason); err != nil {
		t.Fatal(err)
	}
	log := o.entries(e)
	for _, want := range []string{"staff.phone 更换手机号：138****0001 → 139****9000", "staff.password", "staff.code", "staff.extend 办理时间延长至 2026年4月1日 23:59", "staff.unmask 查看证件号码；原因：" + reason} {
		if !strings.Contains(log, want) {
			t.Errorf("the log lacks %q:\n%s", want, log)
		}
	}
}

func TestCases(t *testing.T) {
	o := newOffice(t)
	e, other := o.admit(at(1, "李雯", "100")), o.admit(at(2, "王伟", "200"))
	ctx := t.Context()
	if err := o.svc.Complain(ctx, e, "错了"); !fault.Is(err, fault.Invalid) {
		t.Errorf("too short: %v", err)
	}
	const text = "专业应为法学，通知书上是法学"
	if err := o.svc.Complain(ctx, e, text); err != nil {
		t.Fatal(err)
	}
	if err := o.svc.Complain(ctx, e, text); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second open case: %v", err)
	}
	if n := o.count("data_case WHERE text_cipher LIKE ?", "%法学%"); n != 0 {
		t.Error("the text lies open")
	}
	for site, want := range map[string]int{"100": 1, "200": 0} {
		if n, err := o.svc.OpenCases(ctx, staff.Scope{Sites: []string{site}}); err != nil || n != want {
			t.Errorf("site %s: %d %v", site, n, err)
		}
	}
	if got := o.names(roster.Query{Scope: everybody, Case: true}); !slices.Equal(got, []string{"李雯"}) {
		t.Errorf("with a case: %v", got)
	}
	list, err := o.svc.Cases(ctx, e)
	if err != nil || len(list) != 1 || list[0].Text != text || !list[0].Open() {
		t.Fatalf("%+v %v", list, err)
	}
	if err := o.svc.Answer(ctx, teacher, o.c, other, list[0].Ref, "已经更正为法学"); !fault.Is(err, fault.Conflict) {
		t.Errorf("by another student's address: %v", err)
	}
	if err := o.svc.Answer(ctx, teacher, o.c, e, list[0].Ref, "已经更正为法学"); err != nil || o.told != 1 {
		t.Error(err, o.told)
	}
	if err := o.svc.Answer(ctx, teacher, o.c, e, list[0].Ref, "已经更正为法学"); !fault.Is(err, fault.Conflict) {
		t.Errorf("twice: %v", err)
	}
	if list, err = o.svc.Cases(ctx, e); err != nil || list[0].Open() || list[0].Answer != "已经更正为法学" || list[0].AnsweredBy != "staff-ref" {
		t.Errorf("%+v %v", list, err)
	}
	if err := o.svc.Complain(ctx, e, text); err != nil {
		t.Errorf("after the answer: %v", err)
	}
}

package roster

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/staff"
	"ruxue/service/student"
)

func TestACorrectionIsCheckedAsItIsTyped(t *testing.T) {
	admitted := &student.Enrolment{State: student.Admitted, Grade: "2026级", SiteCode: "01", Level: "本科", Person: student.Person{IDType: student.IDCard}}
	registered := &student.Enrolment{State: student.Registered}
	officer := &student.Enrolment{State: student.Admitted, Person: student.Person{IDType: "军官证"}}
	c := &campaign.Campaign{Number: campaign.NumberRule{Kind: "pattern", Prefix: "{grade}{level_code}", Codes: map[string]string{"本科": "1", "专升本": "2"}}}
	s := New(Options{})
	for name, x := range map[string]struct {
		e                  *student.Enrolment
		field, typed, want string
		wrong              string // part of the refusal, "" when it is taken
	}{
		"a name keeps its point":               {admitted, "name", " 买买提·艾力 ", "买买提·艾力", ""},
		"a name is needed":                     {admitted, "name", " 　", "", "请输入新的姓名"},
		"an identity number is checked":        {admitted, "id_number", "110105194912310021", "", "身份证"},
		"in small letters it is the same":      {admitted, "id_number", "11010519491231002x", "11010519491231002X", ""},
		"an officer's is not an identity card": {officer, "id_number", "军字第001234号", "军字第001234号", ""},
		"a gender is one of two":               {admitted, "gender", "女性", "", "性别应为男或女"},
		"wide digits are digits":               {admitted, "exam_number", "２６４２０１０１", "26420101", ""},
		"a datum that nobody needs may go":     {admitted, "nation", "", "", ""},
		"a nation has an end":                  {admitted, "nation", strings.Repeat("族", 33), "", "民族不能超过 32 个字"},
		"no line break inside":                 {admitted, "major", "会计\n学", "", "不能使用的字符"},
		"a number has no blanks":               {admitted, "imported_number", "26 01", "", "字母、数字和短横线"},
		"a number may have a hyphen":           {admitted, "imported_number", "26A-01", "26A-01", ""},
		"a given number stays":                 {registered, "imported_number", "2601", "", "已经发放"},
		"a level that the numbers know":        {admitted, "level", "专升本", "专升本", ""},
		"a level that they do not":             {admitted, "level", "高起专", "", "没有这个层次"},
	} {
		d, ok := DatumNamed(x.field)
		got, _, err := s.check(t.Context(), c, x.e, d, x.typed)
		if x.wrong == "" && (err != nil || got != x.want) || !ok {
			t.Errorf("%s: %q is kept as %q, %v", name, x.typed, got, err)
		}
		if f, is := fault.As(err); x.wrong != "" && (!is || f.Field != "value" || !strings.Contains(f.Sentence, x.wrong)) {
			t.Errorf("%s: %q gives %v, want %q at the value", name, x.typed, err, x.wrong)
		}
	}
	if err := s.Correct(t.Context(), staff.Actor{}, c, admitted, Correction{Field: "phone"}); !fault.Is(err, fault.Invalid) {
		t.Errorf("a datum that is none of the list: %v", err)
	}
}

// TestTheLogHoldsNoPersonalDatum: a correction is logged masked.
func TestTheLogHoldsNoPersonalDatum(t *testing.T) {
	for field, x := range map[string][2]string{"name": {"陈立川", "陈"}, "id_number": {"11010519491231002X", "110"},
		"exam_number": {"26420101150123", "264"}, "imported_number": {"202601011234", "202"}} {
		d, _ := DatumNamed(field)
		if got := d.shown(x[0]); strings.Contains(got, x[0]) || !strings.HasPrefix(got, x[1]) || !strings.Contains(got, "*") {
			t.Errorf("%s is logged as %q", field, got)
		}
	}
	for field, x := range map[string][2]string{"major": {"会计学", "会计学"}, "nation": {"", "（空）"}, "id_number": {"", "（空）"}} {
		d, _ := DatumNamed(field)
		if got := d.shown(x[0]); got != x[1] {
			t.Errorf("%s %q is logged as %q, want %q", field, x[0], got, x[1])
		}
	}
}

func TestWhatACorrectionAffectsIsSaid(t *testing.T) {
	at := time.Now()
	for name, x := range map[string]struct {
		e    student.Enrolment
		want string // "" when nothing was decided yet
	}{
		"she has done nothing":        {student.Enrolment{State: student.Admitted}, ""},
		"she confirmed her data":      {student.Enrolment{State: student.Admitted, VerifiedAt: &at}, "重新核对"},
		"her place was kept":          {student.Enrolment{State: student.Kept, VerifiedAt: &at}, "重新核对"},
		"she has her number":          {student.Enrolment{State: student.Registered}, "学号"},
		"she applied to enter":        {student.Enrolment{State: student.EntryPending}, "入学申请"},
		"she applied for a deferral":  {student.Enrolment{State: student.DeferralPending}, "保留或放弃"},
		"she gave up her place":       {student.Enrolment{State: student.Waived}, "保留或放弃"},
		"her deferral is granted":     {student.Enrolment{State: student.Deferred}, "保留或放弃"},
		"the waiver waits for a word": {student.Enrolment{State: student.WaiverPending}, "保留或放弃"},
	} {
		if got := Affects(&x.e); (got == "") != (x.want == "") || !strings.Contains(got, x.want) {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
}

func TestACasesTextHasBounds(t *testing.T) {
	for name, x := range map[string]struct{ typed, want, wrong string }{
		"a sentence":                     {" 专业应为会计学\r\n谢谢 ", "专业应为会计学\n谢谢", ""},
		"five characters":                {"姓名有误了", "姓名有误了", ""},
		"blanks do not count":            {"  有误    ", "", "至少 5 个字"},
		"five hundred":                   {strings.Repeat("误", 500), strings.Repeat("误", 500), ""},
		"one more is told how many":      {strings.Repeat("误", 501), "", "现在是 501 个字"},
		"nothing asks for what is asked": {"", "", "请写明处理结果"},
	} {
		got, err := caseText(x.typed, "请写明处理结果")
		f, is := fault.As(err)
		if got != x.want || is != (x.wrong != "") || is && (f.Field != "text" || !strings.Contains(f.Sentence, x.wrong)) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
	}
}

func TestAnExtensionEndsWithADayOfBeijing(t *testing.T) {
	s := New(Options{Now: func() time.Time { return time.Date(2026, 8, 30, 15, 0, 0, 0, time.UTC) }}) // 23:00 in Beijing
	for name, x := range map[string]struct{ day, reason, field, wrong string }{
		"no day":           {"", "住院治疗", "until", "请选择日期"},
		"another spelling": {"30/8/2026", "住院治疗", "until", "请选择日期"},
		"yesterday":        {"2026-08-29", "住院治疗", "until", "已经过去"},
		"too far":          {"2027-02-28", "住院治疗", "until", "最多延长 180 天"},
		"no reason":        {"2026-09-05", "", "reason", "原因"},
	} {
		f, ok := fault.As(s.Extend(t.Context(), staff.Actor{}, &student.Enrolment{}, x.day, x.reason))
		if !ok || f.Field != x.field || !strings.Contains(f.Sentence, x.wrong) {
			t.Errorf("%s: %v, want %q at %s", name, f, x.wrong, x.field)
		}
	}
}

// TestTheFunnelLosesNobody: each step counts who is there and who came at least
// so far; who left by another door stands beside.
func TestTheFunnelLosesNobody(t *testing.T) {
	c := &campaign.Campaign{Steps: []campaign.Step{{Kind: "choice", Label: "选择"}, {Kind: "captcha", Label: "滑块"},
		{Kind: "pay", Label: "缴费"}, {Kind: "application", Name: "waive", Label: "放弃申请"}, {Kind: "done", Label: "完成"}}}
	lines := func(due map[string]int) (out []string) {
		for _, s := range funnel(c, due) {
			out = append(out, fmt.Sprintf("%s %d/%d", s.Label, s.Here, s.Reached))
		}
		return out
	}
	for name, x := range map[string]struct {
		due  map[string]int
		want []string
	}{
		"nobody": {nil, []string{"未登录 0/0", "选择 0/0", "缴费 0/0", "等待审核 0/0", "注册完成 0/0"}},
		"on the way": {map[string]int{KeyLogin: 5, "choice": 4, "pay": 3, "done": 2, KeyRegistered: 1},
			[]string{"未登录 5/5", "选择 4/10", "缴费 3/6", "等待审核 2/3", "注册完成 1/1"}},
		"by another door": {map[string]int{"choice": 1, "application:waive": 2, KeyBound: 3, KeyEntering: 4},
			[]string{"未登录 0/0", "选择 1/1", "缴费 0/0", "等待审核 0/0", "注册完成 0/0", "放弃申请 2/2", "入学申请待审核 4/4", "保留或放弃 3/3"}},
	} {
		if got := lines(x.due); !slices.Equal(got, x.want) {
			t.Errorf("%s:\n%v, want\n%v", name, got, x.want)
		}
	}
}

package admission_test

import (
	"strings"
	"testing"

	"ruxue/config/campaigns"
	"ruxue/service/admission"
	"ruxue/service/campaign"
)

func load(t testing.TB, file string, edits ...string) *campaign.Campaign {
	t.Helper()
	body, err := campaigns.Files.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c, err := campaign.Parse([]byte(strings.NewReplacer(edits...).Replace(string(body))))
	if err != nil {
		t.Fatal(err)
	}
	c.ID = 1
	return c
}

// heads are the headings of the test's lists, by the names of the databases.
var heads = []string{"KSH", "XM", "证件类型", "SFZH", "性别", "民族", "层次", "专业", "学习形式", "学制", "年级", "教学点代码", "教学点", "手机号", "学费（元）", "XH"}

func headings(names ...string) []admission.Heading {
	hs, err := admission.Headings(names)
	if err != nil {
		panic(err)
	}
	return hs
}

// good is a row without a mistake.
func good() []string {
	return []string{"26320100000001", "李雯雯", "身份证", "110101199001011237", "男", "汉族", "专升本", "会计学", "函授", "2.5", "2026级",
		"100", "南京校本部教学点", "13800138000", "3200.00", ""}
}

const (
	atExam = iota
	atName
	atType
	atID
	atGender
	atNation
	atLevel
	atMajor
	atForm
	atYears
	atGrade
	atSiteCode
	atSite
	atPhone
	atFee
	atNumber
)

func TestAGoodRowIsRead(t *testing.T) {
	c := admission.NewChecker(admission.RulesOf(load(t, "hhu.yaml")), headings(heads...))
	e, problems := c.Check(admission.Row{Line: 2, Cells: good()})
	if len(problems) > 0 {
		t.Fatalf("%+v", problems)
	}
	if e.IDNumber != "110101199001011237" || e.Name != "李雯雯" || *e.FeeFen != 320000 || e.Phone != "13800138000" || e.Grade != "2026级" || e.Years != "2.5" {
		t.Errorf("%+v", e)
	}
}

// TestBrokenRows: each kind of mistake is found, at its cell, with a reason and
// a suggestion.
func TestBrokenRows(t *testing.T) {
	rules := admission.RulesOf(load(t, "hhu.yaml"))
	for _, x := range []struct {
		name   string
		at     int
		value  string
		kind   admission.Kind
		reason string
	}{
		{"checksum", atID, "110101199001011234", admission.BadID, "有误"},
		{"17 digits", atID, "11010119900101123", admission.BadID, "现在是 17 位"},
		{"15 digits", atID, "110101900101123", admission.BadID, "15"},
		{"no such day", atID, "110101199002311231", admission.BadID, "出生日期"},
		{"1.1E+17", atID, "1.10101E+17", admission.Spreadsheet, "1.10101E+17"},
		{"zeros after 15 digits", atID, "110101199001011000", admission.Spreadsheet, "第 16 位起都是 0"},
		{"exam number rounded", atExam, "2.6320100000001E+15", admission.Spreadsheet, "后几位已丢失"},
		{"no ID number", atID, "", admission.Missing, "没有填"},
		{"no name", atName, " ", admission.Missing, "没有填"},
		{"no level", atLevel, "", admission.Missing, "没有填"},
		{"digits in the name", atName, "李2", admission.BadName, "不能使用"},
		{"lost rare character", atName, "王?", admission.BadName, "不能使用"},
		{"level", atLevel, "本硕连读", admission.BadLevel, "不是本次活动的层次"},
		{"study form", atForm, "自习", admission.BadForm, "不是本次活动的学习形式"},
		{"site", atSiteCode, "999", admission.BadSite, "不在本次活动的教学点中"},
		{"site of another code", atSite, "北京教学点", admission.BadSite, "名称不同"},
		{"phone", atPhone, "1380013800", admission.BadPhone, "现在是 10 位"},
		{"phone rounded", atPhone, "1.38E+10", admission.Spreadsheet, "后几位已丢失"},
		{"fee", atFee, "三千", admission.BadFee, "不是金额"},
		{"fee of three decimals", atFee, "3200.123", admission.BadFee, "超过两位"},
		{"negative fee", atFee, "-1", admission.BadFee, "不是金额"},
		{"gender against the ID number", atGender, "女", admission.BadGender, "第 17 位表示男"},
		{"gender", atGender, "先生", admission.BadGender, "不认识"},
		{"grade", atGrade, "26", admission.BadFormat, "不认识"},
		{"years", atYears, "两年", admission.BadFormat, "不认识"},
		{"type of document", atType, "驾照", admission.BadFormat, "不认识"},
		{"student number", atNumber, "学号1", admission.BadFormat, "字母和数字"},
		{"formula error", atLevel, "#N/A", admission.NoResult, "公式结果出错"},
		{"endless text", atMajor, strings.Repeat("长", 300), admission.BadFormat, "超过 200 个字"},
	} {
		cells := good()
		cells[x.at] = x.value
		_, problems := admission.NewChecker(rules, headings(heads...)).Check(admission.Row{Line: 7, Cells: cells})
		if len(problems) != 1 {
			t.Errorf("%s: %d problems: %+v", x.name, len(problems), problems)
			continue
		}
		p := problems[0]
		want := string(rune('A'+x.at)) + "7"
		if p.Kind != x.kind || !strings.Contains(p.Reason, x.reason) || p.Suggestion == "" || p.Line != 7 || p.Cell != want || p.Column != heads[x.at] {
			t.Errorf("%s: %+v, want %s at %s with %q", x.name, p, x.kind, want, x.reason)
		}
	}
}

func TestRowsAreComparedWithOneAnother(t *testing.T) {
	rules := admission.RulesOf(load(t, "hhu.yaml"))
	c := admission.NewChecker(rules, headings(heads...))
	first := good()
	first[atNumber] = "2600001"
	if _, p := c.Check(admission.Row{Line: 2, Cells: first}); len(p) > 0 {
		t.Fatal(p)
	}
	again := good()
	again[atID], again[atNumber] = "110101199001011237", "2600001"
	_, p := c.Check(admission.Row{Line: 9, Cells: again})
	if len(p) != 3 || p[0].Kind != admission.Duplicate || !strings.Contains(p[0].Reason, "第 2 行") || p[2].Cell != "P9" {
		t.Errorf("%+v", p)
	}
	if strings.Contains(p[0].Value, "19900101") {
		t.Errorf("an identity number is shown: %s", p[0].Value)
	}
	for _, r := range []admission.Row{{Line: 3, Cells: good(), Merged: "A3:A4"}, {Line: 3, Cells: good(), Formula: "C3"}} {
		_, p := c.Check(r)
		if len(p) != 1 || (p[0].Kind != admission.MergedCell && p[0].Kind != admission.NoResult) || p[0].Suggestion == "" {
			t.Errorf("%+v", p)
		}
	}
}

func TestANumberThatEndsInZerosByRightIsBelieved(t *testing.T) {
	c := admission.NewChecker(admission.RulesOf(load(t, "hhu.yaml")), headings(heads...))
	right, wrong := good(), good()
	right[atID], right[atExam], right[atGender] = "110101199005091000", "1", ""
	wrong[atID] = "110101199001011000"
	if _, p := c.Check(admission.Row{Line: 2, Cells: right}); len(p) > 0 {
		t.Errorf("%+v", p)
	}
	if _, p := c.Check(admission.Row{Line: 3, Cells: wrong}); len(p) != 1 || p[0].Kind != admission.Spreadsheet {
		t.Errorf("%+v", p)
	}
	if _, p := c.Check(admission.Row{Line: 4, Cells: right}); len(p) != 1 || p[0].Kind != admission.Spreadsheet {
		t.Errorf("in a file with rounded numbers: %+v", p)
	}
}

func TestWhatOfficesWriteIsUnderstood(t *testing.T) {
	rules := admission.RulesOf(load(t, "hhu.yaml"))
	for _, x := range []struct {
		at          int
		value, want string
	}{
		{atID, "'110101199001011237", "110101199001011237"}, {atID, " １１０１０１１９９００１０１１２３７ ", "110101199001011237"},
		{atExam, "26320100000001.0", "26320100000001"}, {atExam, "2.6320100000001E+13", "26320100000001"}, {atPhone, "1.3800138000E+10", "13800138000"},
		{atPhone, "+86 138-0013-8000", "13800138000"}, {atName, "李 雯雯", "李雯雯"}, {atGrade, "2026", "2026级"}, {atYears, "5.0年", "5"},
		{atLevel, "专科起点本科", "专升本"}, {atLevel, "专 升 本", "专升本"}, {atGender, "1", "男"}, {atGender, "", "男"}, {atType, "居民身份证", "身份证"}, {atType, "", "身份证"},
		{atSite, "", "南京校本部教学点"}, {atSiteCode, "", "100"}, {atFee, "¥3,200.5", "320050"}, {atFee, "0", "0"}, {atFee, "3200元", "320000"},
	} {
		cells := good()
		cells[x.at] = x.value
		e, p := admission.NewChecker(rules, headings(heads...)).Check(admission.Row{Line: 2, Cells: cells})
		if len(p) > 0 {
			t.Errorf("%q: %+v", x.value, p)
			continue
		}
		got := []string{e.ExamNumber, e.Name, e.IDType, e.IDNumber, e.Gender, e.Nation, e.Level, e.Major, e.StudyForm, e.Years, e.Grade, e.SiteCode, e.Site, e.Phone, itoa(*e.FeeFen)}[x.at]
		if got != x.want {
			t.Errorf("%q became %q, want %q", x.value, got, x.want)
		}
	}
	officer := good()
	officer[atType], officer[atID] = "军官证", "军字第2001988号"
	if e, p := admission.NewChecker(rules, headings(heads...)).Check(admission.Row{Line: 2, Cells: officer}); len(p) > 0 || e.IDNumber != "军字第2001988号" {
		t.Errorf("%+v %+v", e, p)
	}
}

func TestEachCampaignNeedsItsOwnColumns(t *testing.T) {
	hhu, wust := admission.RulesOf(load(t, "hhu.yaml")), admission.RulesOf(load(t, "wust.yaml"))
	listed := admission.RulesOf(load(t, "hhu.yaml", "kind: pattern", "kind: imported"))
	if !has(hhu.Need, admission.SiteCode) || !has(hhu.Need, admission.Level) || has(hhu.Need, admission.Phone) || !hhu.Pays {
		t.Errorf("%+v", hhu.Need)
	}
	if !has(wust.Need, admission.Phone) || has(wust.Need, admission.SiteCode) || !wust.Approves {
		t.Errorf("%+v", wust.Need)
	}
	if !has(listed.Need, admission.Number) {
		t.Errorf("%+v", listed.Need)
	}
	cells := good()
	cells[atNumber] = "260001"
	c := admission.NewChecker(wust, headings("姓名", "身份证号", "手机", "审核状态"))
	e, p := c.Check(admission.Row{Line: 2, Cells: []string{"李雯雯", "110101199001011237", "13800138000", "待审核"}})
	if len(p) > 0 || e.Approval != "pending" {
		t.Errorf("%+v %+v", e, p)
	}
}

func FuzzCheck(f *testing.F) {
	rules := admission.RulesOf(load(f, "hhu.yaml"))
	for i, s := range []string{"1.10101E+17", "'", "110101199001011237", "¥3,200.50", "专升本", "军", "\xff", "1e999", "9.9E+000000001", "0.0"} {
		f.Add(i, s)
	}
	f.Fuzz(func(t *testing.T, at int, s string) {
		cells := good()
		cells[((at%len(cells))+len(cells))%len(cells)] = s
		e, problems := admission.NewChecker(rules, headings(heads...)).Check(admission.Row{Line: 2, Cells: cells})
		for _, p := range problems {
			if p.Reason == "" || p.Suggestion == "" || p.Cell == "" || p.Kind == "" {
				t.Fatalf("%q: %+v", s, p)
			}
		}
		if len(problems) > 0 {
			return
		}
		if len(e.IDNumber) < 4 || e.Name == "" || e.Level == "" || e.SiteCode == "" || len(e.ExamNumber) > 32 || len(e.Number) > 40 ||
			(e.FeeFen != nil && (*e.FeeFen < 0 || *e.FeeFen > 100_000_000)) {
			t.Fatalf("%q passed: %+v", s, e)
		}
	})
}

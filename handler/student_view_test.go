package handler

import (
	"strings"
	"testing"
	"time"

	"ruxue/h5"
	"ruxue/service/application"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/face"
	"ruxue/service/fault"
	"ruxue/service/journey"
	"ruxue/service/roster"
	"ruxue/service/student"
)

// TestOnlyWhatWasUnmaskedStandsOpen: hidden data stay masked beside the one
// that was asked for, and empty ones are left out.
func TestOnlyWhatWasUnmaskedStandsOpen(t *testing.T) {
	const id, phone = "11010519491231002X", "13800138000"
	e := &student.Enrolment{Phone: phone, Level: "本科", Person: student.Person{Name: "陈立川", IDNumber: id}}
	for open, want := range map[string][2]bool{"": {false, false}, hiddenID: {true, false}, hiddenPhone: {false, true}, hiddenAll: {true, true},
		"section:basic": {false, false}} {
		got := [2]bool{}
		for _, d := range data(e, open) {
			if d.Value == "" {
				t.Errorf("%s stands there empty", d.Label)
			}
			got[0] = got[0] || d.Value == id
			got[1] = got[1] || d.Value == phone
		}
		if got != want {
			t.Errorf("with %q open, number and phone stand open: %v, want %v", open, got, want)
		}
	}
}

func TestARowOfTheStudentsList(t *testing.T) {
	c := &campaign.Campaign{Steps: []campaign.Step{{Kind: "pay", Label: "缴费"}}}
	listed := func(state student.State, number string) roster.Listed {
		return roster.Listed{Due: "pay", Enrolment: &student.Enrolment{CampaignID: 3, State: state, Number: number, ExamNumber: "264201",
			Person: student.Person{Name: "陈立川", IDNumber: "11010519491231002X"}}}
	}
	titles := map[int64]string{3: "2026 秋季"}
	for name, x := range map[string]struct {
		q                        roster.Query
		r                        roster.Listed
		number, state, tint, due string
	}{
		"on the way":          {roster.Query{Campaign: c}, listed(student.Admitted, ""), "考生号 264201", "未注册", "mute", "缴费"},
		"registered":          {roster.Query{Campaign: c}, listed(student.Registered, "2601"), "2601", "注册完成", "ok", ""},
		"waits for staff":     {roster.Query{Campaign: c}, listed(student.WaiverPending, ""), "考生号 264201", "放弃申请待审核", "warn", ""},
		"of any campaign":     {roster.Query{}, listed(student.Admitted, ""), "考生号 264201", "未注册", "mute", "2026 秋季"},
		"with a place kept":   {roster.Query{Campaign: c}, listed(student.Kept, ""), "考生号 264201", "保留资格待入学", "mute", "缴费"},
		"gave the place up":   {roster.Query{Campaign: c}, listed(student.Waived, ""), "考生号 264201", "已放弃资格", "mute", ""},
		"applies to enter it": {roster.Query{Campaign: c}, listed(student.EntryPending, ""), "考生号 264201", "入学申请待审核", "warn", ""},
	} {
		got := rosterRow(x.q, x.r, titles)
		if got.Number != x.number || got.State != x.state || got.Tag != x.tint || got.Due != x.due {
			t.Errorf("%s: %+v", name, got)
		}
		if strings.Contains(got.ID, "19491231") {
			t.Errorf("%s: the number stands open: %s", name, got.ID)
		}
	}
}

// TestAListsPagesKeepTheFilter, and a page beyond the end leads back to the last.
func TestAListsPagesKeepTheFilter(t *testing.T) {
	const at = "/staff/students?"
	for name, x := range map[string]struct {
		n, total         int
		text, prev, next string
	}{
		"nobody":            {1, 0, "", "", ""},
		"one full page":     {1, 50, "", "", ""},
		"the first of two":  {1, 51, "第 1 页，共 2 页", "", at + "page=2&state=kept"},
		"the last of two":   {2, 100, "第 2 页，共 2 页", at + "page=1&state=kept", ""},
		"in the middle":     {2, 101, "第 2 页，共 3 页", at + "page=1&state=kept", at + "page=3&state=kept"},
		"far beyond":        {99, 101, "第 99 页，共 3 页", at + "page=3&state=kept", ""},
		"beyond one page":   {7, 3, "", at + "page=1&state=kept", ""},
		"beyond no student": {2, 0, "", at + "page=1&state=kept", ""},
	} {
		var page h5.StaffStudents
		(&Handler{}).pages(callTo("/staff/students?state=kept&page=9", nil), &page, x.n, x.total)
		if page.PageText != x.text || page.Prev != x.prev || page.Next != x.next {
			t.Errorf("%s: %q, before %q, after %q", name, page.PageText, page.Prev, page.Next)
		}
	}
}

// TestTheHomePageSaysWhereTheStudentStands: an application goes before her data,
// her data before her photo.
func TestTheHomePageSaysWhereTheStudentStands(t *testing.T) {
	waiting := face.Standing{Review: face.ReviewPending, At: time.Date(2026, 8, 30, 1, 5, 0, 0, time.UTC)}
	for name, x := range map[string]struct {
		e      student.Enrolment
		photo  face.Standing
		passed bool
		tag    string
		text   string
	}{
		"registered":                  {student.Enrolment{State: student.Registered}, waiting, false, "注册完成", "完成注册"},
		"an application waits":        {student.Enrolment{State: student.DeferralPending}, waiting, false, "待审核", "结果会通知您"},
		"a deferral was granted":      {student.Enrolment{State: student.Deferred}, waiting, false, "已通过", "保留入学资格"},
		"the place was given up":      {student.Enrolment{State: student.Waived}, waiting, false, "已通过", "放弃入学资格"},
		"the place is kept":           {student.Enrolment{State: student.Kept}, waiting, false, "未开始", "可以申请入学"},
		"her data wait":               {student.Enrolment{State: student.Admitted, Approval: student.ApprovalPending}, waiting, false, "待审核", "审核确认中"},
		"her photo waits":             {student.Enrolment{State: student.Admitted}, waiting, false, "待审核", "2026年8月30日 09:05 提交"},
		"it waits, but the face does": {student.Enrolment{State: student.Admitted}, waiting, true, "已通过", "没有需要您办理的事项"},
		"nothing is left":             {student.Enrolment{State: student.Admitted}, face.Standing{}, false, "已通过", "没有需要您办理的事项"},
	} {
		if got := status(&x.e, x.photo, x.passed); got.Tag != x.tag || !strings.Contains(got.Text, x.text) {
			t.Errorf("%s: %+v", name, got)
		}
	}
}

// TestTheDoorsOfAStudent: before a kept place she may enter it or give it up;
// once it was entered she cannot keep it a second time.
func TestTheDoorsOfAStudent(t *testing.T) {
	c := &campaign.Campaign{Choices: []campaign.Choice{{Code: "register"}, {Code: "defer"}, {Code: "waive"}}}
	from := func(s student.State) *application.Application { return &application.Application{From: s} }
	for name, x := range map[string]struct {
		e      student.Enrolment
		latest *application.Application
		want   string
	}{
		"listed this year":          {student.Enrolment{State: student.Admitted}, nil, "register defer waive"},
		"with a kept place":         {student.Enrolment{State: student.Kept, CarriedFrom: 1}, nil, "enter waive"},
		"who applied to enter":      {student.Enrolment{State: student.EntryPending, CarriedFrom: 1}, nil, "enter waive"},
		"who gave the kept one up":  {student.Enrolment{State: student.Waived, CarriedFrom: 1}, from(student.Kept), "enter waive"},
		"who entered":               {student.Enrolment{State: student.Admitted, CarriedFrom: 1}, from(student.Kept), "register waive"},
		"who gives up after that":   {student.Enrolment{State: student.WaiverPending, CarriedFrom: 1}, from(student.Admitted), "register waive"},
		"who gave this year's up":   {student.Enrolment{State: student.Waived}, from(student.Admitted), "register defer waive"},
		"who waived, by old record": {student.Enrolment{State: student.Waived}, nil, "register defer waive"},
	} {
		k := &call{campaign: c, enrolment: &x.e}
		var got []string
		for _, d := range k.doors(x.latest) {
			got = append(got, d.Code)
		}
		if s := strings.Join(got, " "); s != x.want {
			t.Errorf("%s: %s, want %s", name, s, x.want)
		}
	}
}

// TestWhatAStudentOwes: the listed fee goes before the rules; without a fee or
// without the number that will be given nobody pays.
func TestWhatAStudentOwes(t *testing.T) {
	fee := func(fen int64) *int64 { return &fen }
	rules := campaign.Fee{Rules: []campaign.FeeRule{{When: map[string]string{"level": "本科"}, Items: []campaign.FeeItem{{Name: "学费", Fen: 300000}, {Name: "教材费", Fen: 20000}}}}}
	listed := campaign.NumberRule{Kind: "imported"}
	for name, x := range map[string]struct {
		number campaign.NumberRule
		e      student.Enrolment
		paid   bool
		total  int64
		wrong  string
	}{
		"by the rule":           {campaign.NumberRule{}, student.Enrolment{Level: "本科"}, false, 320000, ""},
		"by the list":           {campaign.NumberRule{}, student.Enrolment{Level: "本科", FeeFen: fee(280050)}, false, 280050, ""},
		"listed as free":        {campaign.NumberRule{}, student.Enrolment{Level: "本科", FeeFen: fee(0)}, false, 0, ""},
		"nobody said":           {campaign.NumberRule{}, student.Enrolment{Level: "专升本"}, false, 0, "学费标准还没有确定"},
		"no number to give":     {listed, student.Enrolment{Level: "本科"}, false, 0, "学号还没有录入"},
		"paid before it lacked": {listed, student.Enrolment{Level: "本科"}, true, 320000, ""},
		"with its number":       {listed, student.Enrolment{Level: "本科", ImportedNumber: "2601"}, false, 320000, ""},
	} {
		k := &call{campaign: &campaign.Campaign{Number: x.number, Fee: rules}, enrolment: &x.e, progress: journey.Progress{Paid: x.paid}}
		d, err := k.owed()
		f, refused := fault.As(err)
		if refused != (x.wrong != "") || refused && (f.Kind != fault.Conflict || !strings.Contains(f.Sentence, x.wrong)) || d.total != x.total ||
			err == nil && d.free() != (x.total == 0) {
			t.Errorf("%s: %d fen, %v", name, d.total, err)
		}
	}
}

func TestMembersAreAddedAndRemoved(t *testing.T) {
	family := campaign.Section{Repeated: true}
	for name, x := range map[string]struct {
		s      campaign.Section
		action string
		want   string // the names that are left
		ok     bool
	}{
		"one more":                  {family, "add", "父 母 ", true},
		"the first goes":            {family, "remove.0", "母", true},
		"the last goes":             {family, "remove.1", "父", true},
		"one that is not there":     {family, "remove.2", "父 母", false},
		"before the first":          {family, "remove.-1", "父 母", false},
		"no number":                 {family, "remove.x", "父 母", false},
		"nothing of the kind":       {family, "submit", "父 母", false},
		"a page that has no member": {campaign.Section{}, "add", "父 母", false},
	} {
		v, ok := editItems(x.s, enrolment.Values{Items: []map[string]string{{"name": "父"}, {"name": "母"}}}, x.action)
		var got []string
		for _, m := range v.Items {
			got = append(got, m["name"])
		}
		if s := strings.Join(got, " "); s != x.want || ok != x.ok {
			t.Errorf("%s: %q %v, want %q %v", name, s, ok, x.want, x.ok)
		}
	}
}

func TestARowOfTheLogNamesWhoDid(t *testing.T) {
	for name, x := range map[string]struct {
		actor, known, subject string
		who, kind, href       string
	}{
		"a person of the staff":  {"staff:a", "周老师", "enrolment:e1", "周老师", "工作人员", "/staff/students/e1"},
		"a student":              {"student:e1", "陈立川", "pay:RX1", "陈立川", "学生", ""},
		"who is gone":            {"staff:a", "", "staff:b", "工作人员", "", ""},
		"the program":            {"system", "", "day:2026-08-30", "系统", "", ""},
		"an actor nobody thinks": {"cron:x", "", "", "系统", "", ""},
	} {
		r := auditRow(audit.Named{Entry: audit.Entry{Actor: x.actor, Subject: x.subject, Action: "student.login"}, Name: x.known})
		if r.Who != x.who || r.Kind != x.kind || r.Href != x.href || r.What == "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
	words := strings.Split(strings.Repeat("甲 ", 21), " ")[:21]
	if got := listed(words); !strings.HasSuffix(got, " 等 21 个") || strings.Count(got, "甲") != 20 || listed(words[:2]) != "甲、甲" {
		t.Errorf("a long list is logged as %s", got)
	}
}

func TestADayOfTheReportIsRead(t *testing.T) {
	h := &Handler{Deps: Deps{Now: func() time.Time { return time.Date(2026, 8, 30, 17, 0, 0, 0, time.UTC) }}} // the 31st in Beijing
	for typed, want := range map[string]string{"": "2026-08-30", "2026-08-01": "2026-08-01"} {
		if got, err := h.dayOf(typed); err != nil || got.In(campaign.Shanghai).Format(time.DateTime) != want+" 00:00:00" {
			t.Errorf("%q is %v, want %s; %v", typed, got, want, err)
		}
	}
	for _, typed := range []string{"2026-8-1", "31.08.2026", "2026-02-30", "今天"} {
		_, err := h.dayOf(typed)
		if f, ok := fault.As(err); !ok || f.Field != "date" {
			t.Errorf("%q: %v", typed, err)
		}
	}
}

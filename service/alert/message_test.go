package alert

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"ruxue/service/campaign"
	"ruxue/service/notice"
	"ruxue/service/review"
	"ruxue/service/staff"
)

var fields = map[string]string{"thing1": "item", "name2": "student", "time3": "time"}

// TestAMessageToStaff: how many wait, who waits longest and only masked, in the
// template's own fields, to one person.
func TestAMessageToStaff(t *testing.T) {
	now := time.Date(2026, 8, 30, 1, 5, 0, 0, time.UTC)
	s := New(Options{TemplateID: "T1", Fields: fields, BaseURL: "https://ruxue.example", Now: func() time.Time { return now }})
	r := Reviewer{ID: 7, Ref: "zhou"}
	for name, x := range map[string]struct {
		counts       review.Counts
		digest       bool
		item, person string
	}{
		"one case":    {review.Counts{review.Enter: 1}, false, "入学申请 1 件待审核", "陈*川"},
		"several":     {review.Counts{review.Defer: 2, review.Waive: 1}, false, "保留资格申请等 3 件待审核", "陈*川 等"},
		"in a digest": {review.Counts{review.Approval: 2}, true, "今日待办：报名信息 2 件", "陈*川 等"},
	} {
		m := s.message(r, review.Case{Name: "陈立川"}, x.counts, x.digest, "/s/abc")
		if m.Values["thing1"] != x.item || m.Values["name2"] != x.person || m.Values["time3"] != campaign.DateTime(now) || len(m.Values) != 3 {
			t.Errorf("%s: %v", name, m.Values)
		}
		if m.StaffID != 7 || m.URL != "https://ruxue.example/s/abc" || m.Kind != notice.KindTemplate || m.TemplateID != "T1" {
			t.Errorf("%s: %+v", name, m)
		}
	}
	a := s.message(r, review.Case{}, review.Counts{review.Photo: 1}, false, "")
	b := s.message(Reviewer{ID: 8, Ref: "wang"}, review.Case{}, review.Counts{review.Photo: 1}, false, "")
	now = now.Add(time.Minute)
	if c := s.message(r, review.Case{}, review.Counts{review.Photo: 1}, false, ""); a.DedupeKey == b.DedupeKey || a.DedupeKey == c.DedupeKey {
		t.Error("another person, or another time, is another message")
	}
}

// TestAMessageThatACampaignIsHeld: it names the first student by a masked name,
// and has one cause however often it is looked at.
func TestAMessageThatACampaignIsHeld(t *testing.T) {
	now := time.Date(2026, 8, 30, 1, 5, 0, 0, time.UTC)
	s := NewStarts(StartOptions{TemplateID: "T1", Fields: fields, BaseURL: "https://ruxue.example", Now: func() time.Time { return now }})
	c := &campaign.Campaign{Code: "a b"}
	for name, x := range map[string]struct {
		lack         campaign.Lack
		item, person string
	}{
		"one student":           {campaign.Lack{Students: 1, Names: []string{"陈立川（考生号 26420101150123）"}}, "活动未开放：1 人没有学费", "陈*川"},
		"several":               {campaign.Lack{Students: 12, Names: []string{"李雯", "陈立川（考生号 1）"}}, "活动未开放：12 人没有学费", "李* 等"},
		"more than fit a thing": {campaign.Lack{Students: 1_000_000, Names: []string{"李雯"}}, "活动未开放：1000000 人没有学费", "李* 等"},
	} {
		m := s.message(Reviewer{ID: 7, Ref: "zhou"}, c, x.lack, "start:a b:2026")
		if m.Values["thing1"] != x.item || m.Values["name2"] != x.person || utf8.RuneCountInString(x.item) > 20 {
			t.Errorf("%s: %v", name, m.Values)
		}
		if strings.Contains(m.Values["name2"], "考生号") || m.URL != "https://ruxue.example/staff/overview?c=a+b" {
			t.Errorf("%s: %v, %s", name, m.Values, m.URL)
		}
		now = now.Add(time.Hour)
		if again := s.message(Reviewer{ID: 7, Ref: "zhou"}, c, x.lack, "start:a b:2026"); again.DedupeKey != m.DedupeKey {
			t.Errorf("%s: told twice for one cause", name)
		}
	}
	if got := firstName(nil); got != "" {
		t.Errorf("of nobody the first is %q", got)
	}
}

// TestWhatIsNewOverlaps: a case written while the last message went out is not
// lost between two; who was never told is told of all.
func TestWhatIsNewOverlaps(t *testing.T) {
	at := time.Date(2026, 8, 30, 1, 5, 0, 0, time.UTC)
	if got := newSince(Reviewer{ToldAt: &at}); !got.Before(at) || at.Sub(got) > time.Minute {
		t.Errorf("told at %v, cases count from %v", at, got)
	}
	if got := newSince(Reviewer{}); !got.IsZero() {
		t.Errorf("never told, cases count from %v", got)
	}
}

// TestAReviewerIsToldOfHerSitesAlone: a digest counts no other site's cases.
func TestAReviewerIsToldOfHerSitesAlone(t *testing.T) {
	for name, x := range map[string]struct {
		r        Reviewer
		own, far bool
	}{
		"a site's staff":                {Reviewer{Role: staff.Site, Sites: []string{"01"}}, true, false},
		"a site's staff without a site": {Reviewer{Role: staff.Site}, false, false},
		"a registrar":                   {Reviewer{Role: staff.Registrar}, true, true},
		"an administrator":              {Reviewer{Role: staff.Administrator, Sites: []string{"01"}}, true, true},
	} {
		if s := x.r.scope(); s.Covers("01") != x.own || s.Covers("02") != x.far {
			t.Errorf("%s is told of %+v", name, s)
		}
	}
}

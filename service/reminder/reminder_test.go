package reminder_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/notice"
	"ruxue/service/reminder"
	"ruxue/service/roster"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// office is everything around a Service. A transaction that fails is undone.
type office struct {
	campaign campaign.Campaign
	students []*student.Enrolment
	now      time.Time
	open     *reminder.Reminder
	list     []reminder.Progress
	messages []notice.Message
	log      []audit.Entry
	asked    []roster.Query
	broken   error // of the outbox, at the message broken counts down to
	at       int
	released int
}

func (o *office) InTx(ctx context.Context, fn func(ctx context.Context) error) error {
	was := *o
	if o.open != nil {
		r := *o.open
		was.open = &r
	}
	err := fn(ctx)
	if err != nil {
		was.asked, was.at = o.asked, o.at
		*o = was
	}
	return err
}

func (o *office) newReminder(r reminder.Reminder) bool {
	for _, x := range o.list {
		if x.Step == r.Step && x.Day == r.Day {
			return false
		}
	}
	o.open = &r
	o.list = append(o.list, reminder.Progress{Reminder: r})
	return true
}

type store struct{ *office }

func (s store) Add(_ context.Context, r reminder.Reminder) (bool, error) {
	return s.newReminder(r), nil
}

func (s store) Claim(context.Context, string, time.Time) (reminder.Reminder, bool, error) {
	if s.open == nil {
		return reminder.Reminder{}, false, nil
	}
	return *s.open, true, nil
}

func (s store) Advance(_ context.Context, ref, _ string, after int64, queued int, done bool) (bool, error) {
	if s.open == nil || s.open.Ref != ref {
		return false, nil
	}
	s.open.AfterID, s.open.Queued = after, queued
	if done {
		s.open = nil
	}
	return true, nil
}

func (s store) Release(context.Context, string, string) error { s.released++; return nil }

func (s store) Progress(_ context.Context, ref string) (reminder.Progress, error) {
	for _, p := range s.list {
		if p.Ref == ref {
			return p, nil
		}
	}
	return reminder.Progress{}, fault.New(fault.NotFound, "没有找到这次催办")
}

func (s store) Newest(context.Context, int64, int) ([]reminder.Progress, error) { return s.list, nil }

type students struct{ *office }

func (s students) Count(_ context.Context, q roster.Query) (int, error) {
	s.asked = append(s.asked, q)
	return len(s.students), nil
}

func (s students) After(_ context.Context, q roster.Query, after int64, limit int) ([]*student.Enrolment, error) {
	s.asked = append(s.asked, q)
	var out []*student.Enrolment
	for _, e := range s.students {
		if e.ID > after && len(out) < limit {
			out = append(out, e)
		}
	}
	return out, nil
}

type campaigns struct{ *office }

func (c campaigns) ByID(context.Context, int64) (*campaign.Campaign, error) { return &c.campaign, nil }

type outbox struct{ *office }

func (b outbox) Add(_ context.Context, m notice.Message) error {
	if b.at--; b.broken != nil && b.at == 0 {
		return b.broken
	}
	b.messages = append(b.messages, m)
	return nil
}

type auditor struct{ *office }

func (a auditor) Add(_ context.Context, e audit.Entry) error { a.log = append(a.log, e); return nil }

var teacher = staff.Actor{ID: 3, Ref: "wang", Name: "王老师", Role: staff.Registrar}

// newOffice has n students who were asked for nothing yet.
func newOffice(n int) (*office, *reminder.Service) {
	o := &office{now: time.Date(2026, 3, 12, 15, 30, 0, 0, time.UTC), // 23:30 in Beijing
		campaign: campaign.Campaign{ID: 1, Code: "hhu", Window: campaign.Window{From: "2026-03-01", To: "2026-03-31"},
			Steps:       []campaign.Step{{Kind: "choice", Label: "选择"}, {Kind: "approval", Label: "审核"}, {Kind: "attachments", Label: "上传附件"}, {Kind: "pay", Label: "缴费"}, {Kind: "done"}},
			Attachments: []campaign.Slot{{Name: "portrait", Required: true}},
			Templates:   campaign.Templates{reminder.Occasion: {ID: "tpl", Fields: map[string]string{"thing1": "name", "thing2": "item", "time3": "deadline"}}}}}
	for i := range n {
		o.students = append(o.students, &student.Enrolment{ID: int64(i + 1), Ref: fmt.Sprintf("e%d", i+1), Person: student.Person{Name: "李晓雯"}})
	}
	return o, reminder.New(reminder.Options{Store: store{o}, Students: students{o}, Campaigns: campaigns{o}, Outbox: outbox{o}, Audit: auditor{o},
		BaseURL: "https://ruxue.example", Now: func() time.Time { return o.now }, Log: slog.New(slog.DiscardHandler)})
}

func TestPreviewIsWhatWillBeSent(t *testing.T) {
	o, s := newOffice(3)
	for step, item := range map[string]string{"pay": "缴费", "choice": "选择注册、保留或放弃", roster.KeyLogin: "登录并开始注册"} {
		p, err := s.Preview(t.Context(), &o.campaign, step)
		if err != nil || p.Count != 3 || p.NoText || p.Today {
			t.Fatalf("%s: %+v, %v", step, p, err)
		}
		text := fmt.Sprint(p.Text)
		for _, want := range []string{reminder.SampleName, item, "2026年3月31日 23:59"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: the message does not say %s: %s", step, want, text)
			}
		}
	}
	for _, step := range []string{"approval", "done", "home", "captcha", "form:basic", ""} {
		if _, err := s.Preview(t.Context(), &o.campaign, step); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q is nothing that a student can be reminded of: %v", step, err)
		}
	}
	for _, q := range o.asked {
		if !q.Scope.All || q.Campaign.Code != "hhu" {
			t.Errorf("asked for %+v", q)
		}
	}
	if len(o.messages)+len(o.log) > 0 {
		t.Error("looking sends")
	}
}

func TestStartIsRefused(t *testing.T) {
	for name, change := range map[string]func(o *office){
		"no template":    func(o *office) { o.campaign.Templates = nil },
		"nobody waits":   func(o *office) { o.students = nil },
		"sent today":     func(o *office) { o.newReminder(reminder.Reminder{Ref: "r", Step: "pay", Day: "2026-03-12"}) },
		"no such a step": func(o *office) { o.campaign.Steps = o.campaign.Steps[:1] },
	} {
		o, s := newOffice(2)
		change(o)
		_, err := s.Start(t.Context(), teacher, &o.campaign, "pay")
		if f, ok := fault.As(err); !ok || f.Sentence == "" || f.Kind != fault.Conflict && f.Kind != fault.NotFound {
			t.Errorf("%s: %v", name, err)
		}
		if len(o.log) > 0 {
			t.Errorf("%s: logged %v", name, o.log)
		}
	}
}

// TestADayIsBeijings: after midnight there the same step may be reminded of
// again, though in London it is the same day.
func TestADayIsBeijings(t *testing.T) {
	o, s := newOffice(2)
	first, err := s.Start(t.Context(), teacher, &o.campaign, "pay")
	if err != nil || first.Day != "2026-03-12" || first.Total != 2 || first.StaffRef != "wang" {
		t.Fatalf("%+v, %v", first, err)
	}
	if p, err := s.Preview(t.Context(), &o.campaign, "pay"); err != nil || !p.Today {
		t.Errorf("the page does not know of today's: %+v, %v", p, err)
	}
	if p, err := s.Preview(t.Context(), &o.campaign, "attachments"); err != nil || p.Today {
		t.Errorf("another step: %+v, %v", p, err)
	}
	o.now = o.now.Add(time.Hour)
	second, err := s.Start(t.Context(), teacher, &o.campaign, "pay")
	if err != nil || second.Day != "2026-03-13" || second.Ref == first.Ref {
		t.Errorf("%+v, %v", second, err)
	}
	if len(o.log) != 2 || o.log[0].Actor != "staff:wang" || !strings.Contains(o.log[0].Detail, "缴费，2 名学生") {
		t.Errorf("logged %+v", o.log)
	}
}

// TestTickWritesBatches: every student once, across batches, however often one
// of them fails: what failed left nothing behind and goes on from where it was.
func TestTickWritesBatches(t *testing.T) {
	const n = 450
	o, s := newOffice(n)
	r, err := s.Start(t.Context(), teacher, &o.campaign, "pay")
	if err != nil {
		t.Fatal(err)
	}
	o.broken, o.at = errors.New("the outbox is gone"), 250
	failed := 0
	for range 10 {
		busy, err := s.Tick(t.Context())
		if err != nil {
			failed++
			if !errors.Is(err, o.broken) || len(o.messages) != 200 || o.open.AfterID != 200 {
				t.Errorf("%v with %d messages written, from %d", err, len(o.messages), o.open.AfterID)
			}
		}
		if !busy {
			break
		}
	}
	if failed != 1 || len(o.messages) != n || o.open != nil {
		t.Fatalf("%d failures, %d messages, open: %v", failed, len(o.messages), o.open)
	}
	seen := map[string]bool{}
	for i, m := range o.messages {
		if m.EnrolmentID != int64(i+1) || seen[m.DedupeKey] || !strings.HasPrefix(m.DedupeKey, "remind:"+r.Ref+":") {
			t.Fatalf("message %d: %+v", i, m)
		}
		seen[m.DedupeKey] = true
		if m.URL != "https://ruxue.example/c/hhu/" || m.TemplateID != "tpl" || m.Values["thing1"] != "李*雯" || m.Values["thing2"] != "缴费" {
			t.Fatalf("message %d: %+v", i, m)
		}
	}
}

// TestATemplateThatIsTakenOut ends the reminder and tells nobody.
func TestATemplateThatIsTakenOut(t *testing.T) {
	o, s := newOffice(5)
	if _, err := s.Start(t.Context(), teacher, &o.campaign, "pay"); err != nil {
		t.Fatal(err)
	}
	o.campaign.Templates = nil
	if busy, err := s.Tick(t.Context()); !busy || err != nil || len(o.messages) > 0 || o.open != nil {
		t.Errorf("busy %v, %v, %d messages, open %v", busy, err, len(o.messages), o.open)
	}
	if busy, err := s.Tick(t.Context()); busy || err != nil {
		t.Errorf("with nothing open: busy %v, %v", busy, err)
	}
}

func TestProgressIsTheCampaignsOwn(t *testing.T) {
	o, s := newOffice(1)
	o.newReminder(reminder.Reminder{Ref: "mine", CampaignID: 1})
	o.newReminder(reminder.Reminder{Ref: "theirs", CampaignID: 2, Step: "pay"})
	if p, err := s.Progress(t.Context(), &o.campaign, "mine"); err != nil || p.Ref != "mine" {
		t.Errorf("%+v, %v", p, err)
	}
	for _, ref := range []string{"theirs", "none"} {
		if _, err := s.Progress(t.Context(), &o.campaign, ref); !fault.Is(err, fault.NotFound) {
			t.Errorf("%s: %v", ref, err)
		}
	}
}

func TestPercent(t *testing.T) {
	now := time.Now()
	for _, c := range []struct {
		total, sent, failed int
		done                *time.Time
		want                int
	}{{0, 0, 0, nil, 0}, {0, 0, 0, &now, 100}, {3, 1, 0, nil, 33}, {3, 1, 2, nil, 100}, {2, 3, 1, nil, 100}, {1000, 994, 5, nil, 99}} {
		p := reminder.Progress{Reminder: reminder.Reminder{Total: c.total, DoneAt: c.done}, Sent: c.sent, Failed: c.failed}
		if got := p.Percent(); got != c.want {
			t.Errorf("%d and %d of %d: %d%%, want %d%%", c.sent, c.failed, c.total, got, c.want)
		}
	}
}

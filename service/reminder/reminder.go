// Package reminder owns 催办: one message to every student whom a step of a
// campaign waits for, shown and counted before it is sent, once a day.
package reminder

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/notice"
	"ruxue/service/reference"
	"ruxue/service/roster"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// Occasion is the campaign's template that reminders are made of.
const Occasion = "reminder"

// Reminder is one round of messages.
type Reminder struct {
	ID         int64
	Ref        string
	CampaignID int64
	Step       string // a key of roster.Duties
	Day        string // 2026-03-12, Beijing
	StaffRef   string
	Total      int // students when it began
	Queued     int // messages written so far
	AfterID    int64
	CreatedAt  time.Time
	DoneAt     *time.Time
}

// Progress is how far a reminder is.
type Progress struct {
	Reminder
	Sent   int // taken by a provider
	Failed int // of them nobody was reached by WeChat; an SMS may have gone instead
}

// Percent is how much of it has a fate, 0 to 100.
func (p Progress) Percent() int {
	if p.Total == 0 {
		if p.DoneAt != nil {
			return 100
		}
		return 0
	}
	return min(100, 100*(p.Sent+p.Failed)/p.Total)
}

// Store keeps reminders.
type Store interface {
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
	// Add stores a new one; false when the step had one that day.
	Add(ctx context.Context, r Reminder) (bool, error)
	// Claim takes an open reminder for holder until the lease ends; false when
	// there is none.
	Claim(ctx context.Context, holder string, until time.Time) (Reminder, bool, error)
	// Advance notes how far holder came; done ends it. false when the lease was lost.
	Advance(ctx context.Context, ref, holder string, afterID int64, queued int, done bool) (bool, error)
	// Release gives a reminder of holder back.
	Release(ctx context.Context, ref, holder string) error
	Progress(ctx context.Context, ref string) (Progress, error)
	// Newest lists the newest reminders of a campaign with their progress.
	Newest(ctx context.Context, campaignID int64, limit int) ([]Progress, error)
}

// Students finds whom a step waits for.
type Students interface {
	Count(ctx context.Context, q roster.Query) (int, error)
	After(ctx context.Context, q roster.Query, after int64, limit int) ([]*student.Enrolment, error)
}

// Campaigns finds a reminder's campaign.
type Campaigns interface {
	ByID(ctx context.Context, id int64) (*campaign.Campaign, error)
}

// Outbox takes the messages.
type Outbox interface {
	Add(ctx context.Context, m notice.Message) error
}

// Auditor appends to the audit log.
type Auditor interface {
	Add(ctx context.Context, e audit.Entry) error
}

// Options are a Service's parts.
type Options struct {
	Store     Store
	Students  Students
	Campaigns Campaigns
	Outbox    Outbox
	Audit     Auditor
	BaseURL   string
	Now       func() time.Time
	Log       *slog.Logger
}

// Service makes reminders.
type Service struct {
	Options
	holder string
}

// New returns a Service.
func New(o Options) *Service { return &Service{o, reference.New()} }

// SampleName is to whom a preview is addressed, masked as names are everywhere.
var SampleName = student.MaskName("张三丰")

// Preview is what a reminder would be.
type Preview struct {
	Step   string
	Label  string
	Count  int
	Text   []notice.Line // of the message, to SampleName
	Today  bool          // the step had one today
	NoText bool          // the campaign has no template for it
}

// Preview counts whom a step waits for and shows the message.
func (s *Service) Preview(ctx context.Context, c *campaign.Campaign, step string) (Preview, error) {
	label := roster.DueLabel(c, step)
	if !remindable(c, step) {
		return Preview{}, fault.New(fault.NotFound, "没有这个环节")
	}
	n, err := s.Students.Count(ctx, query(c, step))
	if err != nil {
		return Preview{}, fmt.Errorf("counting whom to remind: %w", err)
	}
	p := Preview{Step: step, Label: label, Count: n}
	m, ok := s.message(c, step, &student.Enrolment{Person: student.Person{Name: "张三丰"}})
	p.NoText = !ok
	p.Text = notice.Tell(c, notice.Row{Payload: notice.Payload{TemplateName: Occasion, Values: m.Values}}).Lines
	list, err := s.Store.Newest(ctx, c.ID, newest)
	if err != nil {
		return Preview{}, err
	}
	for _, r := range list {
		p.Today = p.Today || (r.Step == step && r.Day == s.day())
	}
	return p, nil
}

// newest is how many reminders a page shows.
const newest = 20

// Newest lists the campaign's newest reminders.
func (s *Service) Newest(ctx context.Context, c *campaign.Campaign) ([]Progress, error) {
	return s.Store.Newest(ctx, c.ID, newest)
}

// Progress returns how far a reminder of the campaign is.
func (s *Service) Progress(ctx context.Context, c *campaign.Campaign, ref string) (Progress, error) {
	p, err := s.Store.Progress(ctx, ref)
	if err == nil && p.CampaignID != c.ID {
		err = fault.New(fault.NotFound, "没有找到这次催办")
	}
	return p, err
}

// Start begins a reminder; the worker writes its messages. A second one for
// the same step on one day is fault.Conflict.
func (s *Service) Start(ctx context.Context, by staff.Actor, c *campaign.Campaign, step string) (Reminder, error) {
	p, err := s.Preview(ctx, c, step)
	switch {
	case err != nil:
		return Reminder{}, err
	case p.NoText:
		return Reminder{}, fault.New(fault.Conflict, "活动配置里没有催办的消息模板")
	case p.Count == 0:
		return Reminder{}, fault.New(fault.Conflict, "没有要催办的学生")
	}
	now := s.Now()
	r := Reminder{Ref: reference.New(), CampaignID: c.ID, Step: step, Day: s.day(), StaffRef: by.Ref, Total: p.Count, CreatedAt: now}
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		fresh, err := s.Store.Add(ctx, r)
		if err != nil {
			return err
		}
		if !fresh {
			return fault.New(fault.Conflict, "今天已经催办过这一步，明天可以再次发送")
		}
		return s.Audit.Add(ctx, audit.Entry{Actor: "staff:" + by.Ref, Action: "reminder.start", Subject: "reminder:" + r.Ref,
			Detail: fmt.Sprintf("催办：%s，%d 名学生", p.Label, p.Count)})
	})
	return r, err
}

func (s *Service) day() string { return s.Now().In(campaign.Shanghai).Format(time.DateOnly) }

// remindable reports whether the step waits for the student herself.
func remindable(c *campaign.Campaign, step string) bool {
	for _, d := range Steps(c) {
		if d.Key == step {
			return true
		}
	}
	return false
}

// Steps are the campaign's duties that a student can be reminded of.
func Steps(c *campaign.Campaign) []roster.Duty {
	var out []roster.Duty
	for _, d := range roster.Duties(c) {
		switch d.Kind {
		case "done", "home", "approval": // nothing that she could do
		default:
			out = append(out, d)
		}
	}
	return out
}

func query(c *campaign.Campaign, step string) roster.Query {
	return roster.Query{Scope: staff.Scope{All: true}, Campaign: c, Step: step}
}

// item is what the step asks the student to do, in words for herself.
func item(c *campaign.Campaign, step string) string {
	switch step {
	case roster.KeyLogin:
		return "登录并开始注册"
	case "choice":
		return "选择注册、保留或放弃"
	}
	return roster.DueLabel(c, step)
}

// message is the reminder to one student.
func (s *Service) message(c *campaign.Campaign, step string, e *student.Enrolment) (notice.Message, bool) {
	deadline := ""
	if _, end, err := c.Window.Bounds(); err == nil {
		deadline = campaign.DateTime(end)
	}
	m, ok := notice.ForCampaign(c, Occasion, map[string]string{"name": student.MaskName(e.Person.Name),
		"item": item(c, step), "deadline": deadline, "time": deadline, "major": e.Major})
	m.EnrolmentID, m.URL = e.ID, s.BaseURL+"/c/"+c.Code+"/"
	return m, ok
}

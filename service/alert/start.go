package alert

import (
	"context"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/loop"
	"ruxue/service/notice"
	"ruxue/service/staff"
)

// StartOccasion is our name of the message that a campaign did not start.
const StartOccasion = "staff_start"

// Campaigns lists the campaigns.
type Campaigns interface {
	List(ctx context.Context) ([]*campaign.Campaign, error)
}

// Starter says who keeps a campaign from starting.
type Starter interface {
	Lack(ctx context.Context, c *campaign.Campaign) (campaign.Lack, error)
}

// Reachable lists whom a message reaches.
type Reachable interface {
	Reviewers(ctx context.Context, roles []staff.Role) ([]Reviewer, error)
}

// StartOptions are the parts of Starts.
type StartOptions struct {
	Campaigns Campaigns
	Starts    Starter
	Store     Reachable
	Outbox    Outbox
	// TemplateID and Fields are those of Options; without a template only the log
	// and the console say it.
	TemplateID string
	Fields     map[string]string
	BaseURL    string
	Now        func() time.Time
	Log        *slog.Logger
	// Every is how often the campaigns are looked at, default 30 s.
	Every time.Duration
}

// Starts tells who sees payments, each once, that a campaign's window began
// while students have no fee. Several replicas may run it: the outbox drops the
// second of two messages with one cause.
type Starts struct {
	StartOptions
	told map[string]bool // by dedupe key, so that a long hold is no flood of writes
}

// NewStarts returns a Starts.
func NewStarts(o StartOptions) *Starts {
	if o.Every <= 0 {
		o.Every = 30 * time.Second
	}
	return &Starts{StartOptions: o, told: map[string]bool{}}
}

// Run looks at the campaigns until ctx ends.
func (s *Starts) Run(ctx context.Context) {
	loop.Every(ctx, s.Log, "staff cannot be told of a campaign that does not start", s.Every, s.Tick)
}

// Tick tells of every campaign that is held now. One goroutine calls it.
func (s *Starts) Tick(ctx context.Context) error {
	list, err := s.Campaigns.List(ctx)
	if err != nil {
		return fmt.Errorf("listing the campaigns: %w", err)
	}
	for _, c := range list {
		if !c.Window.Open(s.Now()) {
			continue
		}
		lack, err := s.Starts.Lack(ctx, c)
		if err != nil {
			return err
		}
		if lack.Students == 0 {
			continue
		}
		if err := s.tell(ctx, c, lack); err != nil {
			return err
		}
	}
	return nil
}

func (s *Starts) tell(ctx context.Context, c *campaign.Campaign, lack campaign.Lack) error {
	cause := "start:" + c.Code + ":" + c.Window.From
	if !s.told[cause] {
		s.Log.WarnContext(ctx, "a campaign does not start: students have no fee", "campaign", c.Code, "students", lack.Students)
		s.told[cause] = true
	}
	if s.TemplateID == "" {
		return nil
	}
	list, err := s.Store.Reviewers(ctx, staff.RolesWith(staff.PaymentsRead))
	if err != nil {
		return fmt.Errorf("listing whom to tell: %w", err)
	}
	for _, r := range list {
		m := s.message(r, c, lack, cause)
		if s.told[m.DedupeKey] {
			continue
		}
		if err := s.Outbox.Add(ctx, m); err != nil {
			return err
		}
		s.told[m.DedupeKey] = true
	}
	return nil
}

// message is what one of them reads; it opens the overview, after a login.
func (s *Starts) message(r Reviewer, c *campaign.Campaign, lack campaign.Lack, cause string) notice.Message {
	ours := map[string]string{"item": startItem(lack.Students), "student": who(firstName(lack.Names), lack.Students),
		"time": campaign.DateTime(s.Now())}
	m := notice.Message{Kind: notice.KindTemplate, StaffID: r.ID, DedupeKey: cause + ":" + r.Ref, TemplateName: StartOccasion,
		TemplateID: s.TemplateID, URL: s.BaseURL + "/staff/overview?c=" + url.QueryEscape(c.Code), Values: map[string]string{}}
	for field, name := range s.Fields {
		m.Values[field] = ours[name]
	}
	return m
}

// startItem says it in the 20 characters that WeChat allows.
func startItem(students int) string {
	return fmt.Sprintf("活动未开放：%d 人没有学费", students)
}

// firstName is the first name of "name（考生号 …）" entries.
func firstName(names []string) string {
	if len(names) == 0 {
		return ""
	}
	for i, r := range names[0] {
		if r == '（' {
			return names[0][:i]
		}
	}
	return names[0]
}

// Package alert owns what staff are told about waiting cases: one WeChat
// message with how many wait, soon after one came that she was not told of, at
// most one in a set time each, and once a day what still waits. What waits and
// who may decide it belongs to service/review and service/staff.
package alert

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/notice"
	"ruxue/service/review"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// Occasion is our name of the messages, in the outbox and on the ledger.
const Occasion = "staff_review"

// Target is the page that a message opens.
const Target = "/staff/review"

// settling is how old a case must be before it counts: what was written with an
// earlier time in a transaction that was still open is then there too, so that
// none slips through between two messages.
const settling = 2 * time.Second

// Reviewer is a member of staff who may be told: her account is open, her
// WeChat bound, and her role reviews.
type Reviewer struct {
	ID    int64
	Ref   string
	Role  staff.Role
	Sites []string
	// ToldAt is when she was told last, nil for never.
	ToldAt *time.Time
	// DigestDay is the day of her last digest, such as 2026-03-12.
	DigestDay string
}

func (r Reviewer) scope() staff.Scope {
	return staff.Actor{Role: r.Role, Sites: r.Sites}.Scope()
}

// Told is one message about to be written down.
type Told struct {
	StaffID   int64
	Count     int // of the cases that the message names
	At        time.Time
	NotSince  time.Time // it is refused when she was told after this
	DigestDay string    // "" leaves the last digest's day
}

// Store keeps who was told. Calls join the transaction of their context.
type Store interface {
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
	// Reviewers lists those of the roles who can be told.
	Reviewers(ctx context.Context, roles []staff.Role) ([]Reviewer, error)
	// Tell notes a message by one conditional write; false when another replica
	// told her since.
	Tell(ctx context.Context, t Told) (bool, error)
	// Quiet notes that the day's digest had nothing to say.
	Quiet(ctx context.Context, staffID int64, day string) error
}

// Cases says what waits.
type Cases interface {
	Counts(ctx context.Context, scope review.Scope, f review.Filter) (review.Counts, error)
	Queue(ctx context.Context, scope review.Scope, f review.Filter, after review.Cursor, limit int) ([]review.Case, *review.Cursor, error)
}

// Links make the address of a message, good for the one bound WeChat.
type Links interface {
	Create(ctx context.Context, staffID int64, target string) (string, error)
}

// Outbox takes messages in the transaction of the context.
type Outbox interface {
	Add(ctx context.Context, m notice.Message) error
}

// Options are a Service's parts.
type Options struct {
	Store  Store
	Cases  Cases
	Links  Links
	Outbox Outbox
	// TemplateID is the account's template, and Fields say which of our values
	// (item, student, time) stands in which of its fields.
	TemplateID string
	Fields     map[string]string
	BaseURL    string
	// Interval is the least time between two messages to one person.
	Interval time.Duration
	// DigestHour is the hour in Beijing, 0 to 23, from which a day's digest goes out.
	DigestHour int
	Now        func() time.Time
	Log        *slog.Logger
	// Every is how often waiting cases are looked for, default 2 s.
	Every time.Duration
}

// Service tells staff. Several replicas may run it over one database.
type Service struct{ Options }

// New returns a Service.
func New(o Options) *Service {
	if o.Every <= 0 {
		o.Every = 2 * time.Second
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Service{o}
}

// words are the kinds of cases as a message names them.
var words = map[review.Kind]string{review.Photo: "存档照片", review.Attachment: "附件", review.Approval: "报名信息",
	review.Defer: "保留资格申请", review.Waive: "放弃资格申请", review.Enter: "入学申请"}

// item says what waits, in at most 20 characters: WeChat allows a thing no more.
func item(c review.Counts, digest bool) string {
	total, kinds, first := c.Total(), 0, ""
	for _, k := range review.Kinds {
		if c[k] > 0 {
			kinds++
			if first == "" {
				first = words[k]
			}
		}
	}
	what := first
	if kinds > 1 {
		what += "等"
	}
	if digest {
		return fmt.Sprintf("今日待办：%s %d 件", what, total)
	}
	return fmt.Sprintf("%s %d 件待审核", what, total)
}

// who names the student who waits longest, masked.
func who(name string, total int) string {
	masked := student.MaskName(name)
	if total > 1 {
		return masked + " 等"
	}
	return masked
}

// message is what the reviewer reads.
func (s *Service) message(r Reviewer, oldest review.Case, c review.Counts, digest bool, path string) notice.Message {
	now := s.Now()
	ours := map[string]string{"item": item(c, digest), "student": who(oldest.Name, c.Total()), "time": campaign.DateTime(now)}
	m := notice.Message{Kind: notice.KindTemplate, StaffID: r.ID, DedupeKey: fmt.Sprintf("alert:%s:%d", r.Ref, now.UnixMicro()),
		TemplateName: Occasion, TemplateID: s.TemplateID, URL: s.BaseURL + path, Values: map[string]string{}}
	for field, name := range s.Fields {
		m.Values[field] = ours[name]
	}
	return m
}

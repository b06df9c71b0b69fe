package notice

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ruxue/service/campaign"
)

// Told is a message as its student reads it again on a page.
type Told struct {
	Title string // 注册结果通知
	Lines []Line
	At    time.Time // when it was due to be sent
	State State
}

// Line is one value of a message with its label, which may be "".
type Line struct{ Label, Value string }

// titles are the product's templates in plain words. One that is missing here
// reads 学校通知: the values say the rest.
var titles = map[string]string{
	"student_number": "注册结果通知",
	"review":         "审核结果通知",
	"returned":       "退回修改通知",
	"application":    "申请结果通知",
	"reminder":       "办理提醒",
	"paid":           "缴费成功通知",
	"refunded":       "退款通知",
	"refund":         "退款通知",
	"fiscal_receipt": "财政电子票据通知",
	"sign":           "协议待签署",
	"staff_review":   "待办审核提醒",
	"staff_start":    "活动没有开放",
}

// labels are the product's values in plain words, in the order they are read.
var labels = []struct{ name, label string }{
	{"name", "姓名"}, {"subject", "事项"}, {"item", "事项"}, {"result", "结果"}, {"number", "学号"}, {"receipt", "票据号码"}, {"major", "专业"},
	{"amount", "金额"}, {"deadline", "截止时间"}, {"time", "时间"}, {"reason", "原因"}, {"remark", "备注"},
}

// Tell puts a row of the outbox into plain words. Of a campaign's template the
// values are keyed by the template's own fields (thing1), which the campaign
// names.
func Tell(c *campaign.Campaign, r Row) Told {
	t := Told{Title: titles[r.Payload.TemplateName], At: r.NotBefore, State: r.State}
	if t.Title == "" {
		t.Title = "学校通知"
	}
	fields := c.Templates[r.Payload.TemplateName].Fields
	values := map[string]string{}
	var unnamed []string
	for field, value := range r.Payload.Values {
		name := field
		if ours, ok := fields[field]; ok {
			name = ours
		}
		if rank(name) < 0 {
			unnamed = append(unnamed, field)
			continue
		}
		values[name] = value
	}
	for _, l := range labels {
		if v := strings.TrimSpace(values[l.name]); v != "" {
			t.Lines = append(t.Lines, Line{l.label, v})
		}
	}
	slices.Sort(unnamed)
	for _, field := range unnamed {
		if v := strings.TrimSpace(r.Payload.Values[field]); v != "" {
			t.Lines = append(t.Lines, Line{"", v})
		}
	}
	return t
}

func rank(name string) int {
	for i, l := range labels {
		if l.name == name {
			return i
		}
	}
	return -1
}

// HistoryStore lists what was told.
type HistoryStore interface {
	// OfEnrolment returns the newest messages to the student that were due by
	// now, newest first, at most limit.
	OfEnrolment(ctx context.Context, enrolmentID int64, now time.Time, limit int) ([]Row, error)
}

// History is what was told to a student.
type History struct {
	store HistoryStore
	now   func() time.Time
}

// NewHistory returns the history over the store.
func NewHistory(store HistoryStore, now func() time.Time) *History {
	return &History{store: store, now: now}
}

// newest is how many messages a page shows.
const newest = 20

// Of returns the student's newest messages, newest first, those included that
// WeChat could not deliver: who follows no account reads them here.
func (h *History) Of(ctx context.Context, c *campaign.Campaign, enrolmentID int64) ([]Told, error) {
	rows, err := h.store.OfEnrolment(ctx, enrolmentID, h.now(), newest)
	if err != nil {
		return nil, fmt.Errorf("listing a student's messages: %w", err)
	}
	out := make([]Told, 0, len(rows))
	for _, r := range rows {
		out = append(out, Tell(c, r))
	}
	return out, nil
}

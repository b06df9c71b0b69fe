package app

import (
	"context"
	"time"

	"ruxue/handler"
	"ruxue/repo/redis"
	"ruxue/service/campaign"
	"ruxue/service/notice"
	"ruxue/service/roster"
	"ruxue/service/student"
)

// wireRoster adds what staff do with students to the handler's parts.
func (a *App) wireRoster(d *handler.Deps, outbox *notice.Outbox) {
	d.Roster = roster.New(roster.Options{Store: a.DB.Roster(), Audit: a.audit(), Codes: d.Students,
		Passwords: d.Passwords, Sessions: redis.NewSessions(a.rdb), Cipher: a.ring, Teller: caseTeller{outbox, a.cfg.BaseURL, a.now}, Now: a.now})
}

// caseTeller queues the message that a case was answered.
type caseTeller struct {
	outbox *notice.Outbox
	base   string
	now    func() time.Time
}

// CaseAnswered implements roster.Teller. A campaign without the template sends
// nothing: the page shows the answer anyway.
func (t caseTeller) CaseAnswered(ctx context.Context, c *campaign.Campaign, e *student.Enrolment, caseRef string) error {
	tmpl, ok := c.Templates["review"]
	if !ok {
		return nil
	}
	ours := map[string]string{"name": student.MaskName(e.Person.Name), "item": "信息有误的说明", "result": "老师已答复",
		"time": campaign.DateTime(t.now())}
	values := map[string]string{}
	for field, name := range tmpl.Fields {
		values[field] = ours[name]
	}
	return t.outbox.Add(ctx, notice.Message{Kind: notice.KindTemplate, EnrolmentID: e.ID, DedupeKey: "case:" + caseRef,
		TemplateName: "review", TemplateID: tmpl.ID, URL: t.base + "/c/" + c.Code + "/", Values: values})
}

package app

import (
	"cmp"
	"context"

	"ruxue/repo/redis"
	"ruxue/service/application"
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/notice"
	"ruxue/service/review"
	"ruxue/service/student"
)

// wireReviews adds what waits for staff to the handler's parts, and the worker
// that makes decisions true.
func (a *App) wireReviews(b *built, outbox *notice.Outbox) {
	d := &b.deps
	log := a.audit()
	tell := teller{outbox: outbox, students: a.DB.Students(), base: a.cfg.BaseURL, app: a}
	d.Reviews = review.New(review.Options{Store: a.DB.Reviews(), Campaigns: d.Campaigns, Looks: redis.NewLooks(a.rdb),
		Complete: d.Registration.Complete,
		Effects: map[review.Kind]review.Effect{
			review.Photo: func(ctx context.Context, x review.Decision) error {
				return d.Faces.Review(ctx, x.Subject, x.Approve, x.Remark)
			},
			review.Attachment: func(ctx context.Context, x review.Decision) error {
				return d.Attachments.Review(ctx, x.EnrolmentID, x.Subject, x.Approve, x.Remark)
			},
			review.Approval: a.approve,
			review.Defer:    decide(d.Applications),
			review.Waive:    decide(d.Applications),
			review.Enter:    decide(d.Applications),
			review.Section: func(ctx context.Context, x review.Decision) error {
				return d.Sections.Return(ctx, x.EnrolmentID, x.Item, x.Remark)
			},
		},
		Tell: tell.result,
		Note: func(ctx context.Context, by review.By, action string, enrolmentID int64, detail string) error {
			e, err := a.DB.Students().Enrolment(ctx, enrolmentID)
			if err != nil {
				return err
			}
			return log.Add(ctx, audit.Entry{Actor: "staff:" + by.Ref, Action: action, Subject: "enrolment:" + e.Ref, Detail: detail})
		},
		Now: a.now, Log: a.log})
	b.workers = append(b.workers, d.Reviews.Run)
}

// decide is what a decision about an application does; it tells the student by
// itself, in the same transaction.
func decide(s *application.Service) review.Effect {
	return func(ctx context.Context, x review.Decision) error {
		_, err := s.Decide(ctx, x.Subject, x.Approve, x.Remark, x.By.Ref)
		return err
	}
}

// approve is what a decision about listed data does.
func (a *App) approve(ctx context.Context, x review.Decision) error {
	to := student.ApprovalRejected
	if x.Approve {
		to = student.Approved
	}
	ok, err := a.DB.Students().Approve(ctx, x.EnrolmentID, to)
	if err == nil && !ok {
		err = fault.New(fault.Conflict, "这名学生的信息已经审核通过")
	}
	return err
}

// teller queues the message about a result.
type teller struct {
	outbox   *notice.Outbox
	students enrolmentReader
	base     string
	app      *App
}

type enrolmentReader interface {
	Enrolment(ctx context.Context, id int64) (*student.Enrolment, error)
}

// result tells the student what was decided. Nothing is told of what she need
// not act on: an approved attachment, a photo whose approval gave the number (it
// has its own message), an application (which tells by itself). A campaign
// without the template sends nothing: the page says it anyway.
func (t teller) result(ctx context.Context, c *campaign.Campaign, r review.Result) error {
	name := "returned"
	if r.Approve {
		name = "review"
	}
	tmpl, ok := c.Templates[name]
	if !ok || r.Kind.Application() || (r.Approve && review.Approved(r.Kind) == "") {
		return nil
	}
	e, err := t.students.Enrolment(ctx, r.EnrolmentID)
	if err != nil {
		return err
	}
	if r.Approve && e.State == student.Registered {
		return nil
	}
	// Of several pages of the form sent back in one act she hears once; the address
	// leads to the only one, or to the first that is due.
	path, batch := "", ""
	if r.Kind == review.Section && r.Batch == "" {
		path = "form/" + r.Item
	} else if r.Kind == review.Section {
		batch, r.Title = r.Batch, review.FormTitle
	}
	ours := map[string]string{"name": student.MaskName(e.Person.Name), "item": r.Title, "result": "审核通过", "reason": r.Reason,
		"time": campaign.DateTime(t.app.now())}
	values := map[string]string{}
	for field, what := range tmpl.Fields {
		values[field] = ours[what]
	}
	return t.outbox.Add(ctx, notice.Message{Kind: notice.KindTemplate, EnrolmentID: e.ID, DedupeKey: "review:" + cmp.Or(batch, r.Ref),
		TemplateName: name, TemplateID: tmpl.ID, URL: t.base + "/c/" + c.Code + "/" + path, Values: values})
}

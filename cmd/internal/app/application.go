package app

import (
	"context"

	"ruxue/handler"
	"ruxue/service/application"
	"ruxue/service/campaign"
	"ruxue/service/notice"
	"ruxue/service/payment"
	"ruxue/service/student"
)

// wireApplications adds 保留入学资格, 申请入学 and 放弃入学资格.
func (a *App) wireApplications(d *handler.Deps, outbox *notice.Outbox) {
	d.Applications = application.New(application.Options{Store: a.DB.Applications(), Signer: d.Signing, Gate: d.Registration.Editable,
		ClosePayments: d.Payments.CloseAll, Audit: a.audit(), Now: a.now,
		Announcer: applicationAnnouncer{announcer{outbox, a.cfg.BaseURL}, d.Campaigns, a}, Decided: refundWaived(d.Payments)})
}

// refundWaived sends back what was paid for a place whose waiver is approved,
// in the transaction of the decision.
func refundWaived(payments *payment.Service) func(context.Context, *student.Enrolment, application.Application) error {
	return func(ctx context.Context, e *student.Enrolment, x application.Application) error {
		if x.Kind != application.Waive || x.State != application.Approved {
			return nil
		}
		return payments.RefundWaived(ctx, e.ID)
	}
}

// applicationAnnouncer queues the message with a decision.
type applicationAnnouncer struct {
	announcer
	campaigns *campaign.Service
	app       *App
}

// Decided implements application.Announcer. A campaign without the template
// sends nothing: the page says it anyway.
func (n applicationAnnouncer) Decided(ctx context.Context, e *student.Enrolment, a application.Application) error {
	c, err := n.campaigns.ByID(ctx, a.CampaignID)
	if err != nil {
		return err
	}
	name := "returned"
	if a.State == application.Approved {
		name = "review"
	}
	t, ok := c.Templates[name]
	if !ok {
		return nil
	}
	ours := map[string]string{"name": student.MaskName(e.Person.Name), "item": a.Kind.Name(), "result": "审核通过",
		"reason": a.Remark, "time": campaign.DateTime(n.app.now())}
	values := map[string]string{}
	for field, what := range t.Fields {
		values[field] = ours[what]
	}
	return n.outbox.Add(ctx, notice.Message{Kind: notice.KindTemplate, EnrolmentID: e.ID, DedupeKey: "application:" + a.Ref,
		TemplateName: name, TemplateID: t.ID, URL: n.base + "/c/" + c.Code + "/", Values: values})
}

package app

import (
	"time"

	"ruxue/service/alert"
	"ruxue/service/campaign"
	"ruxue/service/notice"
)

// wireAlerts adds the workers that tell staff what waits for them. Without a
// template nobody can be told of cases.
func (a *App) wireAlerts(b *built, outbox *notice.Outbox) {
	a.wireStarts(b, outbox)
	t := a.cfg.WeChat.StaffTemplate
	if t.ID == "" {
		return
	}
	b.workers = append(b.workers, alert.New(alert.Options{Store: a.DB.Alerts(a.cfg.WeChat.AppID), Cases: b.deps.Reviews,
		Links: a.staffLinks(), Outbox: outbox, TemplateID: t.ID, Fields: t.Fields, BaseURL: a.cfg.BaseURL,
		Interval: time.Duration(a.cfg.Alerts.IntervalMinutes) * time.Minute, DigestHour: a.cfg.Alerts.DigestHour,
		Now: a.now, Log: a.log}).Run)
}

// wireStarts holds campaigns while students have no fee, and adds the worker
// that tells staff so.
func (a *App) wireStarts(b *built, outbox *notice.Outbox) {
	t, starts := a.cfg.WeChat.StaffTemplate, campaign.NewStarter(a.DB.Campaigns(), a.now)
	b.deps.Starts = starts
	b.deps.Students.Behind(starts)
	b.workers = append(b.workers, alert.NewStarts(alert.StartOptions{Campaigns: b.deps.Campaigns, Starts: starts,
		Store: a.DB.Alerts(a.cfg.WeChat.AppID), Outbox: outbox, TemplateID: t.ID, Fields: t.Fields, BaseURL: a.cfg.BaseURL,
		Now: a.now, Log: a.log}).Run)
}

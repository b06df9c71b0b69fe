package app

import (
	"time"

	"ruxue/service/alert"
	"ruxue/service/notice"
)

// wireAlerts adds the worker that tells staff of waiting cases. Without a
// template nobody can be told.
func (a *App) wireAlerts(b *built, outbox *notice.Outbox) {
	t := a.cfg.WeChat.StaffTemplate
	if t.ID == "" {
		return
	}
	b.workers = append(b.workers, alert.New(alert.Options{Store: a.DB.Alerts(a.cfg.WeChat.AppID), Cases: b.deps.Reviews,
		Links: a.staffLinks(), Outbox: outbox, TemplateID: t.ID, Fields: t.Fields, BaseURL: a.cfg.BaseURL,
		Interval: time.Duration(a.cfg.Alerts.IntervalMinutes) * time.Minute, DigestHour: a.cfg.Alerts.DigestHour,
		Now: a.now, Log: a.log}).Run)
}

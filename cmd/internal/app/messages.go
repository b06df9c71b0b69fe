package app

import (
	"ruxue/service/notice"
	"ruxue/service/reminder"
)

// wireMessages adds the ledger, the view of the audit log and the reminders with the worker that writes them.
func (a *App) wireMessages(b *built, outbox *notice.Outbox) {
	b.deps.Ledger = notice.NewLedger(a.DB.Outbox(), a.now)
	b.deps.AuditLog = a.DB.Audits()
	rounds := reminder.New(reminder.Options{Store: a.DB.Reminders(), Students: a.DB.Roster(), Campaigns: b.deps.Campaigns,
		Outbox: outbox, Audit: a.audit(), BaseURL: a.cfg.BaseURL, Now: a.now, Log: a.log})
	b.deps.Reminders = rounds
	b.workers = append(b.workers, rounds.Run)
}

package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/fault"
	"ruxue/service/reminder"
)

// Reminders stores rounds of reminders.
type Reminders struct{ *DB }

// Reminders returns the store of reminders.
func (d *DB) Reminders() *Reminders { return &Reminders{d} }

type reminderRow struct {
	ID         int64      `db:"id"`
	Ref        string     `db:"ref"`
	CampaignID int64      `db:"campaign_id"`
	Step       string     `db:"step"`
	Day        string     `db:"day"`
	StaffRef   string     `db:"staff_ref"`
	Total      int        `db:"total"`
	Queued     int        `db:"queued"`
	AfterID    int64      `db:"after_id"`
	CreatedAt  time.Time  `db:"created_at"`
	DoneAt     *time.Time `db:"done_at"`
}

func (r reminderRow) reminder() reminder.Reminder { return reminder.Reminder(r) }

const selectReminder = `SELECT id, ref, campaign_id, step, day, staff_ref, total, queued, after_id, created_at, done_at FROM reminder `

// Add implements reminder.Store.
func (s *Reminders) Add(ctx context.Context, r reminder.Reminder) (bool, error) {
	created := *utc(&r.CreatedAt)
	_, err := s.run(ctx, `INSERT INTO reminder (ref, campaign_id, step, day, staff_ref, total, queued, after_id,
		lease_holder, lease_until, created_at) VALUES (?,?,?,?,?,?,0,0,'',?,?)`,
		r.Ref, r.CampaignID, machine(r.Step, 64), r.Day, r.StaffRef, r.Total, created, created)
	if isDuplicate(err) {
		return false, nil
	}
	return err == nil, wrap(err, "storing a reminder")
}

// Claim implements reminder.Store.
func (s *Reminders) Claim(ctx context.Context, holder string, until time.Time) (reminder.Reminder, bool, error) {
	now := s.now()
	r, ok, err := find[reminderRow](ctx, s.DB, "looking for a reminder", selectReminder+`WHERE done_at IS NULL AND lease_until<=? ORDER BY id LIMIT 1`, now)
	if err != nil || !ok {
		return reminder.Reminder{}, false, err
	}
	ok, err = changed(s.run(ctx, `UPDATE reminder SET lease_holder=?, lease_until=?
		WHERE id=? AND done_at IS NULL AND lease_until<=? AND after_id=?`, holder, *utc(&until), r.ID, now, r.AfterID))
	if err != nil {
		return reminder.Reminder{}, false, fmt.Errorf("claiming a reminder: %w", err)
	}
	return r.reminder(), ok, nil
}

// Advance implements reminder.Store. A lost lease is an error, so that the
// messages of the same transaction are undone with it.
func (s *Reminders) Advance(ctx context.Context, ref, holder string, afterID int64, queued int, done bool) (bool, error) {
	var at *time.Time
	if done {
		now := s.now()
		at = &now
	}
	ok, err := changed(s.run(ctx, `UPDATE reminder SET after_id=?, queued=?, done_at=?
		WHERE ref=? AND lease_holder=? AND done_at IS NULL`, afterID, queued, at, ref, holder))
	if err == nil && !ok && queued > 0 {
		err = fault.New(fault.Conflict, "催办正由另一台服务器进行")
	}
	return ok, wrap(err, "noting a reminder's progress")
}

// Release implements reminder.Store.
func (s *Reminders) Release(ctx context.Context, ref, holder string) error {
	return s.exec(ctx, "giving a reminder back", `UPDATE reminder SET lease_holder='', lease_until=created_at WHERE ref=? AND lease_holder=?`, ref, holder)
}

// Progress implements reminder.Store.
func (s *Reminders) Progress(ctx context.Context, ref string) (reminder.Progress, error) {
	r, err := need[reminderRow](ctx, s.DB, "没有找到这次催办", "reading a reminder", selectReminder+`WHERE ref=?`, ref)
	if err != nil {
		return reminder.Progress{}, err
	}
	return s.progress(ctx, r)
}

// progress counts the fates of a reminder's messages by the beginning of their
// dedupe keys, which the unique key finds. Where a text message went out instead,
// its fate is the student's.
func (s *Reminders) progress(ctx context.Context, r reminderRow) (reminder.Progress, error) {
	p := reminder.Progress{Reminder: r.reminder()}
	var n struct {
		Sent   int `db:"sent"`
		Failed int `db:"failed"`
	}
	err := s.get(ctx, &n, `SELECT COALESCE(SUM(CASE WHEN COALESCE(i.state, o.state) IN ('accepted','delivered') THEN 1 ELSE 0 END),0) AS sent,
		COALESCE(SUM(CASE WHEN COALESCE(i.state, o.state) IN ('failed','unknown') THEN 1 ELSE 0 END),0) AS failed
		FROM outbox o LEFT JOIN outbox i ON i.dedupe_key=CONCAT('instead:', o.ref) WHERE o.dedupe_key LIKE ?`, likeEscape.Replace("remind:"+r.Ref+":")+"%")
	p.Sent, p.Failed = n.Sent, n.Failed
	return p, wrap(err, "counting a reminder's messages")
}

// Newest implements reminder.Store.
func (s *Reminders) Newest(ctx context.Context, campaignID int64, limit int) ([]reminder.Progress, error) {
	return all(ctx, s.DB, func(r reminderRow) (reminder.Progress, error) { return s.progress(ctx, r) }, "listing reminders",
		selectReminder+`WHERE campaign_id=? ORDER BY id DESC LIMIT ?`, campaignID, limit)
}

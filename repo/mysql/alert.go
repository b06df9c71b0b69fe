package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/alert"
	"ruxue/service/staff"
)

// Alerts stores who was told of waiting cases. Bound WeChats are those of one
// Official Account.
type Alerts struct {
	*DB
	appID string
}

// Alerts returns the store of what staff were told, in the Official Account of
// that app id.
func (d *DB) Alerts(appID string) *Alerts { return &Alerts{d, appID} }

// maxReviewers bounds how many members of staff are told.
const maxReviewers = 1000

// Reviewers implements alert.Store.
func (s *Alerts) Reviewers(ctx context.Context, roles []staff.Role) ([]alert.Reviewer, error) {
	var rows []struct {
		ID        int64      `db:"id"`
		Ref       string     `db:"ref"`
		Role      string     `db:"role"`
		ToldAt    *time.Time `db:"told_at"`
		DigestDay string     `db:"digest_day"`
	}
	if err := s.list(ctx, &rows, `SELECT s.id, s.ref, s.role, a.told_at, COALESCE(a.digest_day, '') AS digest_day
		FROM staff s LEFT JOIN staff_alert a ON a.staff_id=s.id
		WHERE s.state=? AND s.app_id=? AND s.openid IS NOT NULL AND s.role IN (?) ORDER BY s.id LIMIT ?`,
		staffActive, s.appID, roles, maxReviewers); err != nil {
		return nil, fmt.Errorf("listing reviewers: %w", err)
	}
	var sites []struct {
		StaffID int64  `db:"staff_id"`
		Code    string `db:"site_code"`
	}
	if err := s.list(ctx, &sites, `SELECT x.staff_id, x.site_code FROM staff_site x JOIN staff s ON s.id=x.staff_id
		WHERE s.state=? AND s.app_id=? AND s.openid IS NOT NULL ORDER BY x.staff_id, x.site_code`, staffActive, s.appID); err != nil {
		return nil, fmt.Errorf("listing reviewers' sites: %w", err)
	}
	of := map[int64][]string{}
	for _, x := range sites {
		of[x.StaffID] = append(of[x.StaffID], x.Code)
	}
	out := make([]alert.Reviewer, 0, len(rows))
	for _, r := range rows {
		out = append(out, alert.Reviewer{ID: r.ID, Ref: r.Ref, Role: staff.Role(r.Role), Sites: of[r.ID], ToldAt: r.ToldAt, DigestDay: r.DigestDay})
	}
	return out, nil
}

// Tell implements alert.Store: of two replicas the second finds the first's time.
func (s *Alerts) Tell(ctx context.Context, t alert.Told) (bool, error) {
	ok, err := changed(s.run(ctx, `UPDATE staff_alert SET told=?, told_at=?, digest_day=CASE WHEN ?='' THEN digest_day ELSE ? END
		WHERE staff_id=? AND (told_at IS NULL OR told_at<=?)`, t.Count, *utc(&t.At), t.DigestDay, t.DigestDay, t.StaffID, *utc(&t.NotSince)))
	if err != nil || ok {
		return ok, wrap(err, "noting what staff were told")
	}
	_, err = s.run(ctx, `INSERT INTO staff_alert (staff_id, told, told_at, digest_day) VALUES (?,?,?,?)`,
		t.StaffID, t.Count, *utc(&t.At), t.DigestDay)
	if isDuplicate(err) {
		return false, nil
	}
	return err == nil, wrap(err, "noting what staff were told")
}

// Quiet implements alert.Store.
func (s *Alerts) Quiet(ctx context.Context, staffID int64, day string) error {
	ok, err := changed(s.run(ctx, `UPDATE staff_alert SET digest_day=? WHERE staff_id=? AND digest_day<>?`, day, staffID, day))
	if err != nil || ok {
		return wrap(err, "noting a digest without news")
	}
	_, err = s.run(ctx, `INSERT INTO staff_alert (staff_id, told, told_at, digest_day) VALUES (?,0,NULL,?)`, staffID, day)
	if isDuplicate(err) {
		return nil
	}
	return wrap(err, "noting a digest without news")
}

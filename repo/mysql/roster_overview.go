package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/roster"
	"ruxue/service/staff"
)

// CountDue implements roster.OverviewStore.
func (s *Roster) CountDue(ctx context.Context, scope staff.Scope, c *campaign.Campaign) (map[string]int, error) {
	due, w := dueClause(c), inScope(scope)
	args := append(append(append([]any{}, due.args...), w.args...), c.ID)
	var rows []struct {
		Due string `db:"due"`
		N   int    `db:"n"`
	}
	err := s.list(ctx, &rows, `SELECT d.due, COUNT(*) AS n FROM (SELECT (`+due.sql+`) AS due FROM enrolment e WHERE `+w.sql+
		` AND e.campaign_id=?) d GROUP BY d.due`, args...)
	if err != nil {
		return nil, fmt.Errorf("counting by step: %w", err)
	}
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[r.Due] = r.N
	}
	return out, nil
}

type countRow struct {
	Key        string `db:"k"`
	Name       string `db:"name"`
	Total      int    `db:"total"`
	Registered int    `db:"registered"`
	Paid       int    `db:"paid"`
	Bound      int    `db:"bound"`
}

// maxGroups bounds the groups of one table.
const maxGroups = 300

func (s *Roster) counts(ctx context.Context, scope staff.Scope, campaignID int64, key, name, group string) ([]roster.Count, error) {
	w := inScope(scope)
	return all(ctx, s.DB, func(r countRow) (roster.Count, error) { return roster.Count(r), nil }, "counting groups",
		`SELECT `+key+` AS k, `+name+` AS name, COUNT(*) AS total,
		SUM(CASE WHEN e.state='registered' THEN 1 ELSE 0 END) AS registered,
		SUM(CASE WHEN b.state IN ('paid','free') THEN 1 ELSE 0 END) AS paid,
		SUM(CASE WHEN e.state NOT IN ('registered','admitted','kept','entry_pending') THEN 1 ELSE 0 END) AS bound
		FROM enrolment e LEFT JOIN bill b ON b.enrolment_id=e.id WHERE `+w.sql+` AND e.campaign_id=?
		GROUP BY `+group+` ORDER BY total DESC, k LIMIT ?`, append(w.args, campaignID, maxGroups)...)
}

// CountSites implements roster.OverviewStore.
func (s *Roster) CountSites(ctx context.Context, scope staff.Scope, campaignID int64) ([]roster.Count, error) {
	return s.counts(ctx, scope, campaignID, "e.site_code", "MAX(e.site)", "e.site_code")
}

// CountMajors implements roster.OverviewStore.
func (s *Roster) CountMajors(ctx context.Context, scope staff.Scope, campaignID int64) ([]roster.Count, error) {
	return s.counts(ctx, scope, campaignID, "e.major", "CONCAT(e.level, ' ', e.major)", "e.level, e.major")
}

// CountDays implements roster.OverviewStore.
func (s *Roster) CountDays(ctx context.Context, scope staff.Scope, campaignID int64, since time.Time) ([]roster.DayCount, error) {
	w := inScope(scope)
	since = *utc(&since)
	args := append(append([]any{}, w.args...), campaignID, since)
	var rows []struct {
		Day        string `db:"day"`
		Registered int    `db:"registered"`
		Paid       int    `db:"paid"`
	}
	err := s.list(ctx, &rows, `SELECT u.day, SUM(u.registered) AS registered, SUM(u.paid) AS paid FROM (
		SELECT `+shanghaiDay("e.registered_at")+` AS day, 1 AS registered, 0 AS paid FROM enrolment e
		WHERE `+w.sql+` AND e.campaign_id=? AND e.registered_at>=?
		UNION ALL SELECT `+shanghaiDay("b.paid_at")+` AS day, 0 AS registered, 1 AS paid FROM enrolment e
		JOIN bill b ON b.enrolment_id=e.id WHERE `+w.sql+` AND e.campaign_id=? AND b.paid_at>=?) u
		GROUP BY u.day ORDER BY u.day`, append(args, args...)...)
	if err != nil {
		return nil, fmt.Errorf("counting days: %w", err)
	}
	out := make([]roster.DayCount, 0, len(rows))
	for _, r := range rows {
		out = append(out, roster.DayCount(r))
	}
	return out, nil
}

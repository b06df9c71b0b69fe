package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"ruxue/service/audit"
)

// Search implements audit.Searcher.
func (s *Audits) Search(ctx context.Context, q audit.Query, limit int) ([]audit.Named, error) {
	w := clause{sql: "1=1"}
	begins := func(column, value, separator string) {
		switch {
		case value == "":
		case strings.Contains(value, separator):
			w.add(" AND "+column+"=?", value)
		default:
			w.add(" AND ("+column+"=? OR "+column+" LIKE ?)", value, likeEscape.Replace(value+separator)+"%")
		}
	}
	begins("a.actor", q.Actor, ":")
	begins("a.action", q.Action, ".")
	if q.Subject != "" {
		w.add(" AND a.subject=?", q.Subject)
	}
	if !q.From.IsZero() {
		w.add(" AND a.at>=?", *utc(&q.From))
	}
	if !q.To.IsZero() {
		w.add(" AND a.at<?", *utc(&q.To))
	}
	if q.Before != 0 {
		w.add(" AND a.id<?", q.Before)
	}
	var rows []struct {
		auditRow
		Name sql.NullString `db:"name"`
	}
	err := s.d.list(ctx, &rows, `SELECT a.id, a.ref, a.at, a.actor, a.action, a.subject, a.detail, a.row_hash, COALESCE(s.name, p.name) AS name
		FROM audit a LEFT JOIN staff s ON s.ref=SUBSTRING(a.actor, 7) AND a.actor LIKE 'staff:%'
		LEFT JOIN enrolment e ON e.ref=SUBSTRING(a.actor, 9) AND a.actor LIKE 'student:%'
		LEFT JOIN person p ON p.id=e.person_id WHERE `+w.sql+` ORDER BY a.id DESC LIMIT ?`, append(w.args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("searching audit entries: %w", err)
	}
	out := make([]audit.Named, 0, len(rows))
	for _, r := range rows {
		out = append(out, audit.Named{Entry: audit.Entry(r.auditRow), Name: r.Name.String})
	}
	return out, nil
}

// After returns the entries after an id in the order of ids, at most limit.
func (s *Audits) After(ctx context.Context, after int64, limit int) ([]audit.Entry, error) {
	return all(ctx, s.d, func(r auditRow) (audit.Entry, error) { return audit.Entry(r), nil }, "walking through audit entries",
		auditColumns+` WHERE id > ? ORDER BY id LIMIT ?`, after, limit)
}

package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/audit"
)

// Audits keeps the audit log.
type Audits struct{ d *DB }

// Audits returns the store of audit entries.
func (d *DB) Audits() *Audits { return &Audits{d} }

type auditRow struct {
	ID      int64     `db:"id"`
	Ref     string    `db:"ref"`
	At      time.Time `db:"at"`
	Actor   string    `db:"actor"`
	Action  string    `db:"action"`
	Subject string    `db:"subject"`
	Detail  string    `db:"detail"`
	RowHash string    `db:"row_hash"`
}

const auditColumns = `SELECT id, ref, at, actor, action, subject, detail, row_hash FROM audit`

// Insert implements audit.Store.
func (s *Audits) Insert(ctx context.Context, e audit.Entry) error {
	_, err := s.d.q(ctx).ExecContext(ctx, `INSERT INTO audit (ref, at, actor, action, subject, detail, row_hash)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, e.Ref, e.At, e.Actor, e.Action, e.Subject, e.Detail, e.RowHash)
	if err != nil {
		return fmt.Errorf("inserting an audit entry: %w", err)
	}
	return nil
}

// ByID implements audit.Store.
func (s *Audits) ByID(ctx context.Context, id int64) (audit.Entry, error) {
	r, err := need[auditRow](ctx, s.d, none, "reading an audit entry", auditColumns+` WHERE id = ?`, id)
	return audit.Entry(r), err
}

// Of implements audit.Store.
func (s *Audits) Of(ctx context.Context, subject string, limit int) ([]audit.Entry, error) {
	var rows []auditRow
	if err := s.d.list(ctx, &rows, auditColumns+` WHERE subject = ? ORDER BY id DESC LIMIT ?`, subject, limit); err != nil {
		return nil, fmt.Errorf("listing audit entries: %w", err)
	}
	out := make([]audit.Entry, 0, len(rows))
	for _, r := range rows {
		out = append(out, audit.Entry(r))
	}
	return out, nil
}

package mysql

import (
	"context"
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
	return s.d.exec(ctx, "inserting an audit entry", `INSERT INTO audit (ref, at, actor, action, subject, detail, row_hash)
		VALUES (?, ?, ?, ?, ?, ?, ?)`, e.Ref, e.At, e.Actor, e.Action, e.Subject, e.Detail, e.RowHash)
}

// ByID implements audit.Store.
func (s *Audits) ByID(ctx context.Context, id int64) (audit.Entry, error) {
	r, err := need[auditRow](ctx, s.d, none, "reading an audit entry", auditColumns+` WHERE id = ?`, id)
	return audit.Entry(r), err
}

// Of implements audit.Store.
func (s *Audits) Of(ctx context.Context, subject string, limit int) ([]audit.Entry, error) {
	return all(ctx, s.d, func(r auditRow) (audit.Entry, error) { return audit.Entry(r), nil }, "listing audit entries",
		auditColumns+` WHERE subject = ? ORDER BY id DESC LIMIT ?`, subject, limit)
}

package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ruxue/service/notice"
	"ruxue/service/staff"
)

// reachedLater is true when something after o told the same person the same.
const reachedLater = `EXISTS (SELECT 1 FROM outbox l WHERE l.enrolment_id=o.enrolment_id AND l.template=o.template
	AND l.id>o.id AND l.state IN ('queued','sending','accepted','delivered'))`

func ledgerWhere(q notice.LedgerQuery) clause {
	w := clause{sql: "1=1"}
	if !q.Scope.All {
		w = inScope(q.Scope)
	}
	if q.CampaignID != 0 {
		w.add(" AND e.campaign_id=?", q.CampaignID)
	}
	if q.Enrolment != "" {
		w.add(" AND e.ref=?", q.Enrolment)
	}
	if q.Template != "" {
		w.add(" AND o.template=?", q.Template)
	}
	switch {
	case q.State == notice.Queued:
		w.add(" AND o.state IN (?,?)", notice.Queued, notice.Sending)
	case q.State != "":
		w.add(" AND o.state=?", q.State)
	}
	if q.Unreached {
		w.add(" AND o.enrolment_id IS NOT NULL AND o.state IN (?,?) AND NOT "+reachedLater, notice.Failed, notice.Unknown)
	}
	if q.Before != 0 {
		w.add(" AND o.id<?", q.Before)
	}
	return w
}

const fromLedger = ` FROM outbox o LEFT JOIN enrolment e ON e.id=o.enrolment_id LEFT JOIN person p ON p.id=e.person_id
	LEFT JOIN staff s ON s.id=o.staff_id WHERE `

type sentRow struct {
	ID        int64          `db:"id"`
	Ref       string         `db:"ref"`
	Kind      string         `db:"kind"`
	Template  string         `db:"template"`
	State     string         `db:"state"`
	Code      string         `db:"code"`
	Reason    string         `db:"reason"`
	Tries     int            `db:"tries"`
	CreatedAt time.Time      `db:"created_at"`
	DoneAt    *time.Time     `db:"done_at"`
	Enrolment sql.NullString `db:"enrolment_ref"`
	Name      sql.NullString `db:"name"`
	Major     sql.NullString `db:"major"`
	Resent    int            `db:"resent"`
}

// Ledger implements notice.LedgerStore.
func (o *Outbox) Ledger(ctx context.Context, q notice.LedgerQuery, limit int) ([]notice.Sent, error) {
	w := ledgerWhere(q)
	var rows []sentRow
	err := o.list(ctx, &rows, `SELECT o.id, o.ref, o.kind, o.template, o.state, o.code, o.reason, o.tries, o.created_at, o.done_at,
		e.ref AS enrolment_ref, COALESCE(p.name, s.name) AS name, e.major,
		EXISTS (SELECT 1 FROM outbox r WHERE r.dedupe_key IN (CONCAT('resend:', o.ref), CONCAT('instead:', o.ref))) AS resent`+
		fromLedger+w.sql+` ORDER BY o.id DESC LIMIT ?`, append(w.args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("reading the ledger: %w", err)
	}
	out := make([]notice.Sent, 0, len(rows))
	for _, r := range rows {
		out = append(out, notice.Sent{ID: r.ID, Ref: r.Ref, Kind: notice.Kind(r.Kind), Template: r.Template, State: notice.State(r.State),
			Code: r.Code, Reason: r.Reason, Tries: r.Tries, CreatedAt: r.CreatedAt, DoneAt: r.DoneAt,
			Enrolment: r.Enrolment.String, Name: r.Name.String, Major: r.Major.String, Resent: r.Resent == 1})
	}
	return out, nil
}

// Fates implements notice.LedgerStore.
func (o *Outbox) Fates(ctx context.Context, q notice.LedgerQuery) (map[notice.State]int, error) {
	w := ledgerWhere(q)
	var rows []struct {
		State string `db:"state"`
		N     int    `db:"n"`
	}
	if err := o.list(ctx, &rows, `SELECT o.state, COUNT(*) AS n`+fromLedger+w.sql+` GROUP BY o.state`, w.args...); err != nil {
		return nil, fmt.Errorf("counting the messages: %w", err)
	}
	out := map[notice.State]int{}
	for _, r := range rows {
		out[notice.State(r.State)] += r.N
	}
	return out, nil
}

// Message implements notice.LedgerStore.
func (o *Outbox) Message(ctx context.Context, scope staff.Scope, ref string) (notice.Row, error) {
	w := ledgerWhere(notice.LedgerQuery{Scope: scope})
	r, err := need[outboxRow](ctx, o.DB, "没有找到这条消息", "reading a message",
		`SELECT o.id, o.ref, o.kind, o.enrolment_id, o.staff_id, o.dedupe_key, o.template, o.payload_cipher, o.state, o.tries,
		o.not_before, o.uncertain_since, o.message_id, o.code, o.reason, o.created_at, o.done_at`+fromLedger+w.sql+` AND o.ref=?`,
		append(w.args, ref)...)
	if err != nil {
		return notice.Row{}, err
	}
	return o.row(r)
}

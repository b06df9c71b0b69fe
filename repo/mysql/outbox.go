package mysql

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ruxue/service/notice"
)

// Outbox stores messages to be sent.
type Outbox struct{ *DB }

// Outbox returns the store of messages.
func (d *DB) Outbox() *Outbox { return &Outbox{d} }

type outboxRow struct {
	ID             int64         `db:"id"`
	Ref            string        `db:"ref"`
	Kind           string        `db:"kind"`
	EnrolmentID    sql.NullInt64 `db:"enrolment_id"`
	StaffID        sql.NullInt64 `db:"staff_id"`
	DedupeKey      string        `db:"dedupe_key"`
	Template       string        `db:"template"`
	Payload        []byte        `db:"payload_cipher"`
	State          string        `db:"state"`
	Tries          int           `db:"tries"`
	NotBefore      time.Time     `db:"not_before"`
	UncertainSince *time.Time    `db:"uncertain_since"`
	MessageID      string        `db:"message_id"`
	Code           string        `db:"code"`
	Reason         string        `db:"reason"`
	CreatedAt      time.Time     `db:"created_at"`
	DoneAt         *time.Time    `db:"done_at"`
}

const selectOutbox = `SELECT id, ref, kind, enrolment_id, staff_id, dedupe_key, template, payload_cipher, state, tries,
	not_before, uncertain_since, message_id, code, reason, created_at, done_at FROM outbox `

func payloadAD(ref string) string { return "outbox.payload_cipher:" + ref }

func (o *Outbox) row(r outboxRow) (notice.Row, error) {
	n := notice.Row{
		Ref: r.Ref, Kind: notice.Kind(r.Kind), EnrolmentID: r.EnrolmentID.Int64, StaffID: r.StaffID.Int64,
		DedupeKey: r.DedupeKey, State: notice.State(r.State), Tries: r.Tries, NotBefore: r.NotBefore,
		UncertainSince: r.UncertainSince, MessageID: r.MessageID, Code: r.Code, Reason: r.Reason,
		CreatedAt: r.CreatedAt, DoneAt: r.DoneAt,
	}
	raw, err := o.cipher.Open(r.Payload, payloadAD(r.Ref))
	if err != nil {
		return n, fmt.Errorf("opening a message: %w", err)
	}
	if err := json.Unmarshal(raw, &n.Payload); err != nil {
		return n, errors.New("decoding a message: it is no JSON")
	}
	return n, nil
}

// Insert stores the row; false when its dedupe key is taken.
func (o *Outbox) Insert(ctx context.Context, r notice.Row) (bool, error) {
	raw, err := json.Marshal(r.Payload)
	if err != nil {
		return false, fmt.Errorf("encoding a message: %w", err)
	}
	sealed, err := o.cipher.Seal(raw, payloadAD(r.Ref))
	if err != nil {
		return false, fmt.Errorf("sealing a message: %w", err)
	}
	created := *utc(&r.CreatedAt)
	_, err = o.run(ctx, `INSERT INTO outbox (ref, kind, enrolment_id, staff_id, dedupe_key, template,
		payload_cipher, state, tries, not_before, lease_holder, lease_until, message_id, code, reason, created_at)
		VALUES (?,?,?,?,?,?,?,?,0,?,'',?,'','','',?)`,
		r.Ref, r.Kind, nullID(r.EnrolmentID), nullID(r.StaffID), r.DedupeKey, machine(r.Payload.TemplateName, 64),
		sealed, r.State, *utc(&r.NotBefore), created, created)
	if isDuplicate(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("storing a message: %w", err)
	}
	return true, nil
}

func nullID(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// Claim takes due rows, each by one conditional UPDATE: of two workers one
// wins, on a cluster too.
func (o *Outbox) Claim(ctx context.Context, holder string, now, until time.Time, limit int) ([]notice.Row, error) {
	now, until = *utc(&now), *utc(&until)
	var rows []outboxRow
	err := o.list(ctx, &rows, selectOutbox+`WHERE state=? AND not_before<=? AND lease_until<=? ORDER BY not_before, id LIMIT ?`,
		notice.Queued, now, now, limit)
	if err != nil {
		return nil, fmt.Errorf("looking for due messages: %w", err)
	}
	claimed := make([]notice.Row, 0, len(rows))
	for _, r := range rows {
		ok, err := o.claim(ctx, r, holder, now, until)
		if err != nil {
			return claimed, err
		}
		if !ok {
			continue
		}
		n, err := o.row(r)
		if err != nil { // a key was lost: say so on the row, and go on with the others
			if _, err := o.Finish(ctx, r.Ref, holder, notice.Fate{State: notice.Failed, Reason: "消息内容无法解密"}); err != nil {
				return claimed, err
			}
			continue
		}
		claimed = append(claimed, n)
	}
	return claimed, nil
}

func (o *Outbox) claim(ctx context.Context, r outboxRow, holder string, now, until time.Time) (bool, error) {
	state, uncertain := r.State, r.UncertainSince
	if notice.Kind(r.Kind) == notice.KindSMS {
		state = string(notice.Sending)
	} else if uncertain == nil {
		uncertain = &now // should this process die, the message may have gone out from now on
	}
	return o.change(ctx, "claiming a message", `UPDATE outbox SET state=?, tries=tries+1, lease_holder=?, lease_until=?, uncertain_since=?
		WHERE id=? AND state=? AND not_before<=? AND lease_until<=?`,
		state, holder, until, uncertain, r.ID, notice.Queued, now, now)
}

// Postpone gives the row back.
func (o *Outbox) Postpone(ctx context.Context, ref, holder string, at time.Time, uncertainSince *time.Time, f notice.Fate) error {
	return o.exec(ctx, "postponing a message", `UPDATE outbox SET state=?, not_before=?, lease_holder='', lease_until=created_at,
		uncertain_since=?, code=?, reason=? WHERE ref=? AND lease_holder=?`,
		notice.Queued, *utc(&at), utc(uncertainSince), machine(f.Code, 80), clip(f.Reason, 200), ref, holder)
}

// Finish ends the row.
func (o *Outbox) Finish(ctx context.Context, ref, holder string, f notice.Fate) (bool, error) {
	return o.change(ctx, "finishing a message", `UPDATE outbox SET state=?, message_id=?, code=?, reason=?, lease_holder='', done_at=?
		WHERE ref=? AND lease_holder=? AND state IN (?,?)`,
		f.State, machine(f.MessageID, 64), machine(f.Code, 80), clip(f.Reason, 200), o.now(), ref, holder, notice.Queued, notice.Sending)
}

// Lost turns SMS whose worker vanished into unknown ones.
func (o *Outbox) Lost(ctx context.Context, now time.Time) (int, error) {
	res, err := o.run(ctx, `UPDATE outbox SET state=?, reason=?, lease_holder='', done_at=? WHERE state=? AND lease_until<=?`,
		notice.Unknown, "发送中断，不知是否送达", o.now(), notice.Sending, *utc(&now))
	if err != nil {
		return 0, err
	}
	n, err := res.RowsAffected()
	return int(n), err
}

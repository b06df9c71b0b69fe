package mysql

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"ruxue/service/notice"
)

// AddReceipt keeps a delivery report, the first one of a message.
func (o *Outbox) AddReceipt(ctx context.Context, msgID, status string) error {
	_, err := o.run(ctx, `INSERT INTO outbox_receipt (message_id, status, created_at) VALUES (?,?,?)`,
		machine(msgID, 64), clip(status, 64), o.now())
	if err != nil && !isDuplicate(err) {
		return fmt.Errorf("storing a delivery report: %w", err)
	}
	return nil
}

// Receipt returns the report of the message.
func (o *Outbox) Receipt(ctx context.Context, msgID string) (string, bool, error) {
	return find[string](ctx, o.DB, "reading a delivery report", `SELECT status FROM outbox_receipt WHERE message_id=?`, machine(msgID, 64))
}

// Settle moves the accepted row with the message id.
func (o *Outbox) Settle(ctx context.Context, msgID string, f notice.Fate) error {
	return o.exec(ctx, "storing a delivery", `UPDATE outbox SET state=?, code=?, reason=?, done_at=? WHERE message_id=? AND state=?`,
		f.State, f.Code, f.Reason, o.now(), machine(msgID, 64), notice.Accepted)
}

// FirstSeen notes a push by its dedupe key and reports whether it is new: of
// WeChat's repetitions, on whatever replica, one is handled.
func (o *Outbox) FirstSeen(ctx context.Context, key string) (bool, error) {
	_, err := o.run(ctx, `INSERT INTO push_seen (key_hash, created_at) VALUES (?,?)`, pushHash(key), o.now())
	if isDuplicate(err) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("noting a push: %w", err)
	}
	return true, nil
}

// Unsee forgets a push whose handling failed, so that WeChat's repetition is
// handled.
func (o *Outbox) Unsee(ctx context.Context, key string) error {
	_, err := o.run(ctx, `DELETE FROM push_seen WHERE key_hash=?`, pushHash(key))
	return err
}

func pushHash(key string) string {
	sum := sha256.Sum256([]byte(key))
	return hex.EncodeToString(sum[:])
}

// Sweep removes receipts and seen pushes from before the time; a day is plenty.
func (o *Outbox) Sweep(ctx context.Context, before time.Time) error {
	for _, table := range []string{"outbox_receipt", "push_seen"} {
		if _, err := o.run(ctx, `DELETE FROM `+table+` WHERE created_at<? LIMIT 5000`, *utc(&before)); err != nil {
			return fmt.Errorf("sweeping %s: %w", table, err)
		}
	}
	return nil
}

// Of lists the newest messages to the student, for staff.
func (o *Outbox) Of(ctx context.Context, enrolmentID int64, limit int) ([]notice.Row, error) {
	return all(ctx, o.DB, o.row, "reading a student's messages", selectOutbox+`WHERE enrolment_id=? ORDER BY id DESC LIMIT ?`, enrolmentID, limit)
}

// Backlog returns how many messages wait and since when the oldest is due; zero
// time when none waits.
func (o *Outbox) Backlog(ctx context.Context) (n int, oldest time.Time, err error) {
	var r struct {
		N      int        `db:"n"`
		Oldest *time.Time `db:"oldest"`
	}
	err = o.get(ctx, &r, `SELECT COUNT(*) AS n, MIN(not_before) AS oldest FROM outbox WHERE state IN (?,?)`, notice.Queued, notice.Sending)
	if err != nil {
		return 0, time.Time{}, fmt.Errorf("measuring the outbox: %w", err)
	}
	if r.Oldest != nil {
		oldest = *r.Oldest
	}
	return r.N, oldest, nil
}

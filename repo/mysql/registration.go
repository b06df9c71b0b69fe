package mysql

import (
	"context"
	"errors"
	"fmt"

	"ruxue/service/student"
)

// Registrations stores the one act that completes a registration.
type Registrations struct{ *Students }

// Registrations returns the registration store.
func (d *DB) Registrations() *Registrations { return &Registrations{d.Students()} }

// Lock locks the enrolment row for the transaction (first in the lock order)
// and returns the enrolment as it stands. Nothing may be read in the transaction
// before: later reads would show the records of that moment, and a duty that
// another transaction met since would be missed.
func (s *Registrations) Lock(ctx context.Context, enrolmentID int64) (*student.Enrolment, error) {
	if _, _, err := find[int64](ctx, s.DB, "locking an enrolment", `SELECT id FROM enrolment WHERE id=? FOR UPDATE`, enrolmentID); err != nil {
		return nil, err
	}
	return s.Enrolment(ctx, enrolmentID)
}

// NextNumber counts up the counter of a prefix (last in the lock order) and
// returns its new value, 1 for the first.
func (s *Registrations) NextNumber(ctx context.Context, campaignID int64, prefix string) (int64, error) {
	// LAST_INSERT_ID(n) makes n the statement's insert id: the row is locked until
	// the commit and everybody waits for it, so there is no second round trip.
	res, err := s.run(ctx, `INSERT INTO number_counter (campaign_id, prefix, last) VALUES (?,?,LAST_INSERT_ID(1))
		ON DUPLICATE KEY UPDATE last = LAST_INSERT_ID(last + 1)`, campaignID, prefix)
	if err != nil {
		return 0, fmt.Errorf("counting up a student number: %w", err)
	}
	n, err := res.LastInsertId()
	if err == nil && n < 1 {
		err = errors.New("the database tells no number")
	}
	if err != nil {
		return 0, fmt.Errorf("reading a student number: %w", err)
	}
	return n, nil
}

// Taken reports whether the number is somebody's in the campaign, or listed for
// somebody who will be registered.
func (s *Registrations) Taken(ctx context.Context, campaignID int64, number string) (bool, error) {
	var n int
	if err := s.get(ctx, &n, `SELECT COUNT(*) FROM enrolment WHERE campaign_id=? AND (imported_number=? OR student_number=?)`,
		campaignID, number, number); err != nil {
		return false, fmt.Errorf("looking for a student number: %w", err)
	}
	return n > 0, nil
}

// Register moves the enrolment from admitted to registered with its number;
// false when it is no longer admitted.
func (s *Registrations) Register(ctx context.Context, enrolmentID int64, number string) (bool, error) {
	now := s.now()
	return changed(s.run(ctx, `UPDATE enrolment SET state=?, student_number=?, registered_at=?, updated_at=?
		WHERE id=? AND state=?`, student.Registered, number, now, now, enrolmentID, student.Admitted))
}

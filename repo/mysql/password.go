package mysql

import (
	"context"
	"fmt"

	"ruxue/service/fault"
	"ruxue/service/student"
)

// FindByPhone finds the enrolment whose listed phone it is. A phone that two
// students of the campaign share is nobody's account: fault.NotFound.
func (s *Students) FindByPhone(ctx context.Context, campaignID int64, phone string) (*student.Enrolment, error) {
	var rows []enrolmentRow
	if err := s.list(ctx, &rows, selectEnrolment+`WHERE e.campaign_id=? AND e.phone_hash=? LIMIT 2`,
		campaignID, s.cipher.Lookup("phone", phone)); err != nil {
		return nil, fmt.Errorf("reading an enrolment by its phone: %w", err)
	}
	if len(rows) != 1 {
		return nil, fault.New(fault.NotFound, "没有找到这名学生")
	}
	return s.enrolment(rows[0])
}

// AllByPhone lists the enrolments whose listed phone it is, by id: a couple or a
// teaching site may share one. Of more than limit it returns none.
func (s *Students) AllByPhone(ctx context.Context, campaignID int64, phone string, limit int) ([]*student.Enrolment, error) {
	var rows []enrolmentRow
	if err := s.list(ctx, &rows, selectEnrolment+`WHERE e.campaign_id=? AND e.phone_hash=? ORDER BY e.id LIMIT ?`,
		campaignID, s.cipher.Lookup("phone", phone), limit+1); err != nil {
		return nil, fmt.Errorf("listing enrolments by their phone: %w", err)
	}
	if len(rows) > limit {
		return nil, nil
	}
	return each(rows, s.enrolment)
}

// PasswordHash returns the hash of the password that the student chose, ""
// while the initial one counts.
func (s *Students) PasswordHash(ctx context.Context, enrolmentID int64) (string, error) {
	hash, _, err := find[string](ctx, s.DB, "reading a password's hash", `SELECT hash FROM password WHERE enrolment_id=? AND state='own'`, enrolmentID)
	return hash, err
}

// SetPasswordHash stores the hash of a password that the student chose.
func (s *Students) SetPasswordHash(ctx context.Context, enrolmentID int64, hash string) error {
	return s.exec(ctx, "storing a password's hash", `INSERT INTO password (enrolment_id, state, hash, changed_at) VALUES (?,'own',?,?)
		ON DUPLICATE KEY UPDATE state=VALUES(state), hash=VALUES(hash), changed_at=VALUES(changed_at)`, enrolmentID, hash, s.now())
}

// SetApproval records what staff decided about the listed data.
func (s *Students) SetApproval(ctx context.Context, enrolmentID int64, a student.Approval) error {
	return s.exec(ctx, "recording an approval", `UPDATE enrolment SET approval=?, updated_at=? WHERE id=?`, a, s.now(), enrolmentID)
}

package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ruxue/service/fault"
	"ruxue/service/student"
)

// Lock implements roster.Store: the enrolment first, as every transaction does.
func (s *Roster) Lock(ctx context.Context, enrolmentID int64) (*student.Enrolment, error) {
	return s.Registrations.Lock(ctx, enrolmentID)
}

// datumColumns are the columns of the enrolment that staff correct.
var datumColumns = map[string]string{"gender": "gender", "nation": "nation", "exam_number": "exam_number", "grade": "grade",
	"level": "level", "major": "major", "study_form": "study_form", "years": "years"}

// SetDatum implements roster.Store.
func (s *Roster) SetDatum(ctx context.Context, e *student.Enrolment, field, value, extra string) (err error) {
	now := s.now()
	set := func(query string, args ...any) { _, err = s.run(ctx, query, args...) }
	switch field {
	case "name":
		set(`UPDATE person SET name=?, updated_at=? WHERE id=?`, value, now, e.Person.ID)
	case "id_number":
		return s.setIDNumber(ctx, e, value)
	case "site":
		set(`UPDATE enrolment SET site_code=?, site=?, updated_at=? WHERE id=?`, value, extra, now, e.ID)
	case "imported_number":
		return s.setImportedNumber(ctx, e, value)
	default:
		column, ok := datumColumns[field]
		if !ok {
			return fmt.Errorf("no datum is called %q", field)
		}
		set(`UPDATE enrolment SET `+column+`=?, updated_at=? WHERE id=?`, value, now, e.ID)
	}
	return wrap(err, "correcting a datum")
}

func (s *Roster) setIDNumber(ctx context.Context, e *student.Enrolment, number string) error {
	sealed, err := s.cipher.Seal([]byte(number), "person.id_cipher:"+e.Person.Ref)
	if err != nil {
		return fmt.Errorf("sealing an identity number: %w", err)
	}
	_, err = s.run(ctx, `UPDATE person SET id_hash=?, id_cipher=?, updated_at=? WHERE id=?`,
		s.cipher.Lookup("id_number", number), sealed, s.now(), e.Person.ID)
	if isDuplicate(err) {
		return fault.Wrap(fault.Conflict, "这个证件号码已属于名单中的另一名学生，请先核对两人的信息", err)
	}
	return wrap(err, "correcting an identity number")
}

// setImportedNumber refuses a number that is given to or listed for another.
func (s *Roster) setImportedNumber(ctx context.Context, e *student.Enrolment, number string) error {
	taken := fault.New(fault.Conflict, "这个学号已经属于名单中的另一名学生")
	if number != "" {
		var n int
		if err := s.get(ctx, &n, `SELECT COUNT(*) FROM enrolment WHERE campaign_id=? AND student_number=? AND id<>?`,
			e.CampaignID, number, e.ID); err != nil {
			return fmt.Errorf("looking for a student number: %w", err)
		}
		if n > 0 {
			return taken
		}
	}
	_, err := s.run(ctx, `UPDATE enrolment SET imported_number=?, updated_at=? WHERE id=?`,
		sql.NullString{String: number, Valid: number != ""}, s.now(), e.ID)
	if isDuplicate(err) {
		return taken
	}
	return wrap(err, "correcting a listed number")
}

// AskAgain implements roster.Store.
func (s *Roster) AskAgain(ctx context.Context, enrolmentID int64) error {
	return s.exec(ctx, "asking to verify again", `UPDATE enrolment SET verified_at=NULL, updated_at=? WHERE id=?`, s.now(), enrolmentID)
}

// PhoneTaken implements roster.Store.
func (s *Roster) PhoneTaken(ctx context.Context, e *student.Enrolment, phone string) (bool, error) {
	var n int
	err := s.get(ctx, &n, `SELECT COUNT(*) FROM enrolment WHERE campaign_id=? AND phone_hash=? AND id<>?`,
		e.CampaignID, s.cipher.Lookup("phone", phone), e.ID)
	return n > 0, wrap(err, "looking for a phone number")
}

// ForgetPassword implements roster.Store.
func (s *Roster) ForgetPassword(ctx context.Context, enrolmentID int64) error {
	return s.exec(ctx, "forgetting a password", `DELETE FROM password WHERE enrolment_id=?`, enrolmentID)
}

// SetExtension implements roster.Store.
func (s *Roster) SetExtension(ctx context.Context, enrolmentID int64, until time.Time) error {
	return s.exec(ctx, "extending a window", `UPDATE enrolment SET extended_until=?, updated_at=? WHERE id=?`,
		*utc(&until), s.now(), enrolmentID)
}

package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/student"
)

// Students stores persons, enrolments and their openids.
type Students struct{ *DB }

// Students returns the student store.
func (d *DB) Students() *Students { return &Students{d} }

type enrolmentRow struct {
	ID             int64          `db:"id"`
	Ref            string         `db:"ref"`
	CampaignID     int64          `db:"campaign_id"`
	CarriedFrom    *int64         `db:"carried_from"`
	PersonID       int64          `db:"person_id"`
	State          string         `db:"state"`
	Choice         string         `db:"choice"`
	ExamNumber     string         `db:"exam_number"`
	Gender         string         `db:"gender"`
	Nation         string         `db:"nation"`
	SiteCode       string         `db:"site_code"`
	Site           string         `db:"site"`
	Grade          string         `db:"grade"`
	Level          string         `db:"level"`
	Major          string         `db:"major"`
	StudyForm      string         `db:"study_form"`
	Years          string         `db:"years"`
	PhoneCipher    []byte         `db:"phone_cipher"`
	FeeFen         *int64         `db:"fee_fen"`
	ImportedNumber sql.NullString `db:"imported_number"`
	Number         sql.NullString `db:"student_number"`
	VerifiedAt     *time.Time     `db:"verified_at"`
	RegisteredAt   *time.Time     `db:"registered_at"`
	ExtendedUntil  *time.Time     `db:"extended_until"`
	FirstLoginAt   *time.Time     `db:"first_login_at"`
	Approval       string         `db:"approval"`
	PersonRef      string         `db:"person_ref"`
	IDType         string         `db:"id_type"`
	IDCipher       []byte         `db:"id_cipher"`
	Name           string         `db:"name"`
}

const selectEnrolment = `SELECT e.id, e.ref, e.campaign_id, e.carried_from, e.person_id, e.state, e.choice, e.exam_number,
	e.gender, e.nation, e.site_code, e.site, e.grade, e.level, e.major, e.study_form, e.years,
	e.phone_cipher, e.fee_fen, e.imported_number, e.student_number, e.verified_at, e.registered_at,
	e.extended_until, e.first_login_at, e.approval, p.ref AS person_ref, p.id_type, p.id_cipher, p.name
	FROM enrolment e JOIN person p ON p.id = e.person_id `

// FindByIDNumber finds the enrolment of the person with that identity number
// in the campaign; fault.NotFound without one.
func (s *Students) FindByIDNumber(ctx context.Context, campaignID int64, idNumber string) (*student.Enrolment, error) {
	return s.one(ctx, `WHERE p.id_hash=? AND e.campaign_id=?`, s.cipher.Lookup("id_number", idNumber), campaignID)
}

// Enrolment returns the enrolment by its internal id; fault.NotFound without one.
func (s *Students) Enrolment(ctx context.Context, id int64) (*student.Enrolment, error) {
	return s.one(ctx, `WHERE e.id=?`, id)
}

func (s *Students) one(ctx context.Context, where string, args ...any) (*student.Enrolment, error) {
	r, err := need[enrolmentRow](ctx, s.DB, "没有找到这名学生", "reading an enrolment", selectEnrolment+where, args...)
	if err != nil {
		return nil, err
	}
	return s.enrolment(r)
}

func (s *Students) enrolment(r enrolmentRow) (*student.Enrolment, error) {
	id, err := s.cipher.Open(r.IDCipher, "person.id_cipher:"+r.PersonRef)
	if err != nil {
		return nil, fmt.Errorf("opening an identity number: %w", err)
	}
	var phone []byte
	if r.PhoneCipher != nil {
		if phone, err = s.cipher.Open(r.PhoneCipher, "enrolment.phone_cipher:"+r.Ref); err != nil {
			return nil, fmt.Errorf("opening a phone number: %w", err)
		}
	}
	from := int64(0)
	if r.CarriedFrom != nil {
		from = *r.CarriedFrom
	}
	return &student.Enrolment{
		ID: r.ID, Ref: r.Ref, CampaignID: r.CampaignID, CarriedFrom: from, State: student.State(r.State), Choice: r.Choice,
		Person:     student.Person{ID: r.PersonID, Ref: r.PersonRef, IDType: r.IDType, IDNumber: string(id), Name: r.Name},
		ExamNumber: r.ExamNumber, Gender: r.Gender, Nation: r.Nation, SiteCode: r.SiteCode, Site: r.Site,
		Grade: r.Grade, Level: r.Level, Major: r.Major, StudyForm: r.StudyForm, Years: r.Years,
		Phone: string(phone), FeeFen: r.FeeFen, ImportedNumber: r.ImportedNumber.String, Number: r.Number.String,
		VerifiedAt: r.VerifiedAt, RegisteredAt: r.RegisteredAt, ExtendedUntil: r.ExtendedUntil, FirstLoginAt: r.FirstLoginAt,
		Approval: student.Approval(r.Approval),
	}, nil
}

// SetPhone replaces the phone by the proven one.
func (s *Students) SetPhone(ctx context.Context, e *student.Enrolment, phone string) error {
	sealed, err := s.cipher.Seal([]byte(phone), "enrolment.phone_cipher:"+e.Ref)
	if err != nil {
		return fmt.Errorf("sealing a phone number: %w", err)
	}
	return s.exec(ctx, "storing a phone number", `UPDATE enrolment SET phone_cipher=?, phone_hash=?, updated_at=? WHERE id=?`,
		sealed, s.cipher.Lookup("phone", phone), s.now(), e.ID)
}

// ForgetOpenIDs unbinds every WeChat account of the person and counts them.
func (s *Students) ForgetOpenIDs(ctx context.Context, personID int64) (int, error) {
	res, err := s.q(ctx).ExecContext(ctx, `DELETE FROM person_openid WHERE person_id=?`, personID)
	if err != nil {
		return 0, fmt.Errorf("unbinding a student's WeChat accounts: %w", err)
	}
	n, err := res.RowsAffected()
	return int(n), err
}

// LinkOpenID remembers that the person logged in from this WeChat account; the
// latest one gets the messages.
func (s *Students) LinkOpenID(ctx context.Context, personID int64, appID, openid string) error {
	return s.exec(ctx, "linking a WeChat account", `INSERT INTO person_openid (person_id, app_id, openid, created_at, last_seen_at)
		VALUES (?,?,?,?,?) ON DUPLICATE KEY UPDATE last_seen_at=VALUES(last_seen_at)`,
		personID, appID, openid, s.now(), s.now())
}

// SetFirstLogin records when the student first logged in; later times change
// nothing.
func (s *Students) SetFirstLogin(ctx context.Context, enrolmentID int64) error {
	return s.exec(ctx, "noting a first login", `UPDATE enrolment SET first_login_at=? WHERE id=? AND first_login_at IS NULL`, s.now(), enrolmentID)
}

// choosable is the condition under which a door may be taken, as
// student.Enrolment.Refuses says it.
func choosable(choice string) string {
	switch choice {
	case campaign.Enter:
		return `state='kept'`
	case "register":
		return `state='admitted'`
	case "defer":
		return `state='admitted' AND carried_from IS NULL`
	}
	return `state IN ('admitted','kept')`
}

// SetChoice records the door taken; false when the enrolment has bound already,
// or the door is shut to it.
func (s *Students) SetChoice(ctx context.Context, enrolmentID int64, choice string) (bool, error) {
	ok, err := changed(s.run(ctx, `UPDATE enrolment SET choice=?, updated_at=? WHERE id=? AND `+choosable(choice),
		choice, s.now(), enrolmentID))
	if err != nil || ok {
		return ok, err
	}
	var same int // the same choice within one tick of the clock changes no row
	err = s.get(ctx, &same, `SELECT COUNT(*) FROM enrolment WHERE id=? AND choice=? AND `+choosable(choice), enrolmentID, choice)
	return same == 1, err
}

// SetVerified records when the admission data were confirmed, the first time.
func (s *Students) SetVerified(ctx context.Context, enrolmentID int64) error {
	_, err := s.run(ctx, `UPDATE enrolment SET verified_at=?, updated_at=? WHERE id=? AND verified_at IS NULL`,
		s.now(), s.now(), enrolmentID)
	return err
}

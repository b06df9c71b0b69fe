package mysql

import (
	"context"
	"database/sql"
	"fmt"

	"ruxue/service/fault"
	"ruxue/service/reference"
	"ruxue/service/student"
)

// Admit stores one row of the admitted list: the person, found by the identity
// number or made, and her enrolment in the campaign. An enrolment that exists
// is left as it is; created tells which. fault.Conflict means that the listed
// student number is another's. Call it in a transaction.
func (s *Students) Admit(ctx context.Context, campaignID int64, a student.Admission) (created bool, err error) {
	personID, err := s.person(ctx, a)
	if err != nil {
		return false, err
	}
	ref := reference.New()
	var phoneCipher, phoneHash []byte
	if a.Phone != "" {
		if phoneCipher, err = s.cipher.Seal([]byte(a.Phone), "enrolment.phone_cipher:"+ref); err != nil {
			return false, fmt.Errorf("sealing a phone number: %w", err)
		}
		phoneHash = s.cipher.Lookup("phone", a.Phone)
	}
	approval := a.Approval
	if approval == "" {
		approval = student.Approved
	}
	_, err = s.run(ctx, `INSERT INTO enrolment (ref, campaign_id, person_id, state, choice, exam_number,
		gender, nation, site_code, site, grade, level, major, study_form, years, phone_cipher, phone_hash,
		listed_phone_hash, fee_fen, imported_number, approval, created_at, updated_at)
		VALUES (?,?,?,?,'',?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		ref, campaignID, personID, student.Admitted, a.ExamNumber, a.Gender, a.Nation, a.SiteCode, a.Site, a.Grade,
		a.Level, a.Major, a.StudyForm, a.Years, phoneCipher, phoneHash, phoneHash, a.FeeFen,
		sql.NullString{String: a.Number, Valid: a.Number != ""}, approval, s.now(), s.now())
	if isDuplicate(err) {
		var n int
		if e := s.get(ctx, &n, `SELECT COUNT(*) FROM enrolment WHERE campaign_id=? AND person_id=? LOCK IN SHARE MODE`,
			campaignID, personID); e != nil {
			return false, fmt.Errorf("looking for an enrolment: %w", e)
		}
		if n == 1 {
			return false, nil
		}
		return false, fault.Wrap(fault.Conflict, "这个学号已经属于名单中的另一名学生", err)
	}
	if err != nil {
		return false, fmt.Errorf("storing an enrolment: %w", err)
	}
	return true, nil
}

func (s *Students) person(ctx context.Context, a student.Admission) (int64, error) {
	hash := s.cipher.Lookup("id_number", a.IDNumber)
	id, there, err := find[int64](ctx, s.DB, "looking for a person", `SELECT id FROM person WHERE id_hash=?`, hash)
	if err != nil || there {
		return id, err
	}
	ref := reference.New()
	sealed, err := s.cipher.Seal([]byte(a.IDNumber), "person.id_cipher:"+ref)
	if err != nil {
		return 0, fmt.Errorf("sealing an identity number: %w", err)
	}
	res, err := s.run(ctx, `INSERT INTO person (ref, id_type, id_hash, id_cipher, name, created_at, updated_at)
		VALUES (?,?,?,?,?,?,?)`, ref, a.IDType, hash, sealed, a.Name, s.now(), s.now())
	if isDuplicate(err) { // another import was faster; a plain read might not see its row yet
		err = s.get(ctx, &id, `SELECT id FROM person WHERE id_hash=? LOCK IN SHARE MODE`, hash)
		return id, wrap(err, "looking for a person")
	}
	if err != nil {
		return 0, fmt.Errorf("storing a person: %w", err)
	}
	return res.LastInsertId()
}

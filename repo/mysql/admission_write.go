package mysql

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"

	"ruxue/service/admission"
	"ruxue/service/fault"
	"ruxue/service/reference"
	"ruxue/service/student"
)

// Create implements admission.Store: the persons in one statement, their
// enrolments in another. Call it in a transaction.
func (s *Admissions) Create(ctx context.Context, campaignID int64, rows []admission.Decision) error {
	if len(rows) == 0 {
		return nil
	}
	persons, err := s.createPersons(ctx, rows)
	if err != nil {
		return err
	}
	const columns = `(ref, campaign_id, person_id, state, choice, exam_number, gender, nation, site_code, site, grade, level, major,
		study_form, years, phone_cipher, phone_hash, listed_phone_hash, fee_fen, imported_number, approval, created_at, updated_at)`
	const one = `(?,?,?,?,'',?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`
	now := s.now()
	args := make([]any, 0, 22*len(rows))
	for i, d := range rows {
		e, ref := d.Entry, reference.New()
		phone, hash, err := s.sealPhone(ref, e.Phone)
		if err != nil {
			return err
		}
		approval := e.Approval
		if approval == "" {
			approval = student.Approved
		}
		args = append(args, ref, campaignID, persons[i], student.Admitted, e.ExamNumber, e.Gender, e.Nation, e.SiteCode, e.Site,
			e.Grade, e.Level, e.Major, e.StudyForm, e.Years, phone, hash, hash, e.FeeFen,
			sql.NullString{String: e.Number, Valid: e.Number != ""}, approval, now, now)
	}
	_, err = s.run(ctx, `INSERT INTO enrolment `+columns+` VALUES `+repeat(one, len(rows)), args...)
	if isDuplicate(err) { // another import, or a number just given
		return fault.Wrap(fault.Conflict, "另一次导入正在进行，请稍后再试", errors.New("an enrolment is there already"))
	}
	if err != nil {
		return fmt.Errorf("storing enrolments: %w", err)
	}
	return nil
}

// createPersons returns the persons' ids in the rows' order, new ones stored.
func (s *Admissions) createPersons(ctx context.Context, rows []admission.Decision) ([]int64, error) {
	ids := make([]int64, len(rows))
	missing := map[string]int{}
	var args, hashes []any
	now := s.now()
	for i, d := range rows {
		if ids[i] = d.Standing.PersonID; ids[i] != 0 {
			continue
		}
		ref, hash := reference.New(), s.cipher.Lookup("id_number", d.Entry.IDNumber)
		sealed, err := s.cipher.Seal([]byte(d.Entry.IDNumber), "person.id_cipher:"+ref)
		if err != nil {
			return nil, fmt.Errorf("sealing an identity number: %w", err)
		}
		missing[string(hash)] = i
		hashes = append(hashes, hash)
		args = append(args, ref, d.Entry.IDType, hash, sealed, d.Entry.Name, now, now)
	}
	if len(hashes) == 0 {
		return ids, nil
	}
	_, err := s.run(ctx, `INSERT INTO person (ref, id_type, id_hash, id_cipher, name, created_at, updated_at) VALUES `+
		repeat(`(?,?,?,?,?,?,?)`, len(hashes)), args...)
	if isDuplicate(err) {
		return nil, fault.Wrap(fault.Conflict, "另一次导入正在进行，请稍后再试", errors.New("a person is there already"))
	}
	if err != nil {
		return nil, fmt.Errorf("storing persons: %w", err)
	}
	var made []struct {
		ID   int64  `db:"id"`
		Hash []byte `db:"id_hash"`
	}
	if err := s.list(ctx, &made, `SELECT id, id_hash FROM person WHERE id_hash IN (?)`, hashes); err != nil {
		return nil, fmt.Errorf("reading stored persons: %w", err)
	}
	if len(made) != len(hashes) {
		return nil, fmt.Errorf("stored %d persons and found %d", len(hashes), len(made))
	}
	for _, m := range made {
		ids[missing[string(m.Hash)]] = m.ID
	}
	return ids, nil
}

func (s *Admissions) sealPhone(ref, phone string) (sealed, hash []byte, err error) {
	if phone == "" {
		return nil, nil, nil
	}
	if sealed, err = s.cipher.Seal([]byte(phone), "enrolment.phone_cipher:"+ref); err != nil {
		return nil, nil, fmt.Errorf("sealing a phone number: %w", err)
	}
	return sealed, s.cipher.Lookup("phone", phone), nil
}

// checked are the data that a student confirms on the page 身份信息核对: once one
// of them changed, she looks again.
var checked = map[admission.Column]bool{admission.Name: true, admission.ExamNumber: true, admission.Gender: true,
	admission.Nation: true, admission.Level: true, admission.Major: true, admission.StudyForm: true, admission.Years: true,
	admission.Grade: true, admission.Site: true}

// Update implements admission.Store. Students to whom the same happens share a
// statement: a list that only gives a fee by major needs few. Call it in a
// transaction.
func (s *Admissions) Update(ctx context.Context, rows []admission.Decision) error {
	type group struct {
		sets string
		args []any
		ids  []any
	}
	groups := map[string]*group{}
	var order []string
	for _, d := range rows {
		sets, args, err := s.assignments(d)
		if err != nil {
			return err
		}
		if err := s.rename(ctx, d); err != nil {
			return err
		}
		key := fmt.Sprintf("%s%#v", sets, args)
		if groups[key] == nil {
			groups[key] = &group{sets: sets, args: args}
			order = append(order, key)
		}
		groups[key].ids = append(groups[key].ids, d.Standing.Enrolment.ID)
	}
	for _, key := range order {
		g := groups[key]
		args := append(append([]any{}, g.args...), s.now(), student.Admitted, student.Kept, g.ids)
		_, err := s.run(ctx, `UPDATE enrolment SET `+g.sets+`updated_at=? WHERE state IN (?,?) AND id IN (?)`, args...)
		if isDuplicate(err) {
			return fault.Wrap(fault.Conflict, "另一次导入正在进行，请稍后再试", errors.New("a student number is there already"))
		}
		if err != nil {
			return fmt.Errorf("updating enrolments: %w", err)
		}
	}
	return nil
}

// columnNames are the columns of enrolment that hold a listed text as it is.
var columnNames = map[admission.Column]string{admission.ExamNumber: "exam_number", admission.Gender: "gender", admission.Nation: "nation",
	admission.Level: "level", admission.Major: "major", admission.StudyForm: "study_form", admission.Years: "years",
	admission.Grade: "grade", admission.SiteCode: "site_code", admission.Site: "site", admission.Number: "imported_number"}

// assignments are what an enrolment's row gets, each followed by a comma.
func (s *Admissions) assignments(d admission.Decision) (sets string, args []any, err error) {
	e := d.Entry
	values := map[admission.Column]string{admission.ExamNumber: e.ExamNumber, admission.Gender: e.Gender, admission.Nation: e.Nation,
		admission.Level: e.Level, admission.Major: e.Major, admission.StudyForm: e.StudyForm, admission.Years: e.Years,
		admission.Grade: e.Grade, admission.SiteCode: e.SiteCode, admission.Site: e.Site, admission.Number: e.Number}
	again := false
	for _, c := range d.Changes {
		again = again || checked[c.Column]
		switch c.Column {
		case admission.Name:
		case admission.Phone:
			sealed, hash, err := s.sealPhone(d.Standing.Enrolment.Ref, e.Phone)
			if err != nil {
				return "", nil, err
			}
			sets += "phone_cipher=?, phone_hash=?, listed_phone_hash=?, "
			args = append(args, sealed, hash, hash)
		case admission.Fee:
			sets += "fee_fen=?, "
			args = append(args, *e.FeeFen)
		default:
			sets += columnNames[c.Column] + "=?, "
			args = append(args, values[c.Column])
		}
	}
	if again {
		sets += "verified_at=NULL, "
	}
	return sets, args, nil
}

// rename corrects a person's name.
func (s *Admissions) rename(ctx context.Context, d admission.Decision) error {
	for _, c := range d.Changes {
		if c.Column != admission.Name {
			continue
		}
		if _, err := s.run(ctx, `UPDATE person SET name=?, updated_at=? WHERE id=?`,
			d.Entry.Name, s.now(), d.Standing.PersonID); err != nil {
			return fmt.Errorf("correcting a name: %w", err)
		}
	}
	return nil
}

// repeat is n times a row's placeholders.
func repeat(one string, n int) string { return strings.TrimSuffix(strings.Repeat(one+",", n), ",") }

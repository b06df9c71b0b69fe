package mysql

import (
	"context"
	"fmt"
	"strings"

	"ruxue/service/admission"
	"ruxue/service/student"
)

// Admissions stores what comes of admitted lists, many rows at a time.
type Admissions struct{ *Students }

// Admissions returns the store of admitted lists.
func (d *DB) Admissions() *Admissions { return &Admissions{d.Students()} }

type standingRow struct {
	IDHash      []byte  `db:"id_hash"`
	PersonID    int64   `db:"person_id"`
	PersonName  string  `db:"name"`
	Enrolment   *int64  `db:"enrolment_id"`
	Ref         *string `db:"ref"`
	State       *string `db:"state"`
	ExamNumber  *string `db:"exam_number"`
	Gender      *string `db:"gender"`
	Nation      *string `db:"nation"`
	SiteCode    *string `db:"site_code"`
	Site        *string `db:"site"`
	Grade       *string `db:"grade"`
	Level       *string `db:"level"`
	Major       *string `db:"major"`
	StudyForm   *string `db:"study_form"`
	Years       *string `db:"years"`
	Imported    *string `db:"imported_number"`
	PhoneCipher []byte  `db:"phone_cipher"`
	PhoneHash   []byte  `db:"phone_hash"`
	ListedHash  []byte  `db:"listed_phone_hash"`
	FeeFen      *int64  `db:"fee_fen"`
	BillState   *string `db:"bill_state"`
}

// Standings implements admission.Store. With lock the enrolments are locked by
// the first read of the transaction, so that what it sees is the newest.
func (s *Admissions) Standings(ctx context.Context, campaignID int64, entries []admission.Entry, lock bool) ([]admission.Standing, error) {
	hashes := make([]any, len(entries))
	for i, e := range entries {
		hashes[i] = s.cipher.Lookup("id_number", e.IDNumber)
	}
	query := `SELECT p.id_hash, p.id AS person_id, p.name, e.id AS enrolment_id, e.ref, e.state, e.exam_number, e.gender, e.nation,
		e.site_code, e.site, e.grade, e.level, e.major, e.study_form, e.years, e.imported_number, e.phone_cipher, e.phone_hash,
		e.listed_phone_hash, e.fee_fen, b.state AS bill_state FROM person p
		LEFT JOIN enrolment e ON e.person_id=p.id AND e.campaign_id=? LEFT JOIN bill b ON b.enrolment_id=e.id
		WHERE p.id_hash IN (?)`
	if lock {
		query += ` FOR UPDATE`
	}
	var rows []standingRow
	if err := s.list(ctx, &rows, query, campaignID, hashes); err != nil {
		return nil, fmt.Errorf("reading listed students: %w", err)
	}
	found := make(map[string]standingRow, len(rows))
	persons := make([]any, len(rows))
	for i, r := range rows {
		found[string(r.IDHash)], persons[i] = r, r.PersonID
	}
	settled, err := s.settled(ctx, persons)
	if err != nil {
		return nil, err
	}
	exams, numbers, err := s.holders(ctx, campaignID, entries)
	if err != nil {
		return nil, err
	}
	out := make([]admission.Standing, len(entries))
	for i, e := range entries {
		if r, ok := found[string(hashes[i].([]byte))]; ok {
			if out[i], err = s.standing(r); err != nil {
				return nil, err
			}
			out[i].PersonSettled = settled[r.PersonID]
		}
		out[i].ExamHolder, out[i].NumberHolder = exams[strings.ToUpper(e.ExamNumber)], numbers[e.Number]
	}
	return out, nil
}

func (s *Admissions) standing(r standingRow) (admission.Standing, error) {
	out := admission.Standing{PersonID: r.PersonID, PersonName: r.PersonName, Paid: r.BillState != nil && *r.BillState == "paid"}
	if r.Enrolment == nil {
		return out, nil
	}
	var phone []byte
	if r.PhoneCipher != nil {
		var err error
		if phone, err = s.cipher.Open(r.PhoneCipher, "enrolment.phone_cipher:"+*r.Ref); err != nil {
			return out, fmt.Errorf("opening a phone number: %w", err)
		}
	}
	out.PhoneListed = r.PhoneHash == nil || r.ListedHash == nil || string(r.PhoneHash) == string(r.ListedHash)
	e := &student.Enrolment{ID: *r.Enrolment, Ref: *r.Ref, State: student.State(*r.State), ExamNumber: *r.ExamNumber, Gender: *r.Gender,
		Nation: *r.Nation, SiteCode: *r.SiteCode, Site: *r.Site, Grade: *r.Grade, Level: *r.Level, Major: *r.Major,
		StudyForm: *r.StudyForm, Years: *r.Years, Phone: string(phone), FeeFen: r.FeeFen}
	if r.Imported != nil {
		e.ImportedNumber = *r.Imported
	}
	out.Enrolment = e
	return out, nil
}

// settled are the persons whom some campaign has registered, or who applied.
func (s *Admissions) settled(ctx context.Context, persons []any) (map[int64]bool, error) {
	out := map[int64]bool{}
	if len(persons) == 0 {
		return out, nil
	}
	var ids []int64
	if err := s.list(ctx, &ids, `SELECT DISTINCT person_id FROM enrolment WHERE state<>? AND person_id IN (?)`, student.Admitted, persons); err != nil {
		return nil, fmt.Errorf("looking for registered persons: %w", err)
	}
	for _, id := range ids {
		out[id] = true
	}
	return out, nil
}

type holderRow struct {
	ID       int64   `db:"id"`
	Exam     string  `db:"exam_number"`
	Imported *string `db:"imported_number"`
	Given    *string `db:"student_number"`
}

// holders finds who has the entries' 考生号 and student numbers, each by its own
// index.
func (s *Admissions) holders(ctx context.Context, campaignID int64, entries []admission.Entry) (exams, numbers map[string]int64, err error) {
	exams, numbers = map[string]int64{}, map[string]int64{}
	var e, n []any
	for _, x := range entries {
		if x.ExamNumber != "" {
			e = append(e, x.ExamNumber)
		}
		if x.Number != "" {
			n = append(n, x.Number)
		}
	}
	for column, values := range map[string][]any{"exam_number": e, "imported_number": n, "student_number": n} {
		if len(values) == 0 {
			continue
		}
		var rows []holderRow
		if err := s.list(ctx, &rows, `SELECT id, exam_number, imported_number, student_number FROM enrolment WHERE campaign_id=? AND `+
			column+` IN (?)`, campaignID, values); err != nil {
			return nil, nil, fmt.Errorf("looking for the holders of numbers: %w", err)
		}
		for _, r := range rows {
			switch column {
			case "exam_number":
				exams[strings.ToUpper(r.Exam)] = r.ID
			case "imported_number":
				numbers[*r.Imported] = r.ID
			default:
				numbers[*r.Given] = r.ID
			}
		}
	}
	return exams, numbers, nil
}

package mysql

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ruxue/service/admission"
	"ruxue/service/fault"
	"ruxue/service/reference"
	"ruxue/service/student"
)

// Deferred implements admission.CarryStore.
func (s *Admissions) Deferred(ctx context.Context, campaignID, after int64, limit int) ([]int64, error) {
	var ids []int64
	err := s.list(ctx, &ids, `SELECT id FROM enrolment WHERE campaign_id=? AND state IN (?,?) AND id>? ORDER BY id LIMIT ?`,
		campaignID, student.Deferred, student.Kept, after, limit)
	return ids, wrap(err, "listing kept places")
}

// begun is true of an enrolment e whose student did anything.
const begun = `(e.choice<>'' OR e.verified_at IS NOT NULL OR EXISTS (SELECT 1 FROM section x WHERE x.enrolment_id=e.id)
	OR EXISTS (SELECT 1 FROM attachment x WHERE x.enrolment_id=e.id) OR EXISTS (SELECT 1 FROM bill x WHERE x.enrolment_id=e.id)
	OR EXISTS (SELECT 1 FROM application x WHERE x.enrolment_id=e.id))`

// Deferrals implements admission.CarryStore. The lock is the first read of the
// transaction, so that what the others see is the newest.
func (s *Admissions) Deferrals(ctx context.Context, ids []int64, into int64, lock bool) ([]admission.Deferral, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	if lock {
		var held []int64
		if err := s.list(ctx, &held, `SELECT o.id FROM enrolment o LEFT JOIN enrolment n ON n.person_id=o.person_id AND n.campaign_id=?
			WHERE o.id IN (?) FOR UPDATE`, into, ids); err != nil {
			return nil, fmt.Errorf("locking kept places: %w", err)
		}
	}
	old, err := s.enrolments(ctx, `WHERE e.id IN (?) AND e.state IN (?,?) ORDER BY e.id`, ids, student.Deferred, student.Kept)
	if err != nil || len(old) == 0 {
		return nil, err
	}
	carried, err := s.carriedTo(ctx, ids)
	if err != nil {
		return nil, err
	}
	here, hasBegun, err := s.hereOf(ctx, into, old)
	if err != nil {
		return nil, err
	}
	entries := make([]admission.Entry, len(old))
	for i, e := range old {
		entries[i].ExamNumber = e.ExamNumber
	}
	exams, _, err := s.holders(ctx, into, entries)
	if err != nil {
		return nil, err
	}
	out := make([]admission.Deferral, len(old))
	for i, e := range old {
		out[i] = admission.Deferral{Enrolment: e, CarriedTo: carried[e.ID], Here: here[e.Person.ID]}
		if n := out[i].Here; n != nil {
			out[i].Begun = hasBegun[n.ID]
		}
		if e.ExamNumber != "" {
			out[i].ExamHolder = exams[strings.ToUpper(e.ExamNumber)]
		}
	}
	return out, nil
}

func (s *Admissions) enrolments(ctx context.Context, where string, args ...any) ([]*student.Enrolment, error) {
	return all(ctx, s.DB, s.enrolment, "reading enrolments", selectEnrolment+where, args...)
}

// carriedTo are the campaigns that carried the enrolments on, by their ids.
func (s *Admissions) carriedTo(ctx context.Context, ids []int64) (map[int64]int64, error) {
	var rows []struct {
		From     int64 `db:"carried_from"`
		Campaign int64 `db:"campaign_id"`
	}
	if err := s.list(ctx, &rows, `SELECT carried_from, campaign_id FROM enrolment WHERE carried_from IN (?)`, ids); err != nil {
		return nil, fmt.Errorf("looking for carried places: %w", err)
	}
	out := make(map[int64]int64, len(rows))
	for _, r := range rows {
		out[r.From] = r.Campaign
	}
	return out, nil
}

// hereOf are the enrolments of the same persons in the campaign, by person, and
// which of them have begun.
func (s *Admissions) hereOf(ctx context.Context, campaignID int64, old []*student.Enrolment) (map[int64]*student.Enrolment, map[int64]bool, error) {
	persons := make([]int64, len(old))
	for i, e := range old {
		persons[i] = e.Person.ID
	}
	const of = `WHERE e.campaign_id=? AND e.person_id IN (?)`
	list, err := s.enrolments(ctx, of, campaignID, persons)
	if err != nil {
		return nil, nil, err
	}
	here, has := map[int64]*student.Enrolment{}, map[int64]bool{}
	for _, e := range list {
		here[e.Person.ID] = e
	}
	if len(list) == 0 {
		return here, has, nil
	}
	var ids []int64
	if err := s.list(ctx, &ids, `SELECT e.id FROM enrolment e `+of+` AND `+begun, campaignID, persons); err != nil {
		return nil, nil, fmt.Errorf("looking for who has begun: %w", err)
	}
	for _, id := range ids {
		has[id] = true
	}
	return here, has, nil
}

// Carry implements admission.CarryStore: each phone is sealed for its new row.
// It counts as the list's, so that the campaign's own list may replace it.
func (s *Admissions) Carry(ctx context.Context, into int64, list []admission.Carried) ([]string, error) {
	const one = `(?,?,?,?,?,'',?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)`
	now := s.now()
	refs := make([]string, len(list))
	args := make([]any, 0, 21*len(list))
	for i, x := range list {
		refs[i] = reference.New()
		phone, hash, err := s.sealPhone(refs[i], x.New.Phone)
		if err != nil {
			return nil, err
		}
		a := x.New
		args = append(args, refs[i], into, x.Old.ID, x.Old.Person.ID, student.Kept, a.ExamNumber, a.Gender, a.Nation, a.SiteCode, a.Site,
			a.Grade, a.Level, a.Major, a.StudyForm, a.Years, phone, hash, hash, student.Approved, now, now)
	}
	_, err := s.run(ctx, `INSERT INTO enrolment (ref, campaign_id, carried_from, person_id, state, choice, exam_number,
		gender, nation, site_code, site, grade, level, major, study_form, years, phone_cipher, phone_hash, listed_phone_hash,
		approval, created_at, updated_at) VALUES `+repeat(one, len(list)), args...)
	if isDuplicate(err) { // an import, or another run
		return nil, fault.Wrap(fault.Conflict, "另一次导入或转入正在进行，请稍后再试", errors.New("an enrolment is there already"))
	}
	return refs, wrap(err, "storing carried enrolments")
}

// Link implements admission.CarryStore. A second deferral that was begun is
// left: it could not be submitted.
func (s *Admissions) Link(ctx context.Context, id, from int64, kept bool) error {
	sets, state := `choice=CASE WHEN choice='defer' THEN '' ELSE choice END`, `state IN ('admitted','registered')`
	if kept {
		sets, state = `state='kept'`, `state='admitted'`
	}
	ok, err := changed(s.run(ctx, `UPDATE enrolment SET carried_from=?, `+sets+`, updated_at=?
		WHERE id=? AND carried_from IS NULL AND `+state, from, s.now(), id))
	if isDuplicate(err) || (err == nil && !ok) {
		return fault.Wrap(fault.Conflict, "另一次导入或转入正在进行，请稍后再试", errors.New("an enrolment was linked already"))
	}
	return wrap(err, "linking a kept place")
}

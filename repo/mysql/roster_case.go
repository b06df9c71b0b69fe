package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/reference"
	"ruxue/service/roster"
	"ruxue/service/staff"
)

type caseRow struct {
	Ref        string     `db:"ref"`
	Text       []byte     `db:"text_cipher"`
	Answer     []byte     `db:"answer_cipher"`
	AnsweredBy string     `db:"answered_by"`
	CreatedAt  time.Time  `db:"created_at"`
	ClosedAt   *time.Time `db:"closed_at"`
}

func caseAD(column, ref string) string { return "data_case." + column + ":" + ref }

// OpenCase implements roster.CaseStore.
func (s *Roster) OpenCase(ctx context.Context, c roster.Case) (bool, error) {
	ref := reference.New()
	sealed, err := s.cipher.Seal([]byte(c.Text), caseAD("text_cipher", ref))
	if err != nil {
		return false, fmt.Errorf("sealing a case: %w", err)
	}
	_, err = s.run(ctx, `INSERT INTO data_case (ref, enrolment_id, live, text_cipher, answered_by, created_at)
		VALUES (?,?,1,?,'',?)`, ref, c.EnrolmentID, sealed, *utc(&c.CreatedAt))
	if isDuplicate(err) {
		return false, nil
	}
	return err == nil, wrap(err, "storing a case")
}

// CasesOf implements roster.CaseStore.
func (s *Roster) CasesOf(ctx context.Context, enrolmentID int64, limit int) ([]roster.Case, error) {
	var rows []caseRow
	if err := s.list(ctx, &rows, `SELECT ref, text_cipher, answer_cipher, answered_by, created_at, closed_at FROM data_case
		WHERE enrolment_id=? ORDER BY id DESC LIMIT ?`, enrolmentID, limit); err != nil {
		return nil, fmt.Errorf("listing cases: %w", err)
	}
	out := make([]roster.Case, 0, len(rows))
	for _, r := range rows {
		c := roster.Case{Ref: r.Ref, EnrolmentID: enrolmentID, AnsweredBy: r.AnsweredBy, CreatedAt: r.CreatedAt, ClosedAt: r.ClosedAt}
		text, err := s.cipher.Open(r.Text, caseAD("text_cipher", r.Ref))
		if err != nil {
			return nil, fmt.Errorf("opening a case: %w", err)
		}
		c.Text = string(text)
		if r.Answer != nil {
			if text, err = s.cipher.Open(r.Answer, caseAD("answer_cipher", r.Ref)); err != nil {
				return nil, fmt.Errorf("opening a case's answer: %w", err)
			}
			c.Answer = string(text)
		}
		out = append(out, c)
	}
	return out, nil
}

// CloseCase implements roster.CaseStore.
func (s *Roster) CloseCase(ctx context.Context, c roster.Case) (bool, error) {
	sealed, err := s.cipher.Seal([]byte(c.Answer), caseAD("answer_cipher", c.Ref))
	if err != nil {
		return false, fmt.Errorf("sealing a case's answer: %w", err)
	}
	return s.change(ctx, "closing a case", `UPDATE data_case SET live=NULL, answer_cipher=?, answered_by=?, closed_at=?
		WHERE ref=? AND enrolment_id=? AND live=1`, sealed, c.AnsweredBy, utc(c.ClosedAt), c.Ref, c.EnrolmentID)
}

// CountCases implements roster.CaseStore.
func (s *Roster) CountCases(ctx context.Context, scope staff.Scope) (n int, err error) {
	w := inScope(scope)
	err = s.get(ctx, &n, `SELECT COUNT(*) FROM data_case k JOIN enrolment e ON e.id=k.enrolment_id WHERE `+w.sql+` AND k.live=1`, w.args...)
	return n, wrap(err, "counting cases")
}

// StaffNames implements roster.Store.
func (s *Roster) StaffNames(ctx context.Context, refs []string) (map[string]string, error) {
	out := map[string]string{}
	if len(refs) == 0 {
		return out, nil
	}
	var rows []struct {
		Ref  string `db:"ref"`
		Name string `db:"name"`
	}
	if err := s.list(ctx, &rows, `SELECT ref, name FROM staff WHERE ref IN (?)`, refs); err != nil {
		return nil, fmt.Errorf("listing staff: %w", err)
	}
	for _, r := range rows {
		out[r.Ref] = r.Name
	}
	return out, nil
}

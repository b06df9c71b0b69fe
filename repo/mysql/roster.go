package mysql

import (
	"context"
	"fmt"
	"strings"

	"ruxue/service/roster"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// Roster is the students as staff see them: every query carries a scope.
type Roster struct{ *Registrations }

// Roster returns the store of staff's questions and acts.
func (d *DB) Roster() *Roster { return &Roster{d.Registrations()} }

// clause is a piece of SQL with its values.
type clause struct {
	sql  string
	args []any
}

func (c *clause) add(sql string, args ...any) {
	c.sql += sql
	c.args = append(c.args, args...)
}

// inScope restricts e to the scope; a scope without sites finds nobody.
func inScope(s staff.Scope) clause {
	if s.All {
		return clause{sql: "1=1"}
	}
	if len(s.Sites) == 0 {
		return clause{sql: "1=0"}
	}
	return clause{sql: "e.site_code IN (?)", args: []any{s.Sites}}
}

// where is the condition of a query on e and p.
func (s *Roster) where(q roster.Query) clause {
	c := inScope(q.Scope)
	equal := func(column, value string) {
		if value != "" {
			c.add(" AND "+column+"=?", value)
		}
	}
	if q.Campaign != nil {
		c.add(" AND e.campaign_id=?", q.Campaign.ID)
	}
	equal("e.state", string(q.State))
	equal("e.site_code", q.Site)
	equal("e.major", q.Major)
	if q.Case {
		c.add(" AND " + openCase)
	}
	if q.Step != "" && q.Campaign != nil {
		due := dueClause(q.Campaign)
		c.add(" AND ("+due.sql+")=?", append(due.args, q.Step)...)
	}
	if !q.Terms.Empty() {
		t := s.terms(q.Terms)
		c.add(" AND ("+t.sql+")", t.args...)
	}
	return c
}

// likeEscape makes a text mean itself in LIKE.
var likeEscape = strings.NewReplacer(`\`, `\\`, "%", `\%`, "_", `\_`)

// terms is true for a student whom any of the terms names.
func (s *Roster) terms(t roster.Terms) clause {
	c := clause{sql: "1=0"}
	if t.Name != "" {
		c.add(" OR p.name LIKE ?", "%"+likeEscape.Replace(t.Name)+"%")
	}
	if t.IDNumber != "" {
		c.add(" OR p.id_hash=?", s.cipher.Lookup("id_number", t.IDNumber))
	}
	if t.Phone != "" {
		c.add(" OR e.phone_hash=?", s.cipher.Lookup("phone", t.Phone))
	}
	if t.Number != "" {
		c.add(" OR e.student_number=? OR e.imported_number=?", t.Number, t.Number)
	}
	if t.Exam != "" {
		c.add(" OR e.exam_number=?", t.Exam)
	}
	return c
}

const openCase = `EXISTS (SELECT 1 FROM data_case k WHERE k.enrolment_id=e.id AND k.live=1)`

type listedRow struct {
	enrolmentRow
	Due      string `db:"due"`
	CaseOpen int    `db:"case_open"`
}

// Students implements roster.Store.
func (s *Roster) Students(ctx context.Context, q roster.Query) ([]roster.Listed, int, error) {
	w := s.where(q)
	var total int
	if err := s.get(ctx, &total, `SELECT COUNT(*) FROM enrolment e JOIN person p ON p.id = e.person_id WHERE `+w.sql, w.args...); err != nil {
		return nil, 0, fmt.Errorf("counting students: %w", err)
	}
	due := clause{sql: "''"}
	if q.Campaign != nil {
		due = dueClause(q.Campaign)
	}
	query := strings.Replace(selectEnrolment, "SELECT ", `SELECT (`+due.sql+`) AS due, (`+openCase+`) AS case_open, `, 1) +
		`WHERE ` + w.sql + ` ORDER BY e.id LIMIT ? OFFSET ?`
	args := append(append(append([]any{}, due.args...), w.args...), roster.PerPage, (max(q.Page, 1)-1)*roster.PerPage)
	var rows []listedRow
	if err := s.list(ctx, &rows, query, args...); err != nil {
		return nil, 0, fmt.Errorf("listing students: %w", err)
	}
	out := make([]roster.Listed, 0, len(rows))
	for _, r := range rows {
		e, err := s.enrolment(r.enrolmentRow)
		if err != nil {
			return nil, 0, err
		}
		out = append(out, roster.Listed{Enrolment: e, Due: r.Due, Case: r.CaseOpen == 1})
	}
	return out, total, nil
}

// After lists the students of a query in the order of their ids, from after on,
// and ignores its page: exports walk through a campaign with it.
func (s *Roster) After(ctx context.Context, q roster.Query, after int64, limit int) ([]*student.Enrolment, error) {
	w := s.where(q)
	return all(ctx, s.DB, s.enrolment, "listing students", selectEnrolment+`WHERE `+w.sql+` AND e.id > ? ORDER BY e.id LIMIT ?`, append(w.args, after, limit)...)
}

// Count counts the students of a query, whatever its page.
func (s *Roster) Count(ctx context.Context, q roster.Query) (n int, err error) {
	w := s.where(q)
	err = s.get(ctx, &n, `SELECT COUNT(*) FROM enrolment e JOIN person p ON p.id = e.person_id WHERE `+w.sql, w.args...)
	return n, wrap(err, "counting students")
}

// Student implements roster.Store.
func (s *Roster) Student(ctx context.Context, scope staff.Scope, ref string) (*student.Enrolment, error) {
	w := inScope(scope)
	r, err := need[enrolmentRow](ctx, s.DB, "没有找到这名学生", "reading a student", selectEnrolment+`WHERE `+w.sql+` AND e.ref=?`, append(w.args, ref)...)
	if err != nil {
		return nil, err
	}
	return s.enrolment(r)
}

// Choices implements roster.Store.
func (s *Roster) Choices(ctx context.Context, scope staff.Scope, campaignID int64) (roster.Choices, error) {
	w := inScope(scope)
	var c roster.Choices
	var sites []struct {
		Code string `db:"site_code"`
		Name string `db:"site"`
	}
	args := append(w.args, campaignID)
	from := ` FROM enrolment e WHERE ` + w.sql + ` AND e.campaign_id=? `
	if err := s.list(ctx, &sites, `SELECT e.site_code, MAX(e.site) AS site`+from+`AND e.site_code<>'' GROUP BY e.site_code ORDER BY e.site_code LIMIT 500`, args...); err != nil {
		return c, fmt.Errorf("listing sites: %w", err)
	}
	for _, x := range sites {
		c.Sites = append(c.Sites, roster.Site{Code: x.Code, Name: x.Name})
	}
	if err := s.list(ctx, &c.Levels, `SELECT DISTINCT e.level`+from+`AND e.level<>'' ORDER BY e.level LIMIT 100`, args...); err != nil {
		return c, fmt.Errorf("listing levels: %w", err)
	}
	if err := s.list(ctx, &c.Majors, `SELECT DISTINCT e.major`+from+`AND e.major<>'' ORDER BY e.major LIMIT 500`, args...); err != nil {
		return c, fmt.Errorf("listing majors: %w", err)
	}
	return c, nil
}

package mysql

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jmoiron/sqlx"

	"ruxue/service/fault"
	"ruxue/service/review"
)

// Reviews finds what waits for staff and stores what they decided.
type Reviews struct{ *DB }

// Reviews returns the store of reviews.
func (d *DB) Reviews() *Reviews { return &Reviews{d} }

// source is how a kind of case is found among the records it is made of. Each
// part is SQL of ours over s (the record), e, p and b (its bill).
type source struct {
	from    string
	subject string
	item    string
	since   string // when it began to wait
	sha256  string
	open    string // it waits for staff
	listed  string // … and is in the queue
}

// paid is true of whom nothing of the form is left to change.
const paid = `(b.state='paid' OR e.state='registered')`

var sources = map[review.Kind]source{
	review.Photo: {from: `face_check s JOIN enrolment e ON e.id=s.enrolment_id`, subject: `s.ref`, item: `''`,
		since: `s.created_at`, sha256: `s.sha256`, open: `s.review_state='pending'`,
		listed: `s.review_state='pending' AND e.state NOT IN ('deferred','waived')`},
	review.Attachment: {from: `attachment s JOIN enrolment e ON e.id=s.enrolment_id`, subject: `s.ref`, item: `s.slot`,
		since:  `CASE WHEN b.paid_at IS NOT NULL AND b.paid_at > s.updated_at THEN b.paid_at ELSE s.updated_at END`,
		sha256: `s.sha256`, open: `(s.review_state='pending' AND s.state='uploaded' AND ` + paid + `)`,
		listed: `s.review_state='pending' AND s.state='uploaded' AND ` + paid},
	review.Approval: {from: `enrolment e`, subject: `e.ref`, item: `''`, since: `e.created_at`, sha256: `''`,
		open: `e.approval<>'approved'`, listed: `e.approval='pending'`},
	review.Defer: applicationSource(review.Defer),
	review.Waive: applicationSource(review.Waive),
	review.Enter: applicationSource(review.Enter),
	// Never listed; its subject is <enrolment ref>/<name>.
	review.Section: {from: `section s JOIN enrolment e ON e.id=s.enrolment_id`, subject: `CONCAT(e.ref,'/',s.name)`, item: `s.name`,
		since: `s.updated_at`, sha256: `''`, open: `s.state='submitted'`, listed: `1=0`},
}

// applicationSource is the source of applications of one kind.
func applicationSource(kind review.Kind) source {
	return source{from: `application s JOIN enrolment e ON e.id=s.enrolment_id AND s.kind='` + string(kind) + `'`, subject: `s.ref`,
		item: `''`, since: `COALESCE(s.submitted_at, s.updated_at)`, sha256: `s.document_sha256`, open: `s.state='pending'`,
		listed: `s.state='pending'`}
}

func (src source) joined() string {
	return ` FROM ` + src.from + ` JOIN person p ON p.id=e.person_id LEFT JOIN bill b ON b.enrolment_id=e.id `
}

func sourceOf(kind review.Kind) (source, error) {
	src, ok := sources[kind]
	if !ok {
		return src, fmt.Errorf("looking for cases: %q is no kind of case", kind)
	}
	return src, nil
}

// scoped is the condition that keeps to a scope, with its arguments.
func scoped(s review.Scope) (string, []any) {
	switch {
	case s.All:
		return `1=1`, nil
	case len(s.Sites) == 0:
		return `1=0`, nil
	}
	return `e.site_code IN (?)`, []any{s.Sites}
}

// expand spells out the lists among the arguments.
func expand(query string, args []any) (string, []any, error) {
	q, a, err := sqlx.In(query, args...)
	if err != nil {
		return "", nil, fmt.Errorf("preparing a statement: %w", err)
	}
	return q, a, nil
}

type reviewCaseRow struct {
	Subject      string    `db:"subject"`
	Item         string    `db:"item"`
	CampaignID   int64     `db:"campaign_id"`
	EnrolmentID  int64     `db:"enrolment_id"`
	EnrolmentRef string    `db:"enrolment_ref"`
	Name         string    `db:"name"`
	SiteCode     string    `db:"site_code"`
	Site         string    `db:"site"`
	Grade        string    `db:"grade"`
	Level        string    `db:"level"`
	Major        string    `db:"major"`
	Since        time.Time `db:"since"`
	SHA256       string    `db:"sha256"`
	Paid         bool      `db:"paid"`
	Open         bool      `db:"is_open"`
}

func (r reviewCaseRow) of(kind review.Kind) review.Case {
	return review.Case{Kind: kind, Subject: r.Subject, Item: r.Item, CampaignID: r.CampaignID, EnrolmentID: r.EnrolmentID,
		EnrolmentRef: r.EnrolmentRef, Name: r.Name, SiteCode: r.SiteCode, Site: r.Site, Grade: r.Grade, Level: r.Level,
		Major: r.Major, Since: r.Since, SHA256: r.SHA256, Paid: r.Paid, Open: r.Open}
}

func (src source) columns() string {
	return `SELECT ` + src.subject + ` AS subject, ` + src.item + ` AS item, e.campaign_id, e.id AS enrolment_id,
		e.ref AS enrolment_ref, p.name, e.site_code, e.site, e.grade, e.level, e.major, ` + src.since + ` AS since, ` +
		src.sha256 + ` AS sha256, CASE WHEN ` + paid + ` THEN 1 ELSE 0 END AS paid,
		CASE WHEN ` + src.open + ` THEN 1 ELSE 0 END AS is_open`
}

// where is the condition of the queue under scope and filter: what is listed and
// has no decision that still waits.
func (src source) where(kind review.Kind, s review.Scope, f review.Filter) (string, []any) {
	sites, args := scoped(s)
	parts := []string{src.listed, sites,
		`NOT EXISTS (SELECT 1 FROM review r WHERE r.kind=? AND r.subject=` + src.subject + ` AND r.live=1)`}
	args = append(args, string(kind))
	add := func(cond string, v any) { parts, args = append(parts, cond), append(args, v) }
	if f.CampaignID != 0 {
		add(`e.campaign_id=?`, f.CampaignID)
	}
	if f.Item != "" {
		add(src.item+`=?`, f.Item)
	}
	if f.Site != "" {
		add(`e.site_code=?`, f.Site)
	}
	if f.Major != "" {
		add(`e.major=?`, f.Major)
	}
	if !f.Before.IsZero() {
		add(src.since+`<?`, *utc(&f.Before))
	}
	if !f.After.IsZero() {
		add(src.since+`>=?`, *utc(&f.After))
	}
	if f.NotBy != "" {
		parts = append(parts, `NOT EXISTS (SELECT 1 FROM review r WHERE r.kind=? AND r.subject=`+src.subject+
			` AND r.staff_ref=? AND r.decided_at>=`+src.since+`)`)
		args = append(args, string(kind), f.NotBy)
	}
	return `WHERE ` + strings.Join(parts, ` AND `), args
}

// Cases implements review.Store.
func (s *Reviews) Cases(ctx context.Context, sc review.Scope, kind review.Kind, f review.Filter, after review.Cursor, limit int) ([]review.Case, error) {
	src, err := sourceOf(kind)
	if err != nil {
		return nil, err
	}
	where, args := src.where(kind, sc, f)
	if !after.Since.IsZero() {
		at := *utc(&after.Since)
		where += ` AND (` + src.since + `>? OR (` + src.since + `=? AND ` + src.subject + `>?))`
		args = append(args, at, at, after.Subject)
	}
	out, err := s.cases(ctx, kind, src.columns()+src.joined()+where+` ORDER BY since, subject LIMIT ?`, append(args, limit))
	if err != nil || len(out) == 0 {
		return out, err
	}
	return out, s.rejections(ctx, kind, out)
}

func (s *Reviews) cases(ctx context.Context, kind review.Kind, query string, args []any) ([]review.Case, error) {
	query, args, err := expand(query, args)
	if err != nil {
		return nil, err
	}
	var rows []reviewCaseRow
	if err := s.list(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("listing cases: %w", err)
	}
	out := make([]review.Case, len(rows))
	for i, r := range rows {
		out[i] = r.of(kind)
	}
	return out, nil
}

// rejections fills in how often the same thing was sent back before.
func (s *Reviews) rejections(ctx context.Context, kind review.Kind, cases []review.Case) error {
	ids := make([]int64, len(cases))
	for i, c := range cases {
		ids[i] = c.EnrolmentID
	}
	query, args, err := expand(`SELECT enrolment_id, item, COUNT(*) AS n FROM review
		WHERE enrolment_id IN (?) AND kind=? AND state='done' AND approve=0 GROUP BY enrolment_id, item`, []any{ids, string(kind)})
	if err != nil {
		return err
	}
	var rows []struct {
		EnrolmentID int64  `db:"enrolment_id"`
		Item        string `db:"item"`
		N           int    `db:"n"`
	}
	if err := s.list(ctx, &rows, query, args...); err != nil {
		return fmt.Errorf("counting rejections: %w", err)
	}
	for _, r := range rows {
		for i := range cases {
			if cases[i].EnrolmentID == r.EnrolmentID && cases[i].Item == r.Item {
				cases[i].Rejected = r.N
			}
		}
	}
	return nil
}

// Count implements review.Store.
func (s *Reviews) Count(ctx context.Context, sc review.Scope, kind review.Kind, f review.Filter) (int, error) {
	src, err := sourceOf(kind)
	if err != nil {
		return 0, err
	}
	where, args := src.where(kind, sc, f)
	query, args, err := expand(`SELECT COUNT(*)`+src.joined()+where, args)
	if err != nil {
		return 0, err
	}
	var n int
	return n, wrap(s.get(ctx, &n, query, args...), "counting cases")
}

// maxChoices bounds the values of a filter.
const maxChoices = 200

// Choices implements review.Store.
func (s *Reviews) Choices(ctx context.Context, sc review.Scope, kind review.Kind, f review.Filter) (out review.Choices, err error) {
	src, err := sourceOf(kind)
	if err != nil {
		return out, err
	}
	where, args := src.where(kind, sc, f)
	for _, x := range []struct {
		into         *[]review.Choice
		value, label string
	}{{&out.Sites, `e.site_code`, `e.site`}, {&out.Majors, `e.major`, `e.major`}, {&out.Items, src.item, src.item}} {
		if x.into == &out.Items && kind != review.Attachment {
			continue
		}
		query, args, err := expand(`SELECT `+x.value+` AS value, MIN(`+x.label+`) AS label, COUNT(*) AS n`+src.joined()+where+
			` GROUP BY `+x.value+` ORDER BY `+x.value+` LIMIT ?`, append(args, maxChoices))
		if err != nil {
			return out, err
		}
		var rows []struct {
			Value string `db:"value"`
			Label string `db:"label"`
			N     int    `db:"n"`
		}
		if err := s.list(ctx, &rows, query, args...); err != nil {
			return out, fmt.Errorf("listing values among the cases: %w", err)
		}
		for _, r := range rows {
			if r.Value != "" {
				*x.into = append(*x.into, review.Choice{Value: r.Value, Label: r.Label, Count: r.N})
			}
		}
	}
	return out, nil
}

// Case implements review.Store.
func (s *Reviews) Case(ctx context.Context, sc review.Scope, kind review.Kind, subject string) (review.Case, error) {
	src, err := sourceOf(kind)
	if err != nil {
		return review.Case{}, err
	}
	sites, args := scoped(sc)
	cond, value := src.subject+`=?`, []any{subject}
	if kind == review.Section {
		ref, name, _ := strings.Cut(subject, "/")
		cond, value = `e.ref=? AND s.name=?`, []any{ref, name}
	}
	list, err := s.cases(ctx, kind, src.columns()+src.joined()+`WHERE `+cond+` AND `+sites, append(value, args...))
	if err != nil {
		return review.Case{}, err
	}
	if len(list) == 0 {
		return review.Case{}, fault.New(fault.NotFound, "没有找到这条待审核记录，学生可能已重新提交")
	}
	if err := s.rejections(ctx, kind, list); err != nil {
		return review.Case{}, err
	}
	c := list[0]
	last, err := s.decisions(ctx, `WHERE r.kind=? AND r.subject=? AND r.state IN ('waiting','done') ORDER BY r.id DESC LIMIT 1`,
		string(kind), subject)
	if err == nil && len(last) == 1 {
		c.Last = &last[0]
	}
	return c, err
}

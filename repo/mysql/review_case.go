package mysql

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ruxue/service/fault"
	"ruxue/service/review"
)

// Reviews finds what waits for staff and stores what they decided.
type Reviews struct{ *DB }

// Reviews returns the store of reviews.
func (d *DB) Reviews() *Reviews { return &Reviews{d} }

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

// Cases implements review.Store.
func (s *Reviews) Cases(ctx context.Context, sc review.Scope, kind review.Kind, f review.Filter, after review.Cursor, limit int) ([]review.Case, error) {
	src, err := sourceOf(kind)
	if err != nil {
		return nil, err
	}
	w := src.where(kind, sc, f)
	if !after.Since.IsZero() {
		at := *utc(&after.Since)
		w.add(` AND (`+src.since+`>? OR (`+src.since+`=? AND `+src.subject+`>?))`, at, at, after.Subject)
	}
	out, err := s.cases(ctx, kind, src.columns()+src.joined()+w.sql+` ORDER BY since, subject LIMIT ?`, append(w.args, limit)...)
	if err != nil || len(out) == 0 {
		return out, err
	}
	return out, s.rejections(ctx, kind, out)
}

func (s *Reviews) cases(ctx context.Context, kind review.Kind, query string, args ...any) ([]review.Case, error) {
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
	var rows []struct {
		EnrolmentID int64  `db:"enrolment_id"`
		Item        string `db:"item"`
		N           int    `db:"n"`
	}
	if err := s.list(ctx, &rows, `SELECT enrolment_id, item, COUNT(*) AS n FROM review
		WHERE enrolment_id IN (?) AND kind=? AND state='done' AND approve=0 GROUP BY enrolment_id, item`, ids, string(kind)); err != nil {
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
	w := src.where(kind, sc, f)
	n, _, err := find[int](ctx, s.DB, "counting cases", `SELECT COUNT(*)`+src.joined()+w.sql, w.args...)
	return n, err
}

// maxChoices bounds the values of a filter.
const maxChoices = 200

// Choices implements review.Store.
func (s *Reviews) Choices(ctx context.Context, sc review.Scope, kind review.Kind, f review.Filter) (out review.Choices, err error) {
	src, err := sourceOf(kind)
	if err != nil {
		return out, err
	}
	w := src.where(kind, sc, f)
	for _, x := range []struct {
		into         *[]review.Choice
		value, label string
	}{{&out.Sites, `e.site_code`, `e.site`}, {&out.Majors, `e.major`, `e.major`}, {&out.Items, src.item, src.item}} {
		if x.into == &out.Items && kind != review.Attachment {
			continue
		}
		var rows []struct {
			Value string `db:"value"`
			Label string `db:"label"`
			N     int    `db:"n"`
		}
		if err := s.list(ctx, &rows, `SELECT `+x.value+` AS value, MIN(`+x.label+`) AS label, COUNT(*) AS n`+src.joined()+w.sql+
			` GROUP BY `+x.value+` ORDER BY `+x.value+` LIMIT ?`, append(w.args, maxChoices)...); err != nil {
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
	w := inScope(sc)
	cond, value := src.subject+`=?`, []any{subject}
	if kind == review.Section {
		ref, name, _ := strings.Cut(subject, "/")
		cond, value = `e.ref=? AND s.name=?`, []any{ref, name}
	}
	list, err := s.cases(ctx, kind, src.columns()+src.joined()+`WHERE `+cond+` AND `+w.sql, append(value, w.args...)...)
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

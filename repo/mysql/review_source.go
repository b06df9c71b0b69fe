package mysql

import (
	"fmt"

	"ruxue/service/review"
)

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

func (src source) columns() string {
	return `SELECT ` + src.subject + ` AS subject, ` + src.item + ` AS item, e.campaign_id, e.id AS enrolment_id,
		e.ref AS enrolment_ref, p.name, e.site_code, e.site, e.grade, e.level, e.major, ` + src.since + ` AS since, ` +
		src.sha256 + ` AS sha256, CASE WHEN ` + paid + ` THEN 1 ELSE 0 END AS paid,
		CASE WHEN ` + src.open + ` THEN 1 ELSE 0 END AS is_open`
}

// where is the condition of the queue under scope and filter: what is listed and
// has no decision that still waits.
func (src source) where(kind review.Kind, s review.Scope, f review.Filter) clause {
	w := clause{sql: `WHERE ` + src.listed}
	sites := inScope(s)
	w.add(` AND `+sites.sql, sites.args...)
	w.add(` AND NOT EXISTS (SELECT 1 FROM review r WHERE r.kind=? AND r.subject=`+src.subject+` AND r.live=1)`, string(kind))
	if f.CampaignID != 0 {
		w.add(` AND e.campaign_id=?`, f.CampaignID)
	}
	if f.Item != "" {
		w.add(` AND `+src.item+`=?`, f.Item)
	}
	if f.Site != "" {
		w.add(` AND e.site_code=?`, f.Site)
	}
	if f.Major != "" {
		w.add(` AND e.major=?`, f.Major)
	}
	if !f.Before.IsZero() {
		w.add(` AND `+src.since+`<?`, *utc(&f.Before))
	}
	if !f.After.IsZero() {
		w.add(` AND `+src.since+`>=?`, *utc(&f.After))
	}
	if f.NotBy != "" {
		w.add(` AND NOT EXISTS (SELECT 1 FROM review r WHERE r.kind=? AND r.subject=`+src.subject+
			` AND r.staff_ref=? AND r.decided_at>=`+src.since+`)`, string(kind), f.NotBy)
	}
	return w
}

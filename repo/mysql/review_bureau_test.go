package mysql_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/face"
	"ruxue/service/fault"
	"ruxue/service/notice"
	"ruxue/service/reference"
	"ruxue/service/review"
	"ruxue/service/student"
)

// bureau is a roll with the review service over real stores, wired as the App does.
type bureau struct {
	*roll
	reviews *review.Service
	all     review.Scope
	wang    review.By
	li      review.By
}

func newBureau(t *testing.T, edits ...string) *bureau {
	t.Helper()
	d := &bureau{roll: newRoll(t, edits...), all: review.Scope{All: true}, wang: review.By{Ref: "wang", Name: "王老师"},
		li: review.By{Ref: "li", Name: "李老师"}}
	d.reviews = d.replica()
	return d
}

// replica is one more process over the same database.
func (d *bureau) replica() *review.Service {
	faces := face.Service{Options: face.Options{Store: d.db.Faces()}}
	attachments := enrolment.NewAttachments(enrolment.AttachmentOptions{Store: d.db.Attachments()})
	sections := enrolment.NewSections(d.db.Sections(), nil, d.now)
	log := audit.NewLog(d.db.Audits(), d.now)
	outbox := notice.NewOutbox(d.db.Outbox(), d.now)
	return review.New(review.Options{Store: d.db.Reviews(), Campaigns: campaign.NewService(d.db.Campaigns(), d.now),
		Effects: map[review.Kind]review.Effect{
			review.Photo: func(ctx context.Context, x review.Decision) error {
				return faces.Review(ctx, x.Subject, x.Approve, x.Remark)
			},
			review.Attachment: func(ctx context.Context, x review.Decision) error {
				return attachments.Review(ctx, x.EnrolmentID, x.Subject, x.Approve, x.Remark)
			},
			review.Approval: func(ctx context.Context, x review.Decision) error {
				to := map[bool]student.Approval{true: student.Approved, false: student.ApprovalRejected}[x.Approve]
				ok, err := d.db.Students().Approve(ctx, x.EnrolmentID, to)
				if err == nil && !ok {
					err = fault.New(fault.Conflict, "")
				}
				return err
			},
			review.Section: func(ctx context.Context, x review.Decision) error {
				return sections.Return(ctx, x.EnrolmentID, x.Item, x.Remark)
			},
		},
		Complete: d.reg.Complete,
		Tell: func(ctx context.Context, _ *campaign.Campaign, r review.Result) error {
			return outbox.Add(ctx, notice.Message{Kind: notice.KindTemplate, EnrolmentID: r.EnrolmentID, DedupeKey: "review:" + r.Ref,
				TemplateName: "review", Values: map[string]string{"reason": r.Reason}})
		},
		Note: func(ctx context.Context, by review.By, action string, id int64, detail string) error {
			return log.Add(ctx, audit.Entry{Actor: "staff:" + by.Ref, Action: action, Subject: fmt.Sprintf("enrolment:%d", id), Detail: detail})
		},
		Now: d.now})
}

// archived gives the student a pending photo and returns its reference.
func (d *bureau) archived(id int64) string {
	d.t.Helper()
	r := face.Record{Ref: reference.New(), EnrolmentID: id, Kind: face.KindArchive, Source: face.SourceCamera, Result: face.Archived,
		SHA256: strings.Repeat("a", 64), Review: face.ReviewPending, CreatedAt: d.now()}
	if err := d.db.Faces().Archive(d.t.Context(), r); err != nil {
		d.t.Fatal(err)
	}
	return r.Ref
}

// shot is a paid student whose only open duty is her archived photo.
func (d *bureau) shot(n int, change func(*student.Admission)) (*student.Enrolment, string) {
	d.t.Helper()
	e := d.ready(n, change)
	d.raw.MustExec(`DELETE FROM face_check WHERE enrolment_id=?`, e.ID)
	d.bill(e.ID, "paid")
	return e, d.archived(e.ID)
}

// upload fills a slot and returns the attachment's reference.
func (d *bureau) upload(e *student.Enrolment, slot string, look enrolment.Look) string {
	d.t.Helper()
	a := enrolment.Attachment{Ref: reference.New(), Slot: slot, State: enrolment.Uploaded, Look: look, SHA256: strings.Repeat("b", 64)}
	if err := d.db.Attachments().PutAttachment(d.t.Context(), enrolment.Owner{EnrolmentID: e.ID, EnrolmentRef: e.Ref}, a); err != nil {
		d.t.Fatal(err)
	}
	return a.Ref
}

func (d *bureau) decide(by review.By, kind review.Kind, subject string, approve bool, reason string) review.Decision {
	d.t.Helper()
	out, err := d.reviews.Decide(d.t.Context(), d.all, by, review.Order{Kind: kind, Subject: subject, Approve: approve, Reason: reason})
	if err != nil {
		d.t.Fatal(err)
	}
	return out
}

// settle lets the undo time pass and the worker run.
func (d *bureau) settle(want int) {
	d.t.Helper()
	d.pass(review.Undoable)
	if n, err := d.reviews.Tick(d.t.Context()); err != nil || n != want {
		d.t.Errorf("the worker took %d decisions, want %d (%v)", n, want, err)
	}
}

func (d *bureau) waiting(scope review.Scope) review.Counts {
	d.t.Helper()
	c, err := d.reviews.Waiting(d.t.Context(), scope)
	if err != nil {
		d.t.Fatal(err)
	}
	return c
}

func (d *bureau) state(ref string) review.State {
	d.t.Helper()
	var s string
	if err := d.raw.Get(&s, `SELECT state FROM review WHERE ref=?`, ref); err != nil {
		d.t.Fatal(err)
	}
	return review.State(s)
}

func (d *bureau) later(by time.Duration) { d.pass(by) }

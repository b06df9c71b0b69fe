package mysql_test

import (
	"strings"
	"testing"
	"time"

	"ruxue/service/enrolment"
	"ruxue/service/fault"
	"ruxue/service/review"
	"ruxue/service/student"
)

func TestSiteStaffSeeTheirSiteAlone(t *testing.T) {
	d := newBureau(t)
	_, here := d.shot(1, nil)
	_, there := d.shot(2, func(a *student.Admission) { a.SiteCode, a.Site = "101", "北京教学点" })
	for _, c := range []struct {
		scope review.Scope
		want  int
	}{{d.all, 2}, {review.Scope{Sites: []string{"100"}}, 1}, {review.Scope{Sites: []string{"100", "101"}}, 2}, {review.Scope{}, 0}} {
		if n := d.waiting(c.scope).Total(); n != c.want {
			t.Errorf("%+v sees %d cases, want %d", c.scope, n, c.want)
		}
		list, _, err := d.reviews.Queue(t.Context(), c.scope, review.Filter{}, review.Cursor{}, 10)
		if err != nil || len(list) != c.want {
			t.Errorf("%+v lists %d, %v", c.scope, len(list), err)
		}
	}
	site := review.Scope{Sites: []string{"100"}}
	if _, err := d.reviews.Case(t.Context(), site, review.Photo, there); !fault.Is(err, fault.NotFound) {
		t.Errorf("another site's case: %v", err)
	}
	if _, err := d.reviews.Decide(t.Context(), site, d.wang, review.Order{Kind: review.Photo, Subject: there, Approve: true}); !fault.Is(err, fault.NotFound) {
		t.Errorf("another site's case decided: %v", err)
	}
	if _, err := d.reviews.Case(t.Context(), site, review.Photo, here); err != nil {
		t.Error(err)
	}
	d.decide(d.li, review.Photo, there, true, "")
	if list, err := d.reviews.Handled(t.Context(), site, "", 10); err != nil || len(list) != 0 {
		t.Errorf("another site's decision is listed: %+v %v", list, err)
	}
	choices, err := d.reviews.Choices(t.Context(), site, review.Filter{})
	if err != nil || len(choices.Sites) != 1 || choices.Sites[0].Value != "100" {
		t.Errorf("the filter shows %+v, %v", choices, err)
	}
}

func TestQueuePagesAndFilters(t *testing.T) {
	d := newBureau(t)
	var refs []string
	for i := range 7 {
		_, ref := d.shot(i+1, func(a *student.Admission) {
			if i == 3 {
				a.Major = "土木工程"
			}
		})
		refs = append(refs, ref)
		d.later(time.Minute)
	}
	var seen []string
	after := review.Cursor{}
	for {
		list, next, err := d.reviews.Queue(t.Context(), d.all, review.Filter{Kind: review.Photo}, after, 3)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range list {
			seen = append(seen, c.Subject)
		}
		if next == nil {
			break
		}
		after = *next
	}
	if strings.Join(seen, " ") != strings.Join(refs, " ") {
		t.Errorf("pages give\n%v\nwant\n%v", seen, refs)
	}
	for name, c := range map[string]struct {
		f    review.Filter
		want int
	}{"major": {review.Filter{Major: "土木工程"}, 1}, "site": {review.Filter{Site: "999"}, 0}, "kind": {review.Filter{Kind: review.Approval}, 0},
		"waiting": {review.Filter{Before: d.now().Add(-5*time.Minute - time.Second)}, 2}, "campaign": {review.Filter{CampaignID: d.c.ID + 1}, 0}} {
		n, err := d.reviews.Counts(t.Context(), d.all, c.f)
		if err != nil || n.Total() != c.want {
			t.Errorf("%s: %d, want %d (%v)", name, n.Total(), c.want, err)
		}
	}
}

func TestABatchIsUndoneTogether(t *testing.T) {
	d := newBureau(t)
	var refs []string
	for i := range 4 {
		e := d.ready(i+1, nil)
		d.bill(e.ID, "paid")
		refs = append(refs, d.upload(e, "portrait", enrolment.LookPending))
	}
	out, err := d.reviews.DecideAll(t.Context(), d.all, d.wang, review.Wall{Kind: review.Attachment, Shown: append(refs, "gone"), Bad: refs[:1], Reason: "不是本人"})
	if err != nil || out.Approved != 3 || out.Rejected != 1 || out.Skipped != 1 {
		t.Fatalf("%+v %v", out, err)
	}
	if n, err := d.reviews.Today(t.Context(), "wang"); err != nil || n != 4 {
		t.Errorf("today %d, %v", n, err)
	}
	if got, err := d.reviews.Undo(t.Context(), d.wang, out.Batch); err != nil || len(got) != 4 {
		t.Errorf("undone %d, %v", len(got), err)
	}
	if n := d.waiting(d.all)[review.Attachment]; n != 4 {
		t.Errorf("%d wait", n)
	}
}

func TestSavedReasonsComeBack(t *testing.T) {
	d := newBureau(t)
	_, photo := d.shot(1, nil)
	if _, err := d.reviews.Decide(t.Context(), d.all, d.wang, review.Order{Kind: review.Photo, Subject: photo, Reason: review.Other}); !fault.Is(err, fault.Invalid) {
		t.Errorf("an empty reason: %v", err)
	}
	if _, err := d.reviews.Decide(t.Context(), d.all, d.wang, review.Order{Kind: review.Photo, Subject: photo, Reason: review.Other,
		Own: "戴着帽子。", Save: true}); err != nil {
		t.Fatal(err)
	}
	list, err := d.reviews.Reasons(t.Context(), d.c, review.Photo, "")
	if err != nil || len(list) != 6 || list[4].Label != "戴着帽子" || !list[5].Own {
		t.Errorf("%+v %v", list, err)
	}
}

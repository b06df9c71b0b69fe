package mysql_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ruxue/service/audit"
	"ruxue/service/enrolment"
	"ruxue/service/face"
	"ruxue/service/fault"
	"ruxue/service/review"
	"ruxue/service/student"
)

func TestAnApprovedPhotoGivesTheNumberAfterTheUndoTime(t *testing.T) {
	d := newBureau(t)
	e, photo := d.shot(1, nil)
	if n := d.waiting(d.all)[review.Photo]; n != 1 {
		t.Fatalf("%d photos wait", n)
	}
	x := d.decide(d.wang, review.Photo, photo, true, "")
	if n := d.waiting(d.all).Total(); n != 0 {
		t.Errorf("a decided case is still in the queue: %d", n)
	}
	d.later(review.Undoable - time.Millisecond)
	if n, err := d.reviews.Tick(t.Context()); n != 0 || err != nil {
		t.Errorf("the worker acted while it could be undone: %d, %v", n, err)
	}
	d.wantNumber(e.ID, "")
	d.settle(1)
	if got := d.read(e.ID); got.Number != "26100BK10001" || got.State != student.Registered {
		t.Errorf("after approval: %s %q", got.State, got.Number)
	}
	if d.state(x.Ref) != review.Done || d.count("outbox WHERE dedupe_key=?", "review:"+x.Ref) != 1 {
		t.Error("no message about the result")
	}
	if d.count("audit WHERE action='review.photo' AND actor='staff:wang' AND detail LIKE '存档照片：通过%'") != 1 {
		t.Error("the log does not say who approved")
	}
	if n, err := d.reviews.Tick(t.Context()); n != 0 || err != nil {
		t.Errorf("it is made true again: %d, %v", n, err)
	}
}

func TestARejectedPhotoIsToldWithItsSentence(t *testing.T) {
	d := newBureau(t)
	e, photo := d.shot(1, nil)
	x := d.decide(d.wang, review.Photo, photo, false, "光线不足或模糊")
	want := "您的存档照片光线不足，请在明亮处重新拍摄。已填内容和缴费都有效。"
	if x.Remark != want {
		t.Errorf("the sentence is %q", x.Remark)
	}
	d.settle(1)
	r, _, err := d.db.Faces().Newest(t.Context(), e.ID)
	if err != nil || r.Review != face.ReviewRejected || r.Remark != want {
		t.Errorf("%+v %v", r, err)
	}
	d.wantNumberWithout(e.ID)
	records, err := d.db.Registrations().Records(t.Context(), e.ID)
	if err != nil || !records.FaceRejected {
		t.Errorf("%+v %v", records, err)
	}
	again := d.archived(e.ID)
	c, err := d.reviews.Case(t.Context(), d.all, review.Photo, again)
	if err != nil || !c.Open || c.Rejected != 1 || c.Last != nil {
		t.Errorf("the second photo: %+v %v", c, err)
	}
	d.decide(d.li, review.Photo, again, true, "")
	d.settle(1)
	if d.read(e.ID).Number == "" {
		t.Error("no number after the second photo was approved")
	}
}

// wantNumberWithout looks at the number alone: a result was told.
func (d *bureau) wantNumberWithout(id int64) {
	d.t.Helper()
	if got := d.read(id); got.Number != "" || got.State != student.Admitted {
		d.t.Errorf("student %d is %s with number %q", id, got.State, got.Number)
	}
}

func TestUndo(t *testing.T) {
	d := newBureau(t)
	e, photo := d.shot(1, nil)
	x := d.decide(d.wang, review.Photo, photo, true, "")
	if _, err := d.reviews.Undo(t.Context(), d.li, x.Ref); !fault.Is(err, fault.Conflict) {
		t.Errorf("somebody else undid it: %v", err)
	}
	got, err := d.reviews.Undo(t.Context(), d.wang, x.Ref)
	if err != nil || len(got) != 1 || got[0].Subject != photo {
		t.Fatalf("%+v %v", got, err)
	}
	d.settle(0)
	d.wantNumber(e.ID, "")
	if d.waiting(d.all)[review.Photo] != 1 || d.state(x.Ref) != review.Withdrawn {
		t.Error("the case is not back in the queue")
	}
	second := d.decide(d.li, review.Photo, photo, false, "面部被遮挡")
	d.later(review.Undoable)
	if _, err := d.reviews.Undo(t.Context(), d.li, second.Ref); !fault.Is(err, fault.Conflict) {
		t.Errorf("undone after its time, the worker being late: %v", err)
	}
	if d.state(second.Ref) != review.Waiting {
		t.Error("what was refused changed the row")
	}
}

func TestTheSecondOfTwoLearnsWhoDecidedWhat(t *testing.T) {
	d := newBureau(t)
	_, photo := d.shot(1, nil)
	d.decide(d.wang, review.Photo, photo, false, "面部不完整")
	for range 2 {
		_, err := d.reviews.Decide(t.Context(), d.all, d.li, review.Order{Kind: review.Photo, Subject: photo, Approve: true})
		f, ok := fault.As(err)
		if !ok || f.Kind != fault.Conflict || f.Sentence != "已由 王老师 处理：退回，面部不完整" {
			t.Errorf("%v", err)
		}
		d.later(review.Undoable)
		if _, err := d.reviews.Tick(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

func TestOfManyDecidersOneWins(t *testing.T) {
	d := newBureau(t)
	e, photo := d.shot(1, nil)
	var won atomic.Int32
	var wg sync.WaitGroup
	for i := range 12 {
		by := []review.By{d.wang, d.li}[i%2]
		wg.Go(func() {
			_, err := d.reviews.Decide(t.Context(), d.all, by, review.Order{Kind: review.Photo, Subject: photo, Approve: i%3 > 0, Reason: "面部不完整"})
			switch {
			case err == nil:
				won.Add(1)
			case !fault.Is(err, fault.Conflict):
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 || d.count("review WHERE live=1") != 1 {
		t.Fatalf("%d decided", won.Load())
	}
	// Of replicas one makes it true, and a late undo finds it done.
	d.later(review.Undoable)
	for range 4 {
		other := d.replica()
		wg.Go(func() {
			if _, err := other.Tick(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := d.count("outbox WHERE enrolment_id=? AND dedupe_key LIKE 'review:%'", e.ID); n != 1 {
		t.Errorf("told %d times", n)
	}
}

var errDied = errors.New("killed")

func TestADecisionSurvivesACrashInTheMiddle(t *testing.T) {
	d := newBureau(t)
	e, photo := d.shot(1, nil)
	x := d.decide(d.wang, review.Photo, photo, true, "")
	d.later(review.Undoable)
	dying := d.replica()
	dying.Complete = func(context.Context, int64) error { return errDied }
	if n, err := dying.Tick(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if r, _, _ := d.db.Faces().Newest(t.Context(), e.ID); r.Review != face.ReviewPending || d.state(x.Ref) != review.Waiting {
		t.Fatalf("half of it was kept: %s", r.Review)
	}
	if n, err := d.reviews.Tick(t.Context()); n != 0 || err != nil {
		t.Errorf("tried again at once: %d, %v", n, err)
	}
	d.later(30 * time.Second)
	if n, err := d.replica().Tick(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if d.read(e.ID).Number == "" || d.state(x.Ref) != review.Done {
		t.Error("the decision was lost")
	}
}

func TestADecisionAboutAReplacedPhotoIsMoot(t *testing.T) {
	d := newBureau(t)
	e, photo := d.shot(1, nil)
	x := d.decide(d.wang, review.Photo, photo, true, "")
	newer := d.archived(e.ID)
	d.settle(1)
	if d.state(x.Ref) != review.Moot || d.read(e.ID).Number != "" {
		t.Errorf("a photo that nobody saw was approved: %s", d.state(x.Ref))
	}
	if n := d.count("outbox WHERE enrolment_id=?", e.ID); n != 0 {
		t.Error("the student was told")
	}
	if c, err := d.reviews.Case(t.Context(), d.all, review.Photo, newer); err != nil || !c.Open {
		t.Errorf("%+v %v", c, err)
	}
	_, err := d.reviews.Decide(t.Context(), d.all, d.li, review.Order{Kind: review.Photo, Subject: photo, Approve: true})
	if f, ok := fault.As(err); !ok || !strings.Contains(f.Sentence, "重新提交") {
		t.Errorf("%v", err)
	}
}

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

func TestAReturnedAttachmentReopensAlone(t *testing.T) {
	d := newBureau(t)
	e := d.ready(1, nil)
	portrait := d.upload(e, "portrait", enrolment.LookPending)
	d.upload(e, "id-front", enrolment.LookNone)
	if n := d.waiting(d.all)[review.Attachment]; n != 0 {
		t.Errorf("%d attachments wait before she paid", n)
	}
	d.bill(e.ID, "paid")
	if err := d.complete(e.ID); err != nil {
		t.Fatal(err)
	}
	if n := d.waiting(d.all)[review.Attachment]; n != 1 {
		t.Fatalf("%d attachments wait", n)
	}
	d.decide(d.wang, review.Attachment, portrait, false, "背景或着装不合要求")
	d.settle(1)
	a, _, err := d.db.Attachments().Attachment(t.Context(), e.ID, "portrait")
	if err != nil || a.State != enrolment.Returned || !strings.Contains(a.Remark, "背景或着装不合要求") {
		t.Errorf("%+v %v", a, err)
	}
	c := d.c
	p, err := d.reg.Progress(t.Context(), c, d.read(e.ID), "login of check")
	if err != nil || !p.Registered || !p.Returned["attachments"] {
		t.Errorf("%+v %v", p, err)
	}
	// Approved at the second try, it never comes back.
	again := d.upload(e, "portrait", enrolment.LookPending)
	d.decide(d.wang, review.Attachment, again, true, "")
	d.settle(1)
	if n := d.waiting(d.all).Total(); n != 0 {
		t.Errorf("%d cases wait", n)
	}
}

func TestSlotsThatTheCampaignWantsLookedAtAreMarked(t *testing.T) {
	d := newBureau(t)
	e := d.ready(1, nil)
	d.bill(e.ID, "paid")
	s := d.db.Reviews()
	for _, step := range []struct {
		slots []string
		want  int
	}{{[]string{"portrait", "id-back"}, 2}, {[]string{"portrait"}, 1}, {nil, 0}} {
		if err := s.SyncSlots(t.Context(), d.c.ID, step.slots); err != nil {
			t.Fatal(err)
		}
		if n := d.waiting(d.all)[review.Attachment]; n != step.want {
			t.Errorf("%v: %d wait, want %d", step.slots, n, step.want)
		}
	}
}

func TestApprovalOfListedData(t *testing.T) {
	d := newBureau(t)
	a := entry(1)
	a.Approval = student.ApprovalPending
	e := d.admit(a)
	d.decide(d.wang, review.Approval, e.Ref, false, "报名材料不齐全")
	d.settle(1)
	if got := d.read(e.ID); got.Approval != student.ApprovalRejected {
		t.Fatalf("approval is %s", got.Approval)
	}
	if x, ok, err := d.reviews.Newest(t.Context(), e.ID, review.Approval, ""); err != nil || !ok || !strings.Contains(x.Remark, "联系学校补交") {
		t.Errorf("%+v %v %v", x, ok, err)
	}
	// She brought what was missing: staff approve after all.
	d.decide(d.li, review.Approval, e.Ref, true, "")
	d.settle(1)
	if got := d.read(e.ID); got.Approval != student.Approved || d.waiting(d.all).Total() != 0 {
		t.Errorf("approval is %s", got.Approval)
	}
}

func TestASectionSentBack(t *testing.T) {
	d := newBureau(t)
	e := d.ready(1, nil)
	d.bill(e.ID, "paid")
	if err := d.complete(e.ID); err != nil {
		t.Fatal(err)
	}
	sent, err := d.reviews.Return(t.Context(), d.all, d.wang, review.Sending{EnrolmentRef: e.Ref, Sections: []string{"family"}, Reason: review.Other, Own: "父亲的联系方式少一位。"})
	x, lastErr := d.reviews.SectionCase(t.Context(), d.all, e.Ref, "family")
	if err != nil || lastErr != nil || sent.Count != 1 || x.Last == nil || x.Last.Ref != sent.Undo || x.Last.Remark != "您的家庭成员需要修改：父亲的联系方式少一位，请修改后重新提交。已填内容和缴费都有效。" {
		t.Fatalf("%+v %v: %+v %v", sent, err, x.Last, lastErr)
	}
	d.settle(1)
	p, err := d.reg.Progress(t.Context(), d.c, d.read(e.ID), "login of check")
	if err != nil || !p.Returned["form:family"] || p.Returned["form:basic"] {
		t.Errorf("%+v %v", p.Returned, err)
	}
	if _, err := d.reviews.Return(t.Context(), d.all, d.wang, review.Sending{EnrolmentRef: e.Ref, Sections: []string{"family"}, Reason: "信息有误"}); !fault.Is(err, fault.Conflict) {
		t.Errorf("returned twice: %v", err)
	}
	if _, err := d.reviews.Return(t.Context(), review.Scope{Sites: []string{"9"}}, d.wang, review.Sending{EnrolmentRef: e.Ref, Sections: []string{"basic"}, Reason: "信息有误"}); !fault.Is(err, fault.NotFound) {
		t.Errorf("another site's: %v", err)
	}
	// Of two pages one is with her already: the other goes back, undone as one act.
	both := review.Sending{EnrolmentRef: e.Ref, Sections: []string{"family", "basic"}, Reason: "内容不完整"}
	if sent, err = d.reviews.Return(t.Context(), d.all, d.wang, both); err != nil || sent.Count != 1 || sent.Skipped != 1 {
		t.Fatalf("two pages: %+v %v", sent, err)
	}
	if undone, err := d.reviews.Undo(t.Context(), d.wang, sent.Undo); err != nil || len(undone) != 1 || undone[0].Item != "basic" {
		t.Errorf("undone: %+v %v", undone, err)
	}
	for _, wrong := range []review.Sending{{EnrolmentRef: e.Ref, Reason: "信息有误"}, {EnrolmentRef: e.Ref, Sections: []string{"basic"}},
		{EnrolmentRef: e.Ref, Sections: []string{"basic"}, Reason: "没有的原因"}, {EnrolmentRef: e.Ref, Sections: make([]string, 21), Reason: "信息有误"}} {
		if _, err := d.reviews.Return(t.Context(), d.all, d.wang, wrong); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: %v", wrong, err)
		}
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

func TestDecisionsAreSealed(t *testing.T) {
	d := newBureau(t)
	_, photo := d.shot(1, nil)
	d.decide(d.wang, review.Photo, photo, true, "")
	sealer := audit.NewSealer(d.db.Seals(), []audit.Provable{{Name: review.SealKind, Recompute: d.db.Reviews().Recompute}}, "test", d.now)
	if n, err := sealer.Tick(t.Context()); n != 0 || err != nil {
		t.Errorf("sealed before it took effect: %d, %v", n, err)
	}
	d.settle(1)
	if n, err := sealer.Tick(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	if r, err := sealer.Verify(t.Context()); err != nil || r.Break != nil || r.Links != 1 {
		t.Errorf("%+v %v", r, err)
	}
	d.raw.MustExec(`UPDATE review SET approve=0`)
	if r, err := sealer.Verify(t.Context()); err != nil || r.Break == nil {
		t.Errorf("a changed decision passes: %+v %v", r, err)
	}
}

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

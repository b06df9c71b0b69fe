package mysql_test

import (
	"strings"
	"testing"

	"ruxue/service/enrolment"
	"ruxue/service/fault"
	"ruxue/service/review"
	"ruxue/service/student"
)

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

package review

import (
	"fmt"
	"strings"
	"testing"

	"ruxue/service/fault"
)

// TestAnActOnManyIsReadFirst: what can be seen to be wrong is said before any
// case is touched; the service has no store.
func TestAnActOnManyIsReadFirst(t *testing.T) {
	s := New(Options{})
	many := func(n int) (out []string) {
		for i := range n {
			out = append(out, fmt.Sprint(i))
		}
		return out
	}
	for name, x := range map[string]struct {
		w            Wall
		field, words string
	}{
		"no photo is shown":       {Wall{Kind: Photo}, "", "1 至 60 张"},
		"more than a wall":        {Wall{Kind: Photo, Shown: many(61)}, "", "1 至 60 张"},
		"ticked without a reason": {Wall{Kind: Photo, Shown: many(2), Bad: many(1)}, "reason", "退回原因"},
	} {
		_, err := s.DecideAll(t.Context(), Scope{All: true}, By{}, x.w)
		if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || f.Field != x.field || !strings.Contains(f.Sentence, x.words) {
			t.Errorf("wall, %s: %v", name, err)
		}
	}
	for name, x := range map[string]struct {
		o            Sending
		field, words string
	}{
		"no page":         {Sending{Reason: "信息有误"}, "section", "要退回的页"},
		"too many pages":  {Sending{Reason: "信息有误", Sections: many(21)}, "section", "最多退回 20 页"},
		"without a cause": {Sending{Sections: many(1)}, "reason", "退回原因"},
	} {
		_, err := s.Return(t.Context(), Scope{All: true}, By{}, x.o)
		if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || f.Field != x.field || !strings.Contains(f.Sentence, x.words) {
			t.Errorf("form, %s: %v", name, err)
		}
	}
}

// TestWhatAnApprovalTells: of papers nobody hears one by one.
func TestWhatAnApprovalTells(t *testing.T) {
	for kind, want := range map[Kind]string{Photo: "存档照片", Approval: "可以登录继续办理", Defer: "您的申请", Waive: "您的申请",
		Enter: "您的申请", Attachment: "", Section: ""} {
		if got := Approved(kind); (got == "") != (want == "") || !strings.Contains(got, want) {
			t.Errorf("%s: %q, want %q", kind, got, want)
		}
	}
}

// TestADecisionsRowCoversWhatWasDecided: changing who, what or why changes the
// row's hash.
func TestADecisionsRowCoversWhatWasDecided(t *testing.T) {
	base := Decision{Ref: "r", EnrolmentID: 1, Kind: Photo, Subject: "s", Evidence: "e", Reason: "光线不足或模糊", By: By{Ref: "a", Name: "王老师"}}
	for name, change := range map[string]func(d *Decision){
		"approved":        func(d *Decision) { d.Approve = true },
		"another student": func(d *Decision) { d.EnrolmentID = 2 },
		"another picture": func(d *Decision) { d.Evidence = "f" },
		"another reason":  func(d *Decision) { d.Reason = "面部不完整" },
		"another remark":  func(d *Decision) { d.Remark = "请重拍" },
		"another person":  func(d *Decision) { d.By.Name = "周老师" },
		"another time":    func(d *Decision) { d.DecidedAt = d.DecidedAt.AddDate(0, 0, 1) },
		"another end":     func(d *Decision) { at := d.DecidedAt.AddDate(0, 0, 1); d.SettledAt = &at },
	} {
		d := base
		change(&d)
		if d.Hash() == base.Hash() {
			t.Errorf("%s: the hash is the same", name)
		}
	}
	if d := base; d.Hash() != base.Hash() {
		t.Error("one decision has two hashes")
	}
}

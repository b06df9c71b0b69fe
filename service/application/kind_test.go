package application_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"ruxue/service/application"
	"ruxue/service/fault"
	"ruxue/service/student"
)

// TestTheKindsOfAnApplication: what each is called, what has to be typed for it
// and where it takes the student.
func TestTheKindsOfAnApplication(t *testing.T) {
	for kind, want := range map[application.Kind]struct {
		name, title      string
		typed, optional  bool
		waiting, granted student.State
	}{
		application.Defer: {"保留入学资格申请", "保留新生入学资格申请", false, false, student.DeferralPending, student.Deferred},
		application.Waive: {"放弃入学资格申请", "新生放弃入学资格申请", true, false, student.WaiverPending, student.Waived},
		application.Enter: {"入学申请", "保留资格新生入学申请", false, true, student.EntryPending, student.Admitted},
	} {
		if kind.Name() != want.name || kind.Title() != want.title || !kind.Known() {
			t.Errorf("%s is called %s, titled %s", kind, kind.Name(), kind.Title())
		}
		if (kind.Sentence() != "") != want.typed || kind.Optional() != want.optional {
			t.Errorf("%s demands the sentence %q, the reason may be left out: %v", kind, kind.Sentence(), kind.Optional())
		}
		if kind.Waiting() != want.waiting || kind.Granted() != want.granted {
			t.Errorf("%s leads to %s and then %s", kind, kind.Waiting(), kind.Granted())
		}
	}
	for _, other := range []application.Kind{"", "register", "Waive"} {
		if other.Known() {
			t.Errorf("%q is a kind", other)
		}
	}
}

// TestALimitIsToldWithTheCount, so that she knows how much to cut; blanks and
// line breaks of a PC do not count.
func TestALimitIsToldWithTheCount(t *testing.T) {
	full := strings.Repeat("长", application.MaxReason)
	for name, x := range map[string]struct{ typed, part string }{
		"exactly full":      {full, ""},
		"blanks around":     {"\r\n  " + full + "　\r\n", ""},
		"three too many":    {full + "长长长", fmt.Sprintf("现在有 %d 个字", application.MaxReason+3)},
		"a line break is 1": {full[:len(full)-3] + "\r\n", ""},
		"nothing":           {"\r\n", "请填写申请原因"},
	} {
		if got := application.Check(application.Defer, x.typed, "")["reason"]; (got == "") != (x.part == "") || !strings.Contains(got, x.part) {
			t.Errorf("%s: %q, want %q", name, got, x.part)
		}
	}
}

// TestTheRowsOfAnApplication: what the list does not have is left out, and the
// identity number is masked.
func TestTheRowsOfAnApplication(t *testing.T) {
	e := &student.Enrolment{Level: "本科", Major: "会计学", Person: student.Person{Name: "李晓雯", IDNumber: "110101199001010019"}}
	want := []string{"姓名 李晓雯", "证件号码 110***********0019", "层次 本科", "专业 会计学", "申请类型 放弃入学资格"}
	var got []string
	for _, r := range application.Rows(e, application.Waive) {
		got = append(got, r[0]+" "+r[1])
	}
	if !slices.Equal(got, want) {
		t.Errorf("rows %q, want %q", got, want)
	}
}

// TestADecisionsFormIsReadFirst: what staff forgot is said before the record is
// touched; the service has no store.
func TestADecisionsFormIsReadFirst(t *testing.T) {
	s := &application.Service{}
	for name, x := range map[string]struct {
		approve       bool
		reason, words string
	}{
		"a refusal says why":           {false, " \r\n", "请填写退回的原因"},
		"in a few words":               {false, strings.Repeat("字", application.MaxRemark+1), "最多 200 个字"},
		"an approval is as short":      {true, strings.Repeat("字", application.MaxRemark+1), "最多 200 个字"},
		"zeros and blanks are nothing": {false, "\x00 \x00", "请填写退回的原因"},
	} {
		_, err := s.Decide(t.Context(), "ref", x.approve, x.reason, "zhou")
		if f, ok := fault.As(err); !ok || f.Kind != fault.Invalid || f.Field != "reason" || !strings.Contains(f.Sentence, x.words) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := s.Decide(t.Context(), "ref", true, "", ""); !fault.Is(err, fault.Internal) {
		t.Errorf("nobody decides: %v", err)
	}
	if _, err := s.SaveDraft(t.Context(), &student.Enrolment{}, application.Defer, strings.Repeat("长", 6000), ""); !fault.Is(err, fault.TooLarge) {
		t.Errorf("megabytes are kept as a draft: %v", err)
	}
}

// TestTheSlotsOfAnApplication: five for each kind, none needed, no two of one name.
func TestTheSlotsOfAnApplication(t *testing.T) {
	seen := map[string]bool{}
	for _, kind := range application.Kinds {
		slots := application.Slots(kind)
		for i, s := range slots {
			if seen[s.Name] || s.Required || s.Label != fmt.Sprintf("附件 %d", i+1) {
				t.Errorf("%s has the slot %+v", kind, s)
			}
			seen[s.Name] = true
		}
		if len(slots) != 5 {
			t.Errorf("%s takes %d attachments", kind, len(slots))
		}
	}
}

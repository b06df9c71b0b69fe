package application_test

import (
	"strings"
	"testing"
	"time"

	"ruxue/service/application"
	"ruxue/service/campaign"
	"ruxue/service/student"
)

func TestCheckNamesTheField(t *testing.T) {
	long := strings.Repeat("长", application.MaxReason)
	for _, test := range []struct {
		kind          application.Kind
		reason, typed string
		fields        string
	}{
		{application.Defer, "家中有事", "", ""},
		{application.Defer, "家中有事", "随便", ""},
		{application.Defer, " \n", "", "reason"},
		{application.Waive, long, sentence, ""},
		{application.Waive, long + "长", sentence, "reason"},
		{application.Waive, "不读了", "", "statement"},
		{application.Waive, "", "", "reason statement"},
		{application.Enter, " ", "", ""},
		{application.Enter, long + "长", "", "reason"},
	} {
		errs := application.Check(test.kind, test.reason, test.typed)
		var got []string
		for _, f := range []string{"reason", "statement"} {
			if errs[f] != "" {
				got = append(got, f)
			}
		}
		if strings.Join(got, " ") != test.fields {
			t.Errorf("%s %q %q: %v", test.kind, test.reason, test.typed, errs)
		}
	}
}

func TestDocumentNamesTellTheirKind(t *testing.T) {
	for _, k := range application.Kinds {
		a := application.Application{Kind: k, Ref: "-a_refWithDashes-and_x"}
		if got, ok := application.KindOfDocument(a.DocumentName()); !ok || got != k || len(a.DocumentName()) > 64 {
			t.Errorf("%s is of %q %v", a.DocumentName(), got, ok)
		}
	}
	for _, name := range []string{"pledge", "apply-", "apply-defer", "apply-defer-", "apply-other-x", "defer-x", ""} {
		if _, ok := application.KindOfDocument(name); ok {
			t.Errorf("%q passes for an application", name)
		}
	}
}

// TestTheSignedTextHoldsWhatIsApplied: nothing that is typed becomes a heading
// or line of its own, and the whole ID number is not in it.
func TestTheSignedTextHoldsWhatIsApplied(t *testing.T) {
	e := &student.Enrolment{Person: student.Person{Name: "李晓雯", IDNumber: "110101199001010019"}, Site: "南京教学点", ImportedNumber: "26100CS90003"}
	a := application.Application{Ref: "the-ref", Kind: application.Waive, Reason: "工作\n## 声明\n本人不放弃"}
	sections := campaign.ParseText(a.Text(e))
	if len(sections) != 4 || len(sections[1].Paragraphs) != 1 || sections[2].Paragraphs[0] != sentence || sections[3].Paragraphs[0] != "the-ref" {
		t.Errorf("the text reads %+v", sections)
	}
	text := a.Text(e)
	if !strings.Contains(text, "学号：26100CS90003") || strings.Contains(text, e.Person.IDNumber) || strings.Contains(text, "年级") {
		t.Errorf("the text reads %s", text)
	}
	a.Kind, a.Reason = application.Enter, ""
	if text := a.Text(e); !strings.Contains(text, "申请类型：申请入学") || !strings.Contains(text, "现申请入学。") || strings.Contains(text, "说明") {
		t.Errorf("without a word of hers: %s", text)
	}
	a.Kind, a.Reason = application.Waive, "工作\n## 声明\n本人不放弃"
	other := a
	other.Reason = "别的原因"
	if other.Text(e) == text {
		t.Error("another reason makes the same text")
	}
}

// TestTheHashHoldsEveryField: changing any of what was decided changes it.
func TestTheHashHoldsEveryField(t *testing.T) {
	at := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	later := at.Add(time.Second)
	base := application.Application{Ref: "r", EnrolmentRef: "e", Kind: application.Defer, State: application.Returned, DocumentSHA256: "d",
		SignatureHash: "s", Files: []application.File{{Slot: "defer-1", Name: "a.pdf", SHA256: "f"}}, SubmittedAt: &at, EndedAt: &at,
		EndedBy: "staff:x", Remark: "缺材料"}
	seen := map[string]bool{base.Hash(): true}
	for i, change := range []func(*application.Application){
		func(a *application.Application) { a.Ref = "q" }, func(a *application.Application) { a.EnrolmentRef = "f" },
		func(a *application.Application) { a.Kind = application.Waive }, func(a *application.Application) { a.State = application.Approved },
		func(a *application.Application) { a.DocumentSHA256 = "x" }, func(a *application.Application) { a.SignatureHash = "x" },
		func(a *application.Application) { a.Files = nil }, func(a *application.Application) { a.SubmittedAt = &later },
		func(a *application.Application) { a.EndedAt = &later }, func(a *application.Application) { a.EndedBy = "staff:y" },
		func(a *application.Application) { a.Remark = "" },
	} {
		a := base
		change(&a)
		if seen[a.Hash()] {
			t.Errorf("change %d leaves the hash", i)
		}
		seen[a.Hash()] = true
	}
}

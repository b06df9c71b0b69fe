package campaign

import (
	"reflect"
	"testing"
)

// What only the other changed is told from what both did, and either side's
// words can be taken field by field.
func TestTwoEditsOfOneVersionAreMerged(t *testing.T) {
	_, c := hhuFile(t)
	base, mine, theirs := EditOf(c), EditOf(c), EditOf(c)
	mine.Window.To, theirs.Window.To = "2029-01-31", "2029-02-28"
	theirs.Notice.Paragraphs = []string{"新通知。"}
	mine.Window.Label = "  " + base.Window.Label + " " // blanks that nobody sees
	mine.Contacts = append(mine.Contacts, Contact{Office: "招生办", Phone: "025-1"})
	theirs.Contacts = append([]Contact(nil), theirs.Contacts...)
	theirs.Contacts[0].Phone = "025-2"
	mine.Documents[0].Title = "我的承诺书"
	theirs.Documents[0].Text, theirs.Documents[0].Sample = "## 一\n承诺。", !base.Documents[0].Sample
	name := base.Documents[0].Name
	untouched := map[string]bool{"to": false, "notice": true, "office-0": true, "text-" + name: true, "sample-" + name: true}
	clashes := Clashes(base, mine, theirs)
	var preset, all []string
	for _, x := range clashes {
		only, known := untouched[x.Field]
		if !known || only != x.Untouched || x.Mine == x.Theirs {
			t.Errorf("%+v", x)
		}
		if all = append(all, x.Field); x.Untouched {
			preset = append(preset, x.Field)
		}
	}
	if len(clashes) != len(untouched) {
		t.Errorf("%d clashes, want %d", len(clashes), len(untouched))
	}
	merged := mine.Take(theirs, preset)
	if merged.Window.To != mine.Window.To || merged.Notice.Paragraphs[0] != "新通知。" || merged.Contacts[0].Phone != "025-2" ||
		merged.Contacts[len(base.Contacts)].Office != "招生办" || merged.Documents[0].Title != "我的承诺书" || merged.Documents[0].Text != theirs.Documents[0].Text {
		t.Errorf("merged: %+v", merged)
	}
	if mine.Contacts[0].Phone == "025-2" || mine.Documents[0].Text == theirs.Documents[0].Text {
		t.Error("taking changed what was typed")
	}
	if rest := Clashes(base, mine.Take(theirs, all), theirs); len(rest) != 0 {
		t.Errorf("after taking all of it: %+v", rest)
	}
	odd := []string{"", "office-", "office--1", "office-99", "office-9999999999999999999", "text-", "text-none", "x-" + name}
	if got := mine.Take(theirs, odd); !reflect.DeepEqual(got, mine) {
		t.Errorf("fields that are none changed %+v", got)
	}
}

package sheet_test

import (
	"bytes"
	"strings"
	"testing"

	"ruxue/config/campaigns"
	"ruxue/repo/sheet"
	"ruxue/service/admission"
	"ruxue/service/campaign"
	"ruxue/service/tabular"
)

func TestBadRowsComeBackAsAListToMend(t *testing.T) {
	var bad sheet.BadRows
	header := []string{"姓名", "身份证号", "原因", "学费"}
	if err := bad.Begin(header); err != nil {
		t.Fatal(err)
	}
	row := tabular.Row{Line: 9, Cells: []string{"=HYPERLINK(\"x\")", "'110101199001011000", "第 3 行：旧的原因"}}
	if err := bad.Bad(row, []tabular.Problem{{Line: 9, Reason: "姓名有误", Suggestion: "改"}, {Line: 9, Reason: "缺学费", Suggestion: "补"}}); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := bad.Finish(&b); err != nil {
		t.Fatal(err)
	}
	got := flat(read(t, b.Bytes()))
	want := "1:姓名|身份证号|学费|原因|建议\n2:'=HYPERLINK(\"x\")|110101199001011000||第 9 行：姓名有误；第 9 行：缺学费|改；补\n"
	if got != want {
		t.Errorf("%q", got)
	}
}

func TestTheTemplateIsAListThatIsUnderstood(t *testing.T) {
	for _, name := range []string{"hhu.yaml", "wust.yaml"} {
		body, err := campaigns.Files.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		c, err := campaign.Parse(body)
		if err != nil {
			t.Fatal(err)
		}
		rules := admission.RulesOf(c)
		var b bytes.Buffer
		if err := sheet.Template(&b, rules); err != nil {
			t.Fatal(err)
		}
		rows := read(t, b.Bytes())
		hs, err := admission.Headings(rows[0].Cells)
		if err != nil {
			t.Fatal(err)
		}
		have := map[admission.Column]bool{}
		for _, h := range hs {
			have[h.Column] = true
		}
		for _, need := range rules.Need {
			if !have[need] {
				t.Errorf("%s: the template lacks %s", name, need)
			}
		}
		for _, r := range rows[1:] {
			if strings.Join(r.Cells, "") != "" {
				t.Errorf("%s: row %d of the template holds %q", name, r.Line, r.Cells)
			}
		}
	}
}

package admission_test

import (
	"slices"
	"strconv"
	"strings"
	"testing"

	"ruxue/service/admission"
	"ruxue/service/fault"
	"ruxue/service/tabular"
)

func itoa(n int64) string { return strconv.FormatInt(n, 10) }

func has(list []admission.Column, c admission.Column) bool { return slices.Contains(list, c) }

func TestHeadingsAreKnownByManyNames(t *testing.T) {
	for heading, want := range map[string]admission.Column{
		"考生号": admission.ExamNumber, "ksh": admission.ExamNumber, "ＫＳＨ": admission.ExamNumber, " 姓 名* ": admission.Name, "XM": admission.Name,
		"身份证号（必填）": admission.IDNumber, "SFZH": admission.IDNumber, "身份证件号码": admission.IDNumber, "XH": admission.Number, "学号": admission.Number,
		"学费(元)": admission.Fee, "教学点代码": admission.SiteCode, "教学点": admission.Site, "手机号码": admission.Phone, "证件类型": admission.IDType,
		"原因": admission.Ignored, "建议": admission.Ignored, "序号": admission.Ignored, "班主任": "", "": "",
	} {
		hs, err := admission.Headings([]string{heading, "民族"})
		if heading == "" {
			if len(hs) != 1 {
				t.Errorf("an empty heading: %+v", hs)
			}
			continue
		}
		if err != nil || hs[0].Column != want {
			t.Errorf("%q is %q, want %q (%v)", heading, hs[0].Column, want, err)
		}
	}
	for _, i := range admission.Columns { // no name leads to two columns
		for _, name := range append([]string{i.Label}, i.Synonyms...) {
			hs, _ := admission.Headings([]string{name})
			if hs[0].Column != i.Column || tabular.Fold(name) != name {
				t.Errorf("%q of %s is %q", name, i.Column, hs[0].Column)
			}
		}
	}
}

func TestADatumInTwoColumnsIsRefused(t *testing.T) {
	_, err := admission.Headings([]string{"姓名", "身份证号", "KSH", "SFZH"})
	f, ok := fault.As(err)
	if !ok || !strings.Contains(f.Sentence, "B 列“身份证号”和 D 列“SFZH”") {
		t.Errorf("%v", err)
	}
}

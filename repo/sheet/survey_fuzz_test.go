package sheet

import (
	"strings"
	"testing"
)

func TestTagsAreReadWhateverTheirPrefix(t *testing.T) {
	for xml, want := range map[string]string{
		`<worksheet><sheetData><row r="7"><c r="B7"><f>A1</f></c></row></sheetData></worksheet>`:                     "B7",
		`<x:worksheet><x:sheetData><x:row r='7'><x:c r='B7'><x:f>A1</x:f></x:c></x:row></x:sheetData></x:worksheet>`: "B7",
		`<sheetData><row r="7"><c r="B7"><f t="shared" si="0"/></c></row></sheetData>`:                               "B7",
		`<sheetData><row r="7"><c r="B7"><f>A1</f><v>3</v></c></row></sheetData>`:                                    "",
		`<sheetData><row spans="1:2" r="7"><c s="1" r="B7" t="str"><f>A1</f><v></v></c></row></sheetData>`:           "",
		"<sheetData><row\n\tr=\"7\" ht=\"5\"><c\nr=\"B7\"><f>1</f></c></row></sheetData>":                            "B7",
	} {
		facts, err := surveySheet(strings.NewReader(xml))
		if err != nil || facts.rows != 1 || facts.last != 7 || facts.formulas[7] != want {
			t.Errorf("%s: %+v, %v", xml, facts, err)
		}
	}
}

func FuzzSurvey(f *testing.F) {
	f.Add(`<sheetData><row r="2"><c r="A2"><v>1</v></c></row></sheetData><mergeCells><mergeCell ref="A1:B2"/></mergeCells>`)
	f.Add(`<sheetData/><mergeCell ref="A1048577"/>`)
	f.Add(`<row r=`)
	f.Fuzz(func(t *testing.T, xml string) {
		facts, err := surveySheet(strings.NewReader(xml))
		if err == nil && (len(facts.merges) > maxMerges || len(facts.formulas) > maxFormulas || facts.rows < 0) {
			t.Fatalf("%+v", facts)
		}
	})
}

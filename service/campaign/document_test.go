package campaign_test

import (
	"reflect"
	"strings"
	"testing"

	"ruxue/service/campaign"
)

func TestADocumentIsReadBackFromItsText(t *testing.T) {
	d := campaign.Document{Sections: []campaign.DocSection{
		{Paragraphs: []string{"开头。"}}, {Heading: "承诺内容", Paragraphs: []string{"第一条。", "第二条。"}}, {Heading: "附则"}}}
	const text = "开头。\n## 承诺内容\n第一条。\n第二条。\n## 附则"
	if got := d.Text(); got != text {
		t.Errorf("text is %q", got)
	}
	if got := campaign.ParseText(text); !reflect.DeepEqual(got, d.Sections) {
		t.Errorf("read back %+v", got)
	}
}

// What was signed is hashed: a line break or a blank of the file, which nobody
// sees on the page, makes no other document.
func TestBlanksThatNobodySeesChangeNoText(t *testing.T) {
	d := func(heading string, paragraphs ...string) string {
		return campaign.Document{Sections: []campaign.DocSection{{Heading: heading, Paragraphs: paragraphs}}}.Text()
	}
	want := d("承诺 书", "甲 乙", "丙")
	for _, got := range []string{d(" 承诺\n书 ", "甲\t乙\n", "丙"), d("承诺 书", "甲 乙", "", " \n", "丙", "")} {
		if got != want {
			t.Errorf("%q is not %q", got, want)
		}
	}
	if got := d("  ", "甲"); got != "甲" {
		t.Errorf("a blank heading gives %q", got)
	}
}

func FuzzDocumentText(f *testing.F) {
	f.Add("承诺", "甲\n\n乙", "丙")
	f.Add(" ", "## 甲", "##")
	f.Add("## 承诺", "", "#")
	f.Fuzz(func(t *testing.T, heading, a, b string) {
		text := campaign.Document{Sections: []campaign.DocSection{
			{Heading: heading, Paragraphs: []string{a, b}}, {Heading: b, Paragraphs: []string{heading}}}}.Text()
		again := campaign.Document{Sections: campaign.ParseText(text)}.Text()
		if again != text {
			t.Fatalf("%q was read back as %q", text, again)
		}
		if strings.Contains(text, "\n\n") || strings.TrimSpace(text) != text {
			t.Fatalf("%q has empty lines", text)
		}
	})
}

func FuzzParseText(f *testing.F) {
	f.Add("甲\n## 乙\r\n\n丙")
	f.Fuzz(func(t *testing.T, body string) {
		for i, s := range campaign.ParseText(body) {
			if i > 0 && s.Heading == "" && len(s.Paragraphs) == 0 {
				t.Fatalf("%q has an empty section", body)
			}
		}
	})
}

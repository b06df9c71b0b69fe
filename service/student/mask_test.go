package student_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ruxue/service/campaign"
	"ruxue/service/student"
)

func TestMaskField(t *testing.T) {
	for _, c := range []struct{ kind, in, shown string }{
		{"select", "群众", "群众"}, {"year", "2015", "2015"}, {"date", "1991-01-02", "1991-01-02"}, {"number", "12", "12"},
		{"mobile", "13800138000", "138****8000"}, {"tel", "025-83787964", "025*****7964"},
		{"text", "江苏省南京市鼓楼区", "江***"}, {"textarea", "𠮷田", "𠮷***"}, {"text", "无", "无"}, {"email", "", ""},
		{"a kind of tomorrow", "abc", "a***"},
	} {
		if got := student.MaskField(campaign.Field{Kind: c.kind}, c.in); got != c.shown {
			t.Errorf("%s %q is shown as %q, want %q", c.kind, c.in, got, c.shown)
		}
	}
}

func TestMasks(t *testing.T) {
	for _, c := range []struct {
		what      string
		mask      func(string) string
		in, shown string
	}{
		{"name", student.MaskName, "", ""}, {"name", student.MaskName, "李", "*"}, {"name", student.MaskName, "李雯", "李*"},
		{"name", student.MaskName, "李雯雯", "李*雯"}, {"name", student.MaskName, "欧阳雯雯", "欧**雯"},
		{"name", student.MaskName, "王𬭩", "王*"}, {"name", student.MaskName, "𠮷田𬭩", "𠮷*𬭩"},
		{"name", student.MaskName, "阿卜杜拉·买买提·艾合买提", "阿***提"},
		{"phone", student.MaskPhone, "13800138000", "138****8000"}, {"phone", student.MaskPhone, "", ""},
		{"phone", student.MaskPhone, "12345", "*****"}, {"phone", student.MaskPhone, "1234567", "*******"}, {"phone", student.MaskPhone, "12345678", "123*5678"},
		{"id", student.MaskID, "11010519491231002X", "110***********002X"}, {"id", student.MaskID, "H1234567", "********"},
		{"id", student.MaskID, "H12345678", "H12**5678"}, {"id", student.MaskID, "", ""},
		{"id", student.MaskID, "军字第2001988号", "军字第****988号"},
		{"id", student.MaskID, "军字第88号", "******"},
	} {
		if got := c.mask(c.in); got != c.shown {
			t.Errorf("%s %q is shown as %q, want %q", c.what, c.in, got, c.shown)
		}
	}
}

func FuzzMasksHide(f *testing.F) {
	for _, s := range []string{"李雯雯", "13800138000", "军字第2001988号", "\xff\xfe", "号"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, mask := range []func(string) string{student.MaskName, student.MaskPhone, student.MaskID} {
			got := mask(s)
			if s != "" && !strings.Contains(got, "*") {
				t.Fatalf("%q is shown as %q", s, got)
			}
			if utf8.ValidString(s) && !utf8.ValidString(got) {
				t.Fatalf("%q is cut inside a character: %q", s, got)
			}
		}
	})
}

package export

import (
	"strings"
	"testing"
	"unicode/utf8"

	"ruxue/service/student"
)

func TestNamesInAZip(t *testing.T) {
	for in, want := range map[string]string{
		"321081199101021234.jpg":    "321081199101021234.jpg",
		"a/b\\c:d*e?f\"g<h>i|j.pdf": "a-b-c-d-e-f-g-h-i-j.pdf",
		"李\t晓\n雯\x00":               "李-晓-雯-",
		"../../etc/passwd":          "..-..-etc-passwd",
		"买买提·吐尔逊":                   "买买提·吐尔逊",
	} {
		if got := safe(in); got != want {
			t.Errorf("safe(%q) = %q, want %q", in, got, want)
		}
	}
	used := map[string]bool{}
	for _, want := range []string{"张三.pdf", "张三-2.pdf", "张三-3.pdf"} {
		if got := unique(used, "张三.pdf"); got != want {
			t.Errorf("the next one is %q, want %q", got, want)
		}
	}
	if got := unique(used, "张三-2.pdf"); got != "张三-2-2.pdf" {
		t.Errorf("a name that was made is taken: %q", got)
	}
}

func TestTitleNamesAStudent(t *testing.T) {
	for _, c := range []struct{ number, exam, name, want string }{
		{"2026010001", "26320001", "李晓雯", "2026010001_李晓雯"},
		{"", "26320001", "李晓雯", "26320001_李晓雯"},
		{"", "", "李晓雯", "李晓雯"},
	} {
		e := &student.Enrolment{Number: c.number, ExamNumber: c.exam, Person: student.Person{Name: c.name}}
		if got := title(e); got != c.want {
			t.Errorf("number %q, 考生号 %q: %q, want %q", c.number, c.exam, got, c.want)
		}
	}
}

func FuzzSafe(f *testing.F) {
	f.Add("a/b")
	f.Add("..\\..\\x")
	f.Fuzz(func(t *testing.T, name string) {
		out := safe(name)
		if strings.ContainsAny(out, "/\\:*?\"<>|\x00\r\n") || utf8.RuneCountInString(out) != utf8.RuneCountInString(name) {
			t.Errorf("safe(%q) = %q", name, out)
		}
	})
}

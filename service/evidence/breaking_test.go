package evidence_test

import (
	"strings"
	"testing"

	"ruxue/service/evidence"
)

// wide counts a Han character as 2 and a Latin one as 1.
func wide(s string) float64 {
	n := 0
	for _, r := range s {
		n++
		if r > 0x2000 {
			n++
		}
	}
	return float64(n)
}

func TestLines(t *testing.T) {
	for _, c := range []struct {
		name, text    string
		width, indent float64
		want          string
	}{
		{"nothing", "", 10, 0, ""},
		{"plain", "本人承诺所填信息", 8, 0, "本人承诺|所填信息"},
		{"indented", "本人承诺所填信息", 8, 4, "本人|承诺所填|信息"},
		{"a mark does not begin a line", "本人承诺，所填", 8, 0, "本人承|诺，所填"},
		{"nor do two", "本人承诺”。所填", 8, 0, "本人承|诺”。所|填"},
		{"an opening mark does not end one", "本人承（所填）", 8, 0, "本人承|（所填）"},
		{"a word stays whole", "学号 AB123 是", 8, 0, "学号|AB123 是"},
		{"a number stays whole", "共2026年新规", 6, 0, "共2026|年新规"},
		{"an unbreakable word is cut", "0123456789abcdef", 6, 0, "012345|6789ab|cdef"},
		{"a line break is a blank", "本\n人", 10, 0, "本 人"},
		{"only an opening mark", "（", 10, 0, "（"},
	} {
		got := strings.Join(evidence.Lines(c.text, c.width, c.indent, wide), "|")
		if got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

// FuzzLines: whatever the text, nothing is lost, no line is too wide unless a
// single unit is, and the marks keep their places.
func FuzzLines(f *testing.F) {
	f.Add("本人承诺，所填写的（信息）“真实”。", 9.0)
	f.Add("a b  c https://x.example/very/long/address 2026年", 5.0)
	f.Fuzz(func(t *testing.T, text string, width float64) {
		if !(width >= 2) || width > 1e6 || len(text) > 2000 {
			t.Skip()
		}
		squeeze := func(s string) string { return strings.NewReplacer(" ", "", "\n", "", "\r", "", "\t", "").Replace(s) }
		lines := evidence.Lines(text, width, 0, wide)
		if got, want := squeeze(strings.Join(lines, "")), squeeze(string([]rune(text))); got != want {
			t.Fatalf("%q became %q", want, got)
		}
		for _, l := range lines {
			if wide(l) > width && wide(l) > 2 {
				t.Fatalf("the line %q is wider than %v", l, width)
			}
		}
	})
}

func TestNumbers(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		n := evidence.NewNumber()
		if len(n) != 20 || seen[n] || evidence.ParseNumber(n) != n || evidence.ParseNumber(evidence.Grouped(n)) != n {
			t.Fatalf("%q is no good number", n)
		}
		seen[n] = true
	}
	for typed, want := range map[string]string{
		"7k3m2-0q8xd-7k3m2-oq8xi":          "7K3M20Q8XD7K3M20Q8X1",
		" 7K3M2 0Q8XD 7K3M2 0Q8XL ":        "7K3M20Q8XD7K3M20Q8X1",
		"7K3M20Q8XD7K3M20Q8X":              "",
		"7K3M20Q8XD7K3M20Q8XDD":            "",
		"7K3M20Q8XD7K3M20Q8XU":             "",
		"":                                 "",
		"' OR 1=1 --":                      "",
		strings.Repeat("-", 101) + "7K3M2": "",
	} {
		if got := evidence.ParseNumber(typed); got != want {
			t.Errorf("ParseNumber(%q) = %q, want %q", typed, got, want)
		}
	}
}

func FuzzParseNumber(f *testing.F) {
	f.Add("7K3M2-0Q8XD-7K3M2-0Q8XD")
	f.Fuzz(func(t *testing.T, typed string) {
		if n := evidence.ParseNumber(typed); n != "" && (len(n) != 20 || evidence.ParseNumber(n) != n) {
			t.Errorf("ParseNumber(%q) = %q", typed, n)
		}
	})
}

func TestNewSealRefuses(t *testing.T) {
	cert, key := selfMade(t)
	_, other := selfMade(t)
	for name, c := range map[string][2]string{"nothing": {"", ""}, "no key": {cert, ""}, "no certificate": {"", key},
		"another's key": {cert, other}, "swapped": {key, cert}, "text": {"x", "y"}} {
		if _, err := evidence.NewSeal(c[0], c[1]); err == nil {
			t.Errorf("%s: taken", name)
		} else if strings.Contains(err.Error(), "PRIVATE") {
			t.Errorf("%s: the error repeats the key: %v", name, err)
		}
	}
}

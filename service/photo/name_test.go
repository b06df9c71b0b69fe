package photo

import (
	"regexp"
	"strings"
	"testing"
)

func TestNumberOf(t *testing.T) {
	const id = "32010119990101182X"
	for name, want := range map[string]struct {
		number string
		kind   naming
	}{
		id + ".jpg":                       {id, named},
		"32010119990101182x.JPEG":         {id, named},
		"照片/会计班/" + id + ".png":           {id, named},
		`photos\class 1\` + id + `.jpg`:   {id, named},
		"\xd5\xd5\xc6\xac/" + id + ".jpg": {id, named}, // a folder in GBK
		id + "_李晓雯.jpg":                   {id, named},
		id + "-\xc0\xee.jpg":              {id, named},
		id + " (2).jpg":                   {id, named},
		id + "（新）.jpg":                    {id, named},
		"３２０１０１１９９９０１０１１８２Ｘ.jpg": {id, named},
		"26320100000001.jpg":             {"26320100000001", named},
		"H01234567.png":                  {"H01234567", named},
		"李晓雯.jpg":                        {"", unnamed},
		"李晓雯" + id + ".jpg":              {"", unnamed},
		"1234.jpg":                       {"", unnamed},
		".jpg":                           {"", litter},
		strings.Repeat("1", 33) + ".jpg": {"", unnamed},
		id + ".gif":                      {"", stranger},
		id + ".jpg.exe":                  {"", stranger},
		id:                               {"", stranger},
		"名单.xlsx":                        {"", stranger},
		"照片/":                            {"", litter},
		"__MACOSX/._" + id + ".jpg":      {"", litter},
		"照片/__MACOSX/" + id + ".jpg":     {"", litter},
		"照片/.DS_Store":                   {"", litter},
		"照片/Thumbs.db":                   {"", litter},
		"../../" + id + ".jpg":           {id, named}, // nothing is ever written under its name
		"":                               {"", litter},
	} {
		if number, kind := numberOf(name); number != want.number || kind != want.kind {
			t.Errorf("%q is %q, %d; want %q, %d", name, number, kind, want.number, want.kind)
		}
	}
}

func TestShownHidesNumbers(t *testing.T) {
	for name, want := range map[string]string{
		"a/32010119990101182X.jpg":       "320***********182X.jpg",
		"32010119990101182_李晓雯.jpg":      "320**********1182_李晓雯.jpg",
		"26320100000001.jpg":             "26320100000001.jpg",
		"13812345678.png":                "138****5678.png",
		"\xc0\xee.jpg":                   "?.jpg",
		strings.Repeat("很", 80) + ".jpg": strings.Repeat("很", 59) + "…",
	} {
		if got := shown(name); got != want {
			t.Errorf("%q is shown as %q, want %q", name, got, want)
		}
	}
}

// Whatever a name holds, the number is one that could be asked for, and no ID
// number is shown.
func FuzzNames(f *testing.F) {
	for _, s := range []string{"32010119990101182X.jpg", `a\b.png`, "__MACOSX/._x.jpg", "\xff\xfe.jpg", "３２０１０１１９９９０１０１１８２Ｘ.jpg", "照片/"} {
		f.Add(s)
	}
	long := regexp.MustCompile(`[0-9０-９]{15}`)
	f.Fuzz(func(t *testing.T, name string) {
		number, kind := numberOf(name)
		if (kind == named) != numberForm.MatchString(number) {
			t.Errorf("%q is %q, %d", name, number, kind)
		}
		s := shown(name)
		if long.MatchString(s) || len([]rune(s)) > maxShown || strings.ContainsAny(s, "/\\") && s != "/" {
			t.Errorf("%q is shown as %q", name, s)
		}
	})
}

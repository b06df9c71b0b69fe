package enrolment

import (
	"strings"
	"testing"
)

func TestFileName(t *testing.T) {
	cases := map[string]string{
		"":                                "身份证.jpg",
		"IMG_0001.HEIC":                   "IMG_0001.jpg",
		`C:\Users\李\毕业证.png`:              "毕业证.jpg",
		"../../etc/passwd":                "passwd.jpg",
		"..":                              "身份证.jpg",
		"/":                               "身份证.jpg",
		"a\r\nSet-Cookie: x.png":          "aSet-Cookie x.jpg",
		"照片\u202egnp.exe":                 "照片gnp.jpg",
		"\xff\xfe.png":                    "身份证.jpg",
		"没有后缀":                            "没有后缀.jpg",
		"a.tar.gz":                        "a.tar.jpg",
		`"<b>".png`:                       "b.jpg",
		strings.Repeat("长", 300) + ".png": strings.Repeat("长", 100) + ".jpg",
	}
	for given, want := range cases {
		if got := fileName(given, "身份证", ".jpg"); got != want {
			t.Errorf("%q gives %q, want %q", given, got, want)
		}
	}
}

func FuzzFileName(f *testing.F) {
	f.Add("../a\r\n.png")
	f.Fuzz(func(t *testing.T, name string) {
		got := fileName(name, "材料", ".pdf")
		if strings.ContainsAny(got, "/\\\r\n\"<>:|?*\x00") || !strings.HasSuffix(got, ".pdf") || got == ".pdf" || len([]rune(got)) > 200 {
			t.Fatalf("%q gives %q", name, got)
		}
	})
}

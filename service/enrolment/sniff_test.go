package enrolment

import (
	"strings"
	"testing"
)

func TestSniff(t *testing.T) {
	cases := []struct {
		data string
		want format
	}{
		{"", formatEmpty},
		{"\xFF\xD8\xFF\xE1", formatJPEG},
		{"\xFF\xD8", formatUnknown},
		{"\x89PNG\r\n\x1a\n", formatPNG},
		{"RIFF\x00\x00\x00\x00WEBPVP8 ", formatWebP},
		{"RIFF\x00\x00\x00\x00WAVEfmt ", formatUnknown},
		{"RIFF", formatText},
		{"%PDF-1.4\n", formatPDF},
		{"\xEF\xBB\xBF \r\n%PDF-1.4\n", formatPDF},
		{strings.Repeat(" ", 100) + "%PDF-1.4", formatText},
		{"<html>%PDF-1.4", formatText},
		{"\x00\x00\x00\x18ftypheic", formatHEIC},
		{"\x00\x00\x00\x18ftypmif1", formatHEIC},
		{"\x00\x00\x00\x18ftypavif", formatHEIC},
		{"\x00\x00\x00\x18ftypqt  ", formatUnknown},
		{"GIF89a", formatOther},
		{"BM\x00\x00\x00\x00", formatOther},
		{"II*\x00", formatOther},
		{"PK\x03\x04", formatArchive},
		{"\xD0\xCF\x11\xE0\xA1\xB1", formatArchive},
		{"<svg xmlns='http://www.w3.org/2000/svg'/>", formatText},
		{"毕业证明", formatText},
		{strings.Repeat("毕业证明", 200), formatText}, // the look ends inside a character
		{"MZ\x90\x00\x03", formatUnknown},
		{"\x7FELF", formatUnknown},
	}
	for _, c := range cases {
		if got := sniff([]byte(c.data)); got != c.want {
			t.Errorf("%.20q is %s, want %s", c.data, got, c.want)
		}
	}
}

// Whatever is not taken gets a sentence that ends in what to do.
func TestEveryRefusalSaysWhatToDo(t *testing.T) {
	all := []format{formatEmpty, formatJPEG, formatPNG, formatWebP, formatHEIC, formatPDF, formatOther, formatText, formatArchive, formatUnknown}
	for _, f := range all {
		takenAsPhoto := f == formatJPEG || f == formatPNG || f == formatWebP
		if err := refuseAsPhoto(f); (err == nil) != takenAsPhoto {
			t.Errorf("%s as a photo: %v", f, err)
		} else if err != nil {
			wantSentence(t, err, "请")
		}
		if err := refuseAsPDF(f); (err == nil) != (f == formatPDF) {
			t.Errorf("%s as a PDF: %v", f, err)
		}
	}
}

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

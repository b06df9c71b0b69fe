package picture

import (
	"strings"
	"testing"
)

func TestSniff(t *testing.T) {
	cases := []struct {
		data string
		want Format
	}{
		{"", Empty},
		{"\xFF\xD8\xFF\xE1", JPEG},
		{"\xFF\xD8", Unknown},
		{"\x89PNG\r\n\x1a\n", PNG},
		{"RIFF\x00\x00\x00\x00WEBPVP8 ", WebP},
		{"RIFF\x00\x00\x00\x00WAVEfmt ", Unknown},
		{"RIFF", Text},
		{"%PDF-1.4\n", PDF},
		{"\xEF\xBB\xBF \r\n%PDF-1.4\n", PDF},
		{strings.Repeat(" ", 100) + "%PDF-1.4", Text},
		{"<html>%PDF-1.4", Text},
		{"\x00\x00\x00\x18ftypheic", HEIC},
		{"\x00\x00\x00\x18ftypmif1", HEIC},
		{"\x00\x00\x00\x18ftypavif", HEIC},
		{"\x00\x00\x00\x18ftypqt  ", Unknown},
		{"GIF89a", Other},
		{"BM\x00\x00\x00\x00", Other},
		{"II*\x00", Other},
		{"PK\x03\x04", Archive},
		{"\xD0\xCF\x11\xE0\xA1\xB1", Archive},
		{"<svg xmlns='http://www.w3.org/2000/svg'/>", Text},
		{"毕业证明", Text},
		{strings.Repeat("毕业证明", 200), Text}, // the look ends inside a character
		{"MZ\x90\x00\x03", Unknown},
		{"\x7FELF", Unknown},
	}
	for _, c := range cases {
		if got := Sniff([]byte(c.data)); got != c.want {
			t.Errorf("%.20q is %s, want %s", c.data, got, c.want)
		}
	}
}

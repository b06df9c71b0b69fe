package evidence

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"unicode/utf16"
)

var (
	mapSection = regexp.MustCompile(`(?s)\d+ beginbfrange\n(.*?)endbfrange\n`)
	mapEntry   = regexp.MustCompile(`<([0-9A-F]{4})><([0-9A-F]{4})><([0-9A-F]{4,6})>`)
)

// mapLimit is how many entries one section of a character map may have (Adobe
// Technical Note 5014).
const mapLimit = 100

// Mend rewrites the table by which readers turn glyphs back into text. gopdf
// v0.33 writes a character beyond the BMP there as five digits instead of a
// UTF-16 pair, so that a rare name is drawn right and copied wrong, and puts
// any number of entries into one section. As single characters the entries are
// shorter; blanks fill up, so that no offset in the file moves.
func Mend(file []byte) ([]byte, error) {
	at := mapSection.FindSubmatchIndex(file)
	if at == nil {
		return nil, errors.New("mending the PDF: it has no character map")
	}
	entries := mapEntry.FindAllSubmatch(file[at[2]:at[3]], -1)
	var out bytes.Buffer
	for i, e := range entries {
		if i%mapLimit == 0 {
			if i > 0 {
				out.WriteString("endbfchar\n")
			}
			fmt.Fprintf(&out, "%d beginbfchar\n", min(mapLimit, len(entries)-i))
		}
		r, err := strconv.ParseInt(string(e[3]), 16, 32)
		if err != nil {
			return nil, fmt.Errorf("mending the PDF: %w", err)
		}
		fmt.Fprintf(&out, "<%s><", e[1])
		for _, u := range utf16.Encode([]rune{rune(r)}) {
			fmt.Fprintf(&out, "%04X", u)
		}
		out.WriteString(">\n")
	}
	out.WriteString("endbfchar\n")
	room := at[1] - at[0] - out.Len()
	if room < 0 {
		return nil, errors.New("mending the PDF: the character map does not fit")
	}
	out.Write(bytes.Repeat([]byte(" "), room))
	mended := bytes.Clone(file)
	copy(mended[at[0]:], out.Bytes())
	return mended, nil
}

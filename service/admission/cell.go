package admission

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// maxText bounds a cell, in characters: nothing in a list is longer.
const maxText = 200

// text is a cell without blanks at its ends and what is not seen. literal means
// that it began with the ' by which a spreadsheet is told: text, as it stands.
func text(cell string) (s string, literal bool) {
	s = strings.TrimFunc(norm.NFC.String(cell), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r)
	})
	if rest, ok := strings.CutPrefix(s, "'"); ok {
		return strings.TrimSpace(rest), true
	}
	return s, false
}

// plain folds full-width forms and removes all blanks: for codes and words of a
// fixed vocabulary.
func plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}

var (
	scientific = regexp.MustCompile(`^(\d)(?:\.(\d+))?[eE]\+?(\d{1,3})$`)
	wholeFloat = regexp.MustCompile(`^(\d+)\.0+$`)
	allDigits  = regexp.MustCompile(`^\d+$`)
	errorValue = regexp.MustCompile(`^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)$`)
)

// exactDigits is how many digits of a number a spreadsheet keeps.
const exactDigits = 15

// digits undoes what a spreadsheet does to a long number: 13800138000.0, and
// 1.3800138E+10 where no digit was lost. lossy means that digits were lost, and
// what was typed cannot be told any more.
func digits(s string) (out string, lossy bool) {
	s = plain(s)
	if m := wholeFloat.FindStringSubmatch(s); m != nil {
		s = m[1]
	}
	if m := scientific.FindStringSubmatch(s); m != nil {
		exp, _ := strconv.Atoi(m[3])
		if len(m[2]) < exp || exp >= exactDigits || strings.Trim(m[2][exp:], "0") != "" {
			return s, true
		}
		return m[1] + m[2][:exp], false
	}
	if allDigits.MatchString(s) && len(s) > exactDigits && strings.Trim(s[exactDigits:], "0") == "" {
		return s, true
	}
	return s, false
}

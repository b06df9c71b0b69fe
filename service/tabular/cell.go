package tabular

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Text is a cell without blanks at its ends and what is not seen. literal means
// that it began with the ' by which a spreadsheet is told: text, as it stands.
func Text(cell string) (s string, literal bool) {
	s = strings.TrimFunc(norm.NFC.String(cell), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || (r > unicode.MaxASCII && unicode.Is(unicode.Cf, r))
	})
	if rest, ok := strings.CutPrefix(s, "'"); ok {
		return strings.TrimSpace(rest), true
	}
	return s, false
}

// Plain folds full-width forms and removes all blanks: for codes and words of a
// fixed vocabulary.
func Plain(s string) string {
	if printable(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}

// printable reports whether s is ASCII without blanks and controls, as most codes
// are: nothing is to be folded then.
func printable(s string) bool {
	for i := range len(s) {
		if s[i] <= ' ' || s[i] >= 0x7f {
			return false
		}
	}
	return true
}

var (
	scientific = regexp.MustCompile(`^(\d)(?:\.(\d+))?[eE]\+?(\d{1,3})$`)
	wholeFloat = regexp.MustCompile(`^(\d+)\.0+$`)
	allDigits  = regexp.MustCompile(`^\d+$`)
	errorValue = regexp.MustCompile(`^#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|SPILL!|CALC!|GETTING_DATA)$`)
)

// exactDigits is how many digits of a number a spreadsheet keeps.
const exactDigits = 15

// Digits undoes what a spreadsheet does to a long number: 13800138000.0, and
// 1.3800138001E+10 where no digit was lost. lossy means that digits were lost, and
// what was typed cannot be told any more.
func Digits(s string) (out string, lossy bool) {
	s = Plain(s)
	if !strings.ContainsAny(s, ".eE") && len(s) <= exactDigits {
		return s, false
	}
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

// IsError reports whether a cell holds a spreadsheet's error, such as #N/A.
func IsError(s string) bool { return strings.HasPrefix(s, "#") && errorValue.MatchString(s) }

// IsDigits reports whether a text is digits alone.
func IsDigits(s string) bool { return allDigits.MatchString(s) }

// aside is what follows a heading in brackets: 学费（元）, 姓名(必填).
var aside = regexp.MustCompile(`[(（【\[].*?[)）】\]]`)

// Fold is the form in which headings are compared: full-width forms, blanks,
// stars, brackets and case do not count.
func Fold(heading string) string {
	heading = aside.ReplaceAllString(norm.NFKC.String(heading), "")
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\r\n\u00a0\u3000*:：_-—.。/、'\"’‘\ufeff\u200b", r) {
			return -1
		}
		return r
	}, strings.ToUpper(heading))
}

package student

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"ruxue/service/fault"
)

// IDCard is the identity document whose numbers carry a checksum.
const IDCard = "身份证"

const maxNameLength = 60

// invisible reports whether a character is not seen: zero-width and direction
// marks, which come along when a phone pastes, and variation selectors.
func invisible(r rune) bool {
	return unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Variation_Selector, r)
}

// squeeze folds full-width forms and removes blanks and what is not seen.
func squeeze(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || invisible(r) {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}

// NormalizeIDNumber removes blanks, folds full-width forms and makes a final x
// a capital X, as the manual demands.
func NormalizeIDNumber(s string) string {
	return norm.NFKC.String(strings.ToUpper(squeeze(s)))
}

// CheckIDNumber checks an 18-character citizen number by GB 11643-1999: region
// digits, a date that existed, and the ISO 7064 MOD 11-2 check character.
func CheckIDNumber(id string) error {
	if n := utf8.RuneCountInString(id); n != 18 {
		return fault.Newf(fault.Invalid, "身份证号应为 18 位，现在是 %d 位", n).On("id_number")
	}
	weights := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i := range 17 {
		if id[i] < '0' || id[i] > '9' {
			return fault.New(fault.Invalid, "身份证号前 17 位应为数字，请检查").On("id_number")
		}
		sum += int(id[i]-'0') * weights[i]
	}
	born, err := time.Parse("20060102", id[6:14])
	if err != nil || born.Year() < 1900 {
		return fault.New(fault.Invalid, "身份证号中的出生日期不对，请对照身份证检查第 7 至 14 位").On("id_number")
	}
	if id[17] != "10X98765432"[sum%11] {
		return fault.New(fault.Invalid, "身份证号有误，请对照身份证逐位检查").On("id_number")
	}
	return nil
}

// NormalizeName applies NFKC, removes what is not seen, blanks at the ends and
// all blanks of a name in Han characters, and unifies the middle dots of transliterated names to ·.
func NormalizeName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '•', '‧', '∙', '⋅', '・', '･', '●', '．', '᛫', '⸱', '\u00b7':
			return '·'
		}
		if invisible(r) {
			return -1
		}
		return r
	}, s)
	s = strings.ReplaceAll(norm.NFKC.String(s), ".", "·")
	fields := strings.Fields(s)
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Han, r) }) {
		return norm.NFKC.String(strings.Join(fields, "")) // an accent may have met its letter
	}
	return strings.Join(fields, " ")
}

// CheckName refuses what cannot be a name. Rare characters beyond the BMP and
// the dot of transliterated names are fine; digits, emoji and control
// characters are not.
func CheckName(name string) error {
	switch n := utf8.RuneCountInString(name); {
	case n == 0:
		return fault.New(fault.Invalid, "请输入您的姓名").On("name")
	case n > maxNameLength:
		return fault.Newf(fault.Invalid, "姓名不能超过 %d 个字，现在是 %d 个字", maxNameLength, n).On("name")
	}
	for _, r := range name {
		if !unicode.IsLetter(r) && !unicode.Is(unicode.Mn, r) && !strings.ContainsRune("·- '", r) {
			return fault.New(fault.Invalid, "姓名中有不能使用的字符，请按身份证上的姓名填写").On("name")
		}
	}
	return nil
}

// NormalizePhone folds full-width digits and removes blanks, dashes and the
// country's code: +86, 0086 or 86.
func NormalizePhone(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Pd, r) {
			return -1
		}
		return r
	}, squeeze(s))
	s = strings.TrimPrefix(strings.TrimPrefix(s, "+86"), "0086")
	if len(s) == 13 && strings.HasPrefix(s, "86") {
		s = s[2:]
	}
	return s
}

// NormalizeCode folds the full-width digits of Chinese keyboards and removes
// blanks, which copying from a message leaves.
func NormalizeCode(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, norm.NFKC.String(s))
}

// CheckPhone demands a mainland mobile number: 11 digits beginning 13 to 19.
func CheckPhone(p string) error {
	digits := strings.IndexFunc(p, func(r rune) bool { return r < '0' || r > '9' }) < 0
	switch {
	case p == "":
		return fault.New(fault.Invalid, "请输入您的手机号").On("phone")
	case !digits:
		return fault.New(fault.Invalid, "手机号应为 11 位数字，请检查").On("phone")
	case len(p) != 11:
		return fault.Newf(fault.Invalid, "手机号应为 11 位，现在是 %d 位", len(p)).On("phone")
	case p[0] != '1' || p[1] < '3':
		return fault.New(fault.Invalid, "手机号应以 13 至 19 开头，请检查").On("phone")
	}
	return nil
}

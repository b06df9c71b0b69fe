package enrolment

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"ruxue/service/campaign"
	"ruxue/service/student"
)

// normalize returns the value as it is checked and kept. Numbers, addresses of
// mail and names go through NFKC; running text through NFC with full-width
// letters and digits folded, because NFKC would also turn ，（） into ,().
func normalize(f campaign.Field, v string) string {
	v = strings.Map(dropInvisible, v)
	switch {
	case isName(f):
		return student.NormalizeName(v)
	case f.Kind == "mobile":
		return student.NormalizePhone(v)
	case f.Kind == "tel":
		return telephone(v)
	case f.Kind == "email", f.Kind == "postcode", f.Kind == "number":
		return withoutSpace(norm.NFKC.String(v))
	case f.Kind == "year":
		return strings.TrimSuffix(withoutSpace(norm.NFKC.String(v)), "年")
	case f.Kind == "date":
		return date(withoutSpace(norm.NFKC.String(v)))
	case f.Kind == "textarea":
		v = strings.ReplaceAll(strings.ReplaceAll(v, "\r\n", "\n"), "\r", "\n")
	}
	return strings.TrimSpace(norm.NFC.String(strings.Map(halfWidth, v)))
}

// dropInvisible removes what keyboards and copying leave behind unseen.
func dropInvisible(r rune) rune {
	switch r {
	case '\u200B', '\u200C', '\u200E', '\u200F', '\u2060', '\uFEFF', '\u00AD':
		return -1
	case '\t', '\u00A0', '\u3000':
		return ' '
	}
	return r
}

// halfWidth folds the full-width letters and digits of Chinese keyboards.
func halfWidth(r rune) rune {
	if r >= '０' && r <= '９' || r >= 'Ａ' && r <= 'Ｚ' || r >= 'ａ' && r <= 'ｚ' {
		return r - 0xFEE0
	}
	return r
}

func withoutSpace(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s)
}

// telephone keeps the dashes that divide a fixed line's parts and drops those
// in a mobile number, and +86.
func telephone(s string) string {
	s = strings.Map(func(r rune) rune {
		switch r {
		case '—', '–', '‐', '−', '转':
			return '-'
		case '(', ')':
			return '-'
		}
		return r
	}, norm.NFKC.String(s))
	s = strings.Trim(withoutSpace(s), "-")
	for strings.Contains(s, "--") {
		s = strings.ReplaceAll(s, "--", "-")
	}
	if rest, ok := strings.CutPrefix(s, "+86"); ok {
		s = strings.TrimPrefix(rest, "-")
	}
	if mobile := strings.ReplaceAll(s, "-", ""); len(mobile) == 11 && mobile[0] == '1' {
		return mobile
	}
	return s
}

// date reads 2026年3月1日, 2026/3/1, 2026.3.1 and 20260301 as 2026-03-01; what
// is none of them stays as it is.
func date(s string) string {
	if len(s) == 8 && strings.Trim(s, "0123456789") == "" {
		return s[:4] + "-" + s[4:6] + "-" + s[6:]
	}
	parts := strings.Split(strings.TrimSuffix(strings.NewReplacer("年", "-", "月", "-", "/", "-", ".", "-").Replace(s), "日"), "-")
	if len(parts) != 3 {
		return s
	}
	for i := range parts {
		if len(parts[i]) == 1 {
			parts[i] = "0" + parts[i]
		}
	}
	return strings.Join(parts, "-")
}

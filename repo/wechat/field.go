package wechat

import (
	"strings"
	"unicode"
)

// CutField makes value fit the template field of that name (thing2, time4 …):
// WeChat refuses the whole message with 47003 when one field is too long, empty
// or of the wrong characters. Lengths are characters, not bytes; a cut text
// ends in an ellipsis where the kind allows one.
func CutField(field, value string) string {
	value = strings.Join(strings.Fields(dropUnshown(value)), " ")
	switch kindOf(field) {
	case "thing":
		return orElse(ellipsis(value, 20), "无")
	case "phrase":
		return orElse(first(keep(value, func(r rune) bool { return unicode.Is(unicode.Han, r) }), 5), "无")
	case "name":
		if ascii(value) {
			return orElse(first(value, 20), "无")
		}
		return orElse(first(value, 10), "无")
	case "character_string":
		return orElse(first(keep(value, printable), 32), "-")
	case "letter":
		return first(keep(value, func(r rune) bool { return r < 128 && unicode.IsLetter(r) }), 32)
	case "number":
		return orElse(first(keep(value, func(r rune) bool { return r >= '0' && r <= '9' || r == '.' || r == '-' }), 32), "0")
	case "phone_number":
		return first(keep(value, func(r rune) bool { return r >= '0' && r <= '9' || r == '-' || r == '+' || r == '*' }), 17)
	case "car_number":
		return first(value, 8)
	case "symbol":
		return first(value, 5)
	case "amount":
		return first(value, 13)
	default: // time, date, const: of a fixed form, nothing can be cut
		return value
	}
}

// kindOf takes the number off the end of a field's name.
func kindOf(field string) string { return strings.TrimRight(field, "0123456789") }

func orElse(s, instead string) string {
	if s == "" {
		return instead
	}
	return s
}

// first returns at most n characters.
func first(s string, n int) string {
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return strings.TrimRight(string(r[:n]), " ")
}

// ellipsis returns at most n characters, the last of them … if any was cut.
func ellipsis(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

func keep(s string, ok func(rune) bool) string {
	return strings.Map(func(r rune) rune {
		if ok(r) {
			return r
		}
		return -1
	}, s)
}

func printable(r rune) bool { return r > ' ' && r < 127 }

func ascii(s string) bool {
	for _, r := range s {
		if r > 127 {
			return false
		}
	}
	return true
}

// dropUnshown removes emoji and control characters, which WeChat does not show,
// and bytes that are no UTF-8.
func dropUnshown(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == unicode.ReplacementChar, r == 0x200d, r >= 0xfe00 && r <= 0xfe0f, unicode.Is(unicode.So, r) && r > 0xffff:
			return -1
		case unicode.IsControl(r):
			return ' '
		}
		return r
	}, s)
}

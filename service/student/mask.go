package student

import (
	"strings"

	"ruxue/service/campaign"
)

// MaskName shows the first and the last character: 李*雯, 李*.
func MaskName(name string) string {
	r := []rune(name)
	switch len(r) {
	case 0:
		return ""
	case 1:
		return "*"
	case 2:
		return string(r[0]) + "*"
	}
	return string(r[0]) + strings.Repeat("*", min(len(r)-2, 3)) + string(r[len(r)-1])
}

// MaskPhone shows the first three and the last four digits: 138****5678.
func MaskPhone(p string) string { return maskMiddle(p, 8) }

// MaskID shows the first three and the last four characters of an ID number, as the look shows.
func MaskID(id string) string { return maskMiddle(id, 9) }

// maskMiddle hides all but the first three and the last four characters, and
// the whole of what is shorter than least. It counts characters: officers'
// documents begin with Han ones.
func maskMiddle(s string, least int) string {
	r := []rune(s)
	if len(r) < least {
		return strings.Repeat("*", len(r))
	}
	return string(r[:3]) + strings.Repeat("*", len(r)-7) + string(r[len(r)-4:])
}

// MaskField shows of what a student typed into a campaign's field only what was
// chosen from a list, and a first character of the rest: the product cannot
// know which of a campaign's own fields are personal.
func MaskField(f campaign.Field, value string) string {
	switch f.Kind {
	case "select", "year", "date", "number":
		return value
	case "mobile", "tel":
		return MaskPhone(value)
	}
	r := []rune(value)
	if len(r) <= 1 {
		return value
	}
	return string(r[0]) + "***"
}

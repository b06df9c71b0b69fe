package student

import "strings"

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
func MaskPhone(p string) string {
	if len(p) < 7 {
		return strings.Repeat("*", len(p))
	}
	return p[:3] + strings.Repeat("*", len(p)-7) + p[len(p)-4:]
}

// MaskID shows the first three and the last four characters of an ID number, as the look shows.
func MaskID(id string) string {
	if len(id) < 9 {
		return strings.Repeat("*", len(id))
	}
	return id[:3] + strings.Repeat("*", len(id)-7) + id[len(id)-4:]
}

package simulator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

var (
	asciiOnly  = regexp.MustCompile(`^[\x20-\x7e]{1,32}$`)
	numberOnly = regexp.MustCompile(`^[0-9.]{1,32}$`)
	amountOnly = regexp.MustCompile(`^[¥￥$]?[0-9][0-9,]{0,9}(\.[0-9]{1,2})?元?$`)
	phoneOnly  = regexp.MustCompile(`^[0-9+\- ]{1,17}$`)
	carOnly    = regexp.MustCompile(`^.{1,8}$`)
	timeForms  = []string{"2006年1月2日 15:04", "2006年1月2日", "2006-01-02 15:04:05", "2006-01-02 15:04", "2006-01-02",
		"2006/01/02 15:04", "2006/01/02", "15:04", "15:04:05", "2006年01月02日 15:04", "2006年01月02日"}
)

// checkValues applies the limit of each field's kind; "" is good. Every field
// of the template needs a value, others are ignored.
func checkValues(t Template, values map[string]string) string {
	for _, f := range t.Fields {
		v := values[f.Key]
		if !fits(strings.TrimRight(f.Key, "0123456789"), v) {
			return fmt.Sprintf("data.%s.value invalid", f.Key)
		}
	}
	return ""
}

func fits(kind, v string) bool {
	n := utf8.RuneCountInString(v)
	if n == 0 || strings.ContainsAny(v, "\r\n") {
		return false
	}
	switch kind {
	case "thing":
		return n <= 20
	case "character_string":
		return asciiOnly.MatchString(v)
	case "phrase":
		return n <= 5 && onlyHan(v)
	case "name":
		return !hasDigit(v) && (n <= 10 || n <= 20 && !strings.ContainsFunc(v, isHan))
	case "number":
		return numberOnly.MatchString(v)
	case "letter":
		return n <= 32 && asciiOnly.MatchString(v) && !hasDigit(v)
	case "amount":
		return amountOnly.MatchString(v)
	case "phone_number":
		return phoneOnly.MatchString(v)
	case "car_number":
		return carOnly.MatchString(v)
	case "const":
		return n <= 20
	case "date", "time":
		return slices.ContainsFunc(timeForms, func(form string) bool { _, err := time.Parse(form, v); return err == nil })
	}
	return true // templates older than the kinds have free keywords
}

func onlyHan(v string) bool {
	return !strings.ContainsFunc(v, func(r rune) bool { return !isHan(r) && r != '·' })
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

func hasDigit(v string) bool { return strings.ContainsAny(v, "0123456789") }

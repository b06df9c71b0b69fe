package enrolment

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ruxue/service/campaign"
)

// Lengths in characters for fields that set none.
const (
	defaultText     = 200
	defaultTextArea = 2000
)

// checkField returns the sentence for a normalized value, or "".
func checkField(f campaign.Field, value string, now time.Time) string {
	if value == "" {
		if !f.Required {
			return ""
		}
		if f.Kind == "select" {
			return "请选择" + f.Label
		}
		return "请填写" + f.Label
	}
	if s := checkText(f, value); s != "" {
		return s
	}
	switch f.Kind {
	case "mobile":
		return checkMobile(f.Label, value)
	case "tel":
		return checkTel(f.Label, value)
	case "email":
		return checkEmail(f.Label, value)
	case "postcode":
		return checkDigits(f.Label, value, 6)
	case "year":
		return checkYear(f.Label, value, now)
	case "date":
		return checkDate(f.Label, value)
	case "number":
		if strings.Trim(value, "0123456789") != "" {
			return f.Label + "应为数字，请检查"
		}
	case "select":
		if !slices.Contains(f.Options, value) {
			return "请从列表里选择" + f.Label
		}
	}
	return ""
}

// checkText is what every kind must meet: the length, no characters that
// nobody sees, and in names only what names are written with.
func checkText(f campaign.Field, value string) string {
	// Kinds of a fixed length say how long they must be, unless it is absurd.
	most := f.MaxLength
	if most == 0 {
		most = defaultText
		if f.Kind == "textarea" {
			most = defaultTextArea
		}
	}
	if n := utf8.RuneCountInString(value); n > most && (f.Kind != "mobile" && f.Kind != "postcode" && f.Kind != "year" || n > defaultText) {
		return fmt.Sprintf("%s最多 %d 个字，现在有 %d 个字，请缩短", f.Label, most, n)
	}
	for _, r := range value {
		switch {
		case r == '\n' && f.Kind == "textarea", r == '\u200D': // the latter joins emoji
		case r == utf8.RuneError:
			return f.Label + "里有乱码，请重新输入"
		case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r), unicode.Is(unicode.Zl, r), unicode.Is(unicode.Zp, r):
			return f.Label + "里有看不见的控制字符，请删去后重新输入"
		}
	}
	if isName(f) {
		return checkName(f.Label, value)
	}
	return ""
}

// isName reports whether a person's name goes into the field.
func isName(f campaign.Field) bool {
	return f.Kind == "text" && (f.Name == "name" || f.Autocomplete == "name" ||
		strings.Contains(f.Label, "姓名") || strings.Contains(f.Label, "联系人"))
}

func checkName(label, value string) string {
	for _, r := range value {
		switch {
		case unicode.IsLetter(r), unicode.Is(unicode.M, r), strings.ContainsRune("·- '’", r):
		case unicode.Is(unicode.Co, r):
			return label + "里有自造字，换一台设备会显示不出来，请改用标准字"
		case r > 0x1F000, unicode.Is(unicode.So, r), unicode.Is(unicode.Sk, r):
			return label + "里不能有表情符号，请删去"
		default:
			return fmt.Sprintf("%s里不能有“%c”，请按证件上的姓名填写", label, r)
		}
	}
	return ""
}

func checkMobile(label, v string) string {
	switch {
	case strings.Trim(v, "0123456789") != "":
		return label + "应为 11 位数字，请检查"
	case len(v) != 11:
		return howMany(label, 11, len(v))
	case v[0] != '1' || v[1] < '3':
		return label + "应以 13 至 19 开头，请检查"
	}
	return ""
}

// Fixed lines: area code (010, 02x, 0xxx), 7 or 8 digits, an extension; and the
// service numbers 400 and 800.
var landline = regexp.MustCompile(`^(0\d{2,3}-?[2-9]\d{6,7}(-\d{1,6})?|[48]00-?\d{3}-?\d{4})$`)

func checkTel(label, v string) string {
	digits := strings.ReplaceAll(v, "-", "")
	switch {
	case strings.Trim(digits, "0123456789") != "":
		return label + "应为手机号或带区号的座机号，例如 025-83787964"
	case landline.MatchString(v):
		return ""
	case strings.HasPrefix(digits, "1") && len(digits) >= 9:
		return checkMobile("手机号", digits)
	case len(digits) == 7 || len(digits) == 8:
		return label + "缺少区号，座机号例如 025-83787964"
	}
	return label + "应为 11 位手机号或带区号的座机号，请检查"
}

var mailbox = regexp.MustCompile(`^[A-Za-z0-9._%+\-']+@([A-Za-z0-9]([A-Za-z0-9\-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}$`)

func checkEmail(label, v string) string {
	switch {
	case !strings.Contains(v, "@"):
		return label + "缺少 @，例如 name@example.com"
	case len(v) > 254 || !mailbox.MatchString(v):
		return label + "的写法不对，例如 name@example.com"
	}
	return ""
}

func checkDigits(label, v string, n int) string {
	if strings.Trim(v, "0123456789") != "" {
		return fmt.Sprintf("%s应为 %d 位数字，请检查", label, n)
	}
	if len(v) != n {
		return howMany(label, n, len(v))
	}
	return ""
}

func howMany(label string, want, have int) string {
	only := ""
	if have < want {
		only = "只"
	}
	return fmt.Sprintf("%s应为 %d 位，现在%s有 %d 位", label, want, only, have)
}

func checkYear(label, v string, now time.Time) string {
	if s := checkDigits(label, v, 4); s != "" {
		return s
	}
	year, _ := strconv.Atoi(v)
	switch this := now.In(campaign.Shanghai).Year(); {
	case year > this:
		return fmt.Sprintf("%s不能晚于 %d 年", label, this)
	case year < this-100:
		return label + "太早了，请检查"
	}
	return ""
}

func checkDate(label, v string) string {
	d, err := time.Parse(time.DateOnly, v)
	if err != nil || d.Year() < 1900 || d.Year() > 2200 {
		return label + "不是有效的日期，例如 2026-03-31"
	}
	return ""
}

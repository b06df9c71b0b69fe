package student

import (
	"strings"
	"unicode/utf8"

	"ruxue/service/fault"
)

// Bounds of a chosen password, in characters.
const (
	minPassword = 8
	maxPassword = 64
)

// initialLength is how many characters of the ID number the initial password has.
const initialLength = 6

// InitialPassword is the last six characters of the ID number, "" for a number
// that is shorter: such a student sets a password by SMS first.
func InitialPassword(p Person) string {
	r := []rune(NormalizeIDNumber(p.IDNumber))
	if len(r) < initialLength {
		return ""
	}
	return string(r[len(r)-initialLength:])
}

// CheckNewPassword refuses what others guess first: what is short, all digits
// or one character repeated, the phone, the initial password.
func CheckNewPassword(e *Enrolment, password, again string) error {
	n := utf8.RuneCountInString(password)
	lower := strings.ToLower(password)
	initial := strings.ToLower(InitialPassword(e.Person))
	problem := ""
	switch {
	case n == 0:
		problem = "请输入新密码"
	case n < minPassword:
		problem = "新密码至少 8 位，请再加几位"
	case n > maxPassword:
		problem = "新密码不能超过 64 位"
	case initial != "" && strings.Contains(lower, initial):
		problem = "新密码不能包含初始密码，请换一个"
	case e.Phone != "" && strings.Contains(lower, e.Phone):
		problem = "新密码不能包含手机号，请换一个"
	case strings.Trim(password, "0123456789") == "":
		problem = "新密码不能只有数字，请加上字母"
	case strings.Trim(lower, lower[:1]) == "":
		problem = "新密码太简单，请换一个"
	}
	if problem != "" {
		return fault.New(fault.Invalid, problem).On("password")
	}
	if again != password {
		return fault.New(fault.Invalid, "两次输入的新密码不一致，请重新输入").On("again")
	}
	return nil
}

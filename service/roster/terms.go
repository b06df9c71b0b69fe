package roster

import (
	"encoding/base64"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"ruxue/service/fault"
	"ruxue/service/student"
)

// maxTerm is the longest text that is searched for, in characters.
const maxTerm = 60

// Terms are what one typed text may mean; a student whom any of them names is
// found. The zero Terms ask for everybody.
type Terms struct {
	Name     string // a part of the name
	IDNumber string // the whole number, compared by its keyed hash
	Phone    string // the whole number, compared by its keyed hash
	Number   string // the whole student number, given or listed
	Exam     string // the whole 考生号
}

// Empty reports whether nothing is searched for.
func (t Terms) Empty() bool { return t == Terms{} }

// ParseTerms says what a typed text may mean: a text with Han characters is a
// name (or the number of an officer's document), digits are one of the numbers.
func ParseTerms(text string) Terms {
	text = strings.TrimSpace(norm.NFKC.String(text))
	if text == "" || utf8.RuneCountInString(text) > maxTerm {
		return Terms{}
	}
	t := Terms{IDNumber: student.NormalizeIDNumber(text)}
	if p := student.NormalizePhone(text); student.CheckPhone(p) == nil {
		t.Phone = p
	}
	number := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, text)
	digits := strings.ContainsFunc(number, func(r rune) bool { return r >= '0' && r <= '9' })
	ascii := !strings.ContainsFunc(number, func(r rune) bool { return r > unicode.MaxASCII || r < ' ' })
	if digits && ascii && len(number) <= 40 {
		t.Number = number
	}
	if digits && utf8.RuneCountInString(number) <= 32 {
		t.Exam = number
	}
	if !digits {
		t.Name = student.NormalizeName(text)
	}
	return t
}

// KeepSearch seals a typed text for the searcher's own address bar, so that no
// number or name stands in an address, a history or a proxy's log.
func (s *Service) KeepSearch(by string, text string) (string, error) {
	if n := utf8.RuneCountInString(strings.TrimSpace(text)); n > maxTerm {
		return "", fault.Newf(fault.Invalid, "搜索内容不能超过 %d 个字", maxTerm).On("q")
	}
	sealed, err := s.Cipher.Seal([]byte(strings.TrimSpace(text)), searchAD(by))
	if err != nil {
		return "", fmt.Errorf("sealing a search: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(sealed), nil
}

// Search opens what KeepSearch sealed for the same searcher; "" when it is
// another's or nothing of ours.
func (s *Service) Search(by, token string) string {
	sealed, err := base64.RawURLEncoding.DecodeString(token)
	if err != nil || len(sealed) == 0 {
		return ""
	}
	text, err := s.Cipher.Open(sealed, searchAD(by))
	if err != nil || !utf8.Valid(text) {
		return ""
	}
	return string(text)
}

func searchAD(by string) string { return "roster.search:" + by }

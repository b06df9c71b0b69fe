package evidence

import (
	"crypto/rand"
	"strings"
)

// alphabet has no letters that look alike (Crockford's base 32).
const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// numberLen is the length of a verification number: 20 characters of 5 random
// bits each, which nobody guesses.
const numberLen = 20

// NewNumber returns a fresh verification number.
func NewNumber() string {
	var b [numberLen]byte
	_, _ = rand.Read(b[:]) // never fails since Go 1.24
	for i, x := range b {
		b[i] = alphabet[x%32]
	}
	return string(b[:])
}

// Grouped writes a number as people read it, 7K3M2-0Q8XD-….
func Grouped(number string) string {
	var out strings.Builder
	for i, r := range number {
		if i > 0 && i%5 == 0 {
			out.WriteByte('-')
		}
		out.WriteRune(r)
	}
	return out.String()
}

// ParseNumber reads a number as people type it: groups, blanks, small letters
// and look-alikes are understood. "" when it is none.
func ParseNumber(typed string) string {
	if len(typed) > 100 {
		return ""
	}
	var out strings.Builder
	for _, r := range strings.ToUpper(typed) {
		switch r {
		case '-', ' ', '—', '－', '\u3000':
			continue
		case 'O':
			r = '0'
		case 'I', 'L':
			r = '1'
		}
		if !strings.ContainsRune(alphabet, r) {
			return ""
		}
		out.WriteRune(r)
	}
	if out.Len() != numberLen {
		return ""
	}
	return out.String()
}

package evidence

import (
	"strings"
	"unicode"
)

// The marks of 标点避头尾 (GB/T 15834): these may not begin a line…
const notFirst = "，。、；：？！）】》〉」』”’…—～·,.;:?!)]}%‰℃"

// …and these may not end one.
const notLast = "（【《〈「『“‘([{"

// unit is what a line is never broken within: a Han character with its marks,
// or a word or number of Latin letters and digits.
type unit struct {
	text  string
	width float64
}

// Lines breaks a paragraph into lines no wider than width; width of a text is
// what measure says. first is the indentation of the first line. Marks keep to
// the rules above, words stay whole unless one alone is wider than a line.
func Lines(text string, width, first float64, measure func(string) float64) []string {
	var out []string
	var line strings.Builder
	room := width - first
	for _, u := range units(text, measure) {
		if u.width > room && line.Len() > 0 {
			out = append(out, strings.TrimRight(line.String(), " "))
			line.Reset()
			room = width
			u.text = strings.TrimLeft(u.text, " ")
			u.width = measure(u.text)
		}
		for u.width > room { // a hash or an address: nothing to break at
			head, tail := cut(u.text, room, measure)
			out = append(out, line.String()+head)
			line.Reset()
			u, room = unit{tail, measure(tail)}, width
		}
		line.WriteString(u.text)
		room -= u.width
	}
	if line.Len() > 0 || len(out) == 0 {
		out = append(out, strings.TrimRight(line.String(), " "))
	}
	return out
}

// units joins to each character the marks that may not leave it.
func units(text string, measure func(string) float64) []unit {
	var out []unit
	var open strings.Builder // opening marks that wait for what they open
	var before rune
	for _, r := range text {
		if r == '\n' || r == '\r' || r == '\t' {
			r = ' '
		}
		switch {
		case strings.ContainsRune(notLast, r):
			open.WriteRune(r)
		case len(out) > 0 && open.Len() == 0 && (strings.ContainsRune(notFirst, r) || inWord(before) && inWord(r)):
			out[len(out)-1].text += string(r)
		default:
			out = append(out, unit{text: open.String() + string(r)})
			open.Reset()
		}
		before = r
	}
	if open.Len() > 0 {
		out = append(out, unit{text: open.String()})
	}
	for i := range out {
		out[i].width = measure(out[i].text)
	}
	return out
}

func inWord(r rune) bool {
	return r < 0x250 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("-_/:.@+&=#", r))
}

// cut splits a text after as many characters as fit, at least one.
func cut(text string, room float64, measure func(string) float64) (head, tail string) {
	end := 0
	for i, r := range text {
		next := i + len(string(r))
		if end > 0 && measure(text[:next]) > room {
			break
		}
		end = next
	}
	return text[:end], text[end:]
}

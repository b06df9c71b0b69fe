package application

import (
	"fmt"
	"strings"
	"unicode"
)

// Difference is where a typed sentence stops being the wanted one.
type Difference struct {
	// At counts the characters of the typed text, surrounding blanks left out,
	// that are right.
	At int
	// Sentence says what to mend; "" when nothing differs.
	Sentence string
}

// Same reports whether nothing differs.
func (d Difference) Same() bool { return d.Sentence == "" }

// Compare looks for the first character in which typed is not want. Only blanks
// around the whole are forgiven: the student's own words have to be these. The
// page's script (h5/lib/sentence.js) says the same while she types.
func Compare(want, typed string) Difference {
	w, t := []rune(strings.TrimSpace(want)), []rune(strings.TrimSpace(typed))
	n := 0
	for n < len(w) && n < len(t) && w[n] == t[n] {
		n++
	}
	d := Difference{At: n}
	switch {
	case n == len(w) && n == len(t):
	case len(t) == 0:
		d.Sentence = "请把上面那句话输入完整"
	case n == len(t):
		d.Sentence = fmt.Sprintf("还没有输完，接下来是%s", quoted(w[n]))
	case n == len(w):
		d.Sentence = fmt.Sprintf("句子后面多了%s，请删去", quoted(t[n]))
	case n+1 < len(w) && t[n] == w[n+1] && follows(w[n+1:], t[n:]):
		d.Sentence = fmt.Sprintf("第 %d 个字%s漏了", n+1, quoted(w[n]))
	case n+1 < len(t) && t[n+1] == w[n] && follows(w[n:], t[n+1:]):
		d.Sentence = fmt.Sprintf("第 %d 个字%s是多余的，请删去", n+1, quoted(t[n]))
	default:
		d.Sentence = fmt.Sprintf("第 %d 个字应为%s，您输入的是%s", n+1, quoted(w[n]), quoted(t[n]))
	}
	return d
}

// follows reports whether the texts agree in their next two characters, as far
// as both have them: one character alone agrees by accident.
func follows(w, t []rune) bool {
	for i := range min(2, len(w), len(t)) {
		if w[i] != t[i] {
			return false
		}
	}
	return true
}

// marks are the characters that look alike on a screen, by name.
var marks = map[rune]string{'，': "中文逗号", ',': "英文逗号", '。': "中文句号", '.': "英文句号", '．': "全角点号",
	'、': "顿号", ' ': "空格", '\u3000': "全角空格", '\u00a0': "空格", '\n': "换行", '\r': "换行", '\t': "制表符"}

func quoted(r rune) string {
	name := marks[r]
	switch {
	case name != "" && unicode.IsSpace(r):
		return name
	case name != "":
		return name + "“" + string(r) + "”"
	case !unicode.IsPrint(r):
		return "看不见的字符"
	}
	return "“" + string(r) + "”"
}

package admission

import (
	"crypto/sha256"
	"fmt"
	"strings"
	"unicode/utf8"

	"ruxue/service/student"
	"ruxue/service/tabular"
)

// maxText bounds a cell, in characters: nothing in a list is longer.
const maxText = 200

// Checker checks the rows of one file, in their order, against the rules and
// against one another. It remembers a few dozen bytes of each row.
type Checker struct {
	rules Rules
	at    map[Column]Heading
	seen  map[fingerprint]int32 // the line where a unique value stood first
	sites map[string]string     // code: the name it was given first
	// rounded: some number of the file was. One identity number in a thousand
	// ends in 000 by right, but in such a file none is believed.
	rounded bool
}

// fingerprint stands for a unique value of a column, without keeping it.
type fingerprint [12]byte

// NewChecker returns a Checker for a file with these headings.
func NewChecker(rules Rules, headings []Heading) *Checker {
	c := &Checker{rules: rules, at: map[Column]Heading{}, seen: map[fingerprint]int32{}, sites: map[string]string{}}
	for _, h := range headings {
		if h.Column.Known() {
			c.at[h.Column] = h
		}
	}
	return c
}

// Check reads a row. The entry is of use only without problems.
func (c *Checker) Check(row Row) (Entry, []Problem) {
	k := &rowCheck{Checker: c, row: row, entry: Entry{Line: row.Line}}
	if row.Merged != "" {
		k.bad(Name, MergedCell, row.Merged, "这一行有合并单元格 "+row.Merged, "取消合并，每一行各自填写")
		return k.entry, k.problems
	}
	if row.Formula != "" {
		k.bad(Name, NoResult, row.Formula, "单元格 "+row.Formula+" 是公式，文件里没有它的结果", "用表格软件打开并保存一次，或复制后“粘贴为数值”")
		return k.entry, k.problems
	}
	k.identity()
	k.person()
	k.study()
	k.site()
	k.money()
	k.numbers()
	if len(k.problems) == 0 {
		k.unique()
	}
	return k.entry, k.problems
}

// rowCheck is the check of one row.
type rowCheck struct {
	*Checker
	row      Row
	entry    Entry
	problems []Problem
}

func (k *rowCheck) bad(col Column, kind Kind, value, reason, suggestion string) {
	h, ok := k.at[col]
	p := Problem{Line: k.row.Line, Kind: kind, Column: h.Text, Value: shown(col, value), Reason: reason, Suggestion: suggestion}
	if kind == Spreadsheet {
		p.Value = tabular.Clip(value, 60) // what is left of the number is nobody's
	}
	if ok {
		p.Cell = h.Place(k.row.Line)
	} else {
		p.Column = col.Label()
	}
	k.problems = append(k.problems, p)
}

// value is the cell of a column. ok is false where there is nothing to check: it
// is empty, or a problem was noted.
func (k *rowCheck) value(col Column) (s string, literal, ok bool) {
	if h, there := k.at[col]; there && h.Index < len(k.row.Cells) {
		s, literal = tabular.Text(k.row.Cells[h.Index])
	}
	switch {
	case s == "":
		if k.rules.needs(col) && !k.inferable(col) {
			k.bad(col, Missing, "", col.Label()+"没有填", "补上"+col.Label())
		}
		return "", false, false
	case tabular.IsError(s):
		k.bad(col, NoResult, s, col.Label()+"的公式结果出错", "改正公式，或直接填写内容")
		return "", false, false
	case len(s) > maxText && utf8.RuneCountInString(s) > maxText:
		k.bad(col, BadFormat, s, fmt.Sprintf("%s超过 %d 个字", col.Label(), maxText), "缩短内容，或检查是否粘贴错列")
		return "", false, false
	}
	return s, literal, true
}

// inferable reports whether an empty cell is found out from another one.
func (k *rowCheck) inferable(col Column) bool {
	other := map[Column]Column{SiteCode: Site, Site: SiteCode}[col]
	if other == "" || len(k.rules.Sites) == 0 {
		return false
	}
	h, ok := k.at[other]
	if !ok || h.Index >= len(k.row.Cells) {
		return false
	}
	s, _ := tabular.Text(k.row.Cells[h.Index])
	return s != ""
}

// number reads a column of digits that a spreadsheet may have rounded.
func (k *rowCheck) number(col Column) (string, bool) {
	s, literal, ok := k.value(col)
	if !ok {
		return "", false
	}
	if literal {
		return tabular.Plain(s), true
	}
	out, lossy := tabular.Digits(s)
	if lossy && col == IDNumber && !k.rounded && student.CheckIDNumber(out) == nil {
		lossy = false
	}
	if lossy {
		k.rounded = true
		reason := fmt.Sprintf("%s被表格软件改成了 %s，后几位已丢失", col.Label(), s)
		if tabular.IsDigits(s) {
			reason = fmt.Sprintf("%s第 16 位起都是 0，多半是被表格软件改动，后几位已丢失", col.Label())
		}
		k.bad(col, Spreadsheet, s, reason, "把这一列设为“文本”格式后重新填写；号码确实如此时，在前面加一个英文单引号 '")
		return "", false
	}
	return out, true
}

// unique notes the values that only one row may have.
func (k *rowCheck) unique() {
	for _, u := range []struct {
		col   Column
		value string
	}{{IDNumber, k.entry.IDNumber}, {ExamNumber, k.entry.ExamNumber}, {Number, k.entry.Number}} {
		if u.value == "" {
			continue
		}
		print := fingerprintOf(u.col, u.value)
		if first, ok := k.seen[print]; ok {
			k.bad(u.col, Duplicate, u.value, fmt.Sprintf("%s与第 %d 行相同", u.col.Label(), first), "同一名学生只留一行；不是同一人时改正号码")
			continue
		}
		k.seen[print] = int32(k.row.Line)
	}
}

func fingerprintOf(col Column, value string) (f fingerprint) {
	sum := sha256.Sum256([]byte(string(col) + "\x00" + strings.ToUpper(value)))
	copy(f[:], sum[:])
	return f
}

// idTypeOf reads the names by which offices call the identity documents.
func idTypeOf(s string) (string, bool) {
	s = tabular.Plain(s)
	switch s {
	case "", "居民身份证", "中华人民共和国居民身份证", "二代身份证", "第二代身份证":
		return student.IDCard, true
	case "港澳通行证", "港澳居民通行证", "回乡证":
		return "港澳居民来往内地通行证", true
	case "台胞证", "台湾通行证", "台湾居民通行证":
		return "台湾居民来往大陆通行证", true
	case "其它", "其他证件":
		return "其他", true
	}
	for _, t := range idTypes {
		if s == t {
			return t, true
		}
	}
	return "", false
}

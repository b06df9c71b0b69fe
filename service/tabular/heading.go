package tabular

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"ruxue/service/fault"
)

// ColumnInfo is how a column of one kind of list is called and explained.
type ColumnInfo[C ~string] struct {
	Column   C
	Label    string
	Note     string   // in the template
	Synonyms []string // as Fold leaves them, Label apart
}

// ColumnSet are a list's columns in its template's order.
type ColumnSet[C ~string] []ColumnInfo[C]

// Label is the column's name in the template, "" of one that is not of the set.
func (s ColumnSet[C]) Label(c C) string {
	for _, i := range s {
		if i.Column == c {
			return i.Label
		}
	}
	return ""
}

// Of is the column that a heading names, "" for none.
func (s ColumnSet[C]) Of(heading string) C {
	folded := Fold(heading)
	for _, i := range s {
		if folded == Fold(i.Label) || slices.Contains(i.Synonyms, folded) {
			return i.Column
		}
	}
	return ""
}

// RefuseTwice refuses a file that gives one datum in two columns: which counts
// is nothing to guess at.
func (s ColumnSet[C]) RefuseTwice(hs []Heading[C]) error {
	seen := map[C]Heading[C]{}
	for _, h := range hs {
		label := s.Label(h.Column)
		if label == "" {
			continue
		}
		if first, ok := seen[h.Column]; ok {
			return fault.Newf(fault.Invalid, "有两列都是%s：%s 列“%s”和 %s 列“%s”。请只保留一列，再上传",
				label, Letters(first.Index), first.Text, Letters(h.Index), h.Text)
		}
		seen[h.Column] = h
	}
	return nil
}

// Heading is one column of a file and what it was taken for.
type Heading[C ~string] struct {
	Index  int // from 0
	Text   string
	Column C // "" is unknown
}

// maxColumns bounds a row; cells beyond are not read.
const maxColumns = 100

// Headings reads a row of headings; of says what each stands for.
func Headings[C ~string](row Row, of func(heading string) C) (out []Heading[C]) {
	for i, text := range row.Cells {
		if text = strings.TrimSpace(text); text != "" && i < maxColumns {
			out = append(out, Heading[C]{Index: i, Text: Clip(text, 60), Column: of(text)})
		}
	}
	return out
}

// titleRows is how far down the headings are looked for: lists often begin with
// a title or a row of notes.
const titleRows = 10

// Header reads rows until one whose headings are enough. wanted says in the
// sentence that refuses a file without one what they are.
func Header[C ~string](t Table, of func(heading string) C, enough func(hs []Heading[C]) bool, wanted string) (Row, []Heading[C], error) {
	written := false
	for n := 0; n < titleRows; {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return row, nil, err
		}
		if row.Blank() {
			continue
		}
		n, written = n+1, true
		if hs := Headings(row, of); enough(hs) {
			return row, hs, nil
		}
	}
	if !written {
		return Row{}, nil, fault.New(fault.Invalid, "表格里没有内容")
	}
	return Row{}, nil, fault.Newf(fault.Invalid, "没有找到表头：前 %d 行里没有同时出现%s。请在第一行写上列名，或下载模板填写", titleRows, wanted)
}

// Place is a heading's cell in the row with that line: D8.
func (h Heading[C]) Place(line int) string { return fmt.Sprintf("%s%d", Letters(h.Index), line) }

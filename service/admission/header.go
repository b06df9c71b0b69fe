package admission

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"ruxue/service/fault"
	"ruxue/service/tabular"
)

// Heading is one column of a file and what it was taken for.
type Heading struct {
	Index  int // from 0
	Text   string
	Column Column // "" is unknown, Ignored is left out
}

// titleRows is how far down the headings are looked for: lists often begin with
// a title or a row of notes.
const titleRows = 10

// maxColumns bounds a row; cells beyond are not read.
const maxColumns = 100

// header reads rows until one that names the columns. A row counts as the
// headings when it names the identity number or the name and one more.
func header(t Table, taught map[string]Column) (Row, []Heading, error) {
	var best Row
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
		n++
		headings := headingsOf(row, taught)
		if looksLikeHeader(headings) {
			return row, headings, refuseTwice(headings)
		}
		if best.Line == 0 {
			best = row
		}
	}
	if best.Line == 0 {
		return best, nil, fault.New(fault.Invalid, "表格里没有内容")
	}
	return best, nil, fault.Newf(fault.Invalid, "没有找到表头：前 %d 行里没有同时出现“姓名”“身份证号”等列名。请在第一行写上列名，或下载模板填写", titleRows)
}

// Headings reads a row of headings by the built-in names. A datum in two
// columns is refused.
func Headings(cells []string) ([]Heading, error) {
	hs := headingsOf(Row{Cells: cells}, nil)
	return hs, refuseTwice(hs)
}

func headingsOf(row Row, taught map[string]Column) []Heading {
	var out []Heading
	for i, text := range row.Cells {
		text = strings.TrimSpace(text)
		if text == "" || i >= maxColumns {
			continue
		}
		out = append(out, Heading{Index: i, Text: tabular.Clip(text, 60), Column: columnOf(text, taught)})
	}
	return out
}

func looksLikeHeader(hs []Heading) bool {
	known, identity := 0, false
	for _, h := range hs {
		if h.Column.Known() {
			known++
		}
		identity = identity || h.Column == IDNumber || h.Column == Name
	}
	return identity && known >= 2
}

// refuseTwice refuses a file that gives one datum in two columns: which counts
// is nothing to guess at.
func refuseTwice(hs []Heading) error {
	seen := map[Column]Heading{}
	for _, h := range hs {
		if !h.Column.Known() {
			continue
		}
		if first, ok := seen[h.Column]; ok {
			return fault.Newf(fault.Invalid, "有两列都是%s：%s 列“%s”和 %s 列“%s”。请只保留一列，再上传",
				h.Column.Label(), tabular.Letters(first.Index), first.Text, tabular.Letters(h.Index), h.Text)
		}
		seen[h.Column] = h
	}
	return nil
}

// missing names the needed columns that no heading is.
func missing(hs []Heading, need []Column) []string {
	have := map[Column]bool{}
	for _, h := range hs {
		have[h.Column] = true
	}
	var out []string
	for _, c := range need {
		if !have[c] {
			out = append(out, c.Label())
		}
	}
	return out
}

func missingFault(labels []string) error {
	return fault.New(fault.Invalid, fmt.Sprintf("缺少列：%s。请在名单里补上这些列，或在下面说明哪一列是它们", strings.Join(labels, "、")))
}

package admission

import (
	"fmt"
	"strings"

	"ruxue/service/fault"
	"ruxue/service/tabular"
)

// Heading is one column of a file and what it was taken for; Column "" is
// unknown, Ignored is left out.
type Heading = tabular.Heading[Column]

// header reads rows until one that names the columns. A row counts as the
// headings when it names the identity number or the name and one more.
func header(t Table, taught map[string]Column) (Row, []Heading, error) {
	of := func(heading string) Column { return columnOf(heading, taught) }
	row, hs, err := tabular.Header(t, of, looksLikeHeader, "“姓名”“身份证号”等列名")
	if err != nil {
		return row, hs, err
	}
	return row, hs, Columns.RefuseTwice(hs)
}

// Headings reads a row of headings by the built-in names. A datum in two
// columns is refused.
func Headings(cells []string) ([]Heading, error) {
	hs := tabular.Headings(Row{Cells: cells}, func(heading string) Column { return columnOf(heading, nil) })
	return hs, Columns.RefuseTwice(hs)
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

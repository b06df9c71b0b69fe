package sheet

import (
	"fmt"
	"io"
	"strings"

	"ruxue/service/tabular"
)

// BadRows writes the rows that an import refused, as they stood in the file,
// with what is wrong and what to do behind them: to be mended and uploaded
// again as it is.
type BadRows struct {
	w     *Writer
	width int
	skip  map[int]bool // columns that an earlier file of bad rows added
}

// The headings that the file adds; an import leaves them out.
const (
	reasonTitle     = "原因"
	suggestionTitle = "建议"
)

// Begin takes the file's headings.
func (b *BadRows) Begin(header []string) error {
	b.skip = map[int]bool{}
	var columns []Column
	for i, text := range header {
		text = strings.TrimSpace(text)
		if text == reasonTitle || text == suggestionTitle {
			b.skip[i] = true
			continue
		}
		columns = append(columns, Column{Title: text, Width: max(12, float64(2*len([]rune(text))+4))})
	}
	b.width = len(header)
	w, err := NewWriter("需修改的行", append(columns, Column{reasonTitle, 48}, Column{suggestionTitle, 48}))
	if err != nil {
		return err
	}
	b.w = w
	return nil
}

// Bad writes one row.
func (b *BadRows) Bad(row tabular.Row, problems []tabular.Problem) error {
	cells := make([]string, 0, b.width+2)
	for i := range b.width {
		if b.skip[i] {
			continue
		}
		cell := ""
		if i < len(row.Cells) {
			cell = strings.TrimPrefix(row.Cells[i], "'")
		}
		cells = append(cells, cell)
	}
	var reasons, suggestions []string
	for _, p := range problems {
		reasons = append(reasons, fmt.Sprintf("第 %d 行：%s", p.Line, p.Reason))
		suggestions = append(suggestions, p.Suggestion)
	}
	return b.w.Row(append(cells, strings.Join(reasons, "；"), strings.Join(suggestions, "；")))
}

// Finish writes the workbook out. Without a call of Begin there is none.
func (b *BadRows) Finish(out io.Writer) error {
	if b.w == nil {
		return nil
	}
	return b.w.Finish(out)
}

// Discard removes the temporary files.
func (b *BadRows) Discard() {
	if b.w != nil {
		b.w.Discard()
	}
}

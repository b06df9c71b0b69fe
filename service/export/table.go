package export

import (
	"encoding/csv"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// Workbook is a table in the making; rows beyond some megabytes wait in a
// temporary file. Finish writes it out, Discard forgets it.
type Workbook interface {
	Row(cells []string) error
	Finish(out io.Writer) error
	Discard()
}

// NewWorkbook begins an xlsx of one sheet with its header row; no cell of it is
// ever a formula.
type NewWorkbook func(sheet string, header []string) (Workbook, error)

// table takes the rows of either format.
type table interface {
	Row(cells []string) error
	Finish(out io.Writer) error
	Discard()
}

func (s *Service) table(format, sheet string, header []string, out io.Writer) (table, error) {
	if format == XLSX {
		return s.Workbook(sheet, header)
	}
	t := &csvTable{w: csv.NewWriter(out)}
	t.w.UseCRLF = true
	if _, err := io.WriteString(out, "\ufeff"); err != nil { // Excel reads UTF-8 by it
		return nil, fmt.Errorf("beginning a table: %w", err)
	}
	return t, t.Row(header)
}

// csvTable writes straight on.
type csvTable struct{ w *csv.Writer }

func (t *csvTable) Row(cells []string) error {
	out := make([]string, len(cells))
	for i, c := range cells {
		out[i] = Guard(c)
	}
	if err := t.w.Write(out); err != nil {
		return fmt.Errorf("writing a row: %w", err)
	}
	return nil
}

func (t *csvTable) Finish(io.Writer) error {
	t.w.Flush()
	return t.w.Error()
}

func (t *csvTable) Discard() {}

// Guard puts ' before a text that a spreadsheet might take for a formula, full
// width forms included.
func Guard(s string) string {
	if first, n := utf8.DecodeRuneInString(s); n > 0 && strings.ContainsRune("=+-@\t\r\n＝＋－＠", first) {
		return "'" + s
	}
	return s
}

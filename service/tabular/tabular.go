// Package tabular owns how a table that a person uploads is understood, whatever
// it is a list of: its rows as whoever reads xlsx and csv gives them, headings
// under their many names, what spreadsheets do to long numbers, and how a
// mistake is told with its place and a suggestion.
package tabular

import (
	"path"
	"strings"
)

// Row is one line of a table. Merged and Formula name a cell (or range) in the
// row that cannot be read as it is seen: part of a merged range, or a formula
// whose result the file does not hold.
type Row struct {
	Line    int // as the spreadsheet numbers it, from 1
	Cells   []string
	Merged  string
	Formula string
}

// Blank reports whether nothing is written in the row.
func (r Row) Blank() bool {
	for _, c := range r.Cells {
		if strings.TrimSpace(c) != "" {
			return false
		}
	}
	return true
}

// Table is a file being read row by row.
type Table interface {
	// Next returns the next row, io.EOF after the last one, or a fault whose
	// sentence says why the file cannot be read on.
	Next() (Row, error)
	// Rows is about how many there are, for a progress bar.
	Rows() int
	// Sheet is the name of the worksheet read, "" for a file without.
	Sheet() string
	Close() error
}

// Kind is what is wrong with a row, for counting and for tests.
type Kind string

// Problem is one thing that is wrong with a row.
type Problem struct {
	Line       int    `json:"line"`
	Cell       string `json:"cell"`   // D8
	Column     string `json:"column"` // the heading in the file
	Kind       Kind   `json:"kind"`
	Value      string `json:"value"` // masked where it is personal
	Reason     string `json:"reason"`
	Suggestion string `json:"suggestion"`
}

// Letters is a column's name in a spreadsheet: A for 0, AA for 26.
func Letters(i int) string {
	s := ""
	for i++; i > 0; i = (i - 1) / 26 {
		s = string(rune('A'+(i-1)%26)) + s
	}
	return s
}

// Clip cuts a text to n characters.
func Clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return s
}

// FileName is an uploaded file's name as it is shown, without folders.
func FileName(s string) string {
	s = path.Base(strings.ReplaceAll(s, `\`, "/"))
	return Clip(strings.ToValidUTF8(s, ""), 100)
}

package sheet

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"ruxue/service/export"
)

// Column is a column of a table to be written; Width is in characters.
type Column struct {
	Title string
	Width float64
}

// Writer writes one worksheet row by row; rows beyond some megabytes wait in a
// temporary file. Every cell is text, so that no long number is rounded and no
// cell is a formula.
type Writer struct {
	f     *excelize.File
	w     *excelize.StreamWriter
	text  int
	title int
	row   int
}

// NewWriter begins a workbook with one worksheet and its header row.
func NewWriter(sheet string, columns []Column) (*Writer, error) {
	f := excelize.NewFile()
	w := &Writer{f: f}
	if err := w.begin(sheet, columns); err != nil {
		_ = f.Close()
		return nil, fmt.Errorf("beginning a workbook: %w", err)
	}
	return w, nil
}

// textFormat is the number format "@".
const textFormat = 49

func (w *Writer) begin(sheet string, columns []Column) (err error) {
	if err = w.f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	if w.text, err = w.f.NewStyle(&excelize.Style{NumFmt: textFormat}); err != nil {
		return err
	}
	if w.title, err = w.f.NewStyle(&excelize.Style{NumFmt: textFormat, Font: &excelize.Font{Bold: true},
		Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EEF0F3"}}}); err != nil {
		return err
	}
	if w.w, err = w.f.NewStreamWriter(sheet); err != nil {
		return err
	}
	titles := make([]string, len(columns))
	for i, c := range columns {
		titles[i] = c.Title
		if c.Width > 0 {
			if err := w.w.SetColWidth(i+1, i+1, c.Width); err != nil {
				return err
			}
		}
		if err := w.w.SetColStyle(i+1, i+1, w.text); err != nil {
			return err
		}
	}
	if err := w.w.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	return w.write(titles, w.title)
}

// Row writes the next row.
func (w *Writer) Row(cells []string) error { return w.write(cells, w.text) }

func (w *Writer) write(cells []string, style int) error {
	w.row++
	at, err := excelize.CoordinatesToCellName(1, w.row)
	if err != nil {
		return fmt.Errorf("writing a row: %w", err)
	}
	out := make([]any, len(cells))
	for i, s := range cells {
		out[i] = excelize.Cell{StyleID: style, Value: export.Guard(s)}
	}
	if err := w.w.SetRow(at, out); err != nil {
		return fmt.Errorf("writing a row: %w", err)
	}
	return nil
}

// Finish writes the workbook out and removes the temporary files.
func (w *Writer) Finish(out io.Writer) error {
	defer func() { _ = w.f.Close() }()
	if err := w.w.Flush(); err != nil {
		return fmt.Errorf("ending a worksheet: %w", err)
	}
	if _, err := w.f.WriteTo(out); err != nil {
		return fmt.Errorf("writing a workbook: %w", err)
	}
	return nil
}

// Discard removes the temporary files of a workbook that is not wanted.
func (w *Writer) Discard() { _ = w.f.Close() }

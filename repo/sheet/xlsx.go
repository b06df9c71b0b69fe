package sheet

import (
	"archive/zip"
	"fmt"
	"io"
	"strings"

	"github.com/xuri/excelize/v2"

	"ruxue/service/fault"
	"ruxue/service/tabular"
)

// xlsxTable reads the first visible worksheet. Values are the stored ones, not
// as formatted: a cell seen as 1.1E+17 may still hold every digit.
type xlsxTable struct {
	f     *excelize.File
	rows  *excelize.Rows
	sheet string
	facts sheetFacts
	line  int
}

func openXLSX(r io.ReaderAt, size int64) (t tabular.Table, err error) {
	defer survive(&err)
	zr, err := zip.NewReader(r, size)
	if err != nil {
		return nil, unreadable(err)
	}
	if err := checkParts(zr); err != nil {
		return nil, err
	}
	f, err := excelize.OpenReader(io.NewSectionReader(r, 0, size), excelize.Options{RawCellValue: true,
		UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: xmlInMemory})
	if err != nil {
		if f != nil {
			_ = f.Close()
		}
		return nil, unreadable(err)
	}
	x := &xlsxTable{f: f}
	if err := x.begin(zr); err != nil {
		_ = f.Close()
		return nil, err
	}
	return x, nil
}

// survive turns a panic of excelize over a hostile file into the sentence of a
// damaged one: lists are read by a worker, whose end would be the process's.
func survive(err *error) {
	if p := recover(); p != nil {
		*err = unreadable(fmt.Errorf("excelize: %v", p))
	}
}

// checkParts refuses what would unpack to more than a list can need. The
// declared sizes may be believed: archive/zip fails where a part holds more.
func checkParts(zr *zip.Reader) error {
	bomb := fault.New(fault.Invalid, "文件解压后过大，不像一份名单，已停止读取。请把名单复制到新的工作簿再上传")
	if len(zr.File) > maxParts {
		return bomb
	}
	var all, other uint64
	for _, p := range zr.File {
		if p.UncompressedSize64 > maxUnpacked {
			return bomb
		}
		all += p.UncompressedSize64
		name := strings.ToLower(strings.ReplaceAll(p.Name, `\`, "/"))
		if !strings.HasPrefix(name, "xl/worksheets/sheet") && name != "xl/sharedstrings.xml" {
			other += p.UncompressedSize64
		}
		if all > maxUnpacked || other > maxOtherPart {
			return bomb
		}
	}
	return nil
}

// begin chooses the worksheet and surveys its XML.
func (t *xlsxTable) begin(zr *zip.Reader) error {
	for _, name := range t.f.GetSheetList() {
		visible, err := t.f.GetSheetVisible(name)
		if err == nil && visible {
			t.sheet = name
			break
		}
	}
	if t.sheet == "" {
		return fault.New(fault.Invalid, "文件里没有可见的工作表")
	}
	part, err := partOf(zr, t.sheet)
	if err != nil {
		return unreadable(err)
	}
	if t.facts, err = surveyPart(part); err != nil {
		return err
	}
	if t.rows, err = t.f.Rows(t.sheet); err != nil {
		return unreadable(err)
	}
	return nil
}

func surveyPart(part *zip.File) (sheetFacts, error) {
	rc, err := part.Open()
	if err != nil {
		return sheetFacts{}, unreadable(err)
	}
	defer func() { _ = rc.Close() }()
	facts, err := surveySheet(rc)
	if err != nil {
		if _, ok := fault.As(err); ok {
			return facts, err
		}
		return facts, unreadable(err)
	}
	return facts, nil
}

// Next implements tabular.Table.
func (t *xlsxTable) Next() (row tabular.Row, err error) {
	defer survive(&err)
	if !t.rows.Next() {
		if err := t.rows.Error(); err != nil {
			return tabular.Row{}, unreadable(err)
		}
		// The reader ends silently where the XML is broken.
		if t.line < t.facts.last {
			return tabular.Row{}, unreadable(fmt.Errorf("the reader stopped at row %d of %d", t.line, t.facts.last))
		}
		return tabular.Row{}, io.EOF
	}
	t.line++
	cells, err := t.rows.Columns()
	if err != nil {
		return tabular.Row{}, unreadable(err)
	}
	return tabular.Row{Line: t.line, Cells: cells, Merged: t.facts.mergedAt(t.line), Formula: t.facts.formulas[t.line]}, nil
}

// Rows implements tabular.Table.
func (t *xlsxTable) Rows() int { return t.facts.rows }

// Sheet implements tabular.Table.
func (t *xlsxTable) Sheet() string { return t.sheet }

// Close implements tabular.Table.
func (t *xlsxTable) Close() error {
	if t.rows != nil {
		_ = t.rows.Close()
	}
	if err := t.f.Close(); err != nil {
		return fmt.Errorf("removing the temporary files: %w", err)
	}
	return nil
}

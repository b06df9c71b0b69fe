package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"ruxue/service/fault"
	"ruxue/service/tabular"
)

// csvTable reads comma, semicolon or tab separated text.
type csvTable struct {
	r    *csv.Reader
	rows int
}

// openCSV finds the encoding by reading the whole text once: a byte order mark,
// else UTF-8 where every byte fits, else GB 18030, which holds GBK.
func openCSV(r io.ReaderAt, size int64) (tabular.Table, error) {
	text := func() io.Reader { return io.NewSectionReader(r, 0, size) }
	head := make([]byte, min(size, 3))
	if _, err := r.ReadAt(head, 0); err != nil && err != io.EOF {
		return nil, fmt.Errorf("reading the file's head: %w", err)
	}
	decoded := text
	switch {
	case bytes.HasPrefix(head, []byte("\ufeff")):
		decoded = func() io.Reader { return io.NewSectionReader(r, 3, size-3) }
	case bytes.HasPrefix(head, []byte{0xff, 0xfe}), bytes.HasPrefix(head, []byte{0xfe, 0xff}):
		decoded = func() io.Reader {
			return transform.NewReader(text(), unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM).NewDecoder())
		}
	default:
		if _, err := survey(text()); errors.Is(err, errEncoding) {
			decoded = func() io.Reader { return transform.NewReader(text(), simplifiedchinese.GB18030.NewDecoder()) }
		}
	}
	s, err := survey(decoded())
	if errors.Is(err, errEncoding) {
		return nil, fault.New(fault.Invalid, "文件的文字编码无法识别，请用表格软件打开后另存为 .xlsx 或“CSV UTF-8”再上传")
	}
	if err != nil {
		return nil, err
	}
	body := bufio.NewReader(decoded())
	lines := s.lines
	if strings.HasPrefix(s.first, "sep=") { // Excel's own hint
		if _, err := body.ReadString('\n'); err != nil && err != io.EOF {
			return nil, fmt.Errorf("reading the text: %w", err)
		}
	}
	cr := csv.NewReader(body)
	cr.FieldsPerRecord, cr.ReuseRecord, cr.Comma = -1, false, s.comma()
	return &csvTable{r: cr, rows: lines}, nil
}

var errEncoding = errors.New("the text is in another encoding")

// maxColumns bounds the cells of one record: the reader holds a record whole,
// and 32 MB of separators would be a gigabyte of empty cells.
const maxColumns = 2000

// textSurvey is what one pass over a text finds out.
type textSurvey struct {
	lines int
	first string // the first line, at most 4096 bytes of it
}

// comma is the separator that the first line holds most of.
func (s textSurvey) comma() rune {
	line, ok := strings.CutPrefix(s.first, "sep=")
	if ok && line != "" {
		if r := rune(line[0]); r == ';' || r == '\t' {
			return r
		}
		return ','
	}
	best, n := ',', strings.Count(line, ",")
	for _, c := range ";\t" {
		if m := strings.Count(line, string(c)); m > n {
			best, n = c, m
		}
	}
	return best
}

// survey reads valid UTF-8 text to its end; errEncoding means that it is none.
func survey(r io.Reader) (textSurvey, error) {
	var s textSurvey
	var first strings.Builder
	var quoted bool // a line break within quotes ends no record
	var columns int
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		c, n, err := in.ReadRune()
		if errors.Is(err, io.EOF) {
			s.first = strings.TrimRight(first.String(), "\r\n")
			s.lines++
			return s, nil
		}
		if err != nil {
			return s, fmt.Errorf("reading the text: %w", err)
		}
		if c == 0 || c == utf8.RuneError {
			return s, errEncoding
		}
		if s.lines == 0 && first.Len()+n <= 4096 {
			first.WriteRune(c)
		}
		switch c {
		case '"':
			quoted = !quoted // an escaped quote is two
		case ',', ';', '\t':
			if columns++; columns > maxColumns {
				return s, fault.Newf(fault.Invalid, "第 %d 行超过 %d 列，不像一份名单，请检查文件", s.lines+1, maxColumns)
			}
		case '\n':
			s.lines++
			if !quoted {
				columns = 0
			}
		}
	}
}

// Next implements tabular.Table.
func (t *csvTable) Next() (tabular.Row, error) {
	cells, err := t.r.Read()
	if errors.Is(err, io.EOF) {
		return tabular.Row{}, io.EOF
	}
	if broken, ok := errors.AsType[*csv.ParseError](err); ok {
		return tabular.Row{}, fault.Wrap(fault.Invalid, fmt.Sprintf("第 %d 行的引号不成对，请用表格软件打开后另存为 .xlsx 再上传", broken.Line), err)
	}
	if err != nil {
		return tabular.Row{}, fmt.Errorf("reading a line: %w", err)
	}
	line, _ := t.r.FieldPos(0)
	return tabular.Row{Line: line, Cells: cells}, nil
}

// Rows implements tabular.Table.
func (t *csvTable) Rows() int { return t.rows }

// Sheet implements tabular.Table.
func (t *csvTable) Sheet() string { return "" }

// Close implements tabular.Table.
func (t *csvTable) Close() error { return nil }

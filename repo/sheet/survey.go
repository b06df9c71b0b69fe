package sheet

import (
	"archive/zip"
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"path"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"ruxue/service/fault"
)

// sheetFacts are what the streaming reader does not tell about a worksheet:
// merged cells stand after all rows in the XML, and a formula without a stored
// result reads as an empty cell.
type sheetFacts struct {
	rows     int            // rows in the XML
	last     int            // the last one's number
	formulas map[int]string // row: its first formula cell without a result
	merges   []merge
}

type merge struct {
	first, last int // rows
	ref         string
}

// Bounds of what is remembered; a list with more is refused.
const (
	maxMerges   = 5000
	maxFormulas = 5000
)

func (f sheetFacts) mergedAt(line int) string {
	for _, m := range f.merges {
		if m.first <= line && line <= m.last {
			return m.ref
		}
	}
	return ""
}

// surveySheet scans a worksheet's tags. It needs no more of XML than that: text
// never holds a bare <.
func surveySheet(r io.Reader) (sheetFacts, error) {
	s := surveyor{facts: sheetFacts{formulas: map[int]string{}}}
	in := bufio.NewReaderSize(r, 64<<10)
	for {
		if err := skipText(in); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return s.facts, err
		}
		tag, err := readTag(in)
		if err != nil {
			return s.facts, err
		}
		if err := s.tag(tag); err != nil {
			return s.facts, err
		}
	}
	if s.depth {
		return s.facts, errors.New("the worksheet ends within its data")
	}
	return s.facts, nil
}

// skipText moves behind the next <.
func skipText(in *bufio.Reader) error {
	for n := 0; ; {
		b, err := in.ReadSlice('<')
		if err == nil || errors.Is(err, io.EOF) {
			return err
		}
		if !errors.Is(err, bufio.ErrBufferFull) {
			return fmt.Errorf("scanning a worksheet: %w", err)
		}
		if n += len(b); n > maxCell {
			return fault.New(fault.Invalid, "有一个单元格的内容过长，不像一份名单。请把名单复制到新的工作簿再上传")
		}
	}
}

// readTag reads up to the next >, which a quoted value may hold too: what is
// cut off there is of no interest.
func readTag(in *bufio.Reader) ([]byte, error) {
	b, err := in.ReadSlice('>')
	if err != nil {
		return nil, fmt.Errorf("scanning a worksheet's tag: %w", err)
	}
	return b[:len(b)-1], nil
}

type surveyor struct {
	facts   sheetFacts
	row     int
	cell    string
	formula bool
	value   bool
	depth   bool // within sheetData
}

func (s *surveyor) tag(tag []byte) error {
	name := tagName(tag)
	switch string(name) {
	case "sheetData":
		s.depth = !bytes.HasSuffix(tag, []byte("/"))
	case "/sheetData":
		s.depth = false
	case "row":
		s.facts.rows++
		s.row++
		if n, err := strconv.Atoi(attribute(tag, "r")); err == nil {
			s.row = n
		}
		s.facts.last = max(s.facts.last, s.row)
	case "c":
		s.cell, s.formula, s.value = attribute(tag, "r"), false, false
	case "f":
		s.formula = true
	case "v", "is":
		s.value = true
	case "/c":
		if s.formula && !s.value && s.facts.formulas[s.row] == "" {
			if len(s.facts.formulas) >= maxFormulas {
				return fault.New(fault.Invalid, "文件里有大量没有结果的公式，请用表格软件打开并保存一次，或复制后“粘贴为数值”，再上传")
			}
			s.facts.formulas[s.row] = s.cell
		}
	case "mergeCell":
		return s.merge(attribute(tag, "ref"))
	}
	return nil
}

func (s *surveyor) merge(ref string) error {
	from, to, _ := strings.Cut(ref, ":")
	_, first, err := excelize.CellNameToCoordinates(from)
	if err != nil {
		return fmt.Errorf("reading a merged range: %w", err)
	}
	last := first
	if to != "" {
		if _, last, err = excelize.CellNameToCoordinates(to); err != nil {
			return fmt.Errorf("reading a merged range: %w", err)
		}
	}
	if len(s.facts.merges) >= maxMerges {
		return fault.New(fault.Invalid, "文件里有大量合并单元格，请取消合并、逐行填写后再上传")
	}
	s.facts.merges = append(s.facts.merges, merge{min(first, last), max(first, last), ref})
	return nil
}

// tagName is the name without the namespace's prefix, with the / of an end tag.
func tagName(tag []byte) []byte {
	end := bytes.IndexAny(tag, " \t\r\n")
	if end < 0 {
		end = len(tag)
	}
	name := bytes.TrimSuffix(tag[:end], []byte("/"))
	slash := bytes.HasPrefix(name, []byte("/"))
	if i := bytes.IndexByte(name, ':'); i >= 0 {
		name = name[i+1:]
		if slash {
			return append([]byte("/"), name...)
		}
	}
	return name
}

// attribute returns the value of an attribute without a prefix, "" without one.
func attribute(tag []byte, name string) string {
	for rest := tag; ; {
		i := bytes.Index(rest, []byte(name+"="))
		if i < 0 || i+len(name)+2 > len(rest) {
			return ""
		}
		quote := rest[i+len(name)+1]
		if i > 0 && (rest[i-1] == ' ' || rest[i-1] == '\n' || rest[i-1] == '\t' || rest[i-1] == '\r') && (quote == '"' || quote == '\'') {
			value := rest[i+len(name)+2:]
			if text, _, ok := bytes.Cut(value, []byte{quote}); ok {
				return string(text)
			}
			return ""
		}
		rest = rest[i+len(name)+1:]
	}
}

// partOf finds the part of the file that holds the named worksheet.
func partOf(zr *zip.Reader, sheet string) (*zip.File, error) {
	var book struct {
		Sheets []struct {
			Name string `xml:"name,attr"`
			ID   string `xml:"http://schemas.openxmlformats.org/officeDocument/2006/relationships id,attr"`
			Any  string `xml:"http://purl.oclc.org/ooxml/officeDocument/relationships id,attr"`
		} `xml:"sheets>sheet"`
	}
	var rels struct {
		List []struct {
			ID     string `xml:"Id,attr"`
			Target string `xml:"Target,attr"`
		} `xml:"Relationship"`
	}
	if err := errors.Join(readPart(zr, "xl/workbook.xml", &book), readPart(zr, "xl/_rels/workbook.xml.rels", &rels)); err != nil {
		return nil, err
	}
	for _, s := range book.Sheets {
		if s.Name != sheet {
			continue
		}
		for _, rel := range rels.List {
			if rel.ID == s.ID || rel.ID == s.Any {
				target := rel.Target
				if !strings.HasPrefix(target, "/") {
					target = path.Join("xl", target)
				}
				return find(zr, strings.TrimPrefix(target, "/"))
			}
		}
	}
	return nil, errors.New("the workbook does not say where its worksheet is")
}

func find(zr *zip.Reader, name string) (*zip.File, error) {
	for _, f := range zr.File {
		if strings.EqualFold(strings.ReplaceAll(f.Name, `\`, "/"), name) {
			return f, nil
		}
	}
	return nil, fmt.Errorf("the part %.80q is missing", name)
}

func readPart(zr *zip.Reader, name string, into any) error {
	f, err := find(zr, name)
	if err != nil {
		return err
	}
	rc, err := f.Open()
	if err != nil {
		return fmt.Errorf("opening a part: %w", err)
	}
	defer func() { _ = rc.Close() }()
	if err := xml.NewDecoder(io.LimitReader(rc, maxOtherPart)).Decode(into); err != nil {
		return fmt.Errorf("reading the part %s: %w", name, err)
	}
	return nil
}

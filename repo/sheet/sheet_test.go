package sheet_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"

	"ruxue/repo/sheet"
	"ruxue/service/fault"
	"ruxue/service/tabular"
)

func open(data []byte) (tabular.Table, error) {
	return sheet.Open(bytes.NewReader(data), int64(len(data)))
}

// read returns every row.
func read(t *testing.T, data []byte) []tabular.Row {
	t.Helper()
	rows, err := readAll(data)
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func readAll(data []byte) ([]tabular.Row, error) {
	table, err := open(data)
	if err != nil {
		return nil, err
	}
	defer func() { _ = table.Close() }()
	var rows []tabular.Row
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return rows, err
		}
		rows = append(rows, row)
	}
}

func flat(rows []tabular.Row) string {
	var b strings.Builder
	for _, r := range rows {
		fmt.Fprintf(&b, "%d:%s", r.Line, strings.Join(r.Cells, "|"))
		if r.Merged+r.Formula != "" {
			fmt.Fprintf(&b, " merged=%s formula=%s", r.Merged, r.Formula)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// book makes a workbook; change sees it before it is written.
func book(t testing.TB, change func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for _, row := range [][]any{{"A1", "姓名", "身份证号"}, {"A2", "李雯雯", "11010519491231002X"}, {"A3", "王𬭩", "110101199001011237"}} {
		values := row[1:]
		if err := f.SetSheetRow("Sheet1", row[0].(string), &values); err != nil {
			t.Fatal(err)
		}
	}
	if change != nil {
		change(f)
	}
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

const plain = "1:姓名|身份证号\n2:李雯雯|11010519491231002X\n3:王𬭩|110101199001011237\n"

func TestTextInEveryEncodingReadsAlike(t *testing.T) {
	const text = "姓名,身份证号\r\n李雯雯,11010519491231002X\r\n王𬭩,110101199001011237\r\n"
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(text)
	if err != nil {
		t.Fatal(err)
	}
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(strings.ReplaceAll(text, ",", "\t"))
	if err != nil {
		t.Fatal(err)
	}
	for name, data := range map[string]string{"UTF-8": text, "UTF-8 with BOM": "\ufeff" + text, "GB 18030": gb, "UTF-16 of Excel": utf16,
		"semicolons": strings.ReplaceAll(text, ",", ";"), "quoted": strings.ReplaceAll(text, "李雯雯", `"李雯雯"`),
		"no last line end": strings.TrimSuffix(text, "\r\n")} {
		if got := flat(read(t, []byte(data))); got != plain {
			t.Errorf("%s: %q", name, got)
		}
	}
	gbk, err := simplifiedchinese.GBK.NewEncoder().String("姓名,教学点\n李雯雯,苏州\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := flat(read(t, []byte(gbk))); got != "1:姓名|教学点\n2:李雯雯|苏州\n" {
		t.Errorf("GBK: %q", got)
	}
	if got := flat(read(t, []byte("sep=;\n姓名;身份证号\n李雯雯;1,5\n"))); !strings.Contains(got, "李雯雯|1,5") {
		t.Errorf("Excel's hint: %q", got)
	}
}

func TestWorkbooksAreReadAsTheyAreStored(t *testing.T) {
	if got := flat(read(t, book(t, nil))); got != plain {
		t.Errorf("%q", got)
	}
	got := flat(read(t, book(t, func(f *excelize.File) {
		_ = f.SetCellValue("Sheet1", "A5", 13800138000)          // shown as 1.38E+10 in a narrow cell
		_ = f.SetCellValue("Sheet1", "B5", 3200.5)               // shown as ¥3,200.50
		_ = f.SetCellValue("Sheet1", "C5", 110101199001011237.0) // 15 digits are left of it
		style, _ := f.NewStyle(&excelize.Style{NumFmt: 4})
		_ = f.SetCellStyle("Sheet1", "B5", "B5", style)
		_, _ = f.NewSheet("别的")
		_ = f.SetCellValue("别的", "A1", "不读")
	})))
	if !strings.Contains(got, "5:13800138000|3200.5|11010119900101123") || strings.Contains(got, "不读") {
		t.Errorf("%q", got)
	}
	hidden := flat(read(t, book(t, func(f *excelize.File) {
		_, _ = f.NewSheet("名单")
		_ = f.SetCellValue("名单", "A1", "在这里")
		f.SetActiveSheet(1)
		_ = f.SetSheetVisible("Sheet1", false)
	})))
	if hidden != "1:在这里\n" {
		t.Errorf("a hidden first worksheet: %q", hidden)
	}
}

func TestFormulasAndMergedCellsAreNamed(t *testing.T) {
	data := book(t, func(f *excelize.File) {
		_ = f.SetCellFormula("Sheet1", "C3", "A3&B3") // without a result
		_ = f.MergeCell("Sheet1", "A5", "A7")
		_ = f.SetCellValue("Sheet1", "A5", "李")
		_ = f.SetCellValue("Sheet1", "B6", "x")
	})
	rows := read(t, data)
	if rows[2].Formula != "C3" || rows[4].Merged != "A5:A7" || rows[5].Merged != "A5:A7" || rows[1].Formula+rows[1].Merged != "" {
		t.Errorf("%s", flat(rows))
	}
	kept := rewrite(t, book(t, nil), "xl/worksheets/sheet1.xml", func(s string) string { // with the result that Excel stores
		return strings.Replace(s, `</row></sheetData>`, `<c r="C3" t="str"><f>A3&amp;B3</f><v>结果</v></c></row></sheetData>`, 1)
	})
	if got := flat(read(t, kept)); !strings.Contains(got, "3:王𬭩|110101199001011237|结果\n") {
		t.Errorf("a formula's result: %q", got)
	}
}

// rewrite changes one part of a workbook.
func rewrite(t testing.TB, data []byte, part string, change func(string) string) []byte {
	t.Helper()
	in, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	out := zip.NewWriter(&b)
	for _, f := range in.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		w, err := out.Create(f.Name)
		if err != nil {
			t.Fatal(err)
		}
		if f.Name == part {
			text = []byte(change(string(text)))
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// bomb is a workbook whose part unpacks to size bytes.
func bomb(t testing.TB, part string, size int) []byte {
	return rewrite(t, book(t, nil), part, func(s string) string { return s + strings.Repeat(" ", size) })
}

// declare says in the directory that every part unpacks to size bytes.
func declare(data []byte, size uint32) []byte {
	for i := bytes.LastIndex(data, []byte("PK\x01\x02")); i >= 0; i = bytes.LastIndex(data[:i], []byte("PK\x01\x02")) {
		binary.LittleEndian.PutUint32(data[i+24:], size)
	}
	return data
}

func TestWhatCannotBeReadIsRefusedWithASentence(t *testing.T) {
	lying := declare(bomb(t, "xl/worksheets/sheet1.xml", 1<<20), 256)
	for name, c := range map[string]struct {
		data []byte
		want string
	}{
		"empty":             {nil, "空的"},
		"old Excel":         {append([]byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"), make([]byte, 600)...), "旧版"},
		"a page":            {[]byte("\ufeff <html><table>"), "网页"},
		"a picture":         {append([]byte("\x89PNG\r\n\x1a\n\x00\x00"), make([]byte, 600)...), "编码"},
		"cut zip":           {book(t, nil)[:900], "损坏"},
		"no workbook":       {rewrite(t, book(t, nil), "xl/workbook.xml", func(string) string { return "" }), "损坏"},
		"open quote":        {[]byte("姓名,号\n\"李,1\n2,3\n"), "引号"},
		"no encoding":       {[]byte("\xff\xff\xff\xff,\x80\x80\n"), "编码"},
		"bomb of rows":      {declare(book(t, nil), 500<<20), "过大"},
		"bomb elsewhere":    {bomb(t, "xl/styles.xml", 60<<20), "过大"},
		"bomb that lies":    {lying, "损坏"},
		"bomb of one cell":  {bomb(t, "xl/worksheets/sheet1.xml", 1<<20), "过长"},
		"rows cut off":      {rewrite(t, book(t, nil), "xl/worksheets/sheet1.xml", func(s string) string { return s[:strings.Index(s, `<row r="3"`)+20] }), "损坏"},
		"endless columns":   {bytes.Repeat([]byte(","), 3000), "2000 列"},
		"endless record":    {bytes.Repeat([]byte("\"\n\","), 3000), "2000 列"},
		"too many bytes":    {make([]byte, sheet.MaxBytes+1), "32 MB"},
		"no visible sheets": {rewrite(t, book(t, nil), "xl/workbook.xml", func(s string) string { return strings.ReplaceAll(s, "<sheet ", `<sheet state="hidden" `) }), "工作表"},
	} {
		_, err := readAll(c.data)
		f, ok := fault.As(err)
		if !ok || !strings.Contains(f.Sentence, c.want) {
			t.Errorf("%s: %v, want a sentence with %q", name, err, c.want)
		}
	}
}

func TestNoWrittenCellStartsAFormula(t *testing.T) {
	w, err := sheet.NewWriter("问题行", []sheet.Column{{Title: "姓名", Width: 12}, {Title: "=1+1"}})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range [][]string{{"=cmd|' /C calc'!A0", "+1"}, {"-1", "@SUM(A1)"}, {"\tx", "\rx"}, {"110101199001011237", "李雯雯"}} {
		if err := w.Row(row); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := w.Finish(&b); err != nil {
		t.Fatal(err)
	}
	rows := read(t, b.Bytes())
	if len(rows) != 5 || rows[4].Cells[0] != "110101199001011237" {
		t.Fatalf("%s", flat(rows))
	}
	for _, r := range rows {
		for _, c := range r.Cells {
			if c != "" && strings.ContainsRune("=+-@\t\r", rune(c[0])) {
				t.Errorf("%q starts a formula", c)
			}
		}
	}
	f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if s, _ := f.GetCellFormula("问题行", "A2"); s != "" {
		t.Errorf("a formula: %q", s)
	}
}

func FuzzOpen(f *testing.F) {
	f.Add([]byte("姓名,身份证号\n李,1\n"))
	f.Add([]byte("\ufeffa;b\r\n\"x\"\";\n"))
	f.Add([]byte("\xc0\xee,1\n"))
	f.Add(book(f, func(x *excelize.File) { _ = x.MergeCell("Sheet1", "A2", "B9") }))
	f.Fuzz(func(t *testing.T, data []byte) {
		_, err := readAll(data)
		if err == nil {
			return
		}
		var known *fault.Error
		if !errors.As(err, &known) || known.Sentence == "" {
			t.Fatalf("an error without a sentence: %v", err)
		}
	})
}

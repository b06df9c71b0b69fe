package enrolment

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"strings"
	"testing"

	"ruxue/service/fault"
)

// pdfFile builds a PDF of the given objects around one page.
func pdfFile(objects ...string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xE2\xE3\xCF\xD3\n")
	all := append([]string{
		"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
	}, objects...)
	for i, o := range all {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	fmt.Fprintf(&b, "trailer << /Root 1 0 R /Size %d >>\nstartxref\n0\n%%%%EOF\n", len(all)+1)
	return b.Bytes()
}

func pdfStream(dict, body string) string {
	return fmt.Sprintf("<< %s /Length %d >>\nstream\n%s\nendstream", dict, len(body), body)
}

func deflated(s string) string {
	var b bytes.Buffer
	z := zlib.NewWriter(&b)
	_, _ = z.Write([]byte(s))
	_ = z.Close()
	return b.String()
}

const script = "4 0 << /S /JavaScript /JS (app.alert(1)) >>"

var pdfs = []struct {
	name string
	data []byte
	want string // part of the sentence; "" means accepted
}{
	{"plain", pdfFile(), ""},
	{"page content", pdfFile(pdfStream("/Filter /FlateDecode", deflated("BT (hello) Tj ET"))), ""},
	{"content in ASCII85", pdfFile(pdfStream("/Filter [/ASCII85Decode /FlateDecode]", "GhQ~>")), ""},
	{"a picture", pdfFile(pdfStream("/Subtype /Image /Filter /DCTDecode", "\xFF\xD8/JS (\xFF\xD9")), ""},
	{"open at a page", pdfFile("<< /OpenAction [3 0 R /Fit] >>"), ""},
	{"outline, then a predictor", pdfFile("<< /First 3 0 R /AP << /N 3 0 R >> >>",
		pdfStream("/Type /XRef /DecodeParms << /Predictor 12 >> /Filter /FlateDecode", deflated("\x01\x02"))), ""},
	{"pages in an object stream", bytes.ReplaceAll(pdfFile(pdfStream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode",
		deflated("3 0 << /Type/Page >>"))), []byte("<< /Type /Page /"), []byte("<< /")), ""},
	{"script", pdfFile("<< /S /JavaScript /JS (app.alert(1)) >>"), "脚本"},
	{"script on open", pdfFile("<< /OpenAction << /S /JavaScript /JS 5 0 R >> >>"), "脚本"},
	{"only /JS", pdfFile("<< /JS (x) >>"), "脚本"},
	{"escaped name", pdfFile("<< /S /Java#53cript >>"), "脚本"},
	{"all escaped", pdfFile("<< /S /#4a#61#76#61#53#63#72#69#70#74>>"), "脚本"},
	{"launch", pdfFile("<< /S /Launch /F (cmd.exe) >>"), "脚本"},
	{"embedded file", pdfFile(pdfStream("/Type /EmbeddedFile", "MZ")), "附件"},
	{"flash", pdfFile("<< /Subtype /RichMedia >>"), "可执行"},
	{"XFA", pdfFile("<< /AcroForm << /XFA 5 0 R >> >>"), "可执行"},
	{"script in an object stream", pdfFile(pdfStream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", deflated(script))), "脚本"},
	{"the same, plain", pdfFile(pdfStream("/Type /ObjStm /N 1 /First 4", script)), "脚本"},
	{"the same, not called so", pdfFile(pdfStream("/Filter /FlateDecode", deflated(script))), "脚本"},
	{"the same, called a picture", pdfFile(pdfStream("/Subtype /Image /N 1 /First 4 /Filter /FlateDecode", deflated(script))), "脚本"},
	{"escaped in an object stream", pdfFile(pdfStream("/Type /Obj#53tm /N 1 /First 4 /Filter /FlateDecode", deflated("/#4aS (x)"))), "脚本"},
	{"object stream in hex", pdfFile(pdfStream("/Type /ObjStm /N 1 /First 4 /Filter /ASCIIHexDecode", "2F4A53>")), "无法检查"},
	{"object stream with a predictor", pdfFile(pdfStream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode /DecodeParms << /Predictor 12 >>", deflated("x"))), "无法检查"},
	{"object stream that is broken", pdfFile(pdfStream("/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode", "nonsense")), "无法检查"},
	{"hidden behind a string", pdfFile(pdfStream("/Type /ObjStm /N 1 /First 4 /X (\n1 0 obj << \\( ) /Filter /ASCIIHexDecode", "2F>")), "无法检查"},
	{"hidden behind a comment", pdfFile(pdfStream("/Type /ObjStm /N 1 /First 4 %1 0 obj <<\n /Filter /ASCIIHexDecode", "2F>")), "无法检查"},
	{"hidden by length", pdfFile(pdfStream("/Type /ObjStm /N 1 /First 4 /X ("+strings.Repeat("x", maxDict)+") /Filter /ASCIIHexDecode", "2F>")), "无法检查"},
	{"bomb", pdfFile(pdfStream("/Filter /FlateDecode", deflated(strings.Repeat("\x00", maxInflate+1)))), "无法检查"},
	{"encrypted", pdfFile("<< /Encrypt 9 0 R >>"), "密码"},
	{"no pages", bytes.ReplaceAll(pdfFile(), []byte("/Page "), []byte("/Pogo ")), "没有页面"},
	{"cut off", pdfFile()[:80], "不完整"},
	{"too large", append(pdfFile(), bytes.Repeat([]byte(" "), MaxPDFBytes)...), "5.2 MB 以内"},
	{"empty", nil, "空的"},
	{"text", []byte("毕业证明"), "不是 PDF"},
	{"word", []byte("PK\x03\x04...."), "转成 PDF"},
	{"photo", []byte("\xFF\xD8\xFF\xE0"), "请选 PDF"},
	{"page with a PDF inside", []byte("<html>%PDF-1.7 /Type /Page startxref"), "不是 PDF"},
}

func TestCheckPDF(t *testing.T) {
	for _, c := range pdfs {
		t.Run(c.name, func(t *testing.T) {
			wantSentence(t, CheckPDF(c.data, 0), c.want)
		})
	}
}

// wantSentence fails unless err is nil for "" or shows the wanted words.
func wantSentence(t *testing.T, err error, want string) {
	t.Helper()
	f, ok := fault.As(err)
	switch {
	case want == "" && err != nil:
		t.Fatalf("refused: %v", err)
	case want != "" && err == nil:
		t.Fatal("accepted")
	case want != "" && (!ok || !strings.Contains(f.Sentence, want)):
		t.Fatalf("sentence %q (%v), want %q in it", f.Sentence, err, want)
	}
}

func TestCheckPDFRuleIsSmaller(t *testing.T) {
	wantSentence(t, CheckPDF(append(pdfFile(), make([]byte, 2000)...), 1000), "1 KB 以内，现在是 3 KB")
}

// Thousands of stream keywords must not cost more than the file is long.
func TestCheckPDFManyStreams(t *testing.T) {
	for _, unit := range []string{"stream", "stream\nx\x9c", "1 0 obj<<>>stream\n"} {
		data := pdfFile(strings.Repeat(unit, 1<<20/len(unit)))
		_ = CheckPDF(data, 0) // the test's own time limit judges
	}
}

func FuzzCheckPDF(f *testing.F) {
	for _, c := range pdfs {
		if len(c.data) < 1<<12 {
			f.Add(c.data)
		}
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		if CheckPDF(data, 0) != nil {
			return
		}
		for _, bad := range []string{"/JavaScript ", "/Launch>", "/XFA/", "/Encrypt "} {
			if bytes.Contains(data, []byte(bad)) {
				t.Fatalf("accepted with %q", bad)
			}
		}
	})
}

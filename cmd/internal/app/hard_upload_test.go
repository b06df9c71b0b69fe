package app_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"net/url"
	"strings"
	"testing"
)

// pdf is a PDF of one page with an action object.
func pdf(object string) []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n")
	for i, o := range []string{"<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>", object} {
		fmt.Fprintf(&b, "%d 0 obj\n%s\nendobj\n", i+1, o)
	}
	b.WriteString("trailer << /Root 1 0 R /Size 5 >>\nstartxref\n0\n%%EOF\n")
	return b.Bytes()
}

// plainPNG is a picture of two colours: cheap to make, however large.
func plainPNG(t testing.TB, w, h int) []byte {
	t.Helper()
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b,
		image.NewPaletted(image.Rect(0, 0, w, h), color.Palette{color.RGBA{90, 140, 190, 255}, color.White}))
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestHardUploads: every wrong file gets its sentence and leaves what was
// there, every right one is taken whatever it is called.
func TestHardUploads(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s := w.student(0)
	d := on(t, w.phone()).until(s, "attachments")
	proof := url.Values{"type": {"中国高等教育学历认证报告"}, "original": {"1"}}
	photo := url.Values{"original": {"1"}}
	wantSays(t, d.upload("/c/hhu/attachments/id-front", "file", "前.jpg", s.Photo, photo), 200)
	wantSays(t, d.upload("/c/hhu/attachments/qualification", "file", "proof.pdf", pdf("null"), proof), 200)
	before := map[string]string{}
	for _, slot := range []string{"id-front", "qualification"} {
		before[slot] = d.get("/c/hhu/attachments/" + slot).Body
	}
	heic := append([]byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic"), make([]byte, 4000)...)
	large := append(append([]byte{}, s.Photo...), make([]byte, 20<<20)...)
	script := pdf("<< /S /JavaScript /JS (app.alert(1)) >>")
	for _, c := range []struct {
		name, slot, file string
		data             []byte
		form             url.Values
		status           int
		says             string
	}{
		{"text", "id-front", "card.jpg", []byte("我的身份证"), photo, 422, "您选的文件不是照片，请选 JPG 或 PNG 照片"},
		{"empty", "id-front", "card.jpg", nil, photo, 422, "文件是空的，请重新选择照片"},
		{"20 MB", "id-front", "card.jpg", large, photo, 413, "超过 15 MB"},
		{"40 MB", "id-front", "card.jpg", append(large, large...), photo, 413, "不超过 15 MB"},
		{"HEIC", "id-front", "IMG_0001.HEIC", heic, photo, 422, "HEIC 格式"},
		{"half a photo", "id-front", "card.jpg", s.Photo[:len(s.Photo)/3], photo, 422, "照片不完整或已损坏"},
		{"PDF as photo", "id-front", "card.pdf", pdf("null"), photo, 422, "您选的是 PDF 文件"},
		{"too many pixels", "id-front", "card.png", plainPNG(t, 9000, 9000), photo, 422, "9000×9000 像素，太大了"},
		{"PDF with a script", "qualification", "proof.pdf", script, proof, 422, "PDF 里有脚本"},
		{"6 MB PDF", "qualification", "proof.pdf", append(pdf("null"), make([]byte, 6<<20)...), proof, 413, "PDF 应在 5"},
		{"Word", "qualification", "proof.docx", []byte("PK\x03\x04 word/document.xml"), proof, 422, "请转成 PDF 或拍照"},
		{"no kind", "qualification", "proof.pdf", pdf("null"), photo, 422, "请先选择学历证明材料的种类"},
		{"unknown slot", "passport", "card.jpg", s.Photo, photo, 404, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := on(t, d.Walker)
			wantSays(t, d.upload("/c/hhu/attachments/"+c.slot, "file", c.file, c.data, c.form), c.status, c.says)
			if was, ok := before[c.slot]; ok && d.get("/c/hhu/attachments/"+c.slot).Body != was {
				t.Error("what was uploaded before is gone")
			}
		})
	}
	t.Run("no file", func(t *testing.T) {
		a := on(t, d.Walker).ask("/c/hhu/attachments/id-back", photo)
		if a.Status/100 != 4 || a.Sentence() == "" {
			t.Errorf("answered %d %s", a.Status, a.Body)
		}
	})
	t.Run("what is missing is named", func(t *testing.T) {
		a := on(t, d.Walker).post("/c/hhu/attachments", nil)
		wantSays(t, a, 422, "国徽面", "个人证件照")
	})
	for _, c := range []struct {
		name, slot, file string
		data             []byte
		form             url.Values
		isPDF            bool
	}{
		{"PNG named .jpg", "id-back", "back.jpg", plainPNG(t, 1200, 800), photo, false},
		{"40-megapixel PNG", "id-back", "back.png", plainPNG(t, 8000, 5000), photo, false},
		{"portrait", "portrait", "me.jpg", s.Face, photo, false},
		{"PDF", "qualification", `..\..\学历 证明?.PDF`, pdf("null"), proof, true},
		{"a photo of the report", "qualification", "proof.png", plainPNG(t, 900, 1200), proof, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := on(t, d.Walker)
			a := d.upload("/c/hhu/attachments/"+c.slot, "file", c.file, c.data, c.form)
			wantSays(t, a, 200, `"ok":true`)
			kept := d.get("/c/hhu/attachments/" + c.slot).Body
			switch {
			case c.isPDF && kept != string(c.data):
				t.Error("the PDF is not kept as it is")
			case !c.isPDF && (!strings.HasPrefix(kept, "\xFF\xD8") || len(kept) > 500_000):
				t.Errorf("kept are %d bytes beginning with %x", len(kept), kept[:min(len(kept), 4)])
			}
			if name, _ := a.JSON()["name"].(string); strings.ContainsAny(name, `/\?`) || name == "" {
				t.Errorf("it is called %q", name)
			}
		})
	}
	t.Run("all is there, on another device too", func(t *testing.T) {
		if a := on(t, d.Walker).post("/c/hhu/attachments", nil); a.Path != "/c/hhu/sign/pledge" {
			t.Errorf("at %s: %s", a.Path, shortened(a.Body))
		}
	})
}

package enrolment

import (
	"bytes"
	"context"
	"errors"
	"regexp"
	"strings"
	"sync"
	"testing"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/sealed"
)

// blobs and xor stand for the bucket and the key ring.
type blobs struct {
	mu   sync.Mutex
	kept map[string][]byte
	fail error
}

func (b *blobs) Put(_ context.Context, key string, data []byte) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail == nil {
		b.kept[key] = data
	}
	return b.fail
}

func (b *blobs) Get(_ context.Context, key string) ([]byte, error) {
	if data, ok := b.kept[key]; ok {
		return data, nil
	}
	return nil, errors.New("no such blob")
}

func (b *blobs) Delete(_ context.Context, key string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.kept, key)
	return b.fail
}

type xor struct{}

func (xor) Seal(plain []byte, ad string) ([]byte, error) {
	out := []byte(ad + "|")
	for _, c := range plain {
		out = append(out, c^0x5A)
	}
	return out, nil
}

func (xor) Open(sealed []byte, ad string) ([]byte, error) {
	rest, ok := bytes.CutPrefix(sealed, []byte(ad+"|"))
	if !ok {
		return nil, errors.New("not sealed for this place")
	}
	out := make([]byte, len(rest))
	for i, c := range rest {
		out[i] = c ^ 0x5A
	}
	return out, nil
}

var (
	idFront  = campaign.Slot{Name: "id-front", Label: "人像面", Kind: "photo", Required: true, MaxBytes: 500_000}
	portrait = campaign.Slot{Name: "portrait", Label: "个人证件照", Kind: "portrait", Required: true, MaxBytes: 50_000, Width: 480, Height: 640}
	proof    = campaign.Slot{Name: "qualification", Label: "学历证明材料", Kind: "document", Required: true, MaxBytes: 5_000_000,
		MaxPDF: 5_000_000, Types: []string{"备案表", "认证报告"}, VerifyCode: "在线验证码", When: map[string]string{"level": "专升本"}}
)

// stored is the form of key that repo/blob takes.
var stored = regexp.MustCompile(`^attachment/[A-Za-z0-9][A-Za-z0-9_-]*/[0-9a-f]{32}$`)

func newAttachments(gate Gate) (*Attachments, *memory, *blobs) {
	store, files := newMemory(), &blobs{kept: map[string][]byte{}}
	return NewAttachments(AttachmentOptions{Store: store, Files: sealed.Files{Store: files, Cipher: xor{}}, Gate: gate}), store, files
}

func TestUpload(t *testing.T) {
	exact := asJPEG(quarters(480, 640))
	cases := []struct {
		name  string
		rule  campaign.Slot
		up    Upload
		want  string // of the sentence
		field string
		typ   string
		file  string
		w, h  int
	}{
		{"photo", idFront, Upload{Data: asPNG(quarters(800, 500)), FileName: `C:\照片\身份证.jpg`}, "", "", jpegType, "身份证.jpg", 800, 500},
		{"portrait as framed", portrait, Upload{Data: exact, FileName: "IMG_1.png"}, "", "", jpegType, "IMG_1.jpg", 480, 640},
		{"portrait original", portrait, Upload{Data: asJPEG(quarters(3000, 4000)), Original: true}, "", "", jpegType, "个人证件照.jpg", 480, 640},
		{"portrait that the page did not frame", portrait, Upload{Data: asJPEG(quarters(900, 900))}, "", "", jpegType, "个人证件照.jpg", 480, 640},
		{"proof as PDF", proof, Upload{Data: pdfFile(), FileName: "../../备案表\r\n.pdf", Type: "备案表", VerifyCode: "ａb12 cd34"}, "", "", pdfType, "备案表.pdf", 0, 0},
		{"proof as photo", proof, Upload{Data: asJPEG(quarters(400, 300)), Type: "认证报告"}, "", "", jpegType, "学历证明材料.jpg", 400, 300},
		{"type missing", proof, Upload{Data: pdfFile()}, "请先选择学历证明材料的种类", "type", "", "", 0, 0},
		{"type invented", proof, Upload{Data: pdfFile(), Type: "驾驶证"}, "请先选择", "type", "", "", 0, 0},
		{"code with a script", proof, Upload{Data: pdfFile(), Type: "备案表", VerifyCode: "<b>"}, "在线验证码只有字母和数字", "verify_code", "", "", 0, 0},
		{"code too long", proof, Upload{Data: pdfFile(), Type: "备案表", VerifyCode: strings.Repeat("A", 41)}, "最多 40 位", "verify_code", "", "", 0, 0},
		{"word file", proof, Upload{Data: []byte("PK\x03\x04"), Type: "备案表"}, "转成 PDF", "file", "", "", 0, 0},
		{"text called pdf", proof, Upload{Data: []byte("hi"), FileName: "a.pdf", Type: "备案表"}, "打不开这个文件", "file", "", "", 0, 0},
		{"pdf with a script", proof, Upload{Data: pdfFile("<< /JS (x) >>"), Type: "备案表"}, "脚本", "file", "", "", 0, 0},
		{"pdf for a photo", idFront, Upload{Data: pdfFile()}, "这里要的是照片", "file", "", "", 0, 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s, _, files := newAttachments(nil)
			a, err := s.Upload(t.Context(), owner, c.rule, c.up)
			wantSentence(t, err, c.want)
			if err != nil {
				if f, _ := fault.As(err); f.Field != c.field {
					t.Errorf("the sentence stands at %q", f.Field)
				}
				if len(files.kept) > 0 {
					t.Error("a refused file was kept")
				}
				return
			}
			if a.ContentType != c.typ || a.FileName != c.file || a.Width != c.w || a.Height != c.h || a.State != Uploaded {
				t.Errorf("%+v", a)
			}
			data, typ, name, err := s.Open(t.Context(), owner.EnrolmentID, c.rule.Name)
			if err != nil || typ != c.typ || name != c.file || len(data) != a.Bytes {
				t.Errorf("opened %d bytes of %s as %s: %v", len(data), typ, name, err)
			}
			if !stored.MatchString(a.BlobKey) {
				t.Error("key", a.BlobKey)
			}
			if bytes.Contains(files.kept[a.BlobKey], data[:20]) {
				t.Error("the file is not sealed")
			}
		})
	}
}

func TestUploadReplacesAndRemoves(t *testing.T) {
	s, store, files := newAttachments(nil)
	first, err := s.Upload(t.Context(), owner, idFront, Upload{Data: asJPEG(quarters(40, 30))})
	if err != nil {
		t.Fatal(err)
	}
	second, err := s.Upload(t.Context(), owner, idFront, Upload{Data: asJPEG(quarters(30, 40))})
	if err != nil || second.Ref == first.Ref || len(files.kept) != 1 || files.kept[second.BlobKey] == nil {
		t.Fatalf("%d files, %v", len(files.kept), err)
	}
	store.fail = fault.New(fault.Conflict, "已经缴费")
	if _, err := s.Upload(t.Context(), owner, idFront, Upload{Data: asJPEG(quarters(9, 9))}); !fault.Is(err, fault.Conflict) || len(files.kept) != 1 {
		t.Errorf("a refused upload: %v, %d files", err, len(files.kept))
	}
	store.fail = errors.New("connection lost in commit")
	if _, err := s.Upload(t.Context(), owner, idFront, Upload{Data: asJPEG(quarters(9, 9))}); err == nil || len(files.kept) != 2 {
		t.Errorf("an uncertain upload must keep both: %v, %d files", err, len(files.kept))
	}
	store.fail = nil
	if err := s.Remove(t.Context(), owner, "id-front"); err != nil || files.kept[second.BlobKey] != nil {
		t.Error("the file is still there", err)
	}
	if err := s.Remove(t.Context(), owner, "id-front"); err != nil {
		t.Error("an empty slot:", err)
	}
	if _, _, _, err := s.Open(t.Context(), owner.EnrolmentID, "id-front"); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

func TestAttachmentsFailures(t *testing.T) {
	shut := fault.New(fault.Conflict, "已经缴费")
	s, _, files := newAttachments(func(context.Context, int64) error { return shut })
	if _, err := s.Upload(t.Context(), owner, idFront, Upload{Data: asJPEG(quarters(9, 9))}); !fault.Is(err, fault.Conflict) || len(files.kept) != 0 {
		t.Error(err)
	}
	if err := s.Remove(t.Context(), owner, "id-front"); !fault.Is(err, fault.Conflict) {
		t.Error(err)
	}
	s, store, files := newAttachments(nil)
	files.fail = errors.New("disk full")
	if _, err := s.Upload(t.Context(), owner, idFront, Upload{Data: asJPEG(quarters(9, 9))}); err == nil || len(store.files) != 0 {
		t.Error("a record without a file", err)
	}
	store.files["id-front"] = Attachment{Slot: "id-front", BlobKey: "gone"}
	if _, _, _, err := s.Open(t.Context(), 7, "id-front"); err == nil || fault.KindOf(err) != fault.Internal {
		t.Error(err)
	}
}

func TestMissing(t *testing.T) {
	rules := []campaign.Slot{idFront, portrait, proof, {Name: "extra"}}
	have := []Attachment{{Slot: "id-front", State: Uploaded}, {Slot: "portrait", State: Returned}}
	if got := Missing(rules, map[string]string{"level": "本科"}, have); len(got) != 1 || got[0].Name != "portrait" {
		t.Error(got)
	}
	if got := Missing(rules, map[string]string{"level": "专升本"}, have); len(got) != 2 || got[1].Name != "qualification" {
		t.Error(got)
	}
}

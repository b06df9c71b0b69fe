package mysql_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"sync"
	"testing"

	"ruxue/service/campaign"
	"ruxue/service/enrolment"
	"ruxue/service/fault"
	"ruxue/service/sealed"
)

// folder is a bucket in memory.
type folder struct{ sync.Map }

func (f *folder) Put(_ context.Context, key string, data []byte) error {
	f.Store(key, data)
	return nil
}

func (f *folder) Get(_ context.Context, key string) ([]byte, error) {
	if v, ok := f.Load(key); ok {
		return v.([]byte), nil
	}
	return nil, errors.New("no such file")
}

func (f *folder) Delete(_ context.Context, key string) error {
	f.Map.Delete(key)
	return nil
}

func (f *folder) count() (n int) {
	f.Range(func(any, any) bool { n++; return true })
	return n
}

var slotOfProof = campaign.Slot{Name: "qualification", Label: "学历证明材料", Kind: "document", MaxBytes: 100_000,
	Types: []string{"备案表", "认证报告"}, VerifyCode: "在线验证码"}

func proofPhoto(side int) enrolment.Upload {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, side, side)), nil)
	return enrolment.Upload{Data: b.Bytes(), FileName: "毕业证𬭩.png", Type: "备案表", VerifyCode: "ABCD1234"}
}

func TestAttachmentRoundTrip(t *testing.T) {
	e := newEnrolled(t, 2)
	files := &folder{}
	s := enrolment.NewAttachments(enrolment.AttachmentOptions{Store: e.db.Attachments(), Files: sealed.Files{Store: files, Cipher: e.ring}})
	ctx, mine, hers := t.Context(), e.owners[0], e.owners[1]
	put, err := s.Upload(ctx, mine, slotOfProof, proofPhoto(90))
	if err != nil {
		t.Fatal(err)
	}
	list, err := s.List(ctx, mine.EnrolmentID)
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	got := list[0]
	if got.UpdatedAt.IsZero() {
		t.Error("no time was given")
	}
	if got.UpdatedAt = put.UpdatedAt; got != put {
		t.Errorf("stored %+v, read %+v", put, got)
	}
	var code []byte
	if err := e.raw.Get(&code, `SELECT code_cipher FROM attachment`); err != nil || bytes.Contains(code, []byte("ABCD1234")) {
		t.Error("the code can be read in the row", err)
	}
	if _, _, _, err := s.Open(ctx, hers.EnrolmentID, slotOfProof.Name); !fault.Is(err, fault.NotFound) {
		t.Error("another student's file:", err)
	}
	up := proofPhoto(70)
	up.VerifyCode = ""
	again, err := s.Upload(ctx, mine, slotOfProof, up)
	if err != nil || files.count() != 1 {
		t.Fatalf("replacing: %v, %d files", err, files.count())
	}
	list, _ = s.List(ctx, mine.EnrolmentID)
	if len(list) != 1 || list[0].Ref != again.Ref || list[0].VerifyCode != "" || list[0].Width != 70 {
		t.Errorf("%+v", list)
	}
	if err := s.Remove(ctx, mine, slotOfProof.Name); err != nil || files.count() != 0 {
		t.Error(err, files.count())
	}
	if list, err = s.List(ctx, mine.EnrolmentID); err != nil || len(list) != 0 {
		t.Error(list, err)
	}
}

// Many uploads into one slot at once: one stays, with its file, and no file of
// the others.
func TestAttachmentUploadsAtOnce(t *testing.T) {
	e := newEnrolled(t, 1)
	files := &folder{}
	s := enrolment.NewAttachments(enrolment.AttachmentOptions{Store: e.db.Attachments(), Files: sealed.Files{Store: files, Cipher: e.ring}})
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			if _, err := s.Upload(t.Context(), e.owners[0], slotOfProof, proofPhoto(40+i)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	data, _, name, err := s.Open(t.Context(), e.owners[0].EnrolmentID, slotOfProof.Name)
	if err != nil || len(data) == 0 || name != "毕业证𬭩.jpg" || files.count() != 1 {
		t.Errorf("%d bytes of %s, %v, %d files", len(data), name, err, files.count())
	}
}

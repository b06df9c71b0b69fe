package face_test

import (
	"bytes"
	"errors"
	"image/jpeg"
	"testing"
	"time"

	"ruxue/service/face"
	"ruxue/service/fault"
)

func store(t testing.TB, kind face.Kind) face.ArchiveRequest {
	return face.ArchiveRequest{EnrolmentID: 7, EnrolmentRef: "enrolment", SessionHash: "s1", Source: "elsewhere", Photo: good(t), Kind: kind}
}

// 拍照存档 is open only to whom the check did not recognise in this session.
func TestArchiveNeedsAFailure(t *testing.T) {
	b := newBench(t)
	if _, err := b.Archive(t.Context(), store(t, face.KindArchive)); !fault.Is(err, fault.Forbidden) {
		t.Fatal(err)
	}
	b.provider.verdict = face.Verdict{Reason: face.ReasonMismatch}
	if _, err := b.Check(t.Context(), ask(t, good(t))); err != nil {
		t.Fatal(err)
	}
	other := store(t, face.KindArchive)
	other.SessionHash = "s2"
	if _, err := b.Archive(t.Context(), other); !fault.Is(err, fault.Forbidden) {
		t.Error("another session's failure counts:", err)
	}
	st, err := b.Archive(t.Context(), store(t, face.KindArchive))
	if err != nil || !st.Archived || st.Review != face.ReviewPending || st.SessionHash != "s1" {
		t.Fatalf("%+v %v", st, err)
	}
	if r := b.store.rows[1]; r.Source != face.SourceFile || r.Kind != face.KindArchive || r.Result != face.Archived {
		t.Errorf("%+v", r)
	}
}

func TestDocumentsNeedNoFailure(t *testing.T) {
	b := newBench(t)
	st, err := b.Archive(t.Context(), store(t, face.KindDocuments))
	if err != nil || !st.Archived || st.Kind != face.KindDocuments {
		t.Fatalf("%+v %v", st, err)
	}
	if len(b.provider.asked) != 0 {
		t.Error("a face was compared without consent")
	}
}

// The newest photo counts; staff cannot decide about one that was replaced.
func TestReview(t *testing.T) {
	b := newBench(t)
	first, err := b.Archive(t.Context(), store(t, face.KindDocuments))
	if err != nil {
		t.Fatal(err)
	}
	second, err := b.Archive(t.Context(), store(t, face.KindDocuments))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Review(t.Context(), first.Ref, true, ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("a superseded photo: %v", err)
	}
	if err := b.Review(t.Context(), second.Ref, false, ""); !fault.Is(err, fault.Invalid) {
		t.Errorf("a rejection without a remark: %v", err)
	}
	if err := b.Review(t.Context(), second.Ref, false, "照片模糊"); err != nil {
		t.Fatal(err)
	}
	st, err := b.Standing(t.Context(), 7)
	if err != nil || st.Archived || st.Review != face.ReviewRejected || st.Remark != "照片模糊" {
		t.Errorf("%+v %v", st, err)
	}
	third, err := b.Archive(t.Context(), store(t, face.KindDocuments))
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Review(t.Context(), third.Ref, true, ""); err != nil {
		t.Fatal(err)
	}
	if err := b.Review(t.Context(), third.Ref, true, ""); !fault.Is(err, fault.Conflict) {
		t.Errorf("a second decision: %v", err)
	}
	if st, _ := b.Standing(t.Context(), 7); !st.Archived || st.Review != face.ReviewApproved {
		t.Errorf("%+v", st)
	}
	if st, _ := b.Standing(t.Context(), 8); st.Archived || st.Review != face.ReviewNone {
		t.Errorf("nobody's: %+v", st)
	}
}

func TestPhotoAndPurge(t *testing.T) {
	b := newBench(t)
	st, err := b.Archive(t.Context(), store(t, face.KindDocuments))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := b.Photo(t.Context(), 7, st.Ref)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := jpeg.Decode(bytes.NewReader(raw)); err != nil {
		t.Error(err)
	}
	if _, err := b.Photo(t.Context(), 8, st.Ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else's photo: %v", err)
	}
	if n, err := b.Purge(t.Context(), 0, b.now); n != 0 || err != nil {
		t.Errorf("purged %d of today's, %v", n, err)
	}
	if n, err := b.Purge(t.Context(), 0, b.now.Add(time.Second)); n != 1 || err != nil || len(b.files) != 0 {
		t.Errorf("purged %d, %d files stay, %v", n, len(b.files), err)
	}
	if _, err := b.Photo(t.Context(), 7, st.Ref); !fault.Is(err, fault.Gone) {
		t.Errorf("a purged photo: %v", err)
	}
}

// A record that could not be written leaves no picture behind.
func TestArchiveCleansUp(t *testing.T) {
	b := newBench(t)
	b.store.fail = errors.New("the database is away")
	if _, err := b.Archive(t.Context(), store(t, face.KindDocuments)); err == nil || len(b.files) != 0 {
		t.Errorf("%v, %d files stay", err, len(b.files))
	}
	bad := store(t, face.KindDocuments)
	bad.Photo = []byte("no picture")
	if _, err := b.Archive(t.Context(), bad); !fault.Is(err, fault.Invalid) {
		t.Error(err)
	}
}

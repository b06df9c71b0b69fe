package mysql_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/service/face"
	"ruxue/service/fault"
	"ruxue/service/reference"
)

func (p *post) face(id int64, kind face.Kind, result face.Result) face.Record {
	r := face.Record{
		Ref: reference.New(), EnrolmentID: id, SessionHash: strings.Repeat("a", 64), Kind: kind, Source: face.SourceCamera,
		Result: result, Code: "Success", Score: 85.25, BlobKey: "face/e1/c1", SHA256: strings.Repeat("b", 64),
		Review: face.ReviewNone, CreatedAt: p.clock(),
	}
	if kind != face.KindCheck {
		r.Review = face.ReviewPending
	}
	return r
}

func TestFaceRecords(t *testing.T) {
	p := newPost(t, 2)
	s := p.db.Faces()
	want := p.face(1, face.KindCheck, face.Failed)
	want.Code = "FailedOperation.人脸" + strings.Repeat("x", 100) // whatever a provider sends must fit
	if err := s.Add(t.Context(), want); err != nil {
		t.Fatal(err)
	}
	for _, r := range []face.Result{face.Passed, face.Retake, face.Errored} {
		p.pass(time.Minute)
		if err := s.Add(t.Context(), p.face(1, face.KindCheck, r)); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.Session(t.Context(), 1, strings.Repeat("a", 64))
	if err != nil || len(got) != 4 {
		t.Fatalf("%d records, %v", len(got), err)
	}
	want.Code = "FailedOperation." + strings.Repeat("x", 64)
	if got[0] != want {
		t.Errorf("got  %+v\nwant %+v", got[0], want)
	}
	for since, n := range map[time.Duration]int{-time.Hour: 2, -150 * time.Second: 1, 0: 0} {
		if got, err := s.Tries(t.Context(), 1, p.clock().Add(since)); err != nil || got != n {
			t.Errorf("tries since %v: %d, %v", since, got, err)
		}
	}
	if r, err := s.Recent(t.Context(), 1, 2); err != nil || len(r) != 2 || r[0].Result != face.Errored || r[1].Result != face.Retake {
		t.Errorf("the newest two: %+v %v", r, err)
	}
	if r, err := s.Session(t.Context(), 2, strings.Repeat("a", 64)); err != nil || len(r) != 0 {
		t.Error("somebody else's checks", r, err)
	}
	if _, err := s.Get(t.Context(), 2, want.Ref); !fault.Is(err, fault.NotFound) {
		t.Errorf("somebody else's record: %v", err)
	}
	if _, ok, err := s.Newest(t.Context(), 1); ok || err != nil {
		t.Error("a check is no archived photo", err)
	}
}

func TestFaceArchive(t *testing.T) {
	p := newPost(t, 1)
	s := p.db.Faces()
	first, second := p.face(1, face.KindArchive, face.Archived), p.face(1, face.KindDocuments, face.Archived)
	for _, r := range []face.Record{first, second} {
		if err := s.Archive(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	if r, ok, err := s.Newest(t.Context(), 1); err != nil || !ok || r.Ref != second.Ref || r.Review != face.ReviewPending {
		t.Errorf("%+v %v", r, err)
	}
	if ok, err := s.Review(t.Context(), first.Ref, face.ReviewApproved, ""); ok || err != nil {
		t.Errorf("a superseded photo was approved, %v", err)
	}
	if ok, err := s.Review(t.Context(), second.Ref, face.ReviewApproved, strings.Repeat("长", 300)); !ok || err != nil {
		t.Error(ok, err)
	}
	if err := s.Archive(t.Context(), p.face(1, face.KindArchive, face.Archived)); !fault.Is(err, fault.Conflict) {
		t.Errorf("after approval: %v", err)
	}
}

// Of photos that arrive at once exactly one is left to review, and of two
// reviewers one decides.
func TestFaceArchiveRace(t *testing.T) {
	p := newPost(t, 1)
	s := p.db.Faces()
	var wg sync.WaitGroup
	for range 12 {
		wg.Go(func() {
			if err := s.Archive(t.Context(), p.face(1, face.KindArchive, face.Archived)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if n := p.count(t, "face_check WHERE review_state='pending'"); n != 1 {
		t.Fatalf("%d photos are pending", n)
	}
	r, _, err := s.Newest(t.Context(), 1)
	if err != nil || r.Review != face.ReviewPending {
		t.Fatalf("the newest is %s, %v", r.Review, err)
	}
	wins := make(chan string, 8)
	for i := range 8 {
		wg.Go(func() {
			ok, err := s.Review(t.Context(), r.Ref, []face.Review{face.ReviewApproved, face.ReviewRejected}[i%2], fmt.Sprint(i))
			if err != nil {
				t.Error(err)
			}
			if ok {
				wins <- fmt.Sprint(i)
			}
		})
	}
	wg.Wait()
	close(wins)
	if len(wins) != 1 {
		t.Errorf("%d decided", len(wins))
	}
}

func TestFaceRetention(t *testing.T) {
	p := newPost(t, 1)
	s := p.db.Faces()
	for range 3 {
		if err := s.Add(t.Context(), p.face(1, face.KindCheck, face.Passed)); err != nil {
			t.Fatal(err)
		}
	}
	later := p.clock().Add(time.Second)
	for campaign, want := range map[int64]int{0: 3, 1: 3, 2: 0} {
		if got, err := s.Expired(t.Context(), campaign, later, 10); err != nil || len(got) != want {
			t.Errorf("campaign %d: %d, %v", campaign, len(got), err)
		}
	}
	two, err := s.Expired(t.Context(), 0, later, 2)
	if err != nil || len(two) != 2 {
		t.Fatal(len(two), err)
	}
	if err := s.Forget(t.Context(), two[0].Ref); err != nil {
		t.Fatal(err)
	}
	if got, _ := s.Expired(t.Context(), 0, later, 10); len(got) != 2 {
		t.Errorf("%d are left", len(got))
	}
	if got, _ := s.Expired(t.Context(), 0, p.clock(), 10); len(got) != 0 {
		t.Errorf("%d are too young", len(got))
	}
}

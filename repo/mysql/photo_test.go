package mysql_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"ruxue/service/fault"
	"ruxue/service/photo"
	"ruxue/service/reference"
	"ruxue/service/sealed"
	"ruxue/service/student"
)

func (p *post) photo(id int64, key string) photo.Photo {
	return photo.Photo{EnrolmentID: id, Ref: reference.New(), BlobKey: key, SHA256: "a", Source: "s" + key, Bytes: 3, Width: 600, Height: 800, UpdatedAt: p.clock()}
}

func TestAdmissionPhotos(t *testing.T) {
	p := newPost(t, 2)
	s := p.db.Photos()
	if _, ok, err := s.Photo(t.Context(), 1); ok || err != nil {
		t.Fatal("at first", ok, err)
	}
	first := p.photo(1, "admission/e1/p1")
	if old, err := s.PutPhoto(t.Context(), first); err != nil || old != "" {
		t.Fatal(old, err)
	}
	p.pass(time.Hour)
	second := p.photo(1, "admission/e1/p2")
	if old, err := s.PutPhoto(t.Context(), second); err != nil || old != first.BlobKey {
		t.Fatal("replacing: ", old, err)
	}
	got, ok, err := s.Photo(t.Context(), 1)
	if err != nil || !ok || got != second {
		t.Errorf("got  %+v %v\nwant %+v", got, err, second)
	}
	if _, err := s.PutPhoto(t.Context(), p.photo(99, "x")); err == nil {
		t.Error("a photo of nobody is stored")
	}
	for since, n := range map[time.Duration]int{0: 0, time.Second: 1} {
		if list, err := s.ExpiredPhotos(t.Context(), 1, p.clock().Add(since), 10); err != nil || len(list) != n {
			t.Errorf("older than %v from now: %v %v", since, list, err)
		}
	}
	if list, err := s.ExpiredPhotos(t.Context(), 77, p.clock().Add(time.Hour), 10); err != nil || len(list) != 0 {
		t.Error("another campaign's", list, err)
	}
	kept := heap{second.BlobKey: nil, "another": nil}
	desk := photo.NewDesk(photo.Options{Store: s, Files: sealed.Files{Store: kept}})
	for before, want := range map[time.Time]int{p.clock().Add(-time.Minute): 0, p.clock().Add(time.Minute): 1} {
		if n, err := desk.Purge(t.Context(), 1, before); n > want || err != nil {
			t.Errorf("purged %d before %v: %v", n, before, err)
		}
	}
	if _, ok, _ := s.Photo(t.Context(), 1); ok || len(kept) != 1 {
		t.Errorf("it is still there, or more is gone: %v", kept)
	}
	if _, err := desk.Open(t.Context(), 1); !fault.Is(err, fault.NotFound) {
		t.Errorf("a purged photo is given out: %v", err)
	}
}

// heap keeps files in memory.
type heap map[string][]byte

func (h heap) Put(_ context.Context, key string, data []byte) error { h[key] = data; return nil }
func (h heap) Get(_ context.Context, key string) ([]byte, error)    { return h[key], nil }
func (h heap) Delete(_ context.Context, key string) error           { delete(h, key); return nil }

// A number leads to its student by ID number and by exam number, within the
// campaign alone; many numbers are asked for in parts.
func TestOwnersOfPhotos(t *testing.T) {
	d := newBureau(t)
	exam := func(number string) func(*student.Admission) {
		return func(a *student.Admission) { a.ExamNumber = number }
	}
	one := d.ready(1, exam("26320100000001"))
	d.ready(2, exam("Ks2632"))
	d.ready(3, exam("Ks2632"))
	s := d.db.Photos()
	numbers := []string{one.Person.IDNumber, one.Person.IDNumber, "KS2632", "nobody"}
	for i := range 1200 {
		numbers = append(numbers, fmt.Sprintf("%014d", i))
	}
	got, err := s.Owners(t.Context(), one.CampaignID, numbers)
	if err != nil || len(got[one.Person.IDNumber]) != 1 || got[one.Person.IDNumber][0] != (photo.Owner{EnrolmentID: 1, Ref: one.Ref, Name: one.Person.Name}) {
		t.Errorf("by ID number: %+v %v", got[one.Person.IDNumber], err)
	}
	if len(got["KS2632"]) != 2 || len(got["nobody"]) != 0 {
		t.Errorf("by exam number: %+v, nobody's: %+v", got["KS2632"], got["nobody"])
	}
	if got, err := s.Owners(t.Context(), one.CampaignID+1, numbers); err != nil || len(got) != 0 {
		t.Errorf("in another campaign: %v %v", got, err)
	}
}

func TestPhotoJobs(t *testing.T) {
	p := newPost(t, 1)
	s := p.db.PhotoJobs()
	j := photo.Job{Ref: reference.New(), CampaignID: 1, Actor: "staff:x", ActorName: "王老师", FileName: "照片.zip", FileKey: "import/photos-x",
		FileBytes: 9, State: photo.Working, Total: 3, CreatedAt: p.clock()}
	if err := s.AddJob(t.Context(), j); err != nil {
		t.Fatal(err)
	}
	claim := func(holder string) *photo.Job {
		t.Helper()
		got, err := s.Claim(t.Context(), holder, p.clock().Add(time.Minute))
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	got := claim("one")
	if got == nil || got.Tries != 1 || got.FileName != j.FileName || got.Total != 3 || claim("two") != nil {
		t.Fatalf("claimed %+v", got)
	}
	p.pass(2 * time.Minute) // its worker vanished
	if got = claim("two"); got == nil || got.Tries != 2 {
		t.Fatalf("claimed again: %+v", got)
	}
	if ok, err := s.Advance(t.Context(), j.Ref, "one", 3, 1, p.clock()); ok || err != nil {
		t.Error("who lost the lease goes on", err)
	}
	if ok, err := s.Advance(t.Context(), j.Ref, "two", 3, 2, p.clock().Add(time.Minute)); !ok || err != nil {
		t.Error("no progress", err)
	}
	now := p.clock()
	got.State, got.Done, got.EndedAt = photo.Done, 3, &now
	got.Report = photo.Report{Counts: map[photo.Result]int{photo.Stored: 1}, Entries: []photo.Entry{{File: "320***.jpg", Name: "李晓雯", Result: photo.Stored}}}
	if ok, err := s.End(t.Context(), *got, "one"); ok || err != nil {
		t.Error("who lost the lease ends it", err)
	}
	if ok, err := s.End(t.Context(), *got, "two"); !ok || err != nil {
		t.Fatal(err)
	}
	back, err := s.Job(t.Context(), j.Ref)
	if err != nil || back.State != photo.Done || back.Report.Counts[photo.Stored] != 1 || len(back.Report.Entries) != 1 || back.Report.Entries[0] != got.Report.Entries[0] {
		t.Errorf("%+v %v", back, err)
	}
	if n := p.rows(t, `SELECT COUNT(*) FROM photo_import WHERE report LIKE '%李晓雯%' OR detail_cipher LIKE '%李晓雯%'`); n != 0 {
		t.Error("the student's name lies open")
	}
	if left, err := s.Leftover(t.Context(), 9); err != nil || len(left) != 1 {
		t.Errorf("left over: %v %v", left, err)
	}
	if err := s.Forget(t.Context(), j.Ref); err != nil {
		t.Fatal(err)
	}
	left, err := s.Leftover(t.Context(), 9)
	if list, e := s.Jobs(t.Context(), j.CampaignID, 5); err != nil || e != nil || len(left) != 0 || len(list) != 1 || list[0].FileKey != "" {
		t.Errorf("%v %v %v %v", left, list, err, e)
	}
	if err := s.Release(t.Context(), j.Ref, "two", p.clock()); err != nil {
		t.Error(err)
	}
	if _, err := s.Job(t.Context(), reference.New()); !fault.Is(err, fault.NotFound) {
		t.Error(err)
	}
}

func (p *post) rows(t *testing.T, query string) (n int) {
	t.Helper()
	if err := p.raw.GetContext(t.Context(), &n, query); err != nil {
		t.Fatal(err)
	}
	return n
}

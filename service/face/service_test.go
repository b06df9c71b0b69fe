package face_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/service/face"
	"ruxue/service/fault"
	"ruxue/service/sealed"
)

// records is a Store in memory, as strict as the real one about its promises.
type records struct {
	face.Store
	rows []face.Record
	fail error
}

func (s *records) Add(_ context.Context, r face.Record) error {
	s.rows = append(s.rows, r)
	return s.fail
}

func (s *records) Tries(_ context.Context, id int64, since time.Time) (n int, err error) {
	for _, r := range s.rows {
		if r.EnrolmentID == id && (r.Result == face.Passed || r.Result == face.Failed) && r.CreatedAt.After(since) {
			n++
		}
	}
	return n, nil
}

func (s *records) Session(_ context.Context, id int64, session string) (out []face.Record, err error) {
	for _, r := range s.rows {
		if r.EnrolmentID == id && r.SessionHash == session {
			out = append(out, r)
		}
	}
	return out, nil
}

func (s *records) Archive(ctx context.Context, r face.Record) error {
	if s.fail != nil {
		return s.fail
	}
	for i := range s.rows {
		if s.rows[i].Review == face.ReviewPending {
			s.rows[i].Review = face.ReviewSuperseded
		}
	}
	return s.Add(ctx, r)
}

func (s *records) Newest(_ context.Context, id int64) (face.Record, bool, error) {
	for _, r := range slices.Backward(s.rows) {
		if r.EnrolmentID == id && r.Kind != face.KindCheck {
			return r, true, nil
		}
	}
	return face.Record{}, false, nil
}

func (s *records) Get(_ context.Context, id int64, ref string) (face.Record, error) {
	for _, r := range s.rows {
		if r.EnrolmentID == id && r.Ref == ref {
			return r, nil
		}
	}
	return face.Record{}, fault.New(fault.NotFound, "没有找到这张照片")
}

func (s *records) Review(_ context.Context, ref string, to face.Review, remark string) (bool, error) {
	for i, r := range s.rows {
		if r.Ref == ref && r.Review == face.ReviewPending {
			s.rows[i].Review, s.rows[i].Remark = to, remark
			return true, nil
		}
	}
	return false, nil
}

func (s *records) Expired(_ context.Context, _ int64, before time.Time, limit int) (out []face.Record, err error) {
	for _, r := range s.rows {
		if r.BlobKey != "" && r.CreatedAt.Before(before) && len(out) < limit {
			out = append(out, r)
		}
	}
	return out, nil
}

func (s *records) Forget(_ context.Context, ref string) error {
	for i := range s.rows {
		if s.rows[i].Ref == ref {
			s.rows[i].BlobKey = ""
		}
	}
	return nil
}

type files map[string][]byte

func (f files) Put(_ context.Context, key string, data []byte) error { f[key] = data; return nil }
func (f files) Delete(_ context.Context, key string) error           { delete(f, key); return nil }
func (f files) Get(_ context.Context, key string) ([]byte, error) {
	if b, ok := f[key]; ok {
		return b, nil
	}
	return nil, errors.New("no such file")
}

// bound is a cipher that only checks that the place is the same.
type bound struct{}

func (bound) Seal(plain []byte, ad string) ([]byte, error) {
	return append([]byte(ad+"|"), plain...), nil
}
func (bound) Open(sealed []byte, ad string) ([]byte, error) {
	if b, ok := bytes.CutPrefix(sealed, []byte(ad+"|")); ok {
		return b, nil
	}
	return nil, errors.New("another place")
}

type limiter struct{ left int }

func (l *limiter) Allow(context.Context, string, int, time.Duration) (bool, time.Duration, error) {
	l.left--
	return l.left >= 0, time.Minute, nil
}

// provider answers what it is told to, and remembers what it was asked.
type provider struct {
	verdict face.Verdict
	err     error
	asked   []face.Request
}

func (p *provider) Compare(_ context.Context, r face.Request) (face.Verdict, error) {
	p.asked = append(p.asked, r)
	return p.verdict, p.err
}

type bench struct {
	*face.Service
	store    *records
	files    files
	limiter  *limiter
	provider *provider
	now      time.Time
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{store: &records{}, files: files{}, limiter: &limiter{left: 1000}, now: time.Date(2026, 3, 12, 6, 0, 0, 0, time.UTC),
		provider: &provider{verdict: face.Verdict{Passed: true, Score: 85, Code: "Success"}}}
	refs := 0
	s, err := face.New(face.Options{
		Store: b.store, Files: sealed.Files{Store: b.files, Cipher: bound{}}, Limiter: b.limiter, Provider: b.provider, Cascade: cascade(t),
		Now: func() time.Time { return b.now }, NewRef: func() string { refs++; return fmt.Sprintf("ref%d", refs) },
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Service = s
	return b
}

func photo(t testing.TB, img image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, nil); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func good(t testing.TB) []byte { return photo(t, portrait(t, 480, 640, 0, 20, 1.5)) }
func dark(t testing.TB) []byte { return photo(t, light(portrait(t, 480, 640, 0, 20, 1.5), 0.3, 0)) }

func ask(t testing.TB, p []byte) face.CheckRequest {
	return face.CheckRequest{
		EnrolmentID: 7, EnrolmentRef: "enrolment", CampaignCode: "hhu", SessionHash: "s1", Source: face.SourceCamera,
		Photo: p, Name: "陈立川", IDNumber: "11010519491231002X", Policy: face.Policy{Archive: true},
	}
}

func TestCheckPasses(t *testing.T) {
	b := newBench(t)
	o, err := b.Check(t.Context(), ask(t, good(t)))
	if err != nil || o.Result != face.Passed || o.Sentence != "人脸识别通过" || o.AttemptsLeft != 4 || o.Archive {
		t.Fatalf("%+v %v", o, err)
	}
	if q := b.provider.asked[0]; q.Name != "陈立川" || q.IDNumber != "11010519491231002X" || len(q.JPEG) == 0 {
		t.Errorf("asked %+v", q)
	}
	r := b.store.rows[0]
	if r.Result != face.Passed || r.Source != face.SourceCamera || r.Score != 85 || len(r.SHA256) != 64 || r.BlobKey != "face/eenrolment/cref1" {
		t.Errorf("%+v", r)
	}
	if !bytes.HasPrefix(b.files[r.BlobKey], []byte("face_check.picture:ref1|")) {
		t.Error("the picture is not sealed to its place")
	}
	for session, want := range map[string]bool{"s1": true, "s2": false} {
		if got, err := b.Passed(t.Context(), 7, session); err != nil || got != want {
			t.Errorf("session %s passed: %v %v", session, got, err)
		}
	}
	if got, err := b.Passed(t.Context(), 8, "s1"); err != nil || got {
		t.Error("somebody else's pass counts")
	}
}

// A picture that the judge refuses costs neither money nor a try, and is not
// kept.
func TestCheckRetake(t *testing.T) {
	b := newBench(t)
	for i := range 6 {
		o, err := b.Check(t.Context(), ask(t, dark(t)))
		if err != nil || o.Result != face.Retake || !strings.HasPrefix(o.Sentence, "光线不足") || o.AttemptsLeft != 5 {
			t.Fatalf("%+v %v", o, err)
		}
		if want := i >= 4; o.Archive != want {
			t.Errorf("after %d retakes archive is %v", i+1, o.Archive)
		}
	}
	if len(b.provider.asked) != 0 || len(b.files) != 0 || len(b.store.rows) != 6 || b.store.rows[0].Code != "judge.Dark" {
		t.Errorf("asked %d, kept %d, %+v", len(b.provider.asked), len(b.files), b.store.rows[0])
	}
	b.provider.verdict = face.Verdict{Code: "FailedOperation.LifePhotoPoorQuality", Reason: face.ReasonRetake}
	if o, err := b.Check(t.Context(), ask(t, good(t))); err != nil || o.Result != face.Retake || o.AttemptsLeft != 5 {
		t.Errorf("the provider's retake: %+v %v", o, err)
	}
}

func TestCheckFails(t *testing.T) {
	b := newBench(t)
	b.provider.verdict = face.Verdict{Score: 36, Code: "FailedOperation.CompareLowSimilarity", Reason: face.ReasonMismatch}
	for left := 4; left >= 0; left-- {
		o, err := b.Check(t.Context(), ask(t, good(t)))
		if err != nil || o.Result != face.Failed || !o.Archive || o.AttemptsLeft != left || !strings.HasPrefix(o.Sentence, "人脸识别失败") {
			t.Fatalf("%d left: %+v %v", left, o, err)
		}
	}
	_, err := b.Check(t.Context(), ask(t, good(t)))
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.TooMany || !strings.Contains(f.Sentence, "拍照存档") || f.RetryAfter != 10*time.Minute {
		t.Fatalf("a sixth try: %v", err)
	}
	if len(b.provider.asked) != 5 {
		t.Errorf("the provider was asked %d times", len(b.provider.asked))
	}
	b.now = b.now.Add(10*time.Minute + time.Second)
	if o, err := b.Check(t.Context(), ask(t, good(t))); err != nil || o.AttemptsLeft != 4 {
		t.Errorf("ten minutes later: %+v %v", o, err)
	}
}

// What the campaign allows decides, and who has no photo to compare with is
// told so.
func TestCheckPolicyAndReasons(t *testing.T) {
	b := newBench(t)
	q := ask(t, good(t))
	q.Policy = face.Policy{Tries: 1}
	b.provider.verdict = face.Verdict{Code: "FailedOperation.IdPhotoNoExist", Reason: face.ReasonArchive}
	o, err := b.Check(t.Context(), q)
	if err != nil || o.Archive || o.AttemptsLeft != 0 || !strings.Contains(o.Sentence, "联系学校老师") {
		t.Errorf("%+v %v", o, err)
	}
	if _, err := b.Check(t.Context(), q); !fault.Is(err, fault.TooMany) || strings.Contains(err.Error(), "拍照存档") {
		t.Error(err)
	}
	b = newBench(t)
	b.provider.verdict = face.Verdict{Reason: face.ReasonArchive}
	if o, _ := b.Check(t.Context(), ask(t, good(t))); !o.Archive || !strings.Contains(o.Sentence, "拍照存档") {
		t.Errorf("%+v", o)
	}
	b.provider.verdict = face.Verdict{Reason: face.ReasonRetry}
	if _, err := b.Check(t.Context(), ask(t, good(t))); !fault.Is(err, fault.Unavailable) {
		t.Error(err)
	}
}

// The provider's failure is no try, is recorded, and opens 拍照存档.
func TestProviderDown(t *testing.T) {
	b := newBench(t)
	b.provider.err = fault.New(fault.Unavailable, "人脸识别服务暂时不可用")
	for range 7 {
		if _, err := b.Check(t.Context(), ask(t, good(t))); !fault.Is(err, fault.Unavailable) {
			t.Fatal(err)
		}
	}
	if len(b.store.rows) != 7 || b.store.rows[0].Result != face.Errored || len(b.files) != 0 {
		t.Errorf("%d rows, %+v", len(b.store.rows), b.store.rows[0])
	}
	if ok, err := b.MayArchive(t.Context(), 7, "s1"); !ok || err != nil {
		t.Error("拍照存档 must be open", err)
	}
	b.provider.err = nil
	if o, err := b.Check(t.Context(), ask(t, good(t))); err != nil || o.AttemptsLeft != 4 {
		t.Errorf("%+v %v", o, err)
	}
}

func TestUploadLimit(t *testing.T) {
	b := newBench(t)
	b.limiter.left = 0
	_, err := b.Check(t.Context(), ask(t, good(t)))
	if f, ok := fault.As(err); !ok || f.Kind != fault.TooMany || f.RetryAfter != time.Minute {
		t.Error(err)
	}
	if _, err := b.Archive(t.Context(), face.ArchiveRequest{EnrolmentID: 7, Kind: face.KindDocuments, Photo: good(t)}); !fault.Is(err, fault.TooMany) {
		t.Error(err)
	}
}

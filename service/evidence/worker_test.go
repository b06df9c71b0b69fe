package evidence_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/evidence"
	"ruxue/service/fault"
	"ruxue/service/sealed"
	"ruxue/service/signing"
	"ruxue/service/student"
)

// desk is everything around the service, in memory.
type desk struct {
	now   time.Time
	sig   signing.Signature
	doc   signing.DocumentVersion
	row   *evidence.Record
	due   time.Time
	stole bool // another replica takes the lease while the paper is made
	files map[string][]byte
	full  bool // the file store refuses
}

func (d *desk) Missing(_ context.Context, after int64, _ int) ([]int64, error) {
	if d.row != nil || after >= d.sig.ID {
		return nil, nil
	}
	return []int64{d.sig.ID}, nil
}

func (d *desk) Queue(_ context.Context, id int64, number string) error {
	d.row = &evidence.Record{ID: 1, SignatureID: id, SignatureHash: d.sig.RowHash, Number: number, State: evidence.Queued}
	return nil
}

func (d *desk) Claim(_ context.Context, _ string, now, _ time.Time, _ int) ([]evidence.Record, error) {
	if d.row == nil || d.row.State != evidence.Queued || now.Before(d.due) {
		return nil, nil
	}
	r := *d.row
	d.row.Tries++
	return []evidence.Record{r}, nil
}

func (d *desk) Finish(_ context.Context, r evidence.Record, _ string) (bool, error) {
	if d.stole {
		return false, nil
	}
	d.row = &r
	return true, nil
}

func (d *desk) Postpone(_ context.Context, _ int64, _ string, at time.Time) error {
	d.due = at
	return nil
}

func (d *desk) read(ok bool) (evidence.Record, error) {
	if d.row == nil || !ok {
		return evidence.Record{}, fault.New(fault.NotFound, "")
	}
	return *d.row, nil
}

func (d *desk) ByNumber(_ context.Context, n string) (evidence.Record, error) {
	return d.read(d.row != nil && d.row.Number == n)
}
func (d *desk) BySignature(_ context.Context, id int64) (evidence.Record, error) {
	return d.read(id == d.sig.ID)
}

// rows has the ByID of the rows, desk that of the signatures.
type rows struct{ *desk }

func (r rows) ByID(context.Context, int64) (evidence.Record, error) { return r.read(true) }

func (d *desk) ByID(context.Context, int64) (signing.Signature, error) { return d.sig, nil }
func (d *desk) Current(context.Context, int64, string, signing.SignatureState) (signing.Signature, error) {
	return d.sig, nil
}
func (d *desk) Document(context.Context, int64) (signing.DocumentVersion, error) { return d.doc, nil }
func (d *desk) Enrolment(context.Context, int64) (*student.Enrolment, error) {
	return &student.Enrolment{Person: student.Person{Name: "李𬭩雯", IDNumber: "320102200001011234"}}, nil
}

type campaigns struct{}

func (campaigns) ByID(context.Context, int64) (*campaign.Campaign, error) {
	return &campaign.Campaign{Institution: "河海大学远程与继续教育学院"}, nil
}

func (d *desk) Put(_ context.Context, key string, data []byte) error {
	if d.full {
		return errors.New("no room")
	}
	d.files[key] = data
	return nil
}
func (d *desk) Get(_ context.Context, key string) ([]byte, error) {
	if f, ok := d.files[key]; ok {
		return f, nil
	}
	return nil, errors.New("no such file")
}
func (d *desk) Delete(_ context.Context, key string) error { delete(d.files, key); return nil }

type plain struct{}

func (plain) Seal(b []byte, ad string) ([]byte, error) { return append([]byte(ad+"|"), b...), nil }
func (plain) Open(b []byte, ad string) ([]byte, error) {
	s, ok := strings.CutPrefix(string(b), ad+"|")
	if !ok {
		return nil, errors.New("not this row's")
	}
	return []byte(s), nil
}

func newDesk(t testing.TB) (*desk, *evidence.Service) {
	t.Helper()
	d := &desk{now: time.Date(2026, 3, 12, 6, 32, 0, 0, time.UTC), files: map[string][]byte{}}
	d.doc = signing.DocumentVersion{ID: 1, Name: "pledge", Title: "承诺书", Body: "本人承诺。"}
	d.doc.SHA256 = sha([]byte(d.doc.Title + "\n\n" + d.doc.Body))
	d.sig = signing.Signature{ID: 7, Ref: "r", EnrolmentID: 1, EnrolmentRef: "e", DocumentVersionID: 1, DocumentName: "pledge",
		DocumentSHA256: d.doc.SHA256, State: signing.Final, Strokes: []byte("{}"), Picture: ink(t), SignedAt: d.now, FinalAt: d.now}
	d.sig.StrokesSHA256, d.sig.PictureSHA256 = sha(d.sig.Strokes), sha(d.sig.Picture)
	d.sig.RowHash = d.sig.Hash()
	seal, err := evidence.NewSeal(selfMade(t))
	if err != nil {
		t.Fatal(err)
	}
	return d, evidence.New(evidence.Options{Store: rows{d}, Signatures: d, Students: d, Campaigns: campaigns{}, Files: sealed.Files{Store: d, Cipher: plain{}},
		Printer: evidence.NewPrinter(h5.Font()), Seal: seal, BaseURL: "https://rx.example.edu.cn",
		Holder: "me", Now: func() time.Time { return d.now }})
}

func TestWorkerMakesAndChecks(t *testing.T) {
	d, s := newDesk(t)
	if err := d.Queue(t.Context(), 7, evidence.NewNumber()); err != nil {
		t.Fatal(err)
	}
	v, err := s.Look(t.Context(), d.row.Number)
	if err != nil || v.Made || v.Why != "" || v.Name != "李*雯" {
		t.Errorf("before it is made: %+v %v", v, err)
	}
	if _, err := s.Open(t.Context(), 1, "pledge"); !errors.Is(err, evidence.ErrPending) {
		t.Errorf("a paper that is not made: %v", err)
	}
	if n, err := s.Tick(t.Context()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	paper, err := s.Open(t.Context(), 1, "pledge")
	if err != nil {
		t.Fatal(err)
	}
	if _, same, err := s.Compare(t.Context(), d.row.Number, paper); !same || err != nil {
		t.Errorf("the paper is not itself: %v", err)
	}
	if _, same, _ := s.Compare(t.Context(), d.row.Number, paper[1:]); same {
		t.Error("a shorter copy passes")
	}
	if why, err := s.Check(t.Context(), 7); why != "" || err != nil {
		t.Errorf("Check: %q %v", why, err)
	}
	if h, err := s.Recompute(t.Context(), 1); h != d.row.RowHash || err != nil {
		t.Errorf("Recompute: %v", err)
	}
	d.row.SHA256 = strings.Repeat("0", 64)
	if v, _ := s.Look(t.Context(), d.row.Number); v.Why == "" {
		t.Error("a changed row passes on the page")
	}
	if why, _ := s.Check(t.Context(), 7); why != "the evidence row was changed" {
		t.Errorf("Check: %q", why)
	}
}

func TestWorkerTriesAgainLater(t *testing.T) {
	d, s := newDesk(t)
	if err := d.Queue(t.Context(), 7, evidence.NewNumber()); err != nil {
		t.Fatal(err)
	}
	d.full = true
	for i, want := range []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute} {
		if n, err := s.Tick(t.Context()); n != 1 || err != nil {
			t.Fatal(n, err)
		}
		if got := d.due.Sub(d.now); got != want {
			t.Errorf("failure %d waits %s, want %s", i+1, got, want)
		}
		d.now = d.due
	}
	d.full = false
	if _, err := s.Tick(t.Context()); err != nil || d.row.State != evidence.Made {
		t.Errorf("it is never made: %+v %v", d.row, err)
	}
}

func TestWorkerThatLostItsLeaseLeavesNoFile(t *testing.T) {
	d, s := newDesk(t)
	if err := d.Queue(t.Context(), 7, evidence.NewNumber()); err != nil {
		t.Fatal(err)
	}
	d.stole = true
	if _, err := s.Tick(t.Context()); err != nil || len(d.files) != 0 {
		t.Errorf("%d files are left: %v", len(d.files), err)
	}
}

func TestWorkerCertifiesNothingFalse(t *testing.T) {
	d, s := newDesk(t)
	if err := d.Queue(t.Context(), 7, evidence.NewNumber()); err != nil {
		t.Fatal(err)
	}
	d.sig.Signer.IP = "203.0.113.9" // not what was hashed
	if _, err := s.Tick(t.Context()); err != nil || d.row.State != evidence.Queued || len(d.files) != 0 {
		t.Errorf("a changed signature was certified: %+v %v", d.row, err)
	}
	if v, err := s.Look(t.Context(), d.row.Number); err != nil || v.Why == "" {
		t.Errorf("the page calls it valid: %v", err)
	}
}

package notice_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"ruxue/service/notice"
)

// box is a Store with one row, as strict as the real one.
type box struct {
	row      notice.Row
	holder   string
	at       time.Time
	fates    []notice.Fate
	receipts map[string]string
	lost     bool // the lease was lost meanwhile
	fail     error
}

func (b *box) Insert(_ context.Context, r notice.Row) (bool, error) {
	if b.fail != nil {
		return false, b.fail
	}
	b.row, b.at = r, r.NotBefore
	return true, nil
}

func (b *box) Claim(_ context.Context, holder string, now, _ time.Time, _ int) ([]notice.Row, error) {
	if b.fail != nil {
		return nil, b.fail
	}
	if b.row.Ref == "" || b.row.State != notice.Queued || now.Before(b.at) {
		return nil, nil
	}
	before := b.row
	b.holder = holder
	b.row.Tries++
	if b.row.UncertainSince == nil {
		b.row.UncertainSince = &now
	}
	return []notice.Row{before}, nil
}

func (b *box) Postpone(_ context.Context, _, _ string, at time.Time, uncertain *time.Time, f notice.Fate) error {
	b.at, b.row.UncertainSince = at, uncertain
	b.fates = append(b.fates, f)
	return nil
}

func (b *box) Finish(_ context.Context, _, _ string, f notice.Fate) (bool, error) {
	if b.lost {
		return false, nil
	}
	b.row.State, b.row.MessageID = f.State, f.MessageID
	b.fates = append(b.fates, f)
	return true, nil
}

func (b *box) Lost(context.Context, time.Time) (int, error) { return 0, nil }

func (b *box) AddReceipt(_ context.Context, id, status string) error {
	if b.receipts == nil {
		b.receipts = map[string]string{}
	}
	b.receipts[id] = status
	return b.fail
}

func (b *box) Receipt(_ context.Context, id string) (string, bool, error) {
	s, ok := b.receipts[id]
	return s, ok, nil
}

func (b *box) Settle(_ context.Context, id string, f notice.Fate) error {
	if b.row.MessageID == id && b.row.State == notice.Accepted {
		b.row.State = f.State
		b.fates = append(b.fates, f)
	}
	return nil
}

type refusal struct {
	class notice.Class
	code  string
}

func (r refusal) Error() string       { return r.code }
func (r refusal) Class() notice.Class { return r.class }
func (r refusal) Code() string        { return r.code }
func (r refusal) Reason() string      { return "原因" + r.code }

// line is every way out and every address.
type line struct {
	openID, phone string
	findErr, err  error
	templates     []notice.Template
	texts         []notice.SMS
}

func (l *line) OpenID(context.Context, notice.Row) (string, error) { return l.openID, l.findErr }
func (l *line) Phone(context.Context, notice.Row) (string, error)  { return l.phone, l.findErr }
func (l *line) SendTemplate(_ context.Context, t notice.Template) (string, error) {
	l.templates = append(l.templates, t)
	return "77", l.err
}

func (l *line) SendSMS(_ context.Context, s notice.SMS) (string, error) {
	l.texts = append(l.texts, s)
	return "9", l.err
}

type office struct {
	*notice.Worker
	box  *box
	line *line
	now  time.Time
}

func newOffice(t *testing.T, m notice.Message) *office {
	t.Helper()
	o := &office{box: &box{}, line: &line{openID: "o1", phone: "13800138000"}, now: time.Date(2026, 3, 12, 6, 0, 0, 0, time.UTC)}
	clock := func() time.Time { return o.now }
	if m.DedupeKey == "" {
		m.DedupeKey, m.EnrolmentID, m.TemplateName = "k", 1, "registered"
	}
	if m.Kind == "" {
		m.Kind = notice.KindTemplate
	}
	if err := notice.NewOutbox(o.box, clock).Add(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	o.Worker = notice.NewWorker(notice.WorkerOptions{
		Store: o.box, Recipients: o.line, WeChat: o.line, SMS: o.line, Now: clock,
		Templates: map[string]notice.Spec{"registered": {ID: "T1", Fields: map[string]string{"thing1": "name"}, Params: []string{"name"}}},
	})
	return o
}

func (o *office) tick(t *testing.T) {
	t.Helper()
	if _, err := o.Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func (o *office) last(t *testing.T) notice.Fate {
	t.Helper()
	if len(o.box.fates) == 0 {
		t.Fatal("no fate was recorded")
	}
	return o.box.fates[len(o.box.fates)-1]
}

func TestAddRefuses(t *testing.T) {
	ok := notice.Message{Kind: notice.KindSMS, EnrolmentID: 1, DedupeKey: "k", TemplateName: "t"}
	for name, change := range map[string]func(*notice.Message){
		"no kind":     func(m *notice.Message) { m.Kind = "fax" },
		"nobody":      func(m *notice.Message) { m.EnrolmentID = 0 },
		"two people":  func(m *notice.Message) { m.StaffID = 2 },
		"no key":      func(m *notice.Message) { m.DedupeKey = "" },
		"no template": func(m *notice.Message) { m.TemplateName = "" },
	} {
		m := ok
		change(&m)
		if err := notice.NewOutbox(&box{}, time.Now).Add(t.Context(), m); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
	away := errors.New("away")
	if err := notice.NewOutbox(&box{fail: away}, time.Now).Add(t.Context(), ok); !errors.Is(err, away) {
		t.Error(err)
	}
}

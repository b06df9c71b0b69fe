package application

import (
	"context"
	"fmt"
	"time"
	"unicode/utf8"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/reference"
	"ruxue/service/signing"
	"ruxue/service/student"
)

// Store keeps applications and moves enrolments. Methods join the transaction
// of the context; what is not there is fault.NotFound.
type Store interface {
	// InTx runs fn in one transaction; fn may run again.
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
	// Lock holds the enrolment's row (the first in the lock order) and returns
	// the enrolment as it stands.
	Lock(ctx context.Context, enrolmentID int64) (*student.Enrolment, error)
	// DraftOf returns the draft of a kind.
	DraftOf(ctx context.Context, enrolmentID int64, kind Kind) (Application, error)
	// LatestOf returns the newest application that was submitted, of any kind.
	LatestOf(ctx context.Context, enrolmentID int64) (Application, error)
	// Insert adds a draft.
	Insert(ctx context.Context, a Application) error
	// Retype replaces what a draft says; false when it is a draft no more.
	Retype(ctx context.Context, a Application) (bool, error)
	// Submit makes the draft pending; false when it is a draft no more.
	Submit(ctx context.Context, a Application) (bool, error)
	// Hold returns the application as it stands and locks it.
	Hold(ctx context.Context, ref string) (Application, error)
	// ByRef and ByID return an application.
	ByRef(ctx context.Context, ref string) (Application, error)
	ByID(ctx context.Context, id int64) (Application, error)
	// End ends a pending application with a's state, end and hash; false when
	// it is pending no more.
	End(ctx context.Context, a Application) (bool, error)
	// Move moves the enrolment from one state to the other; false when it was
	// not in the first. Who is let in from EntryPending chooses anew.
	Move(ctx context.Context, enrolmentID int64, from, to student.State) (bool, error)
}

// Signer takes the handwriting; see signing.Service.
type Signer interface {
	EnsurePrivate(ctx context.Context, campaignID int64, name, title, body string) (signing.DocumentVersion, error)
	Sign(ctx context.Context, sub signing.Subject, s signing.Strokes, t signing.Trace) (signing.Signature, error)
	ConfirmWithin(ctx context.Context, enrolmentID int64, document, ref string, t signing.Trace) (signing.Signature, error)
	TellConfirmed(ctx context.Context, g signing.Signature)
	DraftOf(ctx context.Context, enrolmentID int64, document string) (signing.Signature, error)
}

// Announcer queues the message about a decision, in the decision's transaction.
type Announcer interface {
	Decided(ctx context.Context, e *student.Enrolment, a Application) error
}

// Auditor appends to the audit log.
type Auditor interface {
	Add(ctx context.Context, e audit.Entry) error
}

// Options are what a Service needs.
type Options struct {
	Store  Store
	Signer Signer
	// Gate refuses who paid or has bound already; asked with the enrolment locked.
	Gate func(ctx context.Context, enrolmentID int64) error
	// ClosePayments closes the enrolment's open orders before it applies:
	// fault.Conflict when one of them was paid, any other error when that
	// cannot be known now. It is called outside transactions.
	ClosePayments func(ctx context.Context, enrolmentID int64) error
	Announcer     Announcer
	Audit         Auditor
	// Decided, which may be nil, is called in the transaction of a decision
	// after all is stored: what else follows from it, such as a refund.
	Decided func(ctx context.Context, e *student.Enrolment, a Application) error
	Now     func() time.Time
}

// Service keeps and decides applications. It is safe for concurrent use.
type Service struct{ Options }

// New returns a Service.
func New(o Options) *Service { return &Service{o} }

// errMoved is told to who works on what another device ended.
var errMoved = fault.New(fault.Conflict, "申请状态已变化，请重新打开页面")

// Standing is how a student's applications of a kind stand.
type Standing struct {
	// Latest is the newest one that was submitted, whatever its kind; nil
	// without one.
	Latest *Application
	// Draft is what is being typed of the kind: for who was sent back or
	// withdrew, what she had said then. Its Ref is "" while nothing was saved.
	Draft Application
}

// Of returns how the student stands.
func (s *Service) Of(ctx context.Context, e *student.Enrolment, kind Kind) (Standing, error) {
	var out Standing
	latest, err := s.Store.LatestOf(ctx, e.ID)
	switch {
	case err == nil:
		out.Latest = &latest
	case !fault.Is(err, fault.NotFound):
		return out, fmt.Errorf("reading the latest application: %w", err)
	}
	if out.Draft, err = s.draft(ctx, e, kind); err != nil {
		return out, err
	}
	if out.Draft.Ref == "" && out.Latest != nil && out.Latest.Kind == kind {
		out.Draft.Reason, out.Draft.Typed = latest.Reason, latest.Typed
	}
	return out, nil
}

func (s *Service) draft(ctx context.Context, e *student.Enrolment, kind Kind) (Application, error) {
	a, err := s.Store.DraftOf(ctx, e.ID, kind)
	if fault.Is(err, fault.NotFound) {
		return Application{EnrolmentID: e.ID, EnrolmentRef: e.Ref, CampaignID: e.CampaignID, Kind: kind, State: Draft}, nil
	}
	if err != nil {
		return a, fmt.Errorf("reading the draft of an application: %w", err)
	}
	return a, nil
}

// maxDraft bounds, in bytes, what a draft keeps of a text that is too long.
const maxDraft = 16 << 10

// SaveDraft keeps what was typed, unchecked, and returns it as stored.
func (s *Service) SaveDraft(ctx context.Context, e *student.Enrolment, kind Kind, reason, typed string) (Application, error) {
	if len(reason)+len(typed) > maxDraft {
		return Application{}, fault.New(fault.TooLarge, "内容太长，没有自动保存。请缩短后继续填写")
	}
	var out Application
	err := s.Store.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.Store.Lock(ctx, e.ID); err != nil {
			return err
		}
		if err := s.Gate(ctx, e.ID); err != nil {
			return err
		}
		a, err := s.draft(ctx, e, kind)
		if err != nil {
			return err
		}
		a.Reason, a.Typed, a.UpdatedAt = tidy(reason), tidy(typed), s.time()
		out, err = a, s.write(ctx, &a)
		out.Ref = a.Ref
		return err
	})
	if err != nil {
		return Application{}, fmt.Errorf("keeping the draft of an application: %w", err)
	}
	return out, nil
}

func (s *Service) write(ctx context.Context, a *Application) error {
	if a.Ref == "" {
		a.Ref = reference.New()
		return s.Store.Insert(ctx, *a)
	}
	ok, err := s.Store.Retype(ctx, *a)
	if err == nil && !ok {
		err = errMoved
	}
	return err
}

// Check says what is missing or wrong, by field: "reason", "statement". Nothing
// is wrong when it is empty.
func Check(kind Kind, reason, typed string) map[string]string {
	errs := map[string]string{}
	reason = tidy(reason)
	switch n := utf8.RuneCountInString(reason); {
	case n == 0 && !kind.Optional():
		errs["reason"] = "请填写申请原因"
	case n > MaxReason:
		errs["reason"] = fmt.Sprintf("申请原因最多 %d 个字，现在有 %d 个字，请缩短", MaxReason, n)
	}
	if want := kind.Sentence(); want != "" {
		if d := Compare(want, typed); !d.Same() {
			errs["statement"] = d.Sentence
		}
	}
	return errs
}

// Pin stores the text that would be signed for the draft as it stands.
func (s *Service) Pin(ctx context.Context, e *student.Enrolment, a Application) (signing.DocumentVersion, error) {
	return s.Signer.EnsurePrivate(ctx, e.CampaignID, a.DocumentName(), a.Kind.Title(), a.Text(e))
}

// Signed returns the signature that was written on a phone for this very text
// and waits for 提交; nil without one, or when the text was changed since.
func (s *Service) Signed(ctx context.Context, e *student.Enrolment, a Application) (*signing.Signature, error) {
	if a.Ref == "" {
		return nil, nil
	}
	g, err := s.Signer.DraftOf(ctx, e.ID, a.DocumentName())
	if fault.Is(err, fault.NotFound) || err == nil && g.DocumentSHA256 != signing.TextHash(a.Kind.Title(), a.Text(e)) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading an application's signature: %w", err)
	}
	return &g, nil
}

// ByRef returns an application that was submitted, for staff who may see its
// student: the caller checks that by EnrolmentID.
func (s *Service) ByRef(ctx context.Context, ref string) (Application, error) {
	a, err := s.Store.ByRef(ctx, ref)
	if err == nil && a.State == Draft {
		err = fault.New(fault.NotFound, "没有找到这份申请")
	}
	return a, err
}

// Recompute returns the hash of an ended application as it stands now, for
// audit.Provable.
func (s *Service) Recompute(ctx context.Context, id int64) (string, error) {
	a, err := s.Store.ByID(ctx, id)
	if err != nil {
		return "", err
	}
	return a.Hash(), nil
}

// Slots are the places for the attachments of a kind, all optional.
func Slots(kind Kind) []campaign.Slot {
	var out []campaign.Slot
	for i := range maxFiles {
		out = append(out, campaign.Slot{Name: fmt.Sprintf("%s-%d", kind, i+1), Label: fmt.Sprintf("附件 %d", i+1), Kind: "document",
			MaxBytes: maxFileBytes, MaxPDF: maxFileBytes})
	}
	return out
}

const (
	maxFiles     = 5
	maxFileBytes = 5_000_000
)

func (s *Service) time() time.Time { return s.Now().UTC().Truncate(time.Microsecond) }

package signing

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"ruxue/service/fault"
	"ruxue/service/reference"
)

// Service signs documents.
type Service struct {
	store     Store
	handoffs  *Handoffs
	registrar Registrar
	now       func() time.Time
}

// New returns the service.
func New(store Store, handoffs *Handoffs, registrar Registrar, now func() time.Time) *Service {
	return &Service{store: store, handoffs: handoffs, registrar: registrar, now: now}
}

// Subject is who signs what.
type Subject struct {
	EnrolmentID  int64
	EnrolmentRef string
	CampaignID   int64
	Document     DocumentVersion
	Confirm      bool   // the handwriting stays a draft until ConfirmDraft
	HandoffRef   string // "" when signed on the spot
}

// The refusals of signing.
var (
	ErrSigned  = fault.New(fault.Conflict, "该文件已签署，签名不能再更改")
	ErrNoDraft = fault.New(fault.NotFound, "还没有可以确认的签名，请先签名")
	ErrChanged = fault.New(fault.Conflict, "签名已更新，请核对最新的签名后再确认")
)

// EnsureDocument returns the version of a campaign's document that has exactly
// this wording, storing it on first use. body is plain text.
func (s *Service) EnsureDocument(ctx context.Context, campaignID int64, name, title, body string) (DocumentVersion, error) {
	title = strings.Join(strings.Fields(title), " ") // a line break in it would make the hash ambiguous
	v := DocumentVersion{CampaignID: campaignID, Name: name, Title: title, Body: body,
		SHA256: sum([]byte(title + "\n\n" + body))}
	v, err := s.store.EnsureDocument(ctx, v)
	if err != nil {
		return v, fmt.Errorf("storing the document %s: %w", name, err)
	}
	return v, nil
}

// Document returns a stored version.
func (s *Service) Document(ctx context.Context, id int64) (DocumentVersion, error) {
	return s.store.Document(ctx, id)
}

// Sign judges and draws the handwriting and stores it in one transaction: as
// the draft when the subject wants a confirmation (an earlier draft is
// superseded), else final at once, which may complete the registration. The
// same strokes sent again, because the answer was lost, return the signature
// that is there; other strokes after a final one are ErrSigned.
func (s *Service) Sign(ctx context.Context, sub Subject, strokes Strokes, t Trace) (Signature, error) {
	if err := Judge(strokes); err != nil {
		return Signature{}, err
	}
	picture, err := Draw(strokes) // outside the transaction: it takes 10 ms
	if err != nil {
		return Signature{}, err
	}
	raw := strokes.Bytes()
	fresh := Signature{Ref: reference.New(), EnrolmentID: sub.EnrolmentID, EnrolmentRef: sub.EnrolmentRef,
		DocumentVersionID: sub.Document.ID, DocumentName: sub.Document.Name, DocumentSHA256: sub.Document.SHA256,
		State: Draft, Strokes: raw, StrokesSHA256: sum(raw), Picture: picture, PictureSHA256: sum(picture),
		HandoffRef: sub.HandoffRef, Signer: t.tidy(), SignedAt: s.time()}
	var out Signature
	err = s.store.InTx(ctx, func(ctx context.Context) error {
		out, err = s.put(ctx, fresh, sub.Confirm)
		return err
	})
	if err != nil {
		return Signature{}, fmt.Errorf("signing %s: %w", sub.Document.Name, err)
	}
	return out, nil
}

func (s *Service) put(ctx context.Context, fresh Signature, confirm bool) (Signature, error) {
	if err := s.store.LockEnrolment(ctx, fresh.EnrolmentID); err != nil {
		return Signature{}, err
	}
	final, err := s.store.Current(ctx, fresh.EnrolmentID, fresh.DocumentName, Final)
	switch {
	case err == nil && final.StrokesSHA256 == fresh.StrokesSHA256:
		return final, nil
	case err == nil:
		return Signature{}, ErrSigned
	case !fault.Is(err, fault.NotFound):
		return Signature{}, err
	}
	draft, err := s.store.Current(ctx, fresh.EnrolmentID, fresh.DocumentName, Draft)
	switch {
	case err == nil && confirm && draft.StrokesSHA256 == fresh.StrokesSHA256 &&
		draft.DocumentVersionID == fresh.DocumentVersionID:
		return draft, nil
	case err == nil:
		if err := s.store.Supersede(ctx, draft.ID, fresh.SignedAt); err != nil {
			return Signature{}, err
		}
	case !fault.Is(err, fault.NotFound):
		return Signature{}, err
	}
	if !confirm { // writing and confirming are one act of one device
		fresh.finalise(fresh.Signer, fresh.SignedAt)
	}
	if fresh.ID, err = s.store.Insert(ctx, fresh); err != nil || confirm {
		return fresh, err
	}
	return fresh, s.registrar.Complete(ctx, fresh.EnrolmentID)
}

func (s *Signature) finalise(by Trace, at time.Time) {
	s.State, s.Confirmer, s.FinalAt = Final, by, at
	s.RowHash = s.Hash()
}

// ConfirmDraft makes the draft under the document final: the student's own act
// on the PC. ref is the signature that the page showed; "" takes whichever is
// the draft. Repeated, it returns the final signature.
func (s *Service) ConfirmDraft(ctx context.Context, enrolmentID int64, document, ref string, t Trace) (Signature, error) {
	var out Signature
	err := s.store.InTx(ctx, func(ctx context.Context) (err error) {
		out, err = s.confirm(ctx, enrolmentID, document, ref, t.tidy())
		return err
	})
	if err != nil {
		return Signature{}, fmt.Errorf("confirming %s: %w", document, err)
	}
	s.TellConfirmed(ctx, out)
	return out, nil
}

func (s *Service) confirm(ctx context.Context, enrolmentID int64, document, ref string, t Trace) (Signature, error) {
	if err := s.store.LockEnrolment(ctx, enrolmentID); err != nil {
		return Signature{}, err
	}
	final, err := s.store.Current(ctx, enrolmentID, document, Final)
	switch {
	case err == nil && (ref == "" || ref == final.Ref):
		return final, nil
	case err == nil:
		return Signature{}, ErrSigned
	case !fault.Is(err, fault.NotFound):
		return Signature{}, err
	}
	draft, err := s.store.Current(ctx, enrolmentID, document, Draft)
	if fault.Is(err, fault.NotFound) {
		return Signature{}, ErrNoDraft
	}
	if err != nil {
		return Signature{}, err
	}
	if ref != "" && ref != draft.Ref {
		return Signature{}, ErrChanged
	}
	draft.finalise(t, s.time())
	if err := s.store.Finalise(ctx, draft); err != nil {
		return Signature{}, err
	}
	return draft, s.registrar.Complete(ctx, enrolmentID)
}

// Again drops the draft under the document (重新签名) and cancels the handoff it
// came by; the page then asks for a new one. Without a draft nothing happens;
// after a final signature it is ErrSigned.
func (s *Service) Again(ctx context.Context, enrolmentID int64, document string) error {
	var handoff string
	err := s.store.InTx(ctx, func(ctx context.Context) error {
		if err := s.store.LockEnrolment(ctx, enrolmentID); err != nil {
			return err
		}
		if _, err := s.store.Current(ctx, enrolmentID, document, Final); err == nil {
			return ErrSigned
		} else if !fault.Is(err, fault.NotFound) {
			return err
		}
		draft, err := s.store.Current(ctx, enrolmentID, document, Draft)
		if fault.Is(err, fault.NotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		handoff = draft.HandoffRef
		return s.store.Supersede(ctx, draft.ID, s.time())
	})
	if err != nil {
		return fmt.Errorf("dropping the draft of %s: %w", document, err)
	}
	if handoff != "" {
		_, _ = s.handoffs.Cancel(ctx, handoff, enrolmentID) // it may be gone by now: nothing to cancel
	}
	return nil
}

// DraftOf returns the draft under the document, fault.NotFound without one.
func (s *Service) DraftOf(ctx context.Context, enrolmentID int64, document string) (Signature, error) {
	return s.store.Current(ctx, enrolmentID, document, Draft)
}

// FinalOf returns the final signature under the document, fault.NotFound
// without one.
func (s *Service) FinalOf(ctx context.Context, enrolmentID int64, document string) (Signature, error) {
	return s.store.Current(ctx, enrolmentID, document, Final)
}

// ByRef returns a signature of the enrolment, for its picture.
func (s *Service) ByRef(ctx context.Context, ref string, enrolmentID int64) (Signature, error) {
	return s.store.ByRef(ctx, ref, enrolmentID)
}

// Finals returns the enrolment's final signatures without strokes and pictures,
// oldest first.
func (s *Service) Finals(ctx context.Context, enrolmentID int64) ([]Signature, error) {
	return s.store.Finals(ctx, enrolmentID)
}

func (s *Service) time() time.Time { return s.now().UTC().Truncate(time.Microsecond) }

// tidy bounds what comes from outside to what the row holds, before it is hashed.
func (t Trace) tidy() Trace {
	clean := func(v string, n int) string {
		v = strings.ToValidUTF8(v, "")
		for len(v) > n {
			_, size := utf8.DecodeLastRuneInString(v)
			v = v[:len(v)-size]
		}
		return v
	}
	return Trace{AppID: clean(t.AppID, 64), OpenID: clean(t.OpenID, 128), IP: clean(t.IP, 45), UserAgent: clean(t.UserAgent, 400)}
}

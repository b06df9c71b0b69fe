package application

import (
	"context"
	"fmt"

	"ruxue/service/audit"
	"ruxue/service/fault"
	"ruxue/service/signing"
	"ruxue/service/student"
)

// Submission is what 提交 sends. It is signed either by Strokes, written on the
// page itself, or by the draft signature SignatureRef, written on a phone for
// the page of a PC.
type Submission struct {
	Reason       string
	Typed        string
	Strokes      *signing.Strokes
	SignatureRef string
	Files        []File
	Trace        signing.Trace
}

// ErrResign is told when the text was changed after it was signed.
var ErrResign = fault.New(fault.Conflict, "签名之后申请内容改动过，请重新签名").On("signature")

// Submit binds the enrolment: in one transaction the signature becomes final,
// the application pending and the enrolment's state waits for staff. Mistakes
// by field come back as errs and keep the draft. Open orders are closed first;
// where WeChat Pay cannot tell, money that still arrives is refunded.
func (s *Service) Submit(ctx context.Context, e *student.Enrolment, kind Kind, in Submission) (a Application, errs map[string]string, err error) {
	errs = Check(kind, in.Reason, in.Typed)
	if in.Strokes == nil && in.SignatureRef == "" {
		errs["signature"] = "请手写签名"
	}
	if len(errs) > 0 {
		_, err := s.SaveDraft(ctx, e, kind, in.Reason, in.Typed)
		return Application{}, errs, err
	}
	if a, err = s.SaveDraft(ctx, e, kind, in.Reason, in.Typed); err != nil {
		return a, nil, err
	}
	if err := s.ClosePayments(ctx, e.ID); fault.Is(err, fault.Conflict) {
		return a, nil, err
	}
	var signature signing.Signature
	err = s.Store.InTx(ctx, func(ctx context.Context) (err error) {
		a, signature, err = s.bind(ctx, e, a, in)
		return err
	})
	if err != nil {
		return Application{}, nil, fmt.Errorf("submitting an application: %w", err)
	}
	if signature.HandoffRef != "" {
		s.Signer.TellConfirmed(ctx, signature)
	}
	return a, nil, nil
}

func (s *Service) bind(ctx context.Context, e *student.Enrolment, a Application, in Submission) (Application, signing.Signature, error) {
	var g signing.Signature
	now, err := s.Store.Lock(ctx, e.ID)
	if err != nil {
		return a, g, err
	}
	if err := s.Gate(ctx, e.ID); err != nil {
		return a, g, err
	}
	if !now.Open() {
		return a, g, errMoved
	}
	if err := now.Refuses(string(a.Kind)); err != nil {
		return a, g, err
	}
	held, err := s.Store.Hold(ctx, a.Ref)
	if err != nil || held.State != Draft || held.Reason != a.Reason || held.Typed != a.Typed {
		return a, g, orMoved(err) // another tab typed on or submitted meanwhile
	}
	doc, err := s.Pin(ctx, now, held)
	if err != nil {
		return a, g, err
	}
	if g, err = s.sign(ctx, now, doc, in); err != nil {
		return a, g, err
	}
	at := s.time()
	held.State, held.From, held.Files, held.SubmittedAt, held.UpdatedAt = Pending, now.State, in.Files, &at, at
	held.DocumentSHA256, held.SignatureRef, held.SignatureHash = doc.SHA256, g.Ref, g.RowHash
	if ok, err := s.Store.Submit(ctx, held); err != nil || !ok {
		return a, g, orMoved(err)
	}
	if ok, err := s.Store.Move(ctx, e.ID, held.From, held.Kind.Waiting()); err != nil || !ok {
		return a, g, orMoved(err)
	}
	return held, g, s.note(ctx, "student:"+held.EnrolmentRef, "application.submit", held, "提交"+held.Kind.Name())
}

func (s *Service) sign(ctx context.Context, e *student.Enrolment, doc signing.DocumentVersion, in Submission) (signing.Signature, error) {
	if in.Strokes != nil {
		return s.Signer.Sign(ctx, signing.Subject{EnrolmentID: e.ID, EnrolmentRef: e.Ref, CampaignID: e.CampaignID, Document: doc},
			*in.Strokes, in.Trace)
	}
	g, err := s.Signer.DraftOf(ctx, e.ID, doc.Name)
	if fault.Is(err, fault.NotFound) || err == nil && (g.Ref != in.SignatureRef || g.DocumentVersionID != doc.ID) {
		return g, ErrResign
	}
	if err != nil {
		return g, err
	}
	return s.Signer.ConfirmWithin(ctx, e.ID, doc.Name, g.Ref, in.Trace)
}

// orMoved gives the error of a conditional write that moved nothing.
func orMoved(err error) error {
	if err == nil {
		return errMoved
	}
	return err
}

func (s *Service) note(ctx context.Context, actor, action string, a Application, detail string) error {
	return s.Audit.Add(ctx, audit.Entry{Actor: actor, Action: action, Subject: "enrolment:" + a.EnrolmentRef, Detail: detail})
}

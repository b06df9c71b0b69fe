package signing

import (
	"context"
	"errors"
	"fmt"

	"ruxue/service/fault"
)

// SubmitHandoff signs what the handoff is for with strokes written on the phone
// that scanned it. MySQL comes first, then the handoff's state: the PC is told
// of nothing that is not stored. If the process dies in between, the phone's
// repeated submit finds its own signature and moves the handoff on; that also
// holds when the handoff ran out or was cancelled meanwhile.
func (s *Service) SubmitHandoff(ctx context.Context, ticket, openid string, strokes Strokes, t Trace) (Signature, error) {
	if t.OpenID != openid {
		return Signature{}, errors.New("submitting a handoff: the trace is another phone's")
	}
	h, err := s.handoffs.ByTicket(ctx, ticket, openid)
	if errors.Is(err, ErrExpired) || errors.Is(err, ErrCancelled) {
		return s.already(ctx, ticket, openid, strokes, err)
	}
	if err != nil {
		return Signature{}, err
	}
	if h.Kind != KindSign {
		return Signature{}, ErrUnknown
	}
	doc, err := s.store.Document(ctx, h.DocumentVersionID)
	if err != nil {
		return Signature{}, fmt.Errorf("reading the handoff's document: %w", err)
	}
	sig, err := s.Sign(ctx, Subject{EnrolmentID: h.EnrolmentID, EnrolmentRef: h.EnrolmentRef, CampaignID: h.CampaignID,
		Document: doc, Confirm: h.Confirm, HandoffRef: h.Ref}, strokes, t)
	if err != nil {
		return Signature{}, err
	}
	tell := s.handoffs.Done
	if sig.State == Draft {
		tell = s.handoffs.Submitted
	}
	if _, err := tell(ctx, ticket, openid); err != nil && !fault.Is(err, fault.Gone) {
		return Signature{}, fmt.Errorf("telling the PC: %w", err)
	}
	return sig, nil
}

// already answers a phone whose handoff ended otherwise: with its signature
// when exactly these strokes were stored by way of this handoff, else with why.
func (s *Service) already(ctx context.Context, ticket, openid string, strokes Strokes, why error) (Signature, error) {
	h, err := s.handoffs.Peek(ctx, ticket)
	if err != nil {
		return Signature{}, err
	}
	if h.OpenID != openid || h.Kind != KindSign {
		return Signature{}, why
	}
	for _, state := range []SignatureState{Final, Draft} {
		sig, err := s.store.Current(ctx, h.EnrolmentID, h.Subject, state)
		if err == nil && sig.HandoffRef == h.Ref && sig.StrokesSHA256 == strokes.Hash() {
			return sig, nil
		}
		if err != nil && !fault.Is(err, fault.NotFound) {
			return Signature{}, err
		}
	}
	return Signature{}, why
}

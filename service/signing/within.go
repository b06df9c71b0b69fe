package signing

import (
	"context"
	"fmt"
	"strings"
)

// TextHash is the SHA-256 of a document of that title and body.
func TextHash(title, body string) string { return sum([]byte(title + "\n\n" + body)) }

// EnsurePrivate is EnsureDocument for a text about one student: its body is
// sealed at rest.
func (s *Service) EnsurePrivate(ctx context.Context, campaignID int64, name, title, body string) (DocumentVersion, error) {
	title = strings.Join(strings.Fields(title), " ")
	v, err := s.store.EnsureDocument(ctx, DocumentVersion{CampaignID: campaignID, Name: name, Title: title, Body: body,
		SHA256: TextHash(title, body), Private: true})
	if err != nil {
		return v, fmt.Errorf("storing the document of one student: %w", err)
	}
	return v, nil
}

// ConfirmWithin is ConfirmDraft inside the caller's transaction, which makes
// something else true at once. The caller tells the screens by TellConfirmed
// when it has committed.
func (s *Service) ConfirmWithin(ctx context.Context, enrolmentID int64, document, ref string, t Trace) (Signature, error) {
	g, err := s.confirm(ctx, enrolmentID, document, ref, t.tidy())
	if err != nil {
		return Signature{}, fmt.Errorf("confirming %s: %w", document, err)
	}
	return g, nil
}

// TellConfirmed tells other tabs and the phone that a signature which came by a
// handoff is final. Failing changes nothing: it is final either way.
func (s *Service) TellConfirmed(ctx context.Context, g Signature) {
	if g.HandoffRef != "" {
		_, _ = s.handoffs.Confirmed(ctx, g.HandoffRef, g.EnrolmentID)
	}
}

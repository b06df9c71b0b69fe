package student

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// IssuedLife is how long a code that staff issued counts.
const IssuedLife = 15 * time.Minute

// IssuedStore keeps the codes that staff issue, by the student's reference; a
// new one replaces the old one.
type IssuedStore interface {
	PutIssued(ctx context.Context, campaign, ref, code string) error
	// TryIssued and UseIssued are as Try and Use of CodeStore.
	TryIssued(ctx context.Context, campaign, ref, code string) (v CodeVerdict, left int, err error)
	UseIssued(ctx context.Context, campaign, ref, code string) (bool, error)
}

// Issue returns a code for a student who cannot receive an SMS: for IssuedLife
// it takes the place of the SMS code, once. It proves no phone.
func (s *Service) Issue(ctx context.Context, c *campaign.Campaign, e *Enrolment) (string, error) {
	code, err := newCode()
	if err != nil {
		return "", err
	}
	if err := s.codes.PutIssued(ctx, c.Code, e.Ref, code); err != nil {
		return "", fmt.Errorf("storing an issued code: %w", err)
	}
	return code, nil
}

// nobody takes the place of a student's reference where there is none, so that
// a try costs the same.
const nobody = "nobody"

// loginIssued logs in by a code that staff issued, after the SMS code was
// refused with why. Who does not know the student's ID number and name gets
// that refusal and uses up no try. The typed phone is not kept: nothing proved it.
func (s *Service) loginIssued(ctx context.Context, c *campaign.Campaign, in Credentials, why error) (*Enrolment, error) {
	if _, refused := fault.As(why); !refused {
		return nil, why
	}
	e, err := s.identify(ctx, c, in)
	if err != nil && !fault.Is(err, fault.Unauthorized) {
		return nil, err
	}
	ref := nobody
	if e != nil {
		ref = e.Ref
	}
	v, left, err := s.codes.TryIssued(ctx, c.Code, ref, in.Code)
	if err != nil {
		return nil, fmt.Errorf("comparing an issued code: %w", err)
	}
	switch v {
	case CodeRight:
	case CodeExpired: // none was issued: the SMS code is what counts
		return nil, why
	default:
		return nil, codeFault(v, left)
	}
	if err := s.checkWindow(ctx, c, e); err != nil {
		return nil, err
	}
	if ok, err := s.codes.UseIssued(ctx, c.Code, ref, in.Code); err != nil {
		return nil, fmt.Errorf("using an issued code: %w", err)
	} else if !ok {
		return nil, codeFault(CodeUsed, 0)
	}
	in.Phone = e.Phone
	return e, s.bind(ctx, e, in)
}

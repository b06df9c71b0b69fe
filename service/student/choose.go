package student

import (
	"context"
	"fmt"
	"slices"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// Enrolment returns the enrolment by its internal id, as a session holds it.
func (s *Service) Enrolment(ctx context.Context, id int64) (*Enrolment, error) {
	e, err := s.store.Enrolment(ctx, id)
	if err != nil {
		return nil, fmt.Errorf("reading the enrolment: %w", err)
	}
	return e, nil
}

// Choose records which door the student takes; "" is 重新选择. It binds
// nothing, and is refused once the state has moved.
func (s *Service) Choose(ctx context.Context, c *campaign.Campaign, e *Enrolment, choice string) error {
	known := slices.ContainsFunc(c.Choices, func(x campaign.Choice) bool { return x.Code == choice })
	if choice != "" && !known {
		return fault.New(fault.Invalid, "请选择一项")
	}
	ok, err := s.store.SetChoice(ctx, e.ID, choice)
	if err != nil {
		return fmt.Errorf("recording the choice: %w", err)
	}
	if !ok {
		return fault.New(fault.Conflict, "已经完成了一项操作，不能再选择其他项")
	}
	e.Choice = choice
	return nil
}

// Verify records that the student checked the admission data.
func (s *Service) Verify(ctx context.Context, e *Enrolment) error {
	if err := s.store.SetVerified(ctx, e.ID); err != nil {
		return fmt.Errorf("recording the verification: %w", err)
	}
	return nil
}

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
	if choice != "" && choice != campaign.Enter && !known {
		return fault.New(fault.Invalid, "请选择一项")
	}
	if err := e.Refuses(choice); err != nil {
		return err
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

// Refuses says why the door of a choice is shut to the student though she has
// bound nothing, nil where it is open: a place can be kept once, and whose
// place was kept applies to enter before she registers.
func (e *Enrolment) Refuses(choice string) error {
	switch {
	case choice == "defer" && e.CarriedFrom != 0:
		return fault.New(fault.Conflict, "保留入学资格只能申请一次，您的入学资格已经保留过。今年不能入学的，请联系学校")
	case choice == "register" && e.State == Kept:
		return fault.New(fault.Conflict, "您的入学资格是从以前保留下来的，请先申请入学，审核通过后再注册")
	case choice == campaign.Enter && e.State == Admitted:
		return fault.New(fault.Conflict, "您不需要申请入学，可以直接办理注册")
	}
	return nil
}

// Verify records that the student checked the admission data.
func (s *Service) Verify(ctx context.Context, e *Enrolment) error {
	if err := s.store.SetVerified(ctx, e.ID); err != nil {
		return fmt.Errorf("recording the verification: %w", err)
	}
	return nil
}

package application

import (
	"context"
	"fmt"
	"unicode/utf8"

	"ruxue/service/fault"
	"ruxue/service/student"
)

// Withdraw takes the student's pending application of the kind back: she stands
// where she stood before it and may choose anew. It is fault.Conflict when staff decided
// before, or nothing is pending.
func (s *Service) Withdraw(ctx context.Context, e *student.Enrolment, kind Kind) error {
	latest, err := s.Store.LatestOf(ctx, e.ID)
	if fault.Is(err, fault.NotFound) || err == nil && latest.Kind != kind {
		return fault.New(fault.Conflict, "没有待审核的申请，不需要撤回")
	}
	if err != nil {
		return fmt.Errorf("withdrawing an application: %w", err)
	}
	err = s.end(ctx, latest, func(a *Application) error {
		switch a.State {
		case Approved, Returned:
			return fault.New(fault.Conflict, "老师已经审核完成，不能再撤回。请重新打开页面查看结果")
		case Withdrawn:
			return fault.New(fault.Conflict, "这份申请已经撤回")
		}
		a.State, a.EndedBy = Withdrawn, "student:"+a.EnrolmentRef
		return nil
	})
	if err != nil {
		return fmt.Errorf("withdrawing an application: %w", err)
	}
	return nil
}

// Decide is the one decision about a pending application: by names the staff
// account by its reference, reason tells the student why it is not granted and
// is required then. Enrolment, application, audit entry and the message to the
// student are one transaction, which joins the caller's. It is fault.Conflict,
// with a sentence for staff, when another one decided or the student withdrew.
func (s *Service) Decide(ctx context.Context, ref string, approve bool, reason, by string) (Application, error) {
	reason = tidy(reason)
	switch {
	case !approve && reason == "":
		return Application{}, fault.New(fault.Invalid, "请填写退回的原因").On("reason")
	case utf8.RuneCountInString(reason) > MaxRemark:
		return Application{}, fault.Newf(fault.Invalid, "原因最多 %d 个字，请缩短", MaxRemark).On("reason")
	case by == "":
		return Application{}, fault.New(fault.Internal, "")
	}
	seen, err := s.ByRef(ctx, ref)
	if err != nil {
		return seen, err
	}
	var out Application
	err = s.end(ctx, seen, func(a *Application) error {
		switch a.State {
		case Withdrawn:
			return fault.New(fault.Conflict, "学生已撤回这份申请，不用再审核")
		case Approved:
			return fault.New(fault.Conflict, "这份申请已由其他老师审核通过")
		case Returned:
			return fault.New(fault.Conflict, "这份申请已由其他老师退回")
		}
		a.State, a.Remark, a.EndedBy = Returned, reason, "staff:"+by
		if approve {
			a.State = Approved
		}
		out = *a
		return nil
	})
	if err != nil {
		return seen, fmt.Errorf("deciding an application: %w", err)
	}
	return s.ByRef(ctx, out.Ref)
}

// end moves a pending application to the state that change gives it, and the
// enrolment with it.
func (s *Service) end(ctx context.Context, seen Application, change func(*Application) error) error {
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		e, err := s.Store.Lock(ctx, seen.EnrolmentID)
		if err != nil {
			return err
		}
		a, err := s.Store.Hold(ctx, seen.Ref)
		if err != nil {
			return err
		}
		if err := change(&a); err != nil {
			return err
		}
		at := s.time()
		a.EndedAt, a.UpdatedAt = &at, at
		a.RowHash = a.Hash()
		if ok, err := s.Store.End(ctx, a); err != nil || !ok {
			return orMoved(err)
		}
		to := a.From
		if a.State == Approved {
			to = a.Kind.Granted()
		}
		if ok, err := s.Store.Move(ctx, a.EnrolmentID, a.Kind.Waiting(), to); err != nil || !ok {
			return orMoved(err)
		}
		e.State = to
		return s.follow(ctx, e, a)
	})
}

// follow writes what follows from an end: the log, the message, the hook.
func (s *Service) follow(ctx context.Context, e *student.Enrolment, a Application) error {
	actions := map[State][2]string{Withdrawn: {"application.withdraw", "撤回"}, Approved: {"application.approve", "通过"},
		Returned: {"application.return", "退回"}}
	x := actions[a.State]
	if err := s.note(ctx, a.EndedBy, x[0], a, x[1]+a.Kind.Name()); err != nil {
		return err
	}
	if a.State == Withdrawn {
		return nil
	}
	if err := s.Announcer.Decided(ctx, e, a); err != nil {
		return fmt.Errorf("queueing the message about an application: %w", err)
	}
	if s.Decided == nil {
		return nil
	}
	return s.Decided(ctx, e, a)
}

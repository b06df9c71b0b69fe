package payment

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/fault"
)

// refundAfter are the pauses between questions about a refund; the last repeats.
var refundAfter = []time.Duration{5 * time.Second, 30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour}

// slowly is the pause before a refund that waits for a person is looked at again.
const slowly = 6 * time.Hour

// settleRefund takes a statement about a refund.
func (s *Service) settleRefund(ctx context.Context, ev Event) error {
	r, found, err := s.Store.Refund(ctx, ev.OutRefundNo)
	if err != nil {
		return fmt.Errorf("settling a refund: %w", err)
	}
	if !found {
		return s.problem(ctx, ProblemUnknown, Attempt{}, ev, fault.NotFound, "no such refund")
	}
	as := Attempt{EnrolmentID: r.EnrolmentID, AmountFen: r.AmountFen}
	if (ev.MchID != "" && ev.MchID != r.MchID) || (ev.OutTradeNo != "" && ev.OutTradeNo != r.OutTradeNo) {
		return s.problem(ctx, ProblemIdentity, as, ev, fault.Conflict, "refund of another order or merchant")
	}
	if ev.RefundFen != r.AmountFen {
		return s.problem(ctx, ProblemAmount, as, ev, fault.Conflict, "refund of another amount")
	}
	return s.onRefund(ctx, r, func(ctx context.Context, r Refund) error { return s.moveRefund(ctx, r, ev) })
}

// onRefund acts in one transaction on what a refund is by now: between the look
// at it and the act a callback, the worker or finance may have moved it.
func (s *Service) onRefund(ctx context.Context, seen Refund, act func(ctx context.Context, r Refund) error) error {
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.Store.LockEnrolment(ctx, seen.EnrolmentID); err != nil {
			return err
		}
		r, _, err := s.Store.Refund(ctx, seen.OutRefundNo)
		if err != nil {
			return err
		}
		return act(ctx, r)
	})
}

// moveRefund stores a refund's new state. Success is final: an older statement
// that arrives later changes nothing.
func (s *Service) moveRefund(ctx context.Context, r Refund, ev Event) error {
	if r.State == RefundDoneState {
		if r.LastCode == codeByHand && ev.RefundState == RefundSucceeded {
			return s.refundProblem(ctx, r, codeTwiceBack)
		}
		return nil
	}
	before := r.State
	now := s.now()
	if ev.RefundID != "" {
		r.RefundID = ev.RefundID
	}
	r.LastCode = ""
	switch ev.RefundState {
	case RefundSucceeded:
		at := ev.SuccessAt
		if at.IsZero() {
			at = now
		}
		r.State, r.SucceededAt, r.NextCheckAt = RefundDoneState, &at, nil
	case RefundProcessing:
		r.State, r.NextCheckAt = RefundPendingState, after(now, refundAfter, r.Checks)
	case RefundAbnormal:
		at := now.Add(slowly)
		r.State, r.NextCheckAt = RefundAbnormalState, &at
	case RefundClosed:
		r.State, r.NextCheckAt = RefundClosedState, nil
	default:
		return fault.Newf(fault.Conflict, "退款状态未知")
	}
	r.Checks++
	if _, err := s.Store.SaveRefund(ctx, r); err != nil {
		return err
	}
	if r.State == before {
		return nil
	}
	if r.State == RefundDoneState {
		if err := s.Store.CloseProblems(ctx, ProblemRefund, r.OutRefundNo, "退款已成功", now); err != nil {
			return err
		}
	}
	s.OnEvent("refund." + string(r.State))
	s.Logger.InfoContext(ctx, "refund "+string(r.State), "out_refund_no", r.OutRefundNo, "fen", r.AmountFen)
	if r.State == RefundAbnormalState || r.State == RefundClosedState {
		return s.refundProblem(ctx, r, ev.RefundState)
	}
	return nil
}

// Codes of a refund that are ours and not WeChat Pay's.
const (
	codeByHand    = "BY_HAND"               // a person transferred the money
	codeTwiceBack = "BY_HAND_AND_BY_WECHAT" // and then WeChat Pay sent it too
)

func (s *Service) refundProblem(ctx context.Context, r Refund, code string) error {
	s.OnEvent("problem." + string(ProblemRefund))
	return s.Store.RecordProblem(ctx, Problem{Kind: ProblemRefund, OutTradeNo: r.OutRefundNo, TransactionID: r.TransactionID,
		EnrolmentID: r.EnrolmentID, WantFen: r.AmountFen, Detail: "refund: " + cut(code)})
}

// pushRefund executes or follows one claimed refund. The request is the same
// on every repetition, so a lost answer never pays twice.
func (s *Service) pushRefund(ctx context.Context, r Refund) error {
	var ev Event
	var err error
	if r.State == RefundRequestedState {
		ev, err = s.Gateway.Refund(ctx, RefundRequest{TransactionID: r.TransactionID, OutTradeNo: r.OutTradeNo,
			OutRefundNo: r.OutRefundNo, Reason: r.Reason, AmountFen: r.AmountFen, TotalFen: r.TotalFen})
	} else {
		ev, err = s.Gateway.QueryRefund(ctx, r.OutRefundNo)
	}
	if err == nil {
		if err = s.settleRefund(ctx, ev); err == nil {
			return nil
		}
		return fmt.Errorf("settling a refund's answer: %w", err) // the lease runs out and it is tried again
	}
	outcome, code := outcomeOf(err)
	s.OnEvent("refund." + outcome.String())
	s.Logger.WarnContext(ctx, "refund call failed", "out_refund_no", r.OutRefundNo, "outcome", outcome.String(), "code", code)
	return s.onRefund(ctx, r, func(ctx context.Context, now Refund) error {
		if now.State != r.State {
			return nil // a callback knew more
		}
		return s.delayRefund(ctx, now, code, outcome != Unknown && outcome != Busy && now.State == RefundRequestedState)
	})
}

// delayRefund plans the next question after a call that did not work, or leaves
// the refund to a person.
func (s *Service) delayRefund(ctx context.Context, r Refund, code string, needsPerson bool) error {
	r.LastCode = code
	r.NextCheckAt = after(s.now(), refundAfter, r.Checks)
	r.Checks++
	if needsPerson {
		// NOT_ENOUGH heals when the merchant account is filled: keep asking, slowly.
		at := s.now().Add(time.Hour)
		r.NextCheckAt = &at
		if code != "NOT_ENOUGH" {
			r.State, r.NextCheckAt = RefundFailedState, nil
		}
	}
	if _, err := s.Store.SaveRefund(ctx, r); err != nil || !needsPerson {
		return err
	}
	return s.refundProblem(ctx, r, code)
}

func after(now time.Time, pauses []time.Duration, n int) *time.Time {
	at := now.Add(pauses[min(n, len(pauses)-1)])
	return &at
}

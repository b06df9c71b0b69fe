package payment

import (
	"context"
	"fmt"
	"strings"
	"unicode/utf8"

	"ruxue/service/fault"
	"ruxue/service/money"
	"ruxue/service/staff"
)

var errNotByHand = fault.New(fault.Conflict, "只有失败或异常的退款可以改为线下退回，请刷新页面查看")

// FinishByHand records that the money of a refund which WeChat Pay can't send
// was transferred by a person; note holds the transfer's day and number. WeChat
// Pay is asked first: a refusal is not signed, so the same refund may be under
// way there all the same (fault.Conflict), and while nobody knows nothing is
// recorded (fault.Unavailable).
func (s *Service) FinishByHand(ctx context.Context, outRefundNo, note string, by staff.Actor) error {
	note = strings.TrimSpace(note)
	if note == "" || utf8.RuneCountInString(note) > maxNote {
		return fault.Newf(fault.Invalid, "请填写转账日期和流水号，不超过 %d 个字", maxNote).On("note")
	}
	r, found, err := s.Store.Refund(ctx, outRefundNo)
	switch {
	case err != nil:
		return fmt.Errorf("finishing a refund by hand: %w", err)
	case !found:
		return fault.New(fault.NotFound, "没有找到这笔退款")
	case r.State != RefundFailedState && r.State != RefundAbnormalState:
		return errNotByHand
	}
	if err := s.stuck(ctx, r); err != nil {
		return err
	}
	return s.onRefund(ctx, r, func(ctx context.Context, r Refund) error {
		if r.State != RefundFailedState && r.State != RefundAbnormalState {
			return errNotByHand
		}
		now := s.now()
		r.State, r.SucceededAt, r.NextCheckAt, r.LastCode = RefundDoneState, &now, nil, codeByHand
		r.Note = strings.TrimSpace(r.Note + " 线下转账退回：" + note)
		if ok, err := s.Store.SaveRefund(ctx, r); err != nil || !ok {
			return notMoved(ok, err)
		}
		if err := s.Store.CloseProblems(ctx, ProblemRefund, outRefundNo, "线下转账退回："+note, now); err != nil {
			return err
		}
		return s.log(ctx, by, "refund.by_hand", outRefundNo, "线下转账退回 "+money.Yuan(r.AmountFen)+"："+note)
	})
}

// stuck asks WeChat Pay about a refund and settles what it says; nil means that
// its money is not on its way.
func (s *Service) stuck(ctx context.Context, r Refund) error {
	ev, err := s.Gateway.QueryRefund(ctx, r.OutRefundNo)
	if outcome, _ := outcomeOf(err); err != nil && outcome == Missing {
		return nil
	}
	if err != nil {
		return fault.Wrap(fault.Unavailable, "暂时不能向微信支付核实这笔退款，没有登记，请稍后再试", err)
	}
	if err := s.settleRefund(ctx, ev); err != nil {
		return err
	}
	if ev.RefundState == RefundSucceeded || ev.RefundState == RefundProcessing {
		return fault.New(fault.Conflict, "微信支付正在退这笔款，或已经退回，不能再线下退回。请刷新页面查看")
	}
	return nil
}

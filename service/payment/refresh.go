package payment

import (
	"context"
	"fmt"
	"slices"

	"ruxue/service/fault"
)

// maxRefresh bounds the orders asked about for one click of 钱付了没更新？
const maxRefresh = 5

// Refresh asks WeChat Pay now about the enrolment's orders that may have been
// paid, live ones and those that ended lately, settles what it says, and
// returns the bill with a sentence for the student. The caller limits how often.
func (s *Service) Refresh(ctx context.Context, enrolmentID int64) (Bill, string, error) {
	bill, found, err := s.Store.Bill(ctx, enrolmentID)
	if err != nil {
		return Bill{}, "", fmt.Errorf("refreshing a payment: %w", err)
	}
	if !found {
		return Bill{}, "", errNoBill
	}
	tried, err := s.Store.Attempts(ctx, bill.ID)
	if err != nil {
		return Bill{}, "", fmt.Errorf("refreshing a payment: %w", err)
	}
	asked, doubt, wrong := 0, false, false
	for _, a := range tried {
		recent := a.EndedAt == nil || s.now().Sub(*a.EndedAt) < watchClosed
		if a.State.Settled() || !recent || asked == maxRefresh {
			continue
		}
		asked++
		if _, err := s.ask(context.WithoutCancel(ctx), a); err != nil {
			switch fault.KindOf(err) {
			case fault.Unavailable:
				doubt = true
			case fault.Conflict, fault.NotFound:
				wrong = true
			default:
				return Bill{}, "", fmt.Errorf("refreshing a payment: %w", err)
			}
		}
	}
	if bill, _, err = s.Store.Bill(ctx, enrolmentID); err != nil {
		return Bill{}, "", fmt.Errorf("refreshing a payment: %w", err)
	}
	refunds, err := s.Store.Refunds(ctx, enrolmentID)
	if err != nil {
		return Bill{}, "", fmt.Errorf("refreshing a payment: %w", err)
	}
	return bill, refreshSentence(bill, asked, doubt, wrong, refunds), nil
}

func refreshSentence(b Bill, asked int, doubt, wrong bool, all []Refund) string {
	surplus := slices.ContainsFunc(all, func(r Refund) bool { return r.Cause == CauseSurplus && r.State.Counts() })
	refunds := slices.ContainsFunc(all, func(r Refund) bool { return r.State.Counts() })
	switch {
	case wrong:
		return "收到的付款与缴费单不一致，请联系学院工作人员核对，请勿重复缴费。"
	case b.State == BillPaid && surplus:
		return "已确认收到您的缴费；另有一笔重复付款，将原路退回。"
	case b.State == BillPaid && refunds:
		return "已确认收到您的缴费；学校已为您办理退款，款项原路退回。"
	case b.State == BillPaid:
		return "已确认收到您的缴费。"
	case b.State == BillFree:
		return "您无需缴费。"
	case refunds:
		return "查到一笔付款，将原路退回。"
	case doubt:
		return "暂时无法连接微信支付，请稍后再查。若您已付款，款项不会丢失，请勿重复缴费。"
	case asked == 0:
		return "还没有查到您的付款记录。"
	}
	return "微信支付暂未查到您的付款。若您已被扣款，请几分钟后再查，请勿重复缴费。"
}

// Timeline returns the enrolment's attempts and refunds, newest first.
func (s *Service) Timeline(ctx context.Context, enrolmentID int64) ([]Attempt, []Refund, error) {
	bill, found, err := s.Store.Bill(ctx, enrolmentID)
	if err != nil || !found {
		return nil, nil, err
	}
	tried, err := s.Store.Attempts(ctx, bill.ID)
	if err != nil {
		return nil, nil, err
	}
	refunds, err := s.Store.Refunds(ctx, enrolmentID)
	return tried, refunds, err
}

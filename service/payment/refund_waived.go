package payment

import (
	"context"
	"fmt"
)

// RefundWaived sends back what a student has paid whose application to give the
// place up was approved, in the transaction of that decision (the enrolment's
// lock first). The rule is the approval, so nobody else is asked. Money that
// came by the bank goes to finance's list instead. It may be called again.
func (s *Service) RefundWaived(ctx context.Context, enrolmentID int64) error {
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.Store.LockEnrolment(ctx, enrolmentID); err != nil {
			return err
		}
		bill, found, err := s.Store.Bill(ctx, enrolmentID)
		if err != nil || !found || bill.State != BillPaid {
			return err
		}
		tried, err := s.Store.Attempts(ctx, bill.ID)
		if err != nil {
			return err
		}
		for _, a := range tried {
			if a.State != AttemptPaid {
				continue
			}
			if err := s.refundWaived(ctx, a); err != nil {
				return fmt.Errorf("sending back the money of a waived place: %w", err)
			}
		}
		return nil
	})
}

func (s *Service) refundWaived(ctx context.Context, a Attempt) error {
	left, err := s.left(ctx, a)
	if err != nil || left == 0 {
		return err
	}
	if a.Way == Offline {
		return s.Store.RecordProblem(ctx, Problem{Kind: ProblemOffline, OutTradeNo: a.OutTradeNo, TransactionID: cut(a.TransactionID),
			EnrolmentID: a.EnrolmentID, WantFen: left, Detail: "place waived, paid by bank"})
	}
	now := s.now()
	s.OnEvent("refund." + string(RefundRequestedState))
	return s.Store.InsertRefund(ctx, Refund{EnrolmentID: a.EnrolmentID, BillID: a.BillID, AttemptID: a.ID, OutTradeNo: a.OutTradeNo,
		TransactionID: a.TransactionID, OutRefundNo: "W" + a.OutTradeNo, MchID: a.MchID, State: RefundRequestedState,
		Cause: CauseWaived, Reason: refundReasons[CauseWaived], AmountFen: left, TotalFen: a.AmountFen, NextCheckAt: &now,
		Requester: bySystem})
}

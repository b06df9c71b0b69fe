package payment

import (
	"context"
	"errors"
	"fmt"
	"time"

	"ruxue/service/fault"
)

// Settle takes an authenticated statement of WeChat Pay, from a callback, a
// query or the worker, and makes it so: idempotent, safe when hundreds arrive
// at once, in one transaction. nil means stored (or nothing to store): only
// then may a callback be answered 204. fault.NotFound is an order unknown here,
// fault.Conflict a statement that contradicts what was ordered; both are
// recorded as problems and change no state.
func (s *Service) Settle(ctx context.Context, ev Event) error {
	switch ev.Kind {
	case TradeEvent:
	case RefundEvent:
		return s.settleRefund(ctx, ev)
	default:
		s.OnEvent("ignored")
		return nil
	}
	a, found, err := s.Store.Attempt(ctx, ev.OutTradeNo)
	if err != nil {
		return fmt.Errorf("settling: %w", err)
	}
	if !found {
		return s.problem(ctx, ProblemUnknown, a, ev, fault.NotFound, "no such order")
	}
	if ev.AppID != a.AppID || ev.MchID != a.MchID {
		return s.problem(ctx, ProblemIdentity, a, ev, fault.Conflict, "another app or merchant")
	}
	switch ev.TradeState {
	case TradeSuccess:
		return s.settleSuccess(ctx, a, ev)
	case TradeClosed:
		if a.State.Live() {
			return s.end(ctx, a, AttemptClosed)
		}
	case TradeRefund:
		if !a.State.Settled() {
			return s.problem(ctx, ProblemRefunded, a, ev, fault.Conflict, "refunded before it was settled here")
		}
	}
	return nil
}

func (s *Service) settleSuccess(ctx context.Context, a Attempt, ev Event) error {
	switch {
	case ev.TotalFen != a.AmountFen || ev.Currency != "CNY":
		return s.problem(ctx, ProblemAmount, a, ev, fault.Conflict, "amount or currency differs")
	case ev.TransactionID == "" || ev.SuccessAt.IsZero():
		return s.problem(ctx, ProblemIdentity, a, ev, fault.Conflict, "a success without transaction id or time")
	case a.State.Settled() && a.TransactionID == ev.TransactionID:
		s.OnEvent("duplicate") // settled is final, so no lock is needed to know
		return nil
	}
	result, err := s.settleTx(ctx, a, ev, true)
	var failed *completionError
	if errors.As(err, &failed) && ctx.Err() == nil {
		// The money must not wait for whatever keeps the registration from
		// completing: record it, and let the worker complete later.
		s.Logger.ErrorContext(ctx, "completing a registration after payment failed", "out_trade_no", a.OutTradeNo, "error", failed.err)
		result, err = s.settleTx(ctx, a, ev, false)
	}
	if err != nil {
		return fmt.Errorf("settling: %w", err)
	}
	s.OnEvent(result)
	if result == "two_trades" {
		return s.problem(ctx, ProblemTwice, a, ev, fault.Conflict, "one order, two transactions")
	}
	if result != "duplicate" {
		s.Logger.InfoContext(ctx, "payment "+result, "out_trade_no", a.OutTradeNo, "fen", ev.TotalFen, "source", ev.Source,
			"late", !a.State.Live())
	}
	return nil
}

type completionError struct{ err error }

func (e *completionError) Error() string { return "completing the registration: " + e.err.Error() }
func (e *completionError) Unwrap() error { return e.err } // a deadlock below is still retried

// settleTx is the one transaction that records money: enrolment, attempt and
// bill are locked in this order, so of any number of statements about a bill
// one finds it unpaid.
func (s *Service) settleTx(ctx context.Context, seen Attempt, ev Event, complete bool) (result string, err error) {
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		state, err := s.Store.LockEnrolment(ctx, seen.EnrolmentID)
		if err != nil {
			return err
		}
		a, err := s.Store.LockAttempt(ctx, seen.ID)
		if err != nil {
			return err
		}
		if a.State.Settled() {
			result = "duplicate"
			if a.TransactionID != ev.TransactionID {
				result = "two_trades"
			}
			return nil
		}
		bill, err := s.Store.LockBill(ctx, a.BillID)
		if err != nil {
			return err
		}
		cause := ""
		switch {
		case bill.State == BillPaid:
			cause = CauseSurplus
		case bill.State != BillUnpaid:
			cause = CauseVoid
		case withdrawn(state):
			cause = CauseWithdrawn
		}
		if cause != "" {
			result = "surplus"
			return s.sendBack(ctx, a, ev, cause)
		}
		result = "settled"
		return s.accept(ctx, a, ev, complete)
	})
	return result, err
}

func (s *Service) accept(ctx context.Context, a Attempt, ev Event, complete bool) error {
	if ok, err := s.Store.PayAttempt(ctx, a.ID, AttemptPaid, ev.TransactionID, s.now()); err != nil || !ok {
		return notMoved(ok, err)
	}
	if ok, err := s.Store.PayBill(ctx, a.BillID, a.ID, ev.SuccessAt); err != nil || !ok {
		return notMoved(ok, err)
	}
	if err := s.Store.InsertPayment(ctx, paymentOf(a, ev, PurposeBill)); err != nil {
		return err
	}
	if err := s.Store.HurryAttempts(ctx, a.BillID, s.now()); err != nil {
		return err
	}
	if complete {
		if err := s.Registrar.Complete(ctx, a.EnrolmentID); err != nil {
			return &completionError{err}
		}
		return nil
	}
	return s.Store.RecordProblem(ctx, Problem{Kind: ProblemCompletion, OutTradeNo: a.OutTradeNo, TransactionID: ev.TransactionID,
		EnrolmentID: a.EnrolmentID, WantFen: a.AmountFen, GotFen: ev.TotalFen, Detail: "paid, registration not completed"})
}

// sendBack records money that the bill can't take and asks for its refund. The
// refund's number follows from the order's, so it is the same whoever asks.
func (s *Service) sendBack(ctx context.Context, a Attempt, ev Event, cause string) error {
	if ok, err := s.Store.PayAttempt(ctx, a.ID, AttemptSurplus, ev.TransactionID, s.now()); err != nil || !ok {
		return notMoved(ok, err)
	}
	if err := s.Store.InsertPayment(ctx, paymentOf(a, ev, PurposeSurplus)); err != nil {
		return err
	}
	now := s.now()
	r := Refund{EnrolmentID: a.EnrolmentID, BillID: a.BillID, AttemptID: a.ID,
		OutTradeNo: a.OutTradeNo, TransactionID: ev.TransactionID, OutRefundNo: "R" + a.OutTradeNo, MchID: a.MchID,
		State: RefundRequestedState, Cause: cause, Reason: refundReasons[cause], AmountFen: ev.TotalFen, TotalFen: ev.TotalFen,
		NextCheckAt: &now, Requester: bySystem}
	if s.ApproveSurplus && cause == CauseSurplus {
		r.State, r.NextCheckAt = RefundWaitingState, nil
	}
	return s.Store.InsertRefund(ctx, r)
}

// bySystem names who asked for a refund that a rule asks for; it has no
// account, so whoever of finance looks at it is the second person.
const bySystem = "系统"

var refundReasons = map[string]string{
	CauseSurplus:   "重复缴费，原路退回",
	CauseWithdrawn: "已申请保留或放弃入学资格，原路退回",
	CauseVoid:      "缴费单已取消，原路退回",
	CauseWaived:    "已放弃入学资格，原路退回",
}

// notMoved turns a conditional write that moved nothing under our own locks
// into an error: the transaction must not go on.
func notMoved(ok bool, err error) error {
	if err == nil && !ok {
		err = errors.New("a locked row was not in the state it was read in")
	}
	return err
}

func paymentOf(a Attempt, ev Event, purpose string) Payment {
	return Payment{EnrolmentID: a.EnrolmentID, BillID: a.BillID, AttemptID: a.ID, OutTradeNo: a.OutTradeNo,
		TransactionID: ev.TransactionID, AppID: ev.AppID, MchID: ev.MchID, PayerOpenID: ev.OpenID, TradeType: ev.TradeType,
		BankType: ev.BankType, TotalFen: ev.TotalFen, PayerFen: ev.PayerFen, Currency: ev.Currency, Purpose: purpose,
		Source: ev.Source, SucceededAt: ev.SuccessAt.UTC().Truncate(time.Microsecond)}
}

// problem records what contradicts our books and returns the fault for it.
func (s *Service) problem(ctx context.Context, kind ProblemKind, a Attempt, ev Event, f fault.Kind, detail string) error {
	s.OnEvent("problem." + string(kind))
	s.Logger.ErrorContext(ctx, "payment problem", "kind", string(kind), "out_trade_no", ev.OutTradeNo, "want_fen", a.AmountFen,
		"got_fen", ev.TotalFen, "detail", detail)
	no := ev.OutTradeNo
	if ev.Kind == RefundEvent {
		no = ev.OutRefundNo
	}
	if err := s.Store.RecordProblem(ctx, Problem{Kind: kind, OutTradeNo: cut(no), TransactionID: cut(ev.TransactionID),
		EnrolmentID: a.EnrolmentID, WantFen: a.AmountFen, GotFen: ev.TotalFen, Detail: detail}); err != nil {
		return fmt.Errorf("recording a payment problem: %w", err)
	}
	return fault.Wrap(f, "缴费信息核对不一致，请联系学院工作人员，请勿重复缴费", fmt.Errorf("payment problem %s: %s", kind, detail))
}

// cut makes what WeChat Pay sent fit its column.
func cut(s string) string { return s[:min(len(s), 64)] }

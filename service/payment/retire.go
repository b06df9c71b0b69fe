package payment

import (
	"context"
	"errors"
	"fmt"

	"ruxue/service/fault"
)

// retire makes sure that the attempt cannot be paid any more: query, close,
// mark. paid tells that its money was found and settled instead. The caller
// holds the lease. Any doubt is an error, and the attempt stays live.
func (s *Service) retire(ctx context.Context, a Attempt, holder string) (paid bool, err error) {
	defer func() {
		if err != nil {
			s.release(ctx, a, holder)
		}
	}()
	ev, err := s.Gateway.Query(ctx, a.OutTradeNo)
	if outcome, _ := outcomeOf(err); err != nil && outcome == Missing {
		// Never arrived, or still under way after our time-out: nobody holds
		// its prepay_id or QR code, so it can't be paid.
		return false, s.end(ctx, a, AttemptClosed)
	}
	if err != nil {
		s.OnEvent("query.failed")
		return false, fault.Wrap(fault.Unavailable, errGateway.Sentence, err)
	}
	if done, paid, err := s.settleEnd(ctx, ev); done || err != nil {
		return paid, err
	}
	err = s.Gateway.Close(ctx, a.OutTradeNo)
	outcome, _ := outcomeOf(err)
	switch {
	case err == nil, outcome == Missing:
		return false, s.end(ctx, a, AttemptClosed)
	case outcome == Paid, outcome == Unknown, outcome == Closed:
		// The answer to a query is signed; a refusal is not.
		ev, qerr := s.Gateway.Query(ctx, a.OutTradeNo)
		if qerr == nil {
			if done, paid, serr := s.settleEnd(ctx, ev); done || serr != nil {
				return paid, serr
			}
		}
	}
	s.OnEvent("close.failed")
	return false, fault.Wrap(fault.Unavailable, "上一笔订单还在处理中，请稍后再试", err)
}

// settleEnd settles an event that ends an order; done is false for others.
func (s *Service) settleEnd(ctx context.Context, ev Event) (done, paid bool, err error) {
	switch ev.TradeState {
	case TradeSuccess, TradeRefund:
		return true, true, s.Settle(ctx, ev)
	case TradeClosed:
		return true, false, s.Settle(ctx, ev)
	}
	return false, false, nil
}

// CloseAll closes the enrolment's live attempts, for an application to keep or
// give up the place. Call it outside a transaction. fault.Conflict: one of them
// turned out to be paid (and is settled); fault.Unavailable: WeChat Pay can't
// tell now. After the application is stored money that still arrives is
// refunded, so the latter need not stop it: the worker closes what is left.
func (s *Service) CloseAll(ctx context.Context, enrolmentID int64) error {
	bill, found, err := s.Store.Bill(ctx, enrolmentID)
	if err != nil || !found {
		return err
	}
	tried, err := s.Store.Attempts(ctx, bill.ID)
	if err != nil {
		return err
	}
	var errs []error
	for _, a := range tried {
		if !a.State.Live() {
			continue
		}
		holder, now := s.token(8), s.now()
		ok, err := s.Store.ClaimAttempt(ctx, a.ID, holder, false, now, now.Add(leaseFor))
		if err != nil {
			return err
		}
		if !ok {
			errs = append(errs, errBusy)
			continue
		}
		paid, err := s.retire(context.WithoutCancel(ctx), a, holder)
		if err != nil {
			errs = append(errs, err)
		} else if paid {
			return fault.New(fault.Conflict, "您的缴费已经成功，请刷新页面查看")
		}
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("closing open orders: %w", err)
	}
	return nil
}

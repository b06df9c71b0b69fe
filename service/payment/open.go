package payment

import (
	"context"
	"fmt"

	"ruxue/service/fault"
)

// act carries out a plan, outside any transaction. again asks for a new plan.
func (s *Service) act(ctx context.Context, p plan) (c Cashier, again bool, err error) {
	switch p.move {
	case movePaid:
		return Cashier{Paid: true}, false, nil
	case moveReuse:
		c, err = s.cashier(ctx, p.attempt)
		return c, false, err
	case moveOpen:
		// The browser may go away; the order's fate is stored all the same.
		return s.open(context.WithoutCancel(ctx), p)
	case moveRetire:
		_, err = s.retire(context.WithoutCancel(ctx), p.attempt, p.holder)
		return Cashier{}, true, err
	}
	return Cashier{}, true, nil
}

func (s *Service) cashier(ctx context.Context, a Attempt) (Cashier, error) {
	c := Cashier{Way: a.Way, OutTradeNo: a.OutTradeNo, CodeURL: a.CodeURL, AmountFen: a.AmountFen, ExpireAt: a.ExpireAt}
	if a.Way == JSAPI {
		params, err := s.Gateway.Sign(ctx, a.AppID, a.PrepayID)
		if err != nil {
			return Cashier{}, fmt.Errorf("signing the cashier's parameters: %w", err)
		}
		c.Params = params
	}
	return c, nil
}

// open sends the stored prepay request. After an unknown result it asks for
// the order and repeats the identical request once; if that stays unknown too
// the attempt stays "created" for the next click or the worker.
func (s *Service) open(ctx context.Context, p plan) (Cashier, bool, error) {
	a := p.attempt
	for try := 0; ; try++ {
		if p.resumed || try > 0 {
			known, err := s.ask(ctx, a)
			if err != nil || known {
				s.release(ctx, a, p.holder)
				return Cashier{}, known, err
			}
		}
		pre, err := s.Gateway.Prepay(ctx, a.Request)
		if err == nil {
			return s.opened(ctx, a, pre, p.holder)
		}
		outcome, code := outcomeOf(err)
		s.OnEvent("prepay." + outcome.String())
		s.Logger.WarnContext(ctx, "prepay failed", "out_trade_no", a.OutTradeNo, "outcome", outcome.String(), "code", code)
		switch outcome {
		case Unknown:
			if try == 0 {
				continue
			}
			s.release(ctx, a, p.holder)
			return Cashier{}, false, errGateway
		case Busy:
			s.release(ctx, a, p.holder)
			return Cashier{}, false, errBusy
		case Paid:
			_, err := s.ask(ctx, a)
			s.release(ctx, a, p.holder)
			return Cashier{}, true, err
		case Used, Closed:
			_, err := s.retire(ctx, a, p.holder)
			return Cashier{}, true, err
		default: // Refused, Missing: a wrong parameter or right; a repetition would not help
			if err := s.end(ctx, a, AttemptFailed); err != nil {
				return Cashier{}, false, err
			}
			return Cashier{}, false, fault.Wrap(fault.Unavailable, "微信支付未能受理本次订单，未产生扣款，请稍后再试或联系学院工作人员", err)
		}
	}
}

func (s *Service) opened(ctx context.Context, a Attempt, pre Prepaid, holder string) (Cashier, bool, error) {
	ok, err := s.Store.OpenAttempt(ctx, a.ID, pre, nextCheck(s.now(), a.ExpireAt, 0))
	if err != nil {
		return Cashier{}, false, err
	}
	if !ok { // closed or paid meanwhile
		s.release(ctx, a, holder)
		return Cashier{}, true, nil
	}
	s.OnEvent("opened")
	a.State, a.PrepayID, a.CodeURL = AttemptOpen, pre.PrepayID, pre.CodeURL
	c, err := s.cashier(ctx, a)
	return c, false, err
}

// ask queries one order and settles what is said. known is true when the
// attempt is over (paid or closed), false when it can still be paid or WeChat
// Pay never heard of it.
func (s *Service) ask(ctx context.Context, a Attempt) (known bool, err error) {
	ev, err := s.Gateway.Query(ctx, a.OutTradeNo)
	if err != nil {
		switch outcome, _ := outcomeOf(err); outcome {
		case Missing:
			return false, nil
		default:
			s.OnEvent("query." + outcome.String())
			s.Logger.WarnContext(ctx, "query failed", "out_trade_no", a.OutTradeNo, "error", err)
			return false, errGateway
		}
	}
	if err := s.Settle(ctx, ev); err != nil {
		return false, err
	}
	return ev.TradeState == TradeSuccess || ev.TradeState == TradeRefund || ev.TradeState == TradeClosed, nil
}

// release gives up a lease. A failure only delays the next one by the lease's
// length, so it is logged and no more. A shutdown must not keep it.
func (s *Service) release(ctx context.Context, a Attempt, holder string) {
	ctx = context.WithoutCancel(ctx)
	if err := s.Store.ReleaseAttempt(ctx, a.ID, holder, nextCheck(s.now(), a.ExpireAt, a.Checks+1)); err != nil {
		s.Logger.WarnContext(ctx, "lease not released", "out_trade_no", a.OutTradeNo, "error", err)
	}
}

// end marks a live attempt as over; the worker goes on asking about it for a
// while, since only a signed answer is certain.
func (s *Service) end(ctx context.Context, a Attempt, to AttemptState) error {
	now := s.now()
	if _, err := s.Store.EndAttempt(ctx, a.ID, to, now, nextAfterEnd(now, now)); err != nil {
		return err
	}
	s.OnEvent("ended." + string(to))
	return nil
}

package mysql_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"ruxue/service/fault"
	"ruxue/service/payment"
)

// betweenStore lets something happen right after the first look at a refund,
// where another process would come between.
type betweenStore struct {
	guardedStore
	once      *sync.Once
	meanwhile func()
}

func (s betweenStore) Refund(ctx context.Context, no string) (payment.Refund, bool, error) {
	r, ok, err := s.guardedStore.Refund(ctx, no)
	s.once.Do(s.meanwhile)
	return r, ok, err
}

// betweenGate lets it happen while WeChat Pay is asked for a refund, and the
// answer gets lost.
type betweenGate struct {
	payment.Gateway
	meanwhile func()
}

func (g betweenGate) Refund(context.Context, payment.RefundRequest) (payment.Event, error) {
	g.meanwhile()
	return payment.Event{}, errors.New("the answer is lost")
}

// TestARefundMovesBetweenLookAndAct: whoever acts on a refund acts on what it
// is by then, and undoes nothing that came meanwhile.
func TestARefundMovesBetweenLookAndAct(t *testing.T) {
	for name, c := range map[string]struct {
		state, meanwhile string
		act              func(x *till, s *payment.Service, no string) error
		want             string // where, of the refund afterwards
		kind             fault.Kind
		problems         int
	}{
		"repeated while it succeeds": {"state='failed', next_check_at=NULL", "state='success', next_check_at=NULL", retryIt, "state='success'", fault.Conflict, 0},
		"repeated while it closes":   {"state='abnormal'", "state='closed', next_check_at=NULL", retryIt, "state='closed' AND next_check_at IS NULL", fault.Conflict, 0},
		"told while a person transfers": {"state='abnormal'", "state='success', next_check_at=NULL, last_code='BY_HAND'", func(x *till, s *payment.Service, no string) error {

			r, _, err := x.store.Refund(x.t.Context(), no)
			if err != nil {
				return err
			}
			return s.Settle(x.t.Context(), payment.Event{Kind: payment.RefundEvent, OutRefundNo: no, OutTradeNo: r.OutTradeNo, MchID: r.MchID,
				RefundID: "50000000001", RefundFen: r.AmountFen, RefundState: payment.RefundSucceeded})
		}, "last_code='BY_HAND'", 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			x := newFinanceTill(t)
			_, order := x.paid(1)
			r, err := x.svc.RequestRefund(t.Context(), refundOf(order, 20_000, "form-1"))
			if err != nil {
				t.Fatal(err)
			}
			x.exec(`UPDATE refund SET ` + c.state)
			deps := x.deps
			deps.Store = betweenStore{x.store, &sync.Once{}, func() { x.exec(`UPDATE refund SET ` + c.meanwhile) }}
			err = c.act(x, payment.New(deps), r.OutRefundNo)
			if c.kind == 0 && err != nil || c.kind != 0 && !fault.Is(err, c.kind) {
				t.Errorf("it answers %v", err)
			}
			want(t, "the refund is as it came meanwhile", x.rows("refund", c.want), 1)
			want(t, "problems", x.rows("payment_problem", "resolved_at IS NULL"), c.problems)
		})
	}
}

func retryIt(x *till, s *payment.Service, no string) error {
	return s.RetryRefund(x.t.Context(), no, qian)
}

// TestALostAnswerUndoesNoCallback: WeChat Pay's word came by callback while the
// worker still waited for the answer of its own request.
func TestALostAnswerUndoesNoCallback(t *testing.T) {
	x := newFinanceTill(t)
	_, order := x.paid(1)
	if _, err := x.svc.RequestRefund(t.Context(), refundOf(order, 20_000, "form-1")); err != nil {
		t.Fatal(err)
	}
	deps := x.deps
	deps.Gateway = betweenGate{x.gate, func() { x.exec(`UPDATE refund SET state='closed', last_code='', next_check_at=NULL`) }}
	if _, err := payment.New(deps).Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	want(t, "closed stays closed", x.rows("refund", "state='closed' AND next_check_at IS NULL AND last_code=''"), 1)
}

package payment

import (
	"context"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"ruxue/service/fault"
)

// StartInput asks for a cashier. The amount is never part of it.
type StartInput struct {
	EnrolmentID int64
	Way         Way
	OpenID      string // of the WeChat user who will pay; JSAPI only
	Description string // what the payer reads; cut to WeChat Pay's limit
	ClientIP    string
	// Deadline ends the right to pay, nil for none.
	Deadline *time.Time
}

// Cashier is what a page needs to take the money.
type Cashier struct {
	// Paid means that there is nothing (more) to pay: go on.
	Paid       bool
	Way        Way
	OutTradeNo string
	Params     map[string]string // JSAPI: for getBrandWCPayRequest
	CodeURL    string            // Native: what the QR code holds
	AmountFen  int64
	ExpireAt   time.Time
}

// What the student is told when no cashier can be opened.
var (
	errNoBill     = fault.New(fault.NotFound, "没有找到缴费单，请返回首页重新进入")
	errNotPayable = fault.New(fault.Conflict, "当前状态不需要缴费，请返回首页查看")
	errTooLate    = fault.New(fault.Closed, "缴费时间已结束，请联系学院工作人员")
	errBusy       = fault.New(fault.Unavailable, "订单正在处理中，请稍候几秒再试").After(5 * time.Second)
	errGateway    = fault.New(fault.Unavailable, "暂时无法连接微信支付，未产生扣款，请稍后再试").After(10 * time.Second)
)

// waitStep and waitTimes bound how long a second click waits for the first.
const (
	waitStep  = 100 * time.Millisecond
	waitTimes = 80
)

// Start opens a cashier for the enrolment's bill. At most one attempt of a bill
// is live, whoever asks at the same time: an open attempt of the same way and
// openid is used again without HTTP, another is asked about and closed first
// (and settled when it was paid), and a new order number is stored before
// WeChat Pay hears of it. Each step is one short transaction that locks the
// enrolment and bill rows; calls to WeChat Pay run between them under a lease
// on the attempt.
func (s *Service) Start(ctx context.Context, in StartInput) (Cashier, error) {
	if in.Way != Native && (in.Way != JSAPI || in.OpenID == "") {
		return Cashier{}, fault.New(fault.Invalid, "请在微信中打开本页面缴费")
	}
	if in.Way == Native {
		in.OpenID = ""
	}
	for waited := 0; waited < waitTimes; {
		p, err := s.plan(ctx, in)
		if err != nil {
			return Cashier{}, fmt.Errorf("starting a payment: %w", err)
		}
		c, again, err := s.act(ctx, p)
		if err != nil {
			return Cashier{}, fmt.Errorf("starting a payment: %w", err)
		}
		if !again {
			return c, nil
		}
		waited++
		if p.move != moveWait {
			waited += 9 // a round of calls may be repeated a few times only
			continue
		}
		if err := pause(ctx, waitStep); err != nil {
			return Cashier{}, err
		}
	}
	return Cashier{}, errBusy
}

func pause(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

type move int

const (
	movePaid   move = iota // nothing to pay
	moveReuse              // open the stored order again
	moveOpen               // send the prepay; fresh or resumed, the lease is ours
	moveRetire             // close the other attempt; the lease is ours
	moveWait               // somebody else works on the attempt
)

type plan struct {
	move    move
	attempt Attempt
	holder  string
	resumed bool
}

// plan decides in one transaction what to do next, and takes what it needs: a
// new number, or the lease of an existing attempt.
func (s *Service) plan(ctx context.Context, in StartInput) (plan, error) {
	var p plan
	err := s.Store.InTx(ctx, func(ctx context.Context) error {
		state, err := s.Store.LockEnrolment(ctx, in.EnrolmentID)
		if err != nil {
			return err
		}
		bill, found, err := s.Store.Bill(ctx, in.EnrolmentID)
		switch {
		case err != nil:
			return err
		case !found:
			return errNoBill
		}
		live, err := s.lockLive(ctx, bill.ID)
		if err != nil {
			return err
		}
		if bill, err = s.Store.LockBill(ctx, bill.ID); err != nil {
			return err
		}
		switch {
		case bill.Settled():
			p = plan{move: movePaid}
		case bill.State != BillUnpaid || withdrawn(state):
			err = errNotPayable
		case live != nil:
			p, err = s.planFor(ctx, *live, in)
		default:
			p, err = s.planNew(ctx, bill, in)
		}
		return err
	})
	return p, err
}

// lockLive locks and returns the bill's live attempt, nil without one. It is
// read again under the lock: whoever holds the lease writes without the
// enrolment's lock.
func (s *Service) lockLive(ctx context.Context, billID int64) (*Attempt, error) {
	tried, err := s.Store.Attempts(ctx, billID)
	if err != nil {
		return nil, err
	}
	for _, a := range tried {
		if !a.State.Live() {
			continue
		}
		a, err := s.Store.LockAttempt(ctx, a.ID)
		if err != nil {
			return nil, err
		}
		if a.State.Live() {
			return &a, nil
		}
	}
	return nil, nil
}

// withdrawn reports whether the enrolment's state means that no tuition is due:
// a place kept or given up, applied for or granted.
func withdrawn(state string) bool { return state != "admitted" && state != "registered" }

func (s *Service) planFor(ctx context.Context, a Attempt, in StartInput) (plan, error) {
	now := s.now()
	same := a.Way == in.Way && a.OpenID == in.OpenID && a.AppID == s.AppID && a.MchID == s.MchID
	fresh := a.ExpireAt.Sub(now) > minLifetime
	if same && fresh && a.State == AttemptOpen {
		return plan{move: moveReuse, attempt: a}, nil
	}
	p := plan{move: moveRetire, attempt: a, holder: s.token(8)}
	if same && fresh {
		p.move, p.resumed = moveOpen, true
	}
	ok, err := s.Store.ClaimAttempt(ctx, a.ID, p.holder, false, now, now.Add(leaseFor))
	if err == nil && !ok {
		p = plan{move: moveWait, attempt: a}
	}
	return p, err
}

func (s *Service) planNew(ctx context.Context, bill Bill, in StartInput) (plan, error) {
	now := s.now()
	expire := now.Add(lifetime)
	if in.Deadline != nil && in.Deadline.Before(expire) {
		expire = *in.Deadline
	}
	if expire.Sub(now) < minLifetime+5*time.Second {
		return plan{}, errTooLate
	}
	expire = expire.In(beijing).Truncate(time.Second)
	p := plan{move: moveOpen, holder: s.token(8)}
	until := now.Add(leaseFor)
	no := s.newNumber()
	a, err := s.Store.InsertAttempt(ctx, Attempt{BillID: bill.ID, EnrolmentID: bill.EnrolmentID, OutTradeNo: no, Way: in.Way,
		State: AttemptCreated, AmountFen: bill.TotalFen, AppID: s.AppID, MchID: s.MchID, OpenID: in.OpenID, ExpireAt: expire,
		NextCheckAt: &until, LeaseHolder: p.holder, LeaseUntil: &until,
		Request: Request{Way: in.Way, AppID: s.AppID, MchID: s.MchID, OutTradeNo: no, Description: describe(in.Description),
			AmountFen: bill.TotalFen, OpenID: in.OpenID, ClientIP: in.ClientIP, ExpireAt: expire, NotifyURL: s.NotifyURL}})
	p.attempt = a
	return p, err
}

// describe cuts a description to 127 bytes at a rune: WeChat Pay's limit,
// whichever way it counts.
func describe(text string) string {
	text = strings.ToValidUTF8(text, "")
	if text == "" {
		text = "学费"
	}
	n := min(len(text), 127)
	for n < len(text) && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}

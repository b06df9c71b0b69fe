package payment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ruxue/service/fault"
	"ruxue/service/money"
	"ruxue/service/staff"
)

// RefundInput is what finance asks for.
type RefundInput struct {
	OutTradeNo string
	AmountFen  int64  // at most what of the payment has not gone back
	Reason     string // the payer reads it; at most 80 bytes, WeChat Pay's limit
	// Note says how money that came by the bank went back (the transfer's serial
	// number); needed there, and nowhere else.
	Note string
	// Key is random text of the form: the same key is the same refund, however
	// often the form is sent.
	Key string
	By  staff.Actor
}

// refundable is for how long after a payment WeChat Pay sends money back.
const refundable = 365 * 24 * time.Hour

// maxNote is how many characters a note about a refund may have. Two stand in
// one row, the request's and the decision's, with a word between them: 400 in all.
const maxNote = 190

// RequestRefund stores a refund that finance asks for. Up to the amount that
// one person may decide it is carried out at once, above it waits for a second
// one. Money that came by the bank is never sent by us: the row records what
// was transferred by hand.
func (s *Service) RequestRefund(ctx context.Context, in RefundInput) (Refund, error) {
	in.Reason, in.Note = strings.TrimSpace(in.Reason), strings.TrimSpace(in.Note)
	switch {
	case in.Reason == "":
		return Refund{}, fault.New(fault.Invalid, "请填写退款原因").On("reason")
	case len(in.Reason) > 80:
		return Refund{}, fault.New(fault.Invalid, "退款原因会显示给付款人，不超过 26 个字").On("reason")
	case utf8.RuneCountInString(in.Note) > maxNote:
		return Refund{}, fault.Newf(fault.Invalid, "说明不超过 %d 个字", maxNote).On("note")
	case in.AmountFen <= 0:
		return Refund{}, fault.New(fault.Invalid, "请填写退款金额，例如 3200.00").On("amount")
	case in.Key == "":
		return Refund{}, fault.New(fault.Invalid, "请刷新页面后重试")
	}
	a, found, err := s.Store.Attempt(ctx, in.OutTradeNo)
	if err != nil {
		return Refund{}, fmt.Errorf("requesting a refund: %w", err)
	}
	if !found {
		return Refund{}, fault.New(fault.NotFound, "没有找到这笔付款")
	}
	sum := sha256.Sum256([]byte(a.OutTradeNo + "\n" + in.Key))
	no := "F" + hex.EncodeToString(sum[:15])
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.Store.LockEnrolment(ctx, a.EnrolmentID); err != nil {
			return err
		}
		if _, sent, err := s.Store.Refund(ctx, no); err != nil || sent {
			return err // the same form again
		}
		if a, err = s.Store.LockAttempt(ctx, a.ID); err != nil {
			return err
		}
		if err := s.mayRefund(ctx, a, in); err != nil {
			return err
		}
		return s.insertRequested(ctx, a, no, in)
	})
	if err != nil {
		return Refund{}, err
	}
	r, _, err := s.Store.Refund(ctx, no)
	return r, err
}

// mayRefund checks a request against what the attempt's payment has left.
func (s *Service) mayRefund(ctx context.Context, a Attempt, in RefundInput) error {
	if !a.State.Settled() {
		return fault.New(fault.Conflict, "这笔订单没有收到款，不能退款")
	}
	left, err := s.left(ctx, a)
	switch {
	case err != nil:
		return err
	case left == 0:
		return fault.New(fault.Conflict, "这笔付款已经全部退回或正在退回")
	case in.AmountFen > left:
		return fault.Newf(fault.Invalid, "最多还能退 %s", money.Yuan(left)).On("amount")
	case a.Way == Offline && in.Note == "":
		return fault.New(fault.Invalid, "线下付款由财务转账退回：请填写转账日期和流水号").On("note")
	case a.Way != Offline && a.EndedAt != nil && s.now().Sub(*a.EndedAt) > refundable:
		return fault.New(fault.Conflict, "付款已超过一年，微信支付不能原路退回，请线下转账并登记")
	}
	return nil
}

// left is what of an attempt's money, in fen, has not gone back and is not on
// its way.
func (s *Service) left(ctx context.Context, a Attempt) (int64, error) {
	all, err := s.Store.Refunds(ctx, a.EnrolmentID)
	if err != nil {
		return 0, err
	}
	left := a.AmountFen
	for _, r := range all {
		if r.AttemptID == a.ID && r.State.Counts() {
			left -= r.AmountFen
		}
	}
	return max(0, left), nil
}

func (s *Service) insertRequested(ctx context.Context, a Attempt, no string, in RefundInput) error {
	now := s.now()
	r := Refund{EnrolmentID: a.EnrolmentID, BillID: a.BillID, AttemptID: a.ID, OutTradeNo: a.OutTradeNo,
		TransactionID: a.TransactionID, OutRefundNo: no, MchID: a.MchID, State: RefundRequestedState, Cause: CauseStaff,
		Reason: in.Reason, AmountFen: in.AmountFen, TotalFen: a.AmountFen, NextCheckAt: &now,
		RequestedBy: in.By.Ref, Requester: in.By.Name, Note: in.Note}
	switch {
	case in.AmountFen > s.ApproveAboveFen:
		r.State, r.NextCheckAt = RefundWaitingState, nil
	case a.Way == Offline:
		r.State, r.NextCheckAt, r.SucceededAt = RefundDoneState, nil, &now
	}
	if err := s.Store.InsertRefund(ctx, r); err != nil {
		return err
	}
	s.OnEvent("refund." + string(r.State))
	return s.log(ctx, in.By, "refund.request", no, fmt.Sprintf("%s 申请退款 %s：%s", a.OutTradeNo, money.Yuan(in.AmountFen), in.Reason))
}

// DecideRefund approves or rejects a refund that waits for a second person.
// Whoever asked for it can't: fault.Forbidden. A rejection says why.
func (s *Service) DecideRefund(ctx context.Context, outRefundNo string, approve bool, note string, by staff.Actor) (Refund, error) {
	note = strings.TrimSpace(note)
	switch {
	case !approve && note == "":
		return Refund{}, fault.New(fault.Invalid, "请填写驳回的理由").On("note")
	case utf8.RuneCountInString(note) > maxNote:
		return Refund{}, fault.Newf(fault.Invalid, "理由不超过 %d 个字", maxNote).On("note")
	}
	r, err := s.waiting(ctx, outRefundNo)
	if err != nil {
		return Refund{}, err
	}
	if r.RequestedBy == by.Ref {
		return Refund{}, fault.New(fault.Forbidden, "您是申请人，须由另一位老师复核")
	}
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.Store.LockEnrolment(ctx, r.EnrolmentID); err != nil {
			return err
		}
		a, _, err := s.Store.Attempt(ctx, r.OutTradeNo)
		if err != nil {
			return err
		}
		if r, err = s.waiting(ctx, outRefundNo); err != nil {
			return err
		}
		now := s.now()
		r.DecidedBy, r.Decider, r.DecidedAt = by.Ref, by.Name, &now
		action, words := "refund.approve", "同意退款 "+money.Yuan(r.AmountFen)
		switch {
		case !approve:
			r.State = RefundRejectedState
			r.Note = strings.TrimSpace(r.Note + " 驳回：" + note)
			action, words = "refund.reject", "驳回退款："+note
		case a.Way == Offline:
			r.State, r.SucceededAt = RefundDoneState, &now
		default:
			r.State, r.NextCheckAt = RefundRequestedState, &now
		}
		if ok, err := s.Store.DecideRefund(ctx, r); err != nil || !ok {
			return notMoved(ok, err)
		}
		s.OnEvent("refund." + string(r.State))
		return s.log(ctx, by, action, outRefundNo, words)
	})
	return r, err
}

func (s *Service) waiting(ctx context.Context, outRefundNo string) (Refund, error) {
	r, found, err := s.Store.Refund(ctx, outRefundNo)
	switch {
	case err != nil:
		return r, fmt.Errorf("deciding a refund: %w", err)
	case !found:
		return r, fault.New(fault.NotFound, "没有找到这笔退款")
	case r.State != RefundWaitingState:
		return r, fault.New(fault.Conflict, "这笔退款已经处理过了，请刷新页面查看")
	}
	return r, nil
}

// RetryRefund asks WeChat Pay again, under the same number, after what stood in
// the way was removed. A refund that WeChat Pay closed can't be repeated.
func (s *Service) RetryRefund(ctx context.Context, outRefundNo string, by staff.Actor) error {
	r, found, err := s.Store.Refund(ctx, outRefundNo)
	switch {
	case err != nil:
		return fmt.Errorf("repeating a refund: %w", err)
	case !found:
		return fault.New(fault.NotFound, "没有找到这笔退款")
	}
	return s.onRefund(ctx, r, func(ctx context.Context, r Refund) error {
		switch r.State {
		case RefundFailedState, RefundAbnormalState, RefundRequestedState:
		case RefundClosedState:
			return fault.New(fault.Conflict, "微信支付已关闭这笔退款，请重新申请一笔")
		default:
			return fault.New(fault.Conflict, "这笔退款不需要重试，请刷新页面查看")
		}
		now := s.now()
		r.NextCheckAt = &now
		if r.State == RefundFailedState {
			r.State = RefundRequestedState
		}
		if ok, err := s.Store.SaveRefund(ctx, r); err != nil || !ok {
			return notMoved(ok, err)
		}
		return s.log(ctx, by, "refund.retry", outRefundNo, "重试退款 "+money.Yuan(r.AmountFen))
	})
}

// AnswerProblem closes a problem of finance's list with what was done.
func (s *Service) AnswerProblem(ctx context.Context, id int64, resolution string, by staff.Actor) error {
	resolution = strings.TrimSpace(resolution)
	if resolution == "" || utf8.RuneCountInString(resolution) > 400 {
		return fault.New(fault.Invalid, "请写明怎样处理的，不超过 400 个字").On("resolution")
	}
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		ok, err := s.Store.AnswerProblem(ctx, id, by.Name, resolution, s.now())
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.Conflict, "这条记录已经处理过，请刷新页面查看")
		}
		return s.log(ctx, by, "payment.problem", strconv.FormatInt(id, 10), "处理完毕："+resolution)
	})
}

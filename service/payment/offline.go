package payment

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"

	"ruxue/service/audit"
	"ruxue/service/fault"
	"ruxue/service/money"
	"ruxue/service/staff"
)

// Offline is money that did not come through WeChat Pay: a bank transfer that
// finance recorded. Such an attempt is paid from the start.
const Offline Way = "offline"

// SourceOffline is the source of such a payment's row.
const SourceOffline = "offline"

// OfflineInput is a bank transfer as finance read it off the statement.
type OfflineInput struct {
	EnrolmentID int64
	AmountFen   int64     // must be the bill's total
	BankNumber  string    // the transfer's serial number, unique
	Payer       string    // whose account it came from
	Note        string    // anything else; may be ""
	ReceivedOn  time.Time // the day of the statement, Beijing
	By          staff.Actor
}

// OfflineReceipt is what finance recorded of a transfer.
type OfflineReceipt struct {
	AttemptID  int64
	ReceivedOn time.Time
	Payer      string
	Note       string
	RecordedBy string // reference of the staff account
	Recorder   string
}

// bankNumber is a transfer's serial number; it takes the place of WeChat Pay's
// transaction id, behind "BANK-".
var bankNumber = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z/._-]{3,49}$`)

// RecordOffline settles a bill by a bank transfer: open orders are closed first
// (one that turns out to be paid wins: fault.Conflict), then the bill is paid
// and the registration completed in one transaction; one that can't be completed
// now does not keep the money from being recorded. What still comes through
// WeChat Pay goes back by itself.
func (s *Service) RecordOffline(ctx context.Context, in OfflineInput) error {
	in.BankNumber, in.Payer, in.Note = strings.TrimSpace(in.BankNumber), strings.TrimSpace(in.Payer), strings.TrimSpace(in.Note)
	switch {
	case !bankNumber.MatchString(in.BankNumber):
		return fault.New(fault.Invalid, "请填写银行流水号（4 至 50 位字母、数字或 - _ . /）").On("bank")
	case in.Payer == "" || utf8.RuneCountInString(in.Payer) > 100:
		return fault.New(fault.Invalid, "请填写付款户名，不超过 100 个字").On("payer")
	case utf8.RuneCountInString(in.Note) > 400:
		return fault.New(fault.Invalid, "说明不超过 400 个字").On("note")
	case in.ReceivedOn.IsZero() || in.ReceivedOn.After(s.now()) || s.now().Sub(in.ReceivedOn) > 2*365*24*time.Hour:
		return fault.New(fault.Invalid, "请填写到账日期，不能晚于今天").On("received")
	}
	bill, found, err := s.Store.Bill(ctx, in.EnrolmentID)
	switch {
	case err != nil:
		return fmt.Errorf("recording a bank transfer: %w", err)
	case !found:
		return fault.New(fault.NotFound, "该学生还没有缴费单")
	case bill.State != BillUnpaid:
		return fault.New(fault.Conflict, "缴费单不是待缴费状态，请刷新页面查看")
	case in.AmountFen != bill.TotalFen:
		return fault.Newf(fault.Invalid, "金额须等于应缴的 %s", money.Yuan(bill.TotalFen)).On("amount")
	}
	if err := s.CloseAll(ctx, in.EnrolmentID); err != nil {
		return err
	}
	record := func(complete bool) error {
		return s.Store.InTx(ctx, func(ctx context.Context) error { return s.recordOffline(ctx, in, bill, complete) })
	}
	err = record(true)
	var failed *completionError
	if errors.As(err, &failed) && ctx.Err() == nil {
		// As with a callback: the money is there, the worker completes later.
		s.Logger.ErrorContext(ctx, "completing a registration after a bank transfer failed", "enrolment", bill.EnrolmentID, "error", failed.err)
		err = record(false)
	}
	if err != nil {
		return fmt.Errorf("recording a bank transfer: %w", err)
	}
	s.OnEvent("settled.offline")
	return nil
}

// recordOffline is the transaction: the same locks as settleTx.
func (s *Service) recordOffline(ctx context.Context, in OfflineInput, bill Bill, complete bool) error {
	state, err := s.Store.LockEnrolment(ctx, in.EnrolmentID)
	if err != nil {
		return err
	}
	if state == "kept" || state == "entry_pending" {
		return fault.New(fault.Conflict, "该学生的入学申请还没有通过，通过后才能登记缴费")
	}
	if withdrawn(state) {
		return fault.New(fault.Conflict, "该学生已申请保留或放弃入学资格，不能登记缴费")
	}
	live, err := s.lockLive(ctx, bill.ID)
	if err != nil {
		return err
	}
	if live != nil {
		return errBusy // she began to pay this very moment
	}
	if bill, err = s.Store.LockBill(ctx, bill.ID); err != nil {
		return err
	}
	if bill.State != BillUnpaid || bill.TotalFen != in.AmountFen {
		return fault.New(fault.Conflict, "缴费单刚刚有变化，请刷新页面查看")
	}
	now, no := s.now(), "BANK"+s.newNumber()[2:]
	id := "BANK-" + in.BankNumber
	a, err := s.Store.InsertAttempt(ctx, Attempt{BillID: bill.ID, EnrolmentID: bill.EnrolmentID, OutTradeNo: no, Way: Offline,
		State: AttemptCreated, AmountFen: bill.TotalFen, ExpireAt: now,
		Request: Request{Way: Offline, OutTradeNo: no, Description: "银行转账", AmountFen: bill.TotalFen, ExpireAt: now}})
	if err != nil {
		return err
	}
	if err := s.Store.InsertOffline(ctx, OfflineReceipt{AttemptID: a.ID, ReceivedOn: in.ReceivedOn, Payer: in.Payer,
		Note: in.Note, RecordedBy: in.By.Ref, Recorder: in.By.Name}); err != nil {
		return err
	}
	if err := s.accept(ctx, a, Event{OutTradeNo: no, TransactionID: id, TradeType: "OFFLINE", Currency: "CNY",
		TotalFen: bill.TotalFen, PayerFen: bill.TotalFen, SuccessAt: in.ReceivedOn, Source: SourceOffline}, complete); err != nil {
		return err
	}
	return s.log(ctx, in.By, "payment.offline", no, "登记线下缴费 "+money.Yuan(bill.TotalFen)+"，流水号 "+in.BankNumber)
}

// log notes what a person of the staff did to an order or a refund, in the
// transaction that does it.
func (s *Service) log(ctx context.Context, by staff.Actor, action, number, words string) error {
	if s.Audit == nil {
		return nil
	}
	return s.Audit.Add(ctx, audit.Entry{Actor: "staff:" + by.Ref, Action: action, Subject: "pay:" + number, Detail: words})
}

package payment

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/fault"
	"ruxue/service/staff"
)

// BillRow is a bill as finance's list shows it.
type BillRow struct {
	Bill
	Campaign      string // its code
	Name          string
	StudentNumber string // "" while there is none
	ExamNumber    string
	Course        string // level and major
	Site          string
	RefundedFen   int64 // gone back
	ReturningFen  int64 // on its way, or waiting for somebody
}

// BillQuery asks for bills.
type BillQuery struct {
	Scope staff.Scope
	// Text is a name, student or exam number, order, transaction, refund or bank
	// number, whole; "" is every bill.
	Text  string
	State BillState // "" is every state
	Page  int       // from 1
}

// BillsPerPage is how many bills a page of the list has.
const BillsPerPage = 20

// ListMost bounds the lists of problems, of waiting refunds and of days.
const ListMost = 50

// Desk is what finance reads. Every answer is bounded.
type Desk interface {
	Bills(ctx context.Context, q BillQuery) ([]BillRow, int, error)
	// BillByRef returns one bill; fault.NotFound outside the scope.
	BillByRef(ctx context.Context, ref string, scope staff.Scope) (BillRow, error)
	// WaitingRefunds are those that a second person has to decide, oldest first.
	WaitingRefunds(ctx context.Context, limit int) ([]Refund, error)
	// Problems are the open ones, newest first.
	Problems(ctx context.Context, limit int) ([]Problem, error)
	// OwnersOf returns whose the bills of enrolments are, by enrolment.
	OwnersOf(ctx context.Context, enrolments []int64) (map[int64]Owner, error)
	Offline(ctx context.Context, attemptID int64) (OfflineReceipt, bool, error)
	// Days are the newest reports, without their differences, and how many of
	// each wait.
	Days(ctx context.Context, limit int) ([]DayState, error)
	ResolveDifference(ctx context.Context, id int64, by, resolution string) (bool, error)
}

// Owner is whose a bill is.
type Owner struct {
	Ref  string // of the bill
	Name string // the student's
}

// DayState is a reconciled day in a list.
type DayState struct {
	Day  time.Time
	Open int
}

// AnswerDifference closes a difference of a day's report with what was done.
func (s *Service) AnswerDifference(ctx context.Context, desk Desk, id int64, resolution string, by staff.Actor) error {
	if resolution == "" || len([]rune(resolution)) > 400 {
		return fault.New(fault.Invalid, "请写明怎样处理的，不超过 400 个字").On("resolution")
	}
	return s.Store.InTx(ctx, func(ctx context.Context) error {
		ok, err := desk.ResolveDifference(ctx, id, by.Name, resolution)
		if err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.Conflict, "这处差异已经处理过，请刷新页面查看")
		}
		return s.log(ctx, by, "payment.difference", fmt.Sprint(id), "处理完毕："+resolution)
	})
}

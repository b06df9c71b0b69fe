package payment

import (
	"context"
	"fmt"
	"slices"
	"time"

	"ruxue/service/fault"
)

// BillState is where a bill stands.
type BillState string

// The states of a bill. Paid is final here; refunds are rows of their own.
const (
	BillUnpaid BillState = "unpaid"
	BillPaid   BillState = "paid"
	BillFree   BillState = "free" // total 0: nothing to pay
	BillVoid   BillState = "void" // withdrawn; money that still arrives is refunded
)

// Item is one line of a bill.
type Item struct {
	Name string `json:"name"`
	Fen  int64  `json:"fen"`
}

// Bill is what one enrolment owes.
type Bill struct {
	ID              int64
	Ref             string
	EnrolmentID     int64
	CampaignVersion int // the version whose fee rule made it
	State           BillState
	TotalFen        int64
	Items           []Item
	PaidAt          *time.Time // WeChat Pay's success time
	PaidAttemptID   *int64
	CreatedAt       time.Time
}

// Settled reports whether nothing has to be paid any more.
func (b Bill) Settled() bool { return b.State == BillPaid || b.State == BillFree }

// BillInput is what EnsureBill makes a bill from.
type BillInput struct {
	EnrolmentID     int64
	CampaignVersion int
	Items           []Item
}

// maxTotalFen refuses absurd bills (a million yuan) before they reach a cashier.
const maxTotalFen = 100_000_000

// EnsureBill returns the enrolment's bill and makes it when there is none. A
// bill that nobody tried to pay follows changed items; one that has an attempt
// never changes. A total of 0 is state free: the caller goes on without paying
// (completing the registration is then up to whoever meets the last duty).
func (s *Service) EnsureBill(ctx context.Context, in BillInput) (Bill, error) {
	total, err := sum(in.Items)
	if err != nil {
		return Bill{}, err
	}
	state := BillUnpaid
	if total == 0 {
		state = BillFree
	}
	var out Bill
	err = s.Store.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.Store.LockEnrolment(ctx, in.EnrolmentID); err != nil {
			return err
		}
		have, found, err := s.Store.Bill(ctx, in.EnrolmentID)
		if err != nil {
			return err
		}
		want := Bill{EnrolmentID: in.EnrolmentID, CampaignVersion: in.CampaignVersion,
			State: state, TotalFen: total, Items: slices.Clone(in.Items)}
		if !found {
			out, err = s.Store.InsertBill(ctx, want)
			return err
		}
		out = have
		if slices.Equal(have.Items, in.Items) || (have.State != BillUnpaid && have.State != BillFree) {
			return nil
		}
		tried, err := s.Store.Attempts(ctx, have.ID)
		if err != nil || len(tried) > 0 {
			return err
		}
		want.ID, want.Ref, want.CreatedAt = have.ID, have.Ref, have.CreatedAt
		out = want
		return s.Store.UpdateBill(ctx, want)
	})
	if err != nil {
		return Bill{}, fmt.Errorf("making the bill: %w", err)
	}
	return out, nil
}

// BillOf returns the enrolment's bill; false when it has none yet.
func (s *Service) BillOf(ctx context.Context, enrolmentID int64) (Bill, bool, error) {
	b, ok, err := s.Store.Bill(ctx, enrolmentID)
	if err != nil {
		return Bill{}, false, fmt.Errorf("reading the bill: %w", err)
	}
	return b, ok, nil
}

func sum(items []Item) (int64, error) {
	var total int64
	for _, it := range items {
		if it.Name == "" || it.Fen < 0 || it.Fen > maxTotalFen {
			return 0, fault.New(fault.Invalid, "收费项目有误，请联系学院工作人员")
		}
		if total += it.Fen; total > maxTotalFen {
			return 0, fault.New(fault.Invalid, "收费总额有误，请联系学院工作人员")
		}
	}
	return total, nil
}

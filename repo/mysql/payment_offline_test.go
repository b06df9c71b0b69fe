package mysql_test

import (
	"testing"
	"time"

	"ruxue/service/fault"
	"ruxue/service/payment"
)

func transfer(id int64, number string) payment.OfflineInput {
	return payment.OfflineInput{EnrolmentID: id, AmountFen: 320_000, BankNumber: number, Payer: "陈建国", ReceivedOn: time.Now().Add(-24 * time.Hour), By: qian}
}

func TestABankTransferSettlesTheBill(t *testing.T) {
	x := newFinanceTill(t)
	id := x.billed(1)
	order := x.start(in(id, payment.Native, "")).OutTradeNo
	ctx := t.Context()
	for name, change := range map[string]func(*payment.OfflineInput){
		"no number": func(in *payment.OfflineInput) { in.BankNumber = "号" }, "no payer": func(in *payment.OfflineInput) { in.Payer = " " },
		"tomorrow":       func(in *payment.OfflineInput) { in.ReceivedOn = time.Now().Add(48 * time.Hour) },
		"another amount": func(in *payment.OfflineInput) { in.AmountFen-- },
	} {
		bad := transfer(id, "20261121-0001")
		change(&bad)
		wantKind(t, name, x.svc.RecordOffline(ctx, bad), fault.Invalid)
	}
	if err := x.svc.RecordOffline(ctx, transfer(id, "20261121-0001")); err != nil {
		t.Fatal(err)
	}
	want(t, "bill", x.bill(id).State, payment.BillPaid)
	want(t, "registrations completed", x.completed[id], 1)
	want(t, "the open order is closed", x.rows("attempt", "out_trade_no=? AND state='closed'", order), 1)
	want(t, "payments", x.rows("payment", "source='offline' AND transaction_id='BANK-20261121-0001' AND total_fen=320000"), 1)
	want(t, "who recorded it", x.rows("offline_receipt", "recorder='钱老师' AND payer='陈建国'"), 1)
	want(t, "audit entries", x.rows("audit", "action='payment.offline' AND actor=?", "staff:"+qian.Ref), 1)
	wantKind(t, "recorded twice", x.svc.RecordOffline(ctx, transfer(id, "20261121-0002")), fault.Conflict)
	wantKind(t, "the same transfer for another", x.svc.RecordOffline(ctx, transfer(x.billed(2), "20261121-0001")), fault.Conflict)
	want(t, "the other's bill", x.rows("bill", "state='unpaid'"), 1)
	var row struct {
		ID   int64  `db:"id"`
		Hash string `db:"row_hash"`
	}
	if err := x.db.Get(&row, `SELECT id, row_hash FROM payment`); err != nil {
		t.Fatal(err)
	}
	if got, err := x.store.Recompute(ctx, row.ID); err != nil || got != row.Hash {
		t.Errorf("the row does not prove itself: %v", err)
	}
}

// The student paid while finance typed: her payment wins.
func TestATransferAfterAPayment(t *testing.T) {
	x := newFinanceTill(t)
	id := x.billed(1)
	x.payLost(x.start(in(id, payment.Native, "")).OutTradeNo)
	wantKind(t, "recorded", x.svc.RecordOffline(t.Context(), transfer(id, "20261121-0003")), fault.Conflict)
	want(t, "payments by WeChat Pay", x.rows("payment", "source='query'"), 1)
	want(t, "payments", x.rows("payment", "1=1"), 1)
	other := x.billed(2)
	x.exec(`UPDATE enrolment SET state='waiver_pending' WHERE id=?`, other)
	wantKind(t, "for a place given up", x.svc.RecordOffline(t.Context(), transfer(other, "20261121-0004")), fault.Conflict)
}

// Such money goes back by hand alone: WeChat Pay never hears of it.
func TestATransferGoesBackByHand(t *testing.T) {
	x := newFinanceTill(t)
	id := x.billed(1)
	ctx := t.Context()
	if err := x.svc.RecordOffline(ctx, transfer(id, "20261121-0005")); err != nil {
		t.Fatal(err)
	}
	var no string
	if err := x.db.Get(&no, `SELECT out_trade_no FROM attempt`); err != nil {
		t.Fatal(err)
	}
	_, err := x.svc.RequestRefund(ctx, refundOf(no, 20_000, "k1"))
	wantKind(t, "without the transfer's number", err, fault.Invalid)
	small := refundOf(no, 20_000, "k1")
	small.Note = "2026-11-22 转账 5566"
	if r, err := x.svc.RequestRefund(ctx, small); err != nil || r.State != payment.RefundDoneState {
		t.Errorf("small: %+v, %v", r, err)
	}
	large := refundOf(no, 300_000, "k2")
	large.Note = "2026-11-22 转账 5567"
	r, err := x.svc.RequestRefund(ctx, large)
	if err != nil || r.State != payment.RefundWaitingState {
		t.Fatalf("large: %+v, %v", r, err)
	}
	if r, err = x.svc.DecideRefund(ctx, r.OutRefundNo, true, "", sun); err != nil || r.State != payment.RefundDoneState {
		t.Errorf("approved: %+v, %v", r, err)
	}
	x.tick()
	want(t, "calls to WeChat Pay about refunds", x.gate.n("refund")+x.gate.n("query refund"), 0)
	other := x.billed(2)
	if err := x.svc.RecordOffline(ctx, transfer(other, "20261121-0006")); err != nil {
		t.Fatal(err)
	}
	if err := x.svc.RefundWaived(ctx, other); err != nil {
		t.Fatal(err)
	}
	if p := x.openProblem(payment.ProblemOffline); p.EnrolmentID != other || p.WantFen != 320_000 {
		t.Errorf("finance's list says %+v", p)
	}
}

// The numbers ran out: the transfer is recorded all the same, and the worker
// completes the registration once it can.
func TestATransferDoesNotWaitForANumber(t *testing.T) {
	x := newFinanceTill(t)
	id := x.billed(1)
	x.broken.Store(true)
	if err := x.svc.RecordOffline(t.Context(), transfer(id, "20261121-0007")); err != nil {
		t.Fatal(err)
	}
	want(t, "bill", x.bill(id).State, payment.BillPaid)
	want(t, "completed", x.completed[id], 0)
	want(t, "on the list", x.openProblem(payment.ProblemCompletion).EnrolmentID, id)
	x.broken.Store(false)
	x.ahead.Add(int64(2 * time.Minute))
	x.tick()
	want(t, "completed later", x.completed[id], 1)
	want(t, "open problems", x.rows("payment_problem", "resolved_at IS NULL"), 0)
}

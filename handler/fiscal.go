package handler

import (
	"context"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/payment"
)

// fiscalReceipt is the 财政电子票据 of a student's bill as people see it, nil
// without one.
func (h *Handler) fiscalReceipt(ctx context.Context, b payment.Bill) (*h5.FiscalReceipt, error) {
	if b.State != payment.BillPaid {
		return nil, nil
	}
	r, found, err := h.Receipts.Of(ctx, b.EnrolmentID)
	if err != nil || !found {
		return nil, err
	}
	out := &h5.FiscalReceipt{Code: r.Code, Number: r.Number, Check: r.Check, Link: r.Link, Host: r.Host()}
	if day, err := campaign.ParseDate(r.IssuedOn); err == nil {
		out.Issued = campaign.Date(day)
	}
	attempts, refunds, err := h.Payments.Timeline(ctx, b.EnrolmentID)
	if err != nil {
		return nil, err
	}
	switch back := refundedOf(b, attempts, refunds); {
	case back >= b.TotalFen:
		out.Back = "已退费"
	case back > 0:
		out.Back = "已退费 " + h5.Yuan(back)
	}
	return out, nil
}

// refundedOf is what of the money that settled the bill has gone back, in fen.
func refundedOf(b payment.Bill, attempts []payment.Attempt, refunds []payment.Refund) (fen int64) {
	for _, a := range attempts {
		if b.PaidAttemptID == nil || a.ID != *b.PaidAttemptID {
			continue
		}
		for _, r := range refunds {
			if r.AttemptID == a.ID && r.State == payment.RefundDoneState {
				fen += r.AmountFen
			}
		}
	}
	return fen
}

// homePayment is what the home page says of tuition that was paid, nil before.
func (h *Handler) homePayment(k *call) (*h5.HomePayment, error) {
	b, found, err := h.Payments.BillOf(k.ctx(), k.enrolment.ID)
	if err != nil || !found || b.State != payment.BillPaid || b.PaidAt == nil {
		return nil, err
	}
	p := &h5.HomePayment{Fen: b.TotalFen, At: campaign.DateTime(*b.PaidAt), ReceiptURL: k.base() + "/receipt.pdf"}
	p.Fiscal, err = h.fiscalReceipt(k.ctx(), b)
	return p, err
}

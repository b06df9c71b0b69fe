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
	_, refunds, err := h.Payments.Timeline(ctx, b.EnrolmentID)
	if err != nil {
		return nil, err
	}
	switch back := refundedOf(b, refunds, false); {
	case back >= b.TotalFen:
		out.Back = "已退费"
	case back > 0:
		out.Back = "已退费 " + h5.Yuan(back)
	}
	return out, nil
}

// refundedOf is what of the money that settled the bill has gone back, in fen;
// with moving also what is on its way.
func refundedOf(b payment.Bill, refunds []payment.Refund, moving bool) (fen int64) {
	for _, r := range refunds {
		if b.PaidAttemptID == nil || r.AttemptID != *b.PaidAttemptID {
			continue
		}
		if r.State == payment.RefundDoneState || (moving && r.State.Counts() && r.State != payment.RefundWaitingState) {
			fen += r.AmountFen
		}
	}
	return fen
}

// refundLine is what a student reads of tuition that goes back to her, "" for
// none.
func (h *Handler) refundLine(ctx context.Context, b payment.Bill) (string, error) {
	_, refunds, err := h.Payments.Timeline(ctx, b.EnrolmentID)
	if err != nil {
		return "", err
	}
	back, all := refundedOf(b, refunds, false), refundedOf(b, refunds, true)
	switch {
	case all == 0:
		return "", nil
	case back == 0:
		return "退款中 " + h5.Yuan(all) + "，原路退回", nil
	case all > back:
		return "已退款 " + h5.Yuan(back) + "，退款中 " + h5.Yuan(all-back) + "，原路退回", nil
	}
	return "已退款 " + h5.Yuan(back) + "，原路退回", nil
}

// homePayment is what the home page says of tuition that was paid, nil before.
func (h *Handler) homePayment(k *call) (*h5.HomePayment, error) {
	b, found, err := h.Payments.BillOf(k.ctx(), k.enrolment.ID)
	if err != nil || !found || b.State != payment.BillPaid || b.PaidAt == nil {
		return nil, err
	}
	p := &h5.HomePayment{Fen: b.TotalFen, At: campaign.DateTime(*b.PaidAt), ReceiptURL: k.base() + "/receipt.pdf"}
	if p.Refund, err = h.refundLine(k.ctx(), b); err != nil {
		return nil, err
	}
	p.Fiscal, err = h.fiscalReceipt(k.ctx(), b)
	return p, err
}

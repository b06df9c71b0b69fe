package handler

import (
	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/payment"
	"ruxue/service/staff"
)

// fillBill shows what a student owes and whether it came; the orders and what
// went back only to who may read payments.
func (h *Handler) fillBill(k *call, _ string, page *h5.StaffStudent) error {
	b, ok, err := h.Payments.BillOf(k.ctx(), k.enrolment.ID)
	if err != nil || !ok {
		return err
	}
	view := &h5.StaffBill{Total: h5.Yuan(b.TotalFen), Tag: billWords[b.State][0], Kind: billWords[b.State][1]}
	for _, i := range b.Items {
		view.Items = append(view.Items, h5.Pair{Label: i.Name, Value: h5.Yuan(i.Fen)})
	}
	page.Bill = view
	if !k.staff.May(staff.PaymentsRead) { // a teaching site needs to know whether, not how
		return nil
	}
	attempts, refunds, err := h.Payments.Timeline(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	for _, r := range refunds {
		view.Lines = append(view.Lines, h5.StaffLine{At: campaign.DateTime(r.CreatedAt), Text: "退款 " + h5.Yuan(r.AmountFen) + "，" + refundTags[r.State][0]})
	}
	for _, a := range attempts {
		view.Lines = append(view.Lines, h5.StaffLine{At: campaign.DateTime(a.CreatedAt), Text: attemptWords(a)})
	}
	return nil
}

func attemptWords(a payment.Attempt) string {
	return wayWords[a.Way] + " " + h5.Yuan(a.AmountFen) + "，" + attemptTags[a.State][0] + "，商户订单号 " + a.OutTradeNo
}

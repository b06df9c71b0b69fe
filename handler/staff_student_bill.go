package handler

import (
	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/payment"
)

var billTags = map[payment.BillState][2]string{payment.BillUnpaid: {"待缴费", "warn"}, payment.BillPaid: {"已缴费", "ok"},
	payment.BillFree: {"无需缴费", "ok"}, payment.BillVoid: {"已作废", "mute"}}

func (h *Handler) fillBill(k *call, _ string, page *h5.StaffStudent) error {
	b, ok, err := h.Payments.BillOf(k.ctx(), k.enrolment.ID)
	if err != nil || !ok {
		return err
	}
	view := &h5.StaffBill{Total: h5.Yuan(b.TotalFen), Tag: billTags[b.State][0], Kind: billTags[b.State][1]}
	for _, i := range b.Items {
		view.Items = append(view.Items, h5.Pair{Label: i.Name, Value: h5.Yuan(i.Fen)})
	}
	attempts, refunds, err := h.Payments.Timeline(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	for _, r := range refunds {
		view.Lines = append(view.Lines, h5.StaffLine{At: campaign.DateTime(r.CreatedAt), Text: "退款 " + h5.Yuan(r.AmountFen) + "，" + refundWords(r)})
	}
	for _, a := range attempts {
		view.Lines = append(view.Lines, h5.StaffLine{At: campaign.DateTime(a.CreatedAt), Text: attemptWords(a)})
	}
	page.Bill = view
	return nil
}

func attemptWords(a payment.Attempt) string {
	way := map[payment.Way]string{payment.JSAPI: "微信内支付", payment.Native: "扫码支付"}[a.Way]
	state := map[payment.AttemptState]string{payment.AttemptCreated: "正在下单", payment.AttemptOpen: "等待付款",
		payment.AttemptClosed: "已关闭", payment.AttemptFailed: "下单失败", payment.AttemptPaid: "已付款",
		payment.AttemptSurplus: "重复付款，原路退回"}[a.State]
	return way + " " + h5.Yuan(a.AmountFen) + "，" + state + "，商户订单号 " + a.OutTradeNo
}

func refundWords(r payment.Refund) string {
	switch r.State {
	case payment.RefundDoneState:
		return "已到账"
	case payment.RefundRequestedState, payment.RefundPendingState:
		return "处理中"
	}
	return "异常，请财务老师处理"
}

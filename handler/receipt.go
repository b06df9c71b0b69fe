package handler

import (
	"net/http"
	"net/url"

	"ruxue/service/evidence"
	"ruxue/service/fault"
	"ruxue/service/payment"
	"ruxue/service/student"
)

// receipt is the student's own 缴费凭证: of the payment that settled her bill.
func (h *Handler) receipt(k *call) error {
	e := k.enrolment
	b, found, err := h.Payments.BillOf(k.ctx(), e.ID)
	if err != nil {
		return err
	}
	if !found || b.State != payment.BillPaid || b.PaidAt == nil || b.PaidAttemptID == nil {
		return fault.New(fault.NotFound, "还没有缴费，没有缴费凭证")
	}
	attempts, refunds, err := h.Payments.Timeline(k.ctx(), e.ID)
	if err != nil {
		return err
	}
	r := evidence.Receipt{Institution: k.campaign.Institution, Campaign: k.campaign.Title, Name: e.Person.Name, IDType: "证件号码",
		IDMasked: student.MaskID(e.Person.IDNumber), Number: e.Number, Major: e.Grade + " " + e.Level + " " + e.Major,
		TotalFen: b.TotalFen, Way: "微信支付", PaidAt: *b.PaidAt, PrintedAt: h.Now()}
	for _, it := range b.Items {
		r.Items = append(r.Items, evidence.ReceiptItem{Name: it.Name, Fen: it.Fen})
	}
	for _, a := range attempts {
		if a.ID != *b.PaidAttemptID {
			continue
		}
		r.OutTradeNo, r.TransactionID = a.OutTradeNo, a.TransactionID
		if a.Way == payment.Offline {
			r.Way = "银行转账"
		}
	}
	r.RefundedFen = refundedOf(b, refunds, true)
	if f, err := h.fiscalReceipt(k.ctx(), b); err != nil {
		return err
	} else if f != nil {
		r.FiscalCode, r.FiscalNumber, r.FiscalBack = f.Code, f.Number, f.Back
	}
	pdf, err := h.Evidence.Printer.Receipt(r)
	if err != nil {
		return err
	}
	k.Header("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape("缴费凭证.pdf"))
	k.Data(http.StatusOK, "application/pdf", pdf)
	return nil
}

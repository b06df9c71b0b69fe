package handler

import (
	"strings"
	"time"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/payment"
)

// staffBill is one student's money.
func (h *Handler) staffBill(k *call) error {
	b, err := h.Till.BillByRef(k.ctx(), k.Param("ref"), k.staff.Scope())
	if err != nil {
		return err
	}
	page, err := h.billView(k, b)
	if err != nil {
		return err
	}
	if k.Query("done") != "" {
		page.Notice = &h5.Notice{Kind: h5.NoticeOK, Text: "已保存"}
	}
	return h.show(k, page)
}

// onBill does something to the bill; a refusal shows the page again, with the
// sentence and what was typed.
func (h *Handler) onBill(k *call, ref, form string, do func(b payment.BillRow) error) error {
	b, err := h.Till.BillByRef(k.ctx(), ref, k.staff.Scope())
	if err != nil {
		return err
	}
	err = do(b)
	if err == nil {
		h.sendTo(k, "/staff/payments/bill/"+ref+"?done=1")
		return nil
	}
	f, ok := k.refused(err)
	if !ok {
		return err
	}
	page, verr := h.billView(k, b)
	if verr != nil {
		return verr
	}
	page.Notice = &h5.Notice{Kind: h5.NoticeBad, Text: f.Sentence}
	for i := range page.Acts {
		if page.Acts[i].Name == form {
			h.typed(k, &page.Acts[i], f)
			page.Notice = nil
		}
	}
	return h.showAgain(k, err, page)
}

// staffCheck asks WeChat Pay about the student's orders now.
func (h *Handler) staffCheck(k *call) error {
	return h.onBill(k, k.Param("ref"), "check", func(b payment.BillRow) error {
		_, _, err := h.Payments.Refresh(k.ctx(), b.EnrolmentID)
		return err
	})
}

// staffRefund asks for a refund.
func (h *Handler) staffRefund(k *call) error {
	no := k.PostForm("order")
	return h.onBill(k, k.Param("ref"), "refund-"+no, func(b payment.BillRow) error {
		fen, err := payment.ParseYuan(k.PostForm("amount"))
		if err != nil {
			return err
		}
		attempts, _, err := h.Payments.Timeline(k.ctx(), b.EnrolmentID)
		if err != nil {
			return err
		}
		for _, a := range attempts {
			if a.OutTradeNo == no { // of this bill
				_, err = h.Payments.RequestRefund(k.ctx(), payment.RefundInput{OutTradeNo: no, AmountFen: fen, Reason: k.PostForm("reason"),
					Note: k.PostForm("note"), Key: k.PostForm("key"), By: *k.staff})
				return err
			}
		}
		return fault.New(fault.NotFound, "没有找到这笔付款")
	})
}

// staffOffline records a bank transfer.
func (h *Handler) staffOffline(k *call) error {
	return h.onBill(k, k.Param("ref"), "offline", func(b payment.BillRow) error {
		fen, err := payment.ParseYuan(k.PostForm("amount"))
		if err != nil {
			return err
		}
		day, err := time.ParseInLocation(time.DateOnly, strings.TrimSpace(k.PostForm("received")), campaign.Shanghai)
		if err != nil {
			return fault.New(fault.Invalid, "到账日期写成 2026-11-21 的样子").On("received")
		}
		return h.Payments.RecordOffline(k.ctx(), payment.OfflineInput{EnrolmentID: b.EnrolmentID, AmountFen: fen, BankNumber: k.PostForm("bank"),
			Payer: k.PostForm("payer"), Note: k.PostForm("note"), ReceivedOn: day, By: *k.staff})
	})
}

// onRefund does something to a refund of a bill that the form names.
func (h *Handler) onRefund(k *call, form string, do func(no string) error) error {
	no := k.Param("no")
	return h.onBill(k, k.PostForm("bill"), form+"-"+no, func(b payment.BillRow) error {
		_, refunds, err := h.Payments.Timeline(k.ctx(), b.EnrolmentID)
		if err != nil {
			return err
		}
		for _, r := range refunds {
			if r.OutRefundNo == no {
				return do(no)
			}
		}
		return fault.New(fault.NotFound, "没有找到这笔退款")
	})
}

// staffDecideRefund is the second person's decision.
func (h *Handler) staffDecideRefund(k *call) error {
	return h.onRefund(k, "decide", func(no string) error {
		decision := k.PostForm("decision")
		if decision != "approve" && decision != "reject" {
			return fault.New(fault.Invalid, "请选择同意或驳回").On("decision")
		}
		_, err := h.Payments.DecideRefund(k.ctx(), no, decision == "approve", k.PostForm("note"), *k.staff)
		return err
	})
}

func (h *Handler) staffRetry(k *call) error {
	return h.onRefund(k, "retry", func(no string) error { return h.Payments.RetryRefund(k.ctx(), no, *k.staff) })
}

func (h *Handler) staffByHand(k *call) error {
	return h.onRefund(k, "hand", func(no string) error {
		if k.PostForm("confirmed") != "1" {
			return fault.New(fault.Invalid, "请勾选确认后再提交")
		}
		return h.Payments.FinishByHand(k.ctx(), no, k.PostForm("note"), *k.staff)
	})
}

package handler

import (
	"slices"
	"strings"
	"time"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/payment"
	"ruxue/service/staff"
)

var attemptTags = map[payment.AttemptState][2]string{payment.AttemptCreated: {"正在下单", "info"}, payment.AttemptOpen: {"待付款", "info"},
	payment.AttemptClosed: {"已关闭", "info"}, payment.AttemptFailed: {"下单失败", "bad"}, payment.AttemptPaid: {"已入账", "ok"},
	payment.AttemptSurplus: {"多付，退回", "warn"}}

var refundTags = map[payment.RefundState][2]string{payment.RefundRequestedState: {"正在退款", "info"}, payment.RefundPendingState: {"退款中", "info"},
	payment.RefundDoneState: {"已退款", "ok"}, payment.RefundAbnormalState: {"退款异常", "bad"}, payment.RefundClosedState: {"退款关闭", "bad"},
	payment.RefundFailedState: {"退款失败", "bad"}, payment.RefundWaitingState: {"待复核", "warn"}, payment.RefundRejectedState: {"已驳回", "info"}}

var wayWords = map[payment.Way]string{payment.JSAPI: "微信内支付", payment.Native: "扫码支付", payment.Offline: "银行转账"}

// billView is the page of a bill with what the person may do.
func (h *Handler) billView(k *call, b payment.BillRow) (h5.StaffTill, error) {
	page := h5.StaffTill{Console: k.console(b.Name, "/staff/payments"), Name: b.Name, Total: b.TotalFen,
		Line:  strings.Join(slices.DeleteFunc([]string{b.Course, b.Site, b.StudentNumber, b.ExamNumber}, func(s string) bool { return s == "" }), "　"),
		State: billWords[b.State][0], Tag: billWords[b.State][1]}
	for _, it := range b.Items {
		page.Items = append(page.Items, h5.BillItem{Name: it.Name, Fen: it.Fen})
	}
	attempts, refunds, err := h.Payments.Timeline(k.ctx(), b.EnrolmentID)
	if err != nil {
		return page, err
	}
	type dated struct {
		at time.Time
		h5.StaffMoney
	}
	var all []dated
	for _, a := range attempts {
		m, err := h.attemptView(k, a)
		if err != nil {
			return page, err
		}
		all = append(all, dated{a.CreatedAt, m})
		page.Moving = page.Moving || a.State == payment.AttemptCreated || a.State == payment.AttemptOpen
	}
	for _, r := range refunds {
		all = append(all, dated{r.CreatedAt, refundView(r)})
		page.Moving = page.Moving || r.State == payment.RefundRequestedState || r.State == payment.RefundPendingState
	}
	slices.SortStableFunc(all, func(a, b dated) int { return b.at.Compare(a.at) })
	for _, d := range all {
		page.Events = append(page.Events, d.StaffMoney)
	}
	page.Acts = h.billActs(k, b, attempts, refunds)
	page.Fiscal, err = h.fiscalReceipt(k.ctx(), b.Bill)
	return page, err
}

func (h *Handler) attemptView(k *call, a payment.Attempt) (h5.StaffMoney, error) {
	m := h5.StaffMoney{Title: wayWords[a.Way], Number: a.OutTradeNo, Fen: a.AmountFen, State: attemptTags[a.State][0], Tag: attemptTags[a.State][1],
		At: campaign.DateTime(a.CreatedAt)}
	if a.TransactionID != "" && a.Way != payment.Offline {
		m.Lines = append(m.Lines, "微信支付单号 "+a.TransactionID)
	}
	if a.Way != payment.Offline {
		return m, nil
	}
	r, found, err := h.Till.Offline(k.ctx(), a.ID)
	if found {
		m.Lines = append(m.Lines, "流水号 "+strings.TrimPrefix(a.TransactionID, "BANK-"),
			r.ReceivedOn.Format("2006年1月2日")+" 到账，付款户名 "+r.Payer, "登记人 "+r.Recorder)
		if r.Note != "" {
			m.Lines = append(m.Lines, r.Note)
		}
	}
	return m, err
}

func refundView(r payment.Refund) h5.StaffMoney {
	m := h5.StaffMoney{Title: "退款", Number: r.OutRefundNo, Fen: r.AmountFen, State: refundTags[r.State][0], Tag: refundTags[r.State][1],
		At: campaign.DateTime(r.CreatedAt), Lines: []string{"原因：" + r.Reason}}
	if r.Requester != "" {
		m.Lines = append(m.Lines, "申请人 "+r.Requester)
	}
	if r.Decider != "" && r.DecidedAt != nil {
		m.Lines = append(m.Lines, "复核人 "+r.Decider+"，"+campaign.DateTime(*r.DecidedAt))
	}
	if r.SucceededAt != nil {
		m.Lines = append(m.Lines, campaign.DateTime(*r.SucceededAt)+" 退款完成")
	}
	if r.Note != "" {
		m.Lines = append(m.Lines, r.Note)
	}
	return m
}

// billActs are the forms beside the bill.
func (h *Handler) billActs(k *call, b payment.BillRow, attempts []payment.Attempt, refunds []payment.Refund) []h5.StaffAct {
	base := "/staff/payments/bill/" + b.Ref
	var out []h5.StaffAct
	for _, r := range refunds {
		out = append(out, h.refundActs(k, b.Ref, r)...)
	}
	if b.State == payment.BillUnpaid && len(attempts) > 0 {
		out = append(out, h5.StaffAct{Name: "check", Title: "向微信支付核实", Text: "学生说已付款而这里没有时使用", Action: base + "/check", Button: "立即核实", Busy: "正在核实"})
	}
	if !k.staff.May(staff.RefundRequest) {
		return out
	}
	for _, a := range attempts {
		left := a.AmountFen
		for _, r := range refunds {
			if r.AttemptID == a.ID && r.State.Counts() {
				left -= r.AmountFen
			}
		}
		if a.State.Settled() && left > 0 {
			out = append(out, h.requestAct(base, a, left))
		}
	}
	if b.State == payment.BillUnpaid {
		out = append(out, h5.StaffAct{Name: "offline", Title: "登记银行转账", Text: "款已到账后登记，学生随即完成缴费", Action: base + "/offline", Button: "登记", Busy: "正在登记",
			Fields: []h5.Field{{Form: "offline", Name: "amount", Label: "金额（元）", Value: h5.PlainYuan(b.TotalFen), Required: true, InputMode: "decimal", MaxLength: 12},
				{Form: "offline", Name: "bank", Label: "银行流水号", Required: true, MaxLength: 50}, {Form: "offline", Name: "payer", Label: "付款户名", Required: true, MaxLength: 100},
				{Form: "offline", Name: "received", Label: "到账日期", Kind: h5.FieldDate, Required: true},
				{Form: "offline", Name: "note", Label: "说明", MaxLength: 400}}})
	}
	return out
}

// requestAct is the form of a refund. Its key makes a form that is sent twice
// one refund.
func (h *Handler) requestAct(base string, a payment.Attempt, left int64) h5.StaffAct {
	name := "refund-" + a.OutTradeNo
	act := h5.StaffAct{Name: name, Title: "退款", Text: wayWords[a.Way] + " " + a.OutTradeNo + "，最多可退 " + h5.Yuan(left) + "。" + h.aloneWords(), Action: base + "/refund",
		Button: "申请退款", Busy: "正在提交", Fields: []h5.Field{{Name: "order", Kind: "hidden", Value: a.OutTradeNo}, {Name: "key", Kind: "hidden", Value: h.NewToken()},
			{Form: name, Name: "amount", Label: "金额（元）", Value: h5.PlainYuan(left), Required: true, InputMode: "decimal", MaxLength: 12},
			{Form: name, Name: "reason", Label: "原因（付款人会看到）", Required: true, MaxLength: 26}}}
	if a.Way == payment.Offline {
		act.Warning = "银行转账的款由财务转账退回，这里登记结果"
		act.Fields = append(act.Fields, h5.Field{Form: name, Name: "note", Label: "转账日期和流水号", Required: true, MaxLength: 190})
	}
	return act
}

// aloneWords says up to what sum one person may refund.
func (h *Handler) aloneWords() string {
	if h.Payments.ApproveAboveFen == 0 {
		return "每笔都须另一位老师复核后才退"
	}
	return "超过 " + h5.Yuan(h.Payments.ApproveAboveFen) + " 的须另一位老师复核后才退"
}

// refundActs are the forms that a refund's state calls for.
func (h *Handler) refundActs(k *call, ref string, r payment.Refund) []h5.StaffAct {
	base := "/staff/payments/refund/" + r.OutRefundNo
	bill := h5.Field{Name: "bill", Kind: "hidden", Value: ref}
	var out []h5.StaffAct
	if r.State == payment.RefundWaitingState && k.staff.May(staff.RefundApprove) {
		name := "decide-" + r.OutRefundNo
		act := h5.StaffAct{Name: name, Title: "复核退款 " + h5.Yuan(r.AmountFen), Text: r.Requester + " 申请：" + r.Reason, Open: true, Action: base + "/decide",
			Button: "提交", Busy: "正在提交", Fields: []h5.Field{bill, {Form: name, Name: "decision", Label: "决定", Kind: h5.FieldSelect, Required: true,
				Options: []h5.Option{{Value: "approve", Label: "同意退款"}, {Value: "reject", Label: "驳回"}}},
				{Form: name, Name: "note", Label: "驳回的理由", MaxLength: 190}}}
		if r.RequestedBy == k.staff.Ref {
			act.Fields, act.Button, act.Warning = nil, "", "您是申请人，须由另一位老师复核"
		}
		out = append(out, act)
	}
	if !k.staff.May(staff.RefundRequest) {
		return out
	}
	if r.State == payment.RefundFailedState || r.State == payment.RefundAbnormalState {
		name := "hand-" + r.OutRefundNo
		out = append(out, h5.StaffAct{Name: "retry-" + r.OutRefundNo, Title: "重试退款 " + h5.Yuan(r.AmountFen), Text: "使用同一退款单号，不会重复退款", Action: base + "/retry",
			Button: "重试", Busy: "正在提交", Fields: []h5.Field{bill}},
			h5.StaffAct{Name: name, Title: "改为线下退回 " + h5.Yuan(r.AmountFen), Text: "转账完成后登记", Action: base + "/hand", Button: "登记", Busy: "正在登记",
				Confirm: "我已确认微信支付不会再退这笔款",
				Fields:  []h5.Field{bill, {Form: name, Name: "note", Label: "转账日期和流水号", Required: true, MaxLength: 190}}})
	}
	return out
}

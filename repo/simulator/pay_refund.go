package simulator

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// refund is one out_refund_no. Amounts are fen.
type refund struct {
	ID          string          `json:"refund_id"`
	OutRefundNo string          `json:"out_refund_no"`
	OutTradeNo  string          `json:"out_trade_no"`
	Reason      string          `json:"reason,omitempty"`
	NotifyURL   string          `json:"notify_url,omitempty"`
	Refund      int64           `json:"refund"`
	Status      string          `json:"status"` // PROCESSING, then SUCCESS
	Created     time.Time       `json:"created"`
	Succeeded   time.Time       `json:"succeeded,omitzero"`
	Request     json.RawMessage `json:"request"`
}

type refundRequest struct {
	TransactionID string `json:"transaction_id"`
	OutTradeNo    string `json:"out_trade_no"`
	OutRefundNo   string `json:"out_refund_no"`
	Reason        string `json:"reason"`
	NotifyURL     string `json:"notify_url"`
	Amount        struct {
		Refund   int64  `json:"refund"`
		Total    int64  `json:"total"`
		Currency string `json:"currency"`
	} `json:"amount"`
}

// refundCreate is POST /v3/refund/domestic/refunds: accepted at once, done a
// moment later, told by a callback if there is a notify_url.
func (s *Simulator) refundCreate(c *call) answer {
	var in refundRequest
	if !c.json(&in) {
		return payError(http.StatusBadRequest, "PARAM_ERROR", "请求体不是合法的 JSON，或字段类型有误")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.pay.orders[in.OutTradeNo]
	if in.TransactionID != "" {
		for _, other := range s.pay.orders {
			if other.TransactionID == in.TransactionID {
				o = other
			}
		}
	}
	request := canonical(c.body)
	if old := s.pay.refunds[in.OutRefundNo]; old != nil {
		if !bytes.Equal(old.Request, request) {
			return payError(http.StatusBadRequest, "INVALID_REQUEST", "订单号重复，退款参数与原请求不一致")
		}
		return jsonAnswer(http.StatusOK, s.refundViewLocked(old))
	}
	if bad := s.checkRefundLocked(o, in); bad != nil {
		return *bad
	}
	s.seq++
	r := &refund{
		ID: "503" + s.now().In(beijing).Format("20060102") + randomDigits(17), OutRefundNo: in.OutRefundNo, OutTradeNo: o.OutTradeNo,
		Reason: in.Reason, NotifyURL: in.NotifyURL, Refund: in.Amount.Refund, Status: "PROCESSING", Created: s.now(), Request: request,
	}
	o.Refunded += r.Refund
	o.State = stateRefund
	s.pay.refunds[r.OutRefundNo] = r
	s.saveLocked()
	c.note = "退款 " + yuan(r.Refund)
	s.backgroundLocked(func() { s.finishRefund(r.OutRefundNo) })
	return jsonAnswer(http.StatusOK, s.refundViewLocked(r))
}

func (s *Simulator) checkRefundLocked(o *order, in refundRequest) *answer {
	var a answer
	switch {
	case !regexpRefundNo.MatchString(in.OutRefundNo):
		a = paramError("/out_refund_no", "must be 1 to 64 of [0-9A-Za-z_-|*@]")
	case in.NotifyURL != "" && !notifyURL(in.NotifyURL):
		a = paramError("/notify_url", "must be an https address without a query")
	case in.Amount.Currency != "CNY":
		a = paramError("/amount/currency", "must be CNY")
	case o == nil:
		a = payError(http.StatusNotFound, "RESOURCE_NOT_EXISTS", "订单不存在")
	case o.State != stateSuccess && o.State != stateRefund:
		a = payError(http.StatusBadRequest, "INVALID_REQUEST", "订单状态不支持退款")
	case in.Amount.Total != o.Total:
		a = payError(http.StatusBadRequest, "INVALID_REQUEST", "订单金额或退款金额与之前请求不一致，请核实后再试")
	case in.Amount.Refund < 1 || o.Refunded+in.Amount.Refund > o.Total:
		a = payError(http.StatusBadRequest, "INVALID_REQUEST", "申请退款金额大于可退金额")
	case s.now().Sub(o.PaidAt) > 365*24*time.Hour:
		a = payError(http.StatusBadRequest, "INVALID_REQUEST", "订单已超过可退款的最大期限")
	default:
		return nil
	}
	return &a
}

// refundQuery is GET /v3/refund/domestic/refunds/{no}.
func (s *Simulator) refundQuery(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	r := s.pay.refunds[c.r.PathValue("no")]
	if r == nil {
		return payError(http.StatusNotFound, "RESOURCE_NOT_EXISTS", "退款单不存在")
	}
	return jsonAnswer(http.StatusOK, s.refundViewLocked(r))
}

func (s *Simulator) refundViewLocked(r *refund) map[string]any {
	o := s.pay.orders[r.OutTradeNo]
	out := map[string]any{
		"refund_id": r.ID, "out_refund_no": r.OutRefundNo, "transaction_id": o.TransactionID, "out_trade_no": r.OutTradeNo,
		"channel": "ORIGINAL", "user_received_account": "支付用户零钱", "create_time": stamp(r.Created), "status": r.Status,
		"funds_account": "AVAILABLE",
		"amount": map[string]any{
			"total": o.Total, "refund": r.Refund, "payer_total": o.Total, "payer_refund": r.Refund,
			"settlement_refund": r.Refund, "settlement_total": o.Total, "discount_refund": 0, "currency": "CNY",
		},
	}
	if !r.Succeeded.IsZero() {
		out["success_time"] = stamp(r.Succeeded)
	}
	return out
}

// finishRefund completes a refund, or fails it as a fault says, and calls back.
func (s *Simulator) finishRefund(no string) {
	if !s.sleep(100 * time.Millisecond) {
		return
	}
	status := "SUCCESS"
	if f := s.takeFault("refund.result"); f != nil && f.Mode == modeError {
		status = f.Code
	}
	s.endRefund(no, status)
}

// MendRefund is the merchant sending an abnormal refund to another account.
func (s *Simulator) MendRefund(outRefundNo string) error {
	s.mu.Lock()
	r := s.pay.refunds[outRefundNo]
	abnormal := r != nil && r.Status == "ABNORMAL"
	s.mu.Unlock()
	if !abnormal {
		return fmt.Errorf("%q is no abnormal refund", outRefundNo)
	}
	s.endRefund(outRefundNo, "SUCCESS")
	return nil
}

// endRefund moves a refund to SUCCESS, ABNORMAL or CLOSED and calls back.
func (s *Simulator) endRefund(no, status string) {
	s.mu.Lock()
	r := s.pay.refunds[no]
	o := s.pay.orders[r.OutTradeNo]
	r.Status = status
	summary := map[string]string{"SUCCESS": "退款成功", "ABNORMAL": "退款异常", "CLOSED": "退款关闭"}[status]
	resource := map[string]any{
		"mchid": o.MchID, "transaction_id": o.TransactionID, "out_trade_no": o.OutTradeNo, "refund_id": r.ID,
		"out_refund_no": r.OutRefundNo, "refund_status": status, "user_received_account": "支付用户零钱",
		"amount": map[string]any{"total": o.Total, "refund": r.Refund, "payer_total": o.Total, "payer_refund": r.Refund},
	}
	switch status {
	case "SUCCESS":
		r.Succeeded = s.now()
		resource["success_time"] = stamp(r.Succeeded)
	case "CLOSED": // the money stays with the merchant
		if o.Refunded -= r.Refund; o.Refunded == 0 {
			o.State = stateSuccess
		}
	}
	s.saveLocked()
	address := r.NotifyURL
	s.mu.Unlock()
	if address == "" {
		return
	}
	s.deliver(notice{url: address, event: "REFUND." + status, summary: summary, kind: "refund", resource: resource})
}

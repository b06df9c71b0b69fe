package wxpay

import (
	"context"
	"net/url"
	"time"

	"ruxue/service/payment"
)

type refundBody struct {
	TransactionID string           `json:"transaction_id"`
	OutRefundNo   string           `json:"out_refund_no"`
	Reason        string           `json:"reason,omitempty"`
	NotifyURL     string           `json:"notify_url,omitempty"`
	Amount        refundAmountBody `json:"amount"`
}

type refundAmountBody struct {
	Refund   int64  `json:"refund"`
	Total    int64  `json:"total"`
	Currency string `json:"currency"`
}

// refundAnswer is a refund as an answer (status) and as a callback
// (refund_status) tell it.
type refundAnswer struct {
	MchID         string `json:"mchid"`
	RefundID      string `json:"refund_id"`
	OutRefundNo   string `json:"out_refund_no"`
	TransactionID string `json:"transaction_id"`
	OutTradeNo    string `json:"out_trade_no"`
	Status        string `json:"status"`
	RefundStatus  string `json:"refund_status"`
	SuccessTime   string `json:"success_time"`
	Amount        struct {
		Refund int64 `json:"refund"`
		Total  int64 `json:"total"`
	} `json:"amount"`
}

func (r refundAnswer) event(source string) (payment.Event, bool) {
	ev := payment.Event{Kind: payment.RefundEvent, Source: source, MchID: r.MchID, OutTradeNo: r.OutTradeNo,
		TransactionID: r.TransactionID, OutRefundNo: r.OutRefundNo, RefundID: r.RefundID, RefundState: r.Status,
		RefundFen: r.Amount.Refund, TotalFen: r.Amount.Total}
	if ev.RefundState == "" {
		ev.RefundState = r.RefundStatus
	}
	if t, err := time.Parse(time.RFC3339, r.SuccessTime); err == nil {
		ev.SuccessAt = t.UTC()
	}
	return ev, ev.OutRefundNo != "" && ev.RefundState != ""
}

// Refund implements payment.Gateway. An answer means accepted, not done.
func (c *Client) Refund(ctx context.Context, r payment.RefundRequest) (payment.Event, error) {
	body := refundBody{TransactionID: r.TransactionID, OutRefundNo: r.OutRefundNo, Reason: r.Reason, NotifyURL: c.cfg.NotifyURL,
		Amount: refundAmountBody{Refund: r.AmountFen, Total: r.TotalFen, Currency: "CNY"}}
	return c.refund(ctx, "refund", "/v3/refund/domestic/refunds", r.OutRefundNo, body)
}

// QueryRefund implements payment.Gateway.
func (c *Client) QueryRefund(ctx context.Context, outRefundNo string) (payment.Event, error) {
	return c.refund(ctx, "query refund", "/v3/refund/domestic/refunds/"+url.PathEscape(outRefundNo), outRefundNo, nil)
}

func (c *Client) refund(ctx context.Context, op, path, no string, body any) (payment.Event, error) {
	var out refundAnswer
	if err := c.call(ctx, op, path, body, &out); err != nil {
		return payment.Event{}, err
	}
	ev, ok := out.event("query")
	if !ok || ev.OutRefundNo != no {
		return payment.Event{}, &payment.GatewayError{Op: op, Outcome: payment.Unknown, Code: "malformed"}
	}
	return ev, nil
}

package wxpay

import (
	"context"
	"fmt"
	"net/url"
	"time"

	"github.com/wechatpay-apiv3/wechatpay-go/services/payments"

	"ruxue/service/payment"
)

type prepayBody struct {
	AppID       string     `json:"appid"`
	MchID       string     `json:"mchid"`
	Description string     `json:"description"`
	OutTradeNo  string     `json:"out_trade_no"`
	TimeExpire  string     `json:"time_expire"`
	NotifyURL   string     `json:"notify_url"`
	Amount      amountBody `json:"amount"`
	Payer       *payerBody `json:"payer,omitempty"`
	Scene       *sceneBody `json:"scene_info,omitempty"`
}

type amountBody struct {
	Total    int64  `json:"total"`
	Currency string `json:"currency"`
}

type payerBody struct {
	OpenID string `json:"openid"`
}

type sceneBody struct {
	PayerClientIP string `json:"payer_client_ip"`
}

var beijing = time.FixedZone("+08:00", 8*3600)

// Prepay implements payment.Gateway. The body follows from r alone, so the
// same r is the same request.
func (c *Client) Prepay(ctx context.Context, r payment.Request) (payment.Prepaid, error) {
	body := prepayBody{AppID: r.AppID, MchID: r.MchID, Description: r.Description, OutTradeNo: r.OutTradeNo,
		TimeExpire: r.ExpireAt.In(beijing).Format(time.RFC3339), NotifyURL: r.NotifyURL,
		Amount: amountBody{Total: r.AmountFen, Currency: "CNY"}}
	path := "/v3/pay/transactions/native"
	if r.Way == payment.JSAPI {
		path = "/v3/pay/transactions/jsapi"
		body.Payer = &payerBody{OpenID: r.OpenID}
	}
	if r.ClientIP != "" {
		body.Scene = &sceneBody{PayerClientIP: r.ClientIP}
	}
	var out struct {
		PrepayID string `json:"prepay_id"`
		CodeURL  string `json:"code_url"`
	}
	if err := c.call(ctx, "prepay", path, body, &out); err != nil {
		return payment.Prepaid{}, err
	}
	if (r.Way == payment.JSAPI && out.PrepayID == "") || (r.Way == payment.Native && out.CodeURL == "") {
		return payment.Prepaid{}, &payment.GatewayError{Op: "prepay", Outcome: payment.Unknown, Code: "malformed"}
	}
	return payment.Prepaid{PrepayID: out.PrepayID, CodeURL: out.CodeURL}, nil
}

// Query implements payment.Gateway.
func (c *Client) Query(ctx context.Context, outTradeNo string) (payment.Event, error) {
	var tx payments.Transaction
	path := "/v3/pay/transactions/out-trade-no/" + url.PathEscape(outTradeNo) + "?mchid=" + url.QueryEscape(c.cfg.MchID)
	if err := c.call(ctx, "query", path, nil, &tx); err != nil {
		return payment.Event{}, err
	}
	ev, err := tradeEvent(tx, "query")
	if err != nil || ev.OutTradeNo != outTradeNo {
		return payment.Event{}, &payment.GatewayError{Op: "query", Outcome: payment.Unknown, Code: "malformed"}
	}
	return ev, nil
}

// Close implements payment.Gateway.
func (c *Client) Close(ctx context.Context, outTradeNo string) error {
	body := map[string]string{"mchid": c.cfg.MchID}
	return c.call(ctx, "close", "/v3/pay/transactions/out-trade-no/"+url.PathEscape(outTradeNo)+"/close", body, nil)
}

// tradeEvent reads a transaction, whose fields are all optional: nil is the
// zero value, and a trade without number or state is refused.
func tradeEvent(tx payments.Transaction, source string) (payment.Event, error) {
	ev := payment.Event{Kind: payment.TradeEvent, Source: source, AppID: val(tx.Appid), MchID: val(tx.Mchid),
		OutTradeNo: val(tx.OutTradeNo), TransactionID: val(tx.TransactionId), TradeState: val(tx.TradeState),
		TradeType: val(tx.TradeType), BankType: val(tx.BankType)}
	if ev.OutTradeNo == "" || ev.TradeState == "" {
		return ev, fmt.Errorf("a trade without number or state")
	}
	if tx.Payer != nil {
		ev.OpenID = val(tx.Payer.Openid)
	}
	if tx.Amount != nil {
		ev.TotalFen, ev.PayerFen, ev.Currency = val(tx.Amount.Total), val(tx.Amount.PayerTotal), val(tx.Amount.Currency)
	}
	if at := val(tx.SuccessTime); at != "" {
		t, err := time.Parse(time.RFC3339, at)
		if err != nil {
			return ev, fmt.Errorf("a trade with a malformed success time")
		}
		ev.SuccessAt = t.UTC()
	}
	return ev, nil
}

func val[T any](p *T) (v T) {
	if p != nil {
		v = *p
	}
	return v
}

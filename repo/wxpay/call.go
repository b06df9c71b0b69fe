package wxpay

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"

	"github.com/wechatpay-apiv3/wechatpay-go/core"
	"github.com/wechatpay-apiv3/wechatpay-go/core/consts"

	"ruxue/service/payment"
)

// call does one request. body nil is a GET. out nil expects 204, else 200 with
// JSON; any other success (WeChat Pay does send a signed 202) is no answer.
func (c *Client) call(ctx context.Context, op, path string, body, out any) error {
	var res *core.APIResult
	var err error
	if address := consts.WechatPayAPIServer + path; body == nil {
		res, err = c.core.Get(ctx, address)
	} else {
		res, err = c.core.Post(ctx, address, body)
	}
	if res != nil && res.Response != nil && res.Response.Body != nil {
		defer func() { _ = res.Response.Body.Close() }()
	}
	if err != nil {
		return classify(op, err)
	}
	switch status := res.Response.StatusCode; {
	case status == http.StatusNoContent && out == nil:
		return nil
	case status != http.StatusOK:
		return &payment.GatewayError{Op: op, Outcome: payment.Unknown, Code: "status " + strconv.Itoa(status)}
	case out == nil:
		return nil
	}
	raw, err := io.ReadAll(res.Response.Body)
	if err == nil {
		err = json.Unmarshal(raw, out)
	}
	if err != nil {
		return &payment.GatewayError{Op: op, Outcome: payment.Unknown, Code: "malformed"}
	}
	return nil
}

// codes are the refusals that mean something of their own. Their spelling
// differs between WeChat Pay's own pages, so both are known.
var codes = map[string]payment.Outcome{
	"ORDERPAID": payment.Paid, "ORDER_PAID": payment.Paid,
	"ORDER_NOT_EXIST": payment.Missing, "ORDERNOTEXIST": payment.Missing, "RESOURCE_NOT_EXISTS": payment.Missing,
	"ORDER_CLOSED": payment.Closed, "ORDERCLOSED": payment.Closed,
	"OUT_TRADE_NO_USED": payment.Used,
	"FREQUENCY_LIMITED": payment.Busy, "FREQUENCY_LIMIT_EXCEED": payment.Busy, "RATELIMIT_EXCEEDED": payment.Busy,
	"RATELIMIT_EXCEED": payment.Busy, "USERPAYING": payment.Busy, "USER_PAYING": payment.Busy,
	"SYSTEM_ERROR": payment.Unknown, "SYSTEMERROR": payment.Unknown, "BANK_ERROR": payment.Unknown,
	"BANKERROR": payment.Unknown, "BIZERR_NEED_RETRY": payment.Unknown,
}

// classify turns an SDK error into an outcome. What is not a plain 4xx refusal
// (a time-out, a cut connection, an answer whose signature fails) may have
// happened.
func classify(op string, err error) error {
	e := &payment.GatewayError{Op: op, Outcome: payment.Unknown}
	var api *core.APIError
	var network net.Error
	switch {
	case errors.As(err, &api):
		e.Code = safeCode(api.Code, api.StatusCode)
		known, ok := codes[api.Code]
		switch {
		case api.StatusCode/100 != 4:
			// 5xx, 3xx, 1xx: nobody knows
		case ok:
			e.Outcome = known
		case api.StatusCode == http.StatusTooManyRequests:
			e.Outcome = payment.Busy
		case api.Code == "INVALID_REQUEST" && strings.Contains(api.Message, "订单号重复"):
			e.Outcome = payment.Used
		case api.Code == "": // a proxy's page, not WeChat Pay's word
		default:
			e.Outcome = payment.Refused
		}
	case errors.Is(err, context.Canceled):
		e.Code = "cancelled"
	case errors.Is(err, context.DeadlineExceeded), errors.As(err, &network) && network.Timeout():
		e.Code = "timeout"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		e.Code = "eof"
	case errors.As(err, &network):
		e.Code = "network"
	default:
		e.Code = "unverified"
	}
	return e
}

// safeCode keeps an error code that looks like one: the body is not signed.
func safeCode(code string, status int) string {
	if code == "" || len(code) > 40 || strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") != "" {
		return "status " + strconv.Itoa(status)
	}
	return code
}

package simulator

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"time"
	"unicode/utf8"
)

// prepayRequest is the body of POST /v3/pay/transactions/jsapi and /native.
type prepayRequest struct {
	AppID       string `json:"appid"`
	MchID       string `json:"mchid"`
	Description string `json:"description"`
	OutTradeNo  string `json:"out_trade_no"`
	TimeExpire  string `json:"time_expire"`
	Attach      string `json:"attach"`
	NotifyURL   string `json:"notify_url"`
	Amount      struct {
		Total    json.Number `json:"total"`
		Currency string      `json:"currency"`
	} `json:"amount"`
	Payer struct {
		OpenID string `json:"openid"`
	} `json:"payer"`
}

var (
	tradeNo = regexp.MustCompile(`^[0-9A-Za-z_\-*]{6,32}$`)
	v3Time  = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d$`)
)

// prepay makes the handler of one trade type, JSAPI or NATIVE.
func (s *Simulator) prepay(kind string) handlerFunc {
	return func(c *call) answer {
		var in prepayRequest
		if !c.json(&in) {
			return payError(http.StatusBadRequest, "PARAM_ERROR", "请求体不是合法的 JSON，或字段类型有误")
		}
		s.mu.Lock()
		defer s.mu.Unlock()
		o, bad := s.checkPrepayLocked(kind, in)
		if bad != nil {
			return *bad
		}
		o.Request = canonical(c.body)
		if old := s.pay.orders[o.OutTradeNo]; old != nil {
			if again := s.repeatLocked(old, o); again != nil {
				return *again
			}
			o = old
		}
		if o.Handle == "" || s.now().Sub(o.Issued) >= payLife {
			o.Issued = s.now()
			o.Handle = "wx" + s.now().In(beijing).Format("02150405") + randomHex(13)
			if kind == "NATIVE" {
				o.Handle = "weixin://wxpay/bizpayurl?pr=" + randomText(7) + "zz"
			}
		}
		s.pay.orders[o.OutTradeNo] = o
		s.saveLocked()
		c.note = "下单 " + kind + " " + yuan(o.Total)
		if kind == "NATIVE" {
			return jsonAnswer(http.StatusOK, map[string]any{"code_url": o.Handle})
		}
		return jsonAnswer(http.StatusOK, map[string]any{"prepay_id": o.Handle})
	}
}

// repeatLocked judges an out_trade_no that is known: nil when the request is
// the same and the order still open.
func (s *Simulator) repeatLocked(old, o *order) *answer {
	var a answer
	switch {
	case old.State == stateSuccess || old.State == stateRefund:
		a = payError(http.StatusBadRequest, "ORDERPAID", "该订单已支付")
	case old.TradeType != o.TradeType || !bytes.Equal(old.Request, o.Request):
		a = payError(http.StatusBadRequest, "INVALID_REQUEST", "201 商户订单号重复")
	case old.State == stateClosed:
		a = payError(http.StatusBadRequest, "ORDER_CLOSED", "该订单已关闭，请重新下单")
	default:
		return nil
	}
	return &a
}

func (s *Simulator) checkPrepayLocked(kind string, in prepayRequest) (*order, *answer) {
	bad := func(a answer) (*order, *answer) { return nil, &a }
	total, err := in.Amount.Total.Int64()
	switch {
	case in.MchID != s.keys.MchID || in.AppID != s.keys.AppID:
		return bad(payError(http.StatusBadRequest, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配，请检查后再试"))
	case in.Description == "" || utf8.RuneCountInString(in.Description) > 127:
		return bad(paramError("/description", "length must be between 1 and 127"))
	case !tradeNo.MatchString(in.OutTradeNo):
		return bad(paramError("/out_trade_no", "must match ^[0-9A-Za-z_\\-*]{6,32}$"))
	case len(in.Attach) > 128:
		return bad(paramError("/attach", "longer than 128 bytes"))
	case err != nil || total < 1:
		return bad(paramError("/amount/total", "must be an integer not less than 1"))
	case in.Amount.Currency != "" && in.Amount.Currency != "CNY":
		return bad(paramError("/amount/currency", "must be CNY"))
	case !notifyURL(in.NotifyURL):
		return bad(paramError("/notify_url", "must be an https address without a query"))
	}
	o := &order{
		AppID: in.AppID, MchID: in.MchID, OutTradeNo: in.OutTradeNo, TradeType: kind, Description: in.Description,
		Attach: in.Attach, NotifyURL: in.NotifyURL, Total: total, State: stateNotPay,
	}
	if in.TimeExpire != "" {
		o.Expires, err = time.Parse(time.RFC3339, in.TimeExpire)
		if err != nil || !v3Time.MatchString(in.TimeExpire) {
			return bad(paramError("/time_expire", "must be like 2018-06-08T10:34:56+08:00"))
		}
		if o.Expires.Before(s.now().Add(time.Minute)) {
			return bad(payError(http.StatusBadRequest, "INVALID_REQUEST", "time_expire 过期时间须晚于当前时间至少1分钟"))
		}
	}
	if kind == "JSAPI" {
		o.OpenID = in.Payer.OpenID
		if o.OpenID == "" {
			return bad(paramError("/payer/openid", "missing"))
		}
		if u := s.userLocked(o.OpenID); u == nil || u.Snapshot {
			return bad(payError(http.StatusBadRequest, "PARAM_ERROR", "无效的openid"))
		}
	}
	return o, nil
}

// notifyURL: https without a query; plain http is let through to a loopback or
// private test address alone.
func notifyURL(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || u.RawQuery != "" || len(address) > 255 {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && localHost(u.Hostname())
}

// canonical is the JSON with its keys sorted, so that a repetition may come
// in another order or spacing.
func canonical(body []byte) json.RawMessage {
	d := json.NewDecoder(bytes.NewReader(body))
	d.UseNumber()
	var v any
	if d.Decode(&v) != nil {
		return body
	}
	raw, err := json.Marshal(v)
	if err != nil {
		return body
	}
	return raw
}

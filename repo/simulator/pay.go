package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// payState is the merchant's ledger; Simulator.mu guards it.
type payState struct {
	orders  map[string]*order  // by out_trade_no
	refunds map[string]*refund // by out_refund_no

	certificates []*certificate // of an old merchant, the newest last
	callbacksBy  string
	callbacks    int                 // sent
	sent         map[string]delivery // the last of each out_trade_no
}

func newPayState() payState {
	return payState{orders: map[string]*order{}, refunds: map[string]*refund{}, sent: map[string]delivery{}}
}

// Trade states.
const (
	stateNotPay  = "NOTPAY"
	stateSuccess = "SUCCESS"
	stateClosed  = "CLOSED"
	stateRefund  = "REFUND"
)

// payLife is how long a prepay_id and a code_url live.
const payLife = 2 * time.Hour

// order is one out_trade_no. Amounts are fen.
type order struct {
	AppID         string          `json:"appid"`
	MchID         string          `json:"mchid"`
	OutTradeNo    string          `json:"out_trade_no"`
	TradeType     string          `json:"trade_type"` // JSAPI or NATIVE
	Description   string          `json:"description"`
	Attach        string          `json:"attach,omitempty"`
	NotifyURL     string          `json:"notify_url"`
	Total         int64           `json:"total"`
	OpenID        string          `json:"openid,omitempty"` // who JSAPI may be paid by
	Expires       time.Time       `json:"expires,omitzero"` // time_expire
	Request       json.RawMessage `json:"request"`          // canonical, to compare a repetition
	Handle        string          `json:"handle"`           // prepay_id or code_url
	Issued        time.Time       `json:"issued"`
	State         string          `json:"state"`
	Payer         string          `json:"payer,omitempty"`
	TransactionID string          `json:"transaction_id,omitempty"`
	PaidAt        time.Time       `json:"paid_at,omitzero"`
	Refunded      int64           `json:"refunded,omitempty"`
	Cancelled     int             `json:"cancelled,omitempty"` // times the payer gave up
}

// payError is an error of the APIv3.
func payError(status int, code, message string) answer {
	a := jsonAnswer(status, map[string]any{"code": code, "message": message})
	a.code = code
	return a
}

// paramError is the v3 wording of a field that is wrong.
func paramError(field, issue string) answer {
	a := jsonAnswer(http.StatusBadRequest, map[string]any{
		"code": "PARAM_ERROR", "message": "参数错误",
		"detail": map[string]any{"field": field, "issue": issue, "location": "body"},
	})
	a.code = "PARAM_ERROR"
	return a
}

// payStatus is the HTTP status an error code comes with.
func payStatus(code string) int {
	switch code {
	case "SIGN_ERROR":
		return http.StatusUnauthorized
	case "NO_AUTH", "NOAUTH", "RULE_LIMIT", "RULELIMIT", "TRADE_ERROR", "ACCOUNT_ERROR", "OUT_TRADE_NO_USED", "NOT_ENOUGH":
		return http.StatusForbidden
	case "ORDER_NOT_EXIST", "ORDERNOTEXIST", "RESOURCE_NOT_EXISTS":
		return http.StatusNotFound
	case "FREQUENCY_LIMITED", "FREQUENCY_LIMIT_EXCEED", "RATELIMIT_EXCEEDED":
		return http.StatusTooManyRequests
	case "SYSTEM_ERROR", "BANK_ERROR", "BANKERROR":
		return http.StatusInternalServerError
	case "USERPAYING":
		return http.StatusAccepted
	}
	return http.StatusBadRequest
}

// stamp is a v3 time: seconds, Beijing.
func stamp(t time.Time) string {
	return t.In(beijing).Format(time.RFC3339)
}

var beijing = time.FixedZone("CST", 8*3600)

var stateText = map[string]string{
	stateNotPay: "订单未支付", stateSuccess: "支付成功", stateClosed: "订单已关闭", stateRefund: "转入退款",
}

// transaction is the order as query and callback tell it.
func (o *order) transaction() map[string]any {
	out := map[string]any{
		"appid": o.AppID, "mchid": o.MchID, "out_trade_no": o.OutTradeNo, "attach": o.Attach,
		"trade_state": o.State, "trade_state_desc": stateText[o.State],
		"amount": map[string]any{"total": o.Total, "currency": "CNY"},
	}
	if o.TransactionID != "" {
		out["transaction_id"] = o.TransactionID
		out["trade_type"] = o.TradeType
		out["bank_type"] = "OTHERS"
		out["success_time"] = stamp(o.PaidAt)
		out["payer"] = map[string]any{"openid": o.Payer}
		out["amount"] = map[string]any{"total": o.Total, "payer_total": o.Total, "currency": "CNY", "payer_currency": "CNY"}
	}
	return out
}

// query is GET /v3/pay/transactions/out-trade-no/{no} and …/id/{id}.
func (s *Simulator) payQuery(c *call) answer {
	if c.query("mchid") != s.keys.MchID {
		return payError(http.StatusBadRequest, "PARAM_ERROR", "商户号与签名所用商户号不一致")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.pay.orders[c.r.PathValue("no")]
	if id := c.r.PathValue("id"); id != "" {
		for _, other := range s.pay.orders {
			if other.TransactionID == id {
				o = other
			}
		}
	}
	if o == nil {
		return payError(http.StatusNotFound, "ORDER_NOT_EXIST", "订单不存在")
	}
	c.note = "查单 " + stateText[o.State]
	return jsonAnswer(http.StatusOK, o.transaction())
}

// payClose is POST /v3/pay/transactions/out-trade-no/{no}/close.
func (s *Simulator) payClose(c *call) answer {
	var in struct {
		MchID string `json:"mchid"`
	}
	if !c.json(&in) {
		return payError(http.StatusBadRequest, "PARAM_ERROR", "请求体不是合法的 JSON")
	}
	if in.MchID != s.keys.MchID {
		return paramError("/mchid", "mchid not match")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.pay.orders[c.r.PathValue("no")]
	switch {
	case o == nil:
		return payError(http.StatusNotFound, "ORDER_NOT_EXIST", "订单不存在")
	case o.State == stateSuccess || o.State == stateRefund:
		return payError(http.StatusBadRequest, "ORDERPAID", "该订单已支付")
	case o.State == stateClosed:
		return payError(http.StatusBadRequest, "ORDER_CLOSED", "订单已关闭")
	}
	o.State = stateClosed
	s.saveLocked()
	c.note = "关单"
	return answer{status: http.StatusNoContent}
}

// nextTransaction is a transaction id: 28 digits that begin with the day.
func (s *Simulator) nextTransactionLocked() string {
	s.seq++
	return fmt.Sprintf("420000%s%08d%06d", s.now().In(beijing).Format("20060102"), s.seq%1e8, randomNumber(1e6))
}

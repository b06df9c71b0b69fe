package simulator

import (
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

var regexpRefundNo = regexp.MustCompile(`^[0-9A-Za-z_\-|*@]{1,64}$`)

// yuan writes fen as ¥3,200.00.
func yuan(fen int64) string {
	whole := itoa(fen / 100)
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	return fmt.Sprintf("¥%s.%02d", whole, fen%100)
}

func randomDigits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte('0' + randomNumber(10))
	}
	return string(b)
}

// findOrderLocked finds an order by prepay_id, code_url or its pr, or number.
func (s *Simulator) findOrderLocked(handle string) *order {
	if handle == "" {
		return nil
	}
	if o := s.pay.orders[handle]; o != nil {
		return o
	}
	for _, o := range s.pay.orders {
		if o.Handle == handle || o.TradeType == "NATIVE" && strings.TrimPrefix(o.Handle, "weixin://wxpay/bizpayurl?pr=") == handle {
			return o
		}
	}
	return nil
}

// payableLocked says why an order cannot be paid now; nil if it can.
func (s *Simulator) payableLocked(o *order, openid string) error {
	now := s.now()
	switch {
	case o == nil:
		return errors.New("订单不存在")
	case o.State == stateSuccess || o.State == stateRefund:
		return errors.New("该订单已支付")
	case o.State == stateClosed:
		return errors.New("订单已关闭")
	case !o.Expires.IsZero() && !now.Before(o.Expires):
		return errors.New("订单已过期，请重新下单")
	case now.Sub(o.Issued) >= payLife:
		return errors.New("支付凭证已过期，请重新下单")
	case o.TradeType == "JSAPI" && openid != "" && openid != o.OpenID:
		return errors.New("下单账号与支付账号不一致，请核实后再支付")
	}
	if openid != "" {
		if u := s.userLocked(openid); u == nil || u.Snapshot {
			return errors.New("当前微信账号不能支付")
		}
	}
	return nil
}

// Pay has a user pay an order and sends the callback in the background, or
// waits for its first delivery. An empty openid is the JSAPI order's own user,
// or the first student for a Native one.
func (s *Simulator) Pay(handle, openid string, wait bool) (status int, err error) {
	s.mu.Lock()
	o := s.findOrderLocked(handle)
	if err := s.payableLocked(o, openid); err != nil {
		s.mu.Unlock()
		return 0, err
	}
	if openid == "" {
		openid = o.OpenID
	}
	if openid == "" {
		openid = s.wx.users[0].OpenID
	}
	o.State, o.Payer, o.PaidAt, o.TransactionID = stateSuccess, openid, s.now(), s.nextTransactionLocked()
	s.saveLocked()
	s.recordLocked("pay", "用户支付 "+yuan(o.Total), "ok")
	n := o.paidNotice()
	if !wait {
		s.backgroundLocked(func() { s.deliver(n) })
	}
	s.mu.Unlock()
	if wait {
		status = s.deliver(n)
	}
	return status, nil
}

// CancelPay has the user leave the cashier without paying.
func (s *Simulator) CancelPay(handle string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.findOrderLocked(handle)
	if o == nil {
		return errors.New("订单不存在")
	}
	o.Cancelled++
	s.recordLocked("pay", "用户取消支付 "+yuan(o.Total), "cancel")
	return nil
}

// BridgeRequest is what getBrandWCPayRequest is called with.
type BridgeRequest struct {
	AppID     string `json:"appId"`
	TimeStamp string `json:"timeStamp"`
	NonceStr  string `json:"nonceStr"`
	Package   string `json:"package"`
	SignType  string `json:"signType"`
	PaySign   string `json:"paySign"`
}

// CheckBridge verifies the request as the WeChat client and server do, and
// returns the prepay_id. The error is what the client shows.
func (s *Simulator) CheckBridge(b BridgeRequest, openid string) (string, error) {
	id, ok := strings.CutPrefix(b.Package, "prepay_id=")
	switch {
	case b.AppID != s.keys.AppID:
		return "", errors.New("支付场景非法，appId 不正确")
	case b.TimeStamp == "":
		return "", errors.New("支付缺少参数 timeStamp")
	case b.NonceStr == "":
		return "", errors.New("支付缺少参数 nonceStr")
	case !ok || id == "":
		return "", errors.New("支付缺少参数 package")
	case b.SignType != "RSA":
		return "", errors.New("signType 须为 RSA")
	case !verifyRSA(&s.keys.merchant.PublicKey, b.AppID+"\n"+b.TimeStamp+"\n"+b.NonceStr+"\n"+b.Package+"\n", b.PaySign):
		return "", errors.New("支付验证签名失败")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.findOrderLocked(id)
	if o != nil && o.TradeType != "JSAPI" {
		return "", errors.New("支付场景非法")
	}
	return id, s.payableLocked(o, openid)
}

type cashierPage struct {
	Handle, Title, Amount, Trouble, Return string
}

// cashier is GET /cashier?prepay_id=… or ?code=…: the page where a user pays.
func (s *Simulator) cashier(c *call) answer {
	handle := c.query("prepay_id")
	if handle == "" {
		handle = c.query("code")
	}
	openid, _ := simUser(c.r)
	s.mu.Lock()
	o := s.findOrderLocked(handle)
	trouble := s.payableLocked(o, openid)
	s.mu.Unlock()
	p := cashierPage{Handle: handle}
	if o != nil {
		p.Title, p.Amount = o.Description, yuan(o.Total)
	}
	if trouble != nil {
		p.Trouble = trouble.Error()
	}
	return page(http.StatusOK, "cashier", p)
}

// cashierDo is the form of that page.
func (s *Simulator) cashierDo(c *call) answer {
	form, err := url.ParseQuery(string(c.body))
	if err != nil {
		return page(http.StatusBadRequest, "message", pageMessage{Title: "支付失败"})
	}
	if form.Get("do") == "cancel" {
		if err := s.CancelPay(form.Get("handle")); err != nil {
			return page(http.StatusOK, "message", pageMessage{Title: "支付失败", Text: err.Error()})
		}
		return page(http.StatusOK, "message", pageMessage{Title: "已取消支付"})
	}
	openid, _ := simUser(c.r)
	if _, err := s.Pay(form.Get("handle"), openid, false); err != nil {
		return page(http.StatusOK, "message", pageMessage{Title: "支付失败", Text: err.Error()})
	}
	return page(http.StatusOK, "message", pageMessage{Title: "支付成功", Text: "可以返回商户页面"})
}

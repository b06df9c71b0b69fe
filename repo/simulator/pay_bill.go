package simulator

import (
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// tradeBill is GET /v3/bill/tradebill?bill_date=…: where the day's bill is to
// be fetched, and its SHA-1. A bill is ready after 10:00 of the next day.
func (s *Simulator) tradeBill(c *call) answer {
	day, err := time.ParseInLocation(time.DateOnly, c.query("bill_date"), beijing)
	now := s.now().In(beijing)
	switch {
	case err != nil:
		return paramError("bill_date", "must be like 2019-06-11")
	case now.Before(day.AddDate(0, 0, 1).Add(10 * time.Hour)):
		return payError(http.StatusBadRequest, "STATEMENT_CREATING", "账单生成中，请先检查当前商户号在指定日期内是否有成功的交易")
	case now.Sub(day) > 92*24*time.Hour:
		return payError(http.StatusBadRequest, "INVALID_REQUEST", "账单日期超出可下载的范围")
	}
	text := s.billText(day)
	if text == "" {
		return payError(http.StatusBadRequest, "NO_STATEMENT_EXIST", "账单文件不存在")
	}
	sum := sha1.Sum([]byte(text))
	return jsonAnswer(http.StatusOK, map[string]any{
		"hash_type": "SHA1", "hash_value": hex.EncodeToString(sum[:]),
		"download_url": s.baseURL() + "/v3/billdownload/file?token=" + day.Format(time.DateOnly),
	})
}

// billFile is the address that tradeBill gave.
func (s *Simulator) billFile(c *call) answer {
	day, err := time.ParseInLocation(time.DateOnly, c.query("token"), beijing)
	if err != nil {
		return payError(http.StatusBadRequest, "PARAM_ERROR", "token 无效")
	}
	return answer{status: http.StatusOK, kind: "text/plain; charset=utf-8", body: []byte(s.billText(day))}
}

// billText is the day's bill: amounts in yuan, every field after a backtick.
// "" is a day without trade.
func (s *Simulator) billText(day time.Time) string {
	const head = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r\n"
	s.mu.Lock()
	defer s.mu.Unlock()
	on := func(t time.Time) bool { return t.In(beijing).Format(time.DateOnly) == day.Format(time.DateOnly) }
	var rows []string
	var total, back int64
	row := func(at time.Time, o *order, state, refundID, refundNo, status string, refund int64) {
		paid := o.Total
		if refund > 0 {
			paid = 0
		}
		rows = append(rows, billRow(at.In(beijing).Format(time.DateTime), o.AppID, o.MchID, "0", "", o.TransactionID, o.OutTradeNo, o.Payer,
			o.TradeType, state, "OTHERS", "CNY", plainYuan(paid), "0.00", refundID, refundNo, plainYuan(refund), "0.00", "ORIGINAL", status,
			o.Description, o.Attach, "0.00000", "0.60%", plainYuan(paid), plainYuan(refund), ""))
		total += paid
		back += refund
	}
	for _, o := range s.pay.orders {
		if o.TransactionID != "" && on(o.PaidAt) {
			row(o.PaidAt, o, "SUCCESS", "0", "0", "", 0)
		}
	}
	for _, r := range s.pay.refunds {
		if on(r.Created) {
			row(r.Created, s.pay.orders[r.OutTradeNo], "REFUND", r.ID, r.OutRefundNo, r.Status, r.Refund)
		}
	}
	if len(rows) == 0 {
		return ""
	}
	slices.Sort(rows)
	return head + strings.Join(rows, "") + "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n" +
		billRow(fmt.Sprint(len(rows)), plainYuan(total), plainYuan(back), "0.00", "0.00000", plainYuan(total), plainYuan(back))
}

func billRow(fields ...string) string { return "`" + strings.Join(fields, ",`") + "\r\n" }

func plainYuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }

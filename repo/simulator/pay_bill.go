package simulator

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

// bill is GET /v3/bill/tradebill?bill_date=… and /v3/bill/fundflowbill: where
// the day's bill is to be fetched, and its SHA-1. Ready after 10:00 of the next
// day.
func (s *Simulator) bill(text func(time.Time) string, kind string) handlerFunc {
	return func(c *call) answer {
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
		body := text(day)
		if body == "" {
			return payError(http.StatusBadRequest, "NO_STATEMENT_EXIST", "账单文件不存在")
		}
		sum := sha1.Sum([]byte(body))
		return jsonAnswer(http.StatusOK, map[string]any{
			"hash_type": "SHA1", "hash_value": hex.EncodeToString(sum[:]),
			"download_url": s.baseURL() + "/v3/billdownload/file?token=" + kind + day.Format(time.DateOnly),
		})
	}
}

// Damages of a bill's file, as codes of a fault "bill.file" of mode error.
const (
	damageCut  = "CUT"  // half of it
	damageHash = "HASH" // another digit
)

// billFile is the address that bill gave.
func (s *Simulator) billFile(c *call) answer {
	token, text := c.query("token"), s.billText
	if rest, ok := strings.CutPrefix(token, "fund"); ok {
		token, text = rest, s.fundText
	}
	day, err := time.ParseInLocation(time.DateOnly, token, beijing)
	if err != nil {
		return payError(http.StatusBadRequest, "PARAM_ERROR", "token 无效")
	}
	body := []byte(text(day))
	if f := s.takeFault("bill.file"); f != nil {
		switch f.Code {
		case damageCut:
			body = body[:len(body)/2]
		case damageHash:
			body = bytes.Replace(body, []byte("0"), []byte("1"), 1)
		}
	}
	return answer{status: http.StatusOK, kind: "text/plain; charset=utf-8", body: body}
}

// billText is the day's bill: amounts in yuan, every field after a backtick.
// "" is a day without trade.
func (s *Simulator) billText(day time.Time) string {
	const head = "交易时间,公众账号ID,商户号,特约商户号,设备号,微信订单号,商户订单号,用户标识,交易类型,交易状态,付款银行,货币种类,应结订单金额,代金券金额,微信退款单号,商户退款单号,退款金额,充值券退款金额,退款类型,退款状态,商品名称,商户数据包,手续费,费率,订单金额,申请退款金额,费率备注\r\n"
	s.mu.Lock()
	defer s.mu.Unlock()
	on := func(t time.Time) bool { return t.In(beijing).Format(time.DateOnly) == day.Format(time.DateOnly) }
	var rows []string
	var total, back, fees int64
	row := func(at time.Time, o *order, state, refundID, refundNo, status string, refund int64) {
		paid := o.Total
		if refund > 0 {
			paid = 0
		}
		rows = append(rows, billRow(at.In(beijing).Format(time.DateTime), o.AppID, o.MchID, "0", "", o.TransactionID, o.OutTradeNo, o.Payer,
			o.TradeType, state, "OTHERS", "CNY", plainYuan(paid), "0.00", refundID, refundNo, plainYuan(refund), "0.00", "ORIGINAL", status,
			o.Description, o.Attach, feeYuan(fee(paid)-fee(refund)), "0.60%", plainYuan(paid), plainYuan(refund), ""))
		total += paid
		back += refund
		fees += fee(paid) - fee(refund)
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
		billRow(fmt.Sprint(len(rows)), plainYuan(total), plainYuan(back), "0.00", feeYuan(fees), plainYuan(total), plainYuan(back))
}

// fee is WeChat Pay's 0.6 %, in whole fen.
func fee(fen int64) int64 { return (fen*6 + 500) / 1000 }

func feeYuan(fen int64) string {
	if fen < 0 {
		return "-" + plainYuan(-fen) + "000"
	}
	return plainYuan(fen) + "000"
}

// fundText is the day's fund bill of the basic account; "" without a movement.
func (s *Simulator) fundText(day time.Time) string {
	const head = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元),资金变更提交申请人,备注,业务凭证号\r\n"
	s.mu.Lock()
	defer s.mu.Unlock()
	on := func(t time.Time) bool { return t.In(beijing).Format(time.DateOnly) == day.Format(time.DateOnly) }
	var rows []string
	var sums, counts [2]int64 // in, out
	row := func(at time.Time, id, kind, proof string, fen int64) {
		side, word := 0, "收入"
		if fen < 0 {
			side, word, fen = 1, "支出", -fen
		}
		if fen == 0 {
			return
		}
		sums[side] += fen
		counts[side]++
		rows = append(rows, billRow(at.In(beijing).Format(time.DateTime), id, "F"+id+kind, "交易", kind, word, plainYuan(fen), "0.00", "system", "", proof))
	}
	for _, o := range s.pay.orders {
		if o.TransactionID != "" && on(o.PaidAt) {
			row(o.PaidAt, o.TransactionID, "交易", o.OutTradeNo, o.Total)
			row(o.PaidAt, o.TransactionID, "扣除交易手续费", o.OutTradeNo, -fee(o.Total))
		}
	}
	for _, r := range s.pay.refunds {
		if on(r.Created) {
			row(r.Created, r.ID, "退款", r.OutRefundNo, -r.Refund)
			row(r.Created, r.ID, "退还交易手续费", r.OutRefundNo, fee(r.Refund))
		}
	}
	if len(rows) == 0 {
		return ""
	}
	slices.Sort(rows)
	return head + strings.Join(rows, "") + "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\r\n" +
		billRow(fmt.Sprint(len(rows)), fmt.Sprint(counts[0]), plainYuan(sums[0]), fmt.Sprint(counts[1]), plainYuan(sums[1]))
}

func billRow(fields ...string) string { return "`" + strings.Join(fields, ",`") + "\r\n" }

func plainYuan(fen int64) string { return fmt.Sprintf("%d.%02d", fen/100, fen%100) }

// Backdate moves the payment of an order into the past, so that a bill has it.
func (s *Simulator) Backdate(outTradeNo string, by time.Duration) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	o := s.pay.orders[outTradeNo]
	if o == nil || o.TransactionID == "" {
		return fmt.Errorf("%q is no paid order", outTradeNo)
	}
	o.PaidAt = o.PaidAt.Add(-by)
	s.saveLocked()
	return nil
}

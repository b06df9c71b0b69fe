package payment

import (
	"strings"
	"testing"
)

const goodTrade = "交易时间,公众账号ID,商户号,微信订单号,商户订单号,交易状态,微信退款单号,商户退款单号,申请退款金额,退款状态,商品名称,手续费,订单金额\r\n" +
	"`2026-11-21 10:00:00,`wx1,`19,`42001,`RX1,`SUCCESS,`0,`0,`0.00,`,`学费,`19.20000,`3200.00\r\n" +
	"`2026-11-21 11:00:00,`wx1,`19,`42001,`RX1,`REFUND,`50301,`FRX1,`200.05,`SUCCESS,`学费,教材费,`-1.20000,`0.00\r\n" +
	"总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\r\n" +
	"`2,`3200.00,`200.05,`0.00,`18.00000,`3200.00,`200.05\r\n"

func TestATradeBillIsRead(t *testing.T) {
	lines, err := ParseTradeBill([]byte("\ufeff" + goodTrade))
	if err != nil || len(lines) != 2 {
		t.Fatal(lines, err)
	}
	if l := lines[0]; l.TotalFen != 320000 || l.TransactionID != "42001" || l.Refunded() || l.FeeMilli != 1920000 || l.At.UTC().Hour() != 2 {
		t.Errorf("order: %+v", l)
	}
	if l := lines[1]; l.RefundFen != 20005 || l.OutRefundNo != "FRX1" || l.TotalFen != 0 || !l.Refunded() || l.FeeMilli != -120000 {
		t.Errorf("refund: %+v", l)
	}
}

func TestADamagedBillIsRefused(t *testing.T) {
	for name, raw := range map[string]string{
		"empty": "", "a page": "<html>\n<body>\n</body>", "cut in the middle": goodTrade[:len(goodTrade)/2],
		"without its summary":  goodTrade[:strings.Index(goodTrade, "总交易单数")],
		"a line less":          strings.Replace(goodTrade, goodTrade[strings.Index(goodTrade, "`2026-11-21 11"):strings.Index(goodTrade, "总交易单数")], "", 1),
		"another amount":       strings.Replace(goodTrade, "`3200.00\r\n`2026", "`3200.01\r\n`2026", 1),
		"half a fen":           strings.Replace(goodTrade, "`200.05,`SUCCESS", "`200.055,`SUCCESS", 1),
		"a column less":        strings.Replace(goodTrade, "商户订单号,", "", 1),
		"fields without ticks": strings.ReplaceAll(goodTrade, "`", ""),
		"no time":              strings.Replace(goodTrade, "2026-11-21 10:00:00", "yesterday", 1),
	} {
		if lines, err := ParseTradeBill([]byte(raw)); err == nil {
			t.Errorf("%s was read as %v", name, lines)
		}
	}
}

func TestAFundBillIsRead(t *testing.T) {
	const good = "记账时间,微信支付业务单号,资金流水单号,业务名称,业务类型,收支类型,收支金额(元),账户结余(元)\n" +
		"`2026-11-21 10:00:00,`42001,`F1,`交易,`交易,`收入,`3200.00,`0\n`2026-11-21 10:00:00,`42001,`F2,`交易,`扣除交易手续费,`支出,`19.20,`0\n" +
		"`2026-11-21 11:00:00,`50301,`F3,`退款,`退款,`支出,`200.00,`0\n`2026-11-21 11:00:00,`50301,`F4,`退款,`退还交易手续费,`收入,`1.20,`0\n" +
		"资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\n`4,`2,`3201.20,`2,`219.20\n"
	f, err := ParseFundBill([]byte(good))
	if err != nil || f.FeeFen != 1800 || f.NetFen() != 298200 || f.Lines != 4 {
		t.Fatalf("%+v, %v", f, err)
	}
	for _, bad := range []string{"", good[:len(good)/2], strings.Replace(good, "`3200.00", "`3200.01", 1)} {
		if _, err := ParseFundBill([]byte(bad)); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

func FuzzBills(f *testing.F) {
	f.Add([]byte(goodTrade))
	f.Add([]byte("总交易单数\n`0\n总交易单数"))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if lines, err := ParseTradeBill(raw); err == nil {
			for _, l := range lines {
				if l.OutTradeNo == "" || l.At.IsZero() {
					t.Fatalf("read %+v", l)
				}
			}
		}
		_, _ = ParseFundBill(raw)
	})
}

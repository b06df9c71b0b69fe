package main

import (
	"strings"
	"testing"
	"time"

	"ruxue/service/fiscal"
	"ruxue/service/payment"
	"ruxue/service/tabular"
)

// TestReceiptsSummary: what a list of receipts comes to, the refused by reason.
func TestReceiptsSummary(t *testing.T) {
	var out strings.Builder
	err := printReceipts(&out, fiscal.Report{Rows: 9, New: 3, Changed: 1, Same: 2, Bad: 3,
		Kinds:    []tabular.KindCount{{Kind: fiscal.Taken, Count: 2}, {Kind: fiscal.BadAmount, Count: 1}},
		Problems: []tabular.Problem{{Line: 4, Cell: "E4", Column: "票据号码", Reason: "已属于别人", Suggestion: "核对票据号码"}}}, false)
	want := "共 9 行：将新增 3，将更改 1，不变 2，需要修改 3\n  票据号码已使用 2\n  金额不一致 1\n  第 4 行 E4 票据号码：已属于别人。核对票据号码\n"
	if err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, out.String())
	}
}

// TestADayIsPrintedAsATable: a head, a row for each, and what it comes to.
func TestADayIsPrintedAsATable(t *testing.T) {
	var out strings.Builder
	err := printDay(&out, payment.Reconciliation{Day: time.Date(2026, 11, 21, 0, 0, 0, 0, time.UTC), Orders: 2, PaidFen: 640000, Refunds: 1, RefundFen: 320000,
		FeeFen: 1920, NetFen: 318080, Offline: 1, OfflineFen: 250, Sites: []payment.Group{{Name: "南京", Count: 2, Fen: 640000}},
		Differences: []payment.Difference{{Kind: payment.AmountDiffers, OutTradeNo: "RX1", HereFen: 100, ThereFen: 90},
			{Kind: payment.RefundCarried, OutTradeNo: "RX2", Settled: true}}})
	want := `2026年11月21日（北京时间）
类别      名称                笔数  金额（元）  微信支付金额（元）  说明
微信支付  收款                   2     6400.00
微信支付  退款                   1     3200.00
微信支付  手续费                 0       19.20
微信支付  净额（资金账单）       0     3180.80
银行转账  登记收款               1        2.50
教学点    南京                   2     6400.00
差异      金额不一致 RX1         1        1.00                0.90  待处理：在商户平台核对实收金额，多退少补后登记
说明      跨日到账的退款 RX2     1        0.00                0.00  无需处理
合计：实收 3202.50 元（微信收款 − 退款 + 银行转账）；差异 1 处，待处理 1 处
`
	if err != nil || out.String() != want {
		t.Errorf("%v\n%s", err, out.String())
	}
}

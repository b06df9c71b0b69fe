package payment

import (
	"strings"
	"testing"
)

// TestALineIsComparedWithWhatIsBooked: the first thing that differs names the
// difference, and what agrees is none.
func TestALineIsComparedWithWhatIsBooked(t *testing.T) {
	booked := DayPayment{Payment: Payment{OutTradeNo: "RX1", AppID: "wx1", MchID: "19", TransactionID: "42001", TotalFen: 320000, EnrolmentID: 7}}
	line := BillLine{OutTradeNo: "RX1", AppID: "wx1", MchID: "19", TransactionID: "42001", TotalFen: 320000, State: TradeSuccess}
	for name, x := range map[string]struct {
		change func(l *BillLine)
		want   DifferenceKind // "" when nothing differs
	}{
		"the same":                            {func(*BillLine) {}, ""},
		"the fee is WeChat Pay's own":         {func(l *BillLine) { l.FeeMilli = 1920000 }, ""},
		"a fen more":                          {func(l *BillLine) { l.TotalFen++ }, AmountDiffers},
		"another transaction":                 {func(l *BillLine) { l.TransactionID = "42002" }, TradeDiffers},
		"another transaction, another amount": {func(l *BillLine) { l.TransactionID, l.TotalFen = "42002", 1 }, TradeDiffers},
		"another app":                         {func(l *BillLine) { l.AppID = "wx2" }, ForeignAccount},
		"another merchant, all else too":      {func(l *BillLine) { l.MchID, l.TransactionID, l.TotalFen = "20", "x", 1 }, ForeignAccount},
	} {
		events := 0
		m := &matching{s: New(Deps{OnEvent: func(string) { events++ }}), byOrder: map[string]DayPayment{"RX1": booked}}
		l := line
		x.change(&l)
		now, err := m.order(t.Context(), l)
		if err != nil || now || len(m.found) != events || (len(m.found) > 0) != (x.want != "") {
			t.Errorf("%s: %+v, %v", name, m.found, err)
			continue
		}
		if x.want == "" {
			continue
		}
		if d := m.found[0]; d.Kind != x.want || d.HereFen != 320000 || d.ThereFen != l.TotalFen || d.EnrolmentID != 7 || d.Settled {
			t.Errorf("%s: %+v, want %s", name, d, x.want)
		}
	}
}

const billNames = "总交易单数,应结订单总金额,退款总金额,充值券退款总金额,手续费总金额,订单总金额,申请退款总金额\n"

// TestABillMayChangeItsLooks: WeChat Pay adds and moves columns; names count.
func TestABillMayChangeItsLooks(t *testing.T) {
	const head = "手续费,订单金额,申请退款金额,新栏目,交易状态,商户订单号,微信订单号,商户号,公众账号ID,微信退款单号,商户退款单号,退款状态,交易时间\n"
	const order = "`0.00600,`1.00,`0.00,`a,b,`SUCCESS,`RX1,`42001,`19,`wx1,`0,`0,`,`2026-11-21 23:59:59\n"
	const revoked = "`0.00000,`0.00,`1.00,`,`REVOKED,`RX1,`42001,`19,`wx1,`50301,`F1,`SUCCESS,`2026-11-21 00:00:00\n"
	for name, x := range map[string]struct {
		raw  string
		want int // lines, -1 when it is refused
	}{
		"columns moved and added":   {head + order + billNames + "`1,`1.00,`0.00,`0,`0.01,`1.00,`0.00", 1},
		"with the lines of Windows": {strings.ReplaceAll(head+order+billNames+"`1,`1.00,`0.00,`0,`0.01,`1.00,`0.00\n", "\n", "\r\n"), 1},
		"a day of nothing":          {head + billNames + "`0,`0.00,`0.00,`0,`0.00,`0.00,`0.00\n", 0},
		"a revoked order":           {head + order + revoked + billNames + "`2,`0.00,`1.00,`0,`0.01,`1.00,`1.00\n", 2},
		"a summary of another day":  {head + order + billNames + "`1,`1.00,`0.00,`0,`0.01,`2.00,`0.00\n", -1},
		"refunds left out":          {head + order + billNames + "`1,`1.00,`0.00,`0,`0.01,`1.00,`1.00\n", -1},
		"a summary without numbers": {head + order + billNames + "`,`,`,`,`,`,`\n", -1},
		"two summaries":             {head + order + billNames + billNames + "`1,`1.00,`0.00,`0,`0.01,`1.00,`0.00\n", -1},
		"an order without a number": {head + strings.Replace(order, "RX1", "", 1) + billNames + "`1,`1.00,`0.00,`0,`0.01,`1.00,`0.00\n", -1},
	} {
		lines, err := ParseTradeBill([]byte(x.raw))
		if (err == nil) != (x.want >= 0) || err == nil && len(lines) != x.want {
			t.Errorf("%s: %d lines, %v", name, len(lines), err)
		}
		for _, l := range lines {
			if l.AppID != "wx1" || l.MchID != "19" || l.OutTradeNo != "RX1" || Day(l.At).Format("2006-01-02") != "2026-11-21" {
				t.Errorf("%s: read as %+v", name, l)
			}
			if l.State == "REVOKED" && (!l.Refunded() || l.RefundFen != 100 || l.TotalFen != 0 || l.OutRefundNo != "F1") {
				t.Errorf("%s: what went back is %+v", name, l)
			}
		}
	}
}

// TestAFundBillsFees: what WeChat Pay kept less what it gave back, whatever
// else moved.
func TestAFundBillsFees(t *testing.T) {
	const head = "记账时间,微信支付业务单号,业务类型,收支类型,收支金额(元)\n"
	const names = "资金流水总笔数,收入笔数,收入金额,支出笔数,支出金额\n"
	line := func(kind, way, yuan string) string {
		return "`2026-11-21 10:00:00,`42001,`" + kind + ",`" + way + ",`" + yuan + "\n"
	}
	for name, x := range map[string]struct {
		raw      string
		fee, net int64
	}{
		"a payment":        {head + line("交易", "收入", "100.00") + line("扣除交易手续费", "支出", "0.60") + names + "`2,`1,`100.00,`1,`0.60", 60, 9940},
		"a refund alone":   {head + line("退款", "支出", "100.00") + line("退还交易手续费", "收入", "0.60") + names + "`2,`1,`0.60,`1,`100.00", -60, -9940},
		"money taken out":  {head + line("提现", "支出", "50.00") + names + "`1,`0,`0.00,`1,`50.00", 0, -5000},
		"a day of nothing": {head + names + "`0,`0,`0.00,`0,`0.00", 0, 0},
	} {
		f, err := ParseFundBill([]byte(x.raw))
		if err != nil || f.FeeFen != x.fee || f.NetFen() != x.net {
			t.Errorf("%s: %+v, net %d; %v", name, f, f.NetFen(), err)
		}
	}
}

// TestWhatCountsAsReturned: a closed or rejected refund may be asked for again,
// every other one may not.
func TestWhatCountsAsReturned(t *testing.T) {
	for state, counts := range map[RefundState]bool{RefundRequestedState: true, RefundPendingState: true, RefundDoneState: true, RefundWaitingState: true,
		RefundAbnormalState: true, RefundFailedState: true, RefundClosedState: false, RefundRejectedState: false} {
		if state.Counts() != counts {
			t.Errorf("a refund that is %s counts: %v", state, !counts)
		}
	}
	for state, free := range map[string]bool{"admitted": false, "registered": false, "kept": true, "entry_pending": true, "deferred": true,
		"deferral_pending": true, "waived": true, "waiver_pending": true} {
		if withdrawn(state) != free {
			t.Errorf("who is %s pays: %v", state, free)
		}
	}
}

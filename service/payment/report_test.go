package payment

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// every is each kind of difference with what finance is to look for.
var every = map[DifferenceKind]string{MissedPayment: "系统未入账", MissedRefund: "系统未更新", UnknownOrder: "没有这笔订单",
	MissingThere: "微信账单没有", AmountDiffers: "金额不一致", TradeDiffers: "支付单号不一致", UnknownRefund: "没有这笔退款",
	RefundMissing: "系统已退款", RefundCarried: "跨日到账", RefundDiffers: "退款金额不一致", ListedTwice: "重复出现",
	ForeignAccount: "公众号或商户号", FundsDiffer: "资金账单"}

func TestEachDifferenceHasItsNameAndItsRemedy(t *testing.T) {
	seen := map[string]DifferenceKind{}
	for kind, part := range every {
		words, remedy := kind.Words(), kind.Remedy()
		if !strings.Contains(words, part) || remedy == "" {
			t.Errorf("%s reads %q, its remedy %q", kind, words, remedy)
		}
		if other, twice := seen[words]; twice {
			t.Errorf("%s and %s have one name: %s", kind, other, words)
		}
		seen[words] = kind
	}
	if len(differenceWords) != len(every) {
		t.Errorf("%d kinds have words, %d are known here", len(differenceWords), len(every))
	}
}

// TestEachProblemSaysWhatToDo: finance reads a name of its own and a remedy
// that names where to look.
func TestEachProblemSaysWhatToDo(t *testing.T) {
	seen := map[string]bool{}
	for kind, where := range map[ProblemKind]string{ProblemUnknown: "商户平台", ProblemIdentity: "AppID", ProblemAmount: "原路退回",
		ProblemTwice: "两笔支付单", ProblemRefunded: "可以重新缴费", ProblemRefund: "重试", ProblemCompletion: "自动重试",
		ProblemOffline: "转账退回", ProblemReconcile: "对账报告", "new": "技术人员"} {
		p := Problem{Kind: kind}
		if seen[p.Title()] || p.Title() == "" || !strings.Contains(p.Remedy(), where) {
			t.Errorf("%s: %q, %q", kind, p.Title(), p.Remedy())
		}
		seen[p.Title()] = true
	}
}

func TestAFailedRefundsCodeBecomesAnAct(t *testing.T) {
	for code, want := range map[string]string{
		"NOT_ENOUGH": "请充值", "ABNORMAL": "异常退款", "CLOSED": "重新申请一笔", "BY_HAND_AND_BY_WECHAT": "追回多退的一笔",
		"ACCOUNT_ERROR": "线下转账退回", "USER_ACCOUNT_ABNORMAL": "线下转账退回", "NO_AUTH": "开通后重试", "INVALID_REQUEST": "超过一年",
		"PARAM_ERROR": "超过一年", "": "不会重复退款", "SOMETHING_NEW": "不会重复退款",
	} {
		if got := (Problem{Kind: ProblemRefund, Detail: "refund: " + code}).Remedy(); !strings.Contains(got, want) {
			t.Errorf("%q: %s, want %q", code, got, want)
		}
	}
}

// TestADaysTotals: what came, what went, and what one day says by site, major
// and item; money that goes back is no site's.
func TestADaysTotals(t *testing.T) {
	lines := []BillLine{{State: TradeSuccess, TotalFen: 320000, FeeMilli: 1920000}, {State: TradeSuccess, TotalFen: 100000, FeeMilli: 600499},
		{State: "REFUND", RefundFen: 20000, FeeMilli: -120000}}
	paid := func(site, major, purpose, source string, items ...Item) DayPayment {
		var total int64
		for _, it := range items {
			total += it.Fen
		}
		return DayPayment{Payment: Payment{TotalFen: total, Purpose: purpose, Source: source}, Site: site, Major: major, Items: items}
	}
	var r Reconciliation
	r.total(lines, []DayPayment{
		paid("北站", "本科 会计学", PurposeBill, "callback", Item{"学费", 300000}, Item{"教材费", 20000}),
		paid("南站", "专升本 法学", PurposeBill, SourceOffline, Item{"学费", 320000}),
		paid("北站", "本科 会计学", PurposeSurplus, "query", Item{"学费", 100000}),
	})
	if r.Orders != 2 || r.PaidFen != 420000 || r.Refunds != 1 || r.RefundFen != 20000 || r.FeeFen != 2400 || r.Offline != 1 || r.OfflineFen != 320000 {
		t.Errorf("totals: %+v", r)
	}
	if want := []Group{{"北站", 1, 320000}, {"南站", 1, 320000}}; !slices.Equal(r.Sites, want) {
		t.Errorf("sites: %v, want %v", r.Sites, want)
	}
	if want := []Group{{"专升本 法学", 1, 320000}, {"本科 会计学", 1, 320000}}; !slices.Equal(r.Majors, want) {
		t.Errorf("majors: %v, want %v", r.Majors, want)
	}
	if want := []Group{{"学费", 2, 620000}, {"重复或多付（退回）", 1, 100000}, {"教材费", 1, 20000}}; !slices.Equal(r.Items, want) {
		t.Errorf("items, the greatest first: %v, want %v", r.Items, want)
	}
}

func TestFeesAreRoundedBothWays(t *testing.T) {
	for name, c := range map[string]struct{ milli, fen int64 }{
		"none": {0, 0}, "less than half": {1499, 1}, "half": {1500, 2}, "more": {1501, 2},
		"come back, less than half": {-1400, -1}, "come back, more": {-1600, -2}, "come back whole": {-120000, -120},
	} {
		var r Reconciliation
		r.total([]BillLine{{State: "REFUND", FeeMilli: c.milli}}, nil)
		if r.FeeFen != c.fen {
			t.Errorf("%s: %d thousandths are %d fen, want %d", name, c.milli, r.FeeFen, c.fen)
		}
	}
}

func TestTheReportSaysWhatWaits(t *testing.T) {
	r := Reconciliation{Orders: 1, PaidFen: 320000, NetFen: -5, Sites: []Group{{"北站", 1, 320000}}, Differences: []Difference{
		{Kind: AmountDiffers, OutTradeNo: "RX1", HereFen: 320000, ThereFen: 320001},
		{Kind: UnknownRefund, OutTradeNo: "RX2", OutRefundNo: "F2", ThereFen: 100, Settled: true, ResolvedBy: "周老师", Resolution: "商户平台退款"},
		{Kind: MissedPayment, OutTradeNo: "RX3", Settled: true, Resolution: "已核实并入账"},
		{Kind: RefundCarried, OutTradeNo: "RX4", OutRefundNo: "F4", HereFen: 100, ThereFen: 100, Settled: true}}}
	if r.Open() != 1 {
		t.Errorf("%d wait, want 1", r.Open())
	}
	var got []string
	for _, row := range r.Table() {
		if len(row) != 6 {
			t.Errorf("%v has %d columns", row, len(row))
		}
		got = append(got, strings.Join(row, "|"))
	}
	for name, want := range map[string]string{
		"money that came":                    "微信支付|收款|1|3200.00||",
		"a day may cost more than it brings": "微信支付|净额（资金账单）|0|-0.05||",
		"a site":                             "教学点|北站|1|3200.00||",
		"who resolved it":                    "差异|微信有，系统没有这笔退款 RX2 F2|1|0.00|1.00|已处理：周老师 商户平台退款",
		"what a rule resolved":               "差异|微信已收款，系统未入账 RX3|1|0.00|0.00|已处理：已核实并入账",
		"what is no difference":              "说明|跨日到账的退款 RX4 F4|1|1.00|1.00|无需处理",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("%s: no row %s in\n%s", name, want, strings.Join(got, "\n"))
		}
	}
	if open := "差异|金额不一致 RX1|1|3200.00|3200.01|待处理："; !slices.ContainsFunc(got, func(s string) bool { return strings.HasPrefix(s, open) && len(s) > len(open) }) {
		t.Errorf("what waits has no remedy in\n%s", strings.Join(got, "\n"))
	}
}

func TestTheDayIsBeijings(t *testing.T) {
	for at, want := range map[string]string{"2026-08-30T15:59:59Z": "2026-08-30", "2026-08-30T16:00:00Z": "2026-08-31",
		"2026-08-30T23:59:59+08:00": "2026-08-30", "2026-12-31T20:00:00Z": "2027-01-01"} {
		when, err := time.Parse(time.RFC3339, at)
		if got := Day(when); err != nil || got.Format(time.DateTime) != want+" 00:00:00" {
			t.Errorf("%s is of the day that begins %v, want %s", at, got, want)
		}
	}
}

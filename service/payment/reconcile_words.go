package payment

import (
	"strconv"
	"strings"

	"ruxue/service/money"
)

var differenceWords = map[DifferenceKind][2]string{
	MissedPayment:  {"微信已收款，系统未入账", "系统已向微信支付核实；仍未处理的，请点“重新核对”，或联系技术人员"},
	MissedRefund:   {"微信已退款，系统未更新", "系统已向微信支付核实；仍未处理的，请稍后重新核对"},
	UnknownOrder:   {"微信有，系统没有这笔订单", "同一商户号的其他业务则无需处理；否则联系技术人员"},
	MissingThere:   {"系统已入账，微信账单没有", "在商户平台按订单号查询，核实是否收款"},
	AmountDiffers:  {"金额不一致", "在商户平台核对实收金额，多退少补后登记"},
	TradeDiffers:   {"支付单号不一致", "同一订单可能有两笔付款，在商户平台核对并退回多收的一笔"},
	UnknownRefund:  {"微信有，系统没有这笔退款", "可能在商户平台直接退款，核实后登记"},
	RefundMissing:  {"系统已退款，微信账单没有", "在商户平台按退款单号查询，核实款项是否退回"},
	RefundCarried:  {"跨日到账的退款", "无需处理"},
	RefundDiffers:  {"退款金额不一致", "在商户平台核对退款金额"},
	ListedTwice:    {"账单中重复出现", "在商户平台核对是否重复收款或退款"},
	ForeignAccount: {"公众号或商户号不一致", "检查商户号配置，联系技术人员"},
	FundsDiffer:    {"资金账单与交易账单不一致", "核对当天的充值、提现、手续费等其他资金变动"},
}

// Words names the kind for finance.
func (k DifferenceKind) Words() string { return differenceWords[k][0] }

// Remedy says what a person does about it.
func (k DifferenceKind) Remedy() string { return differenceWords[k][1] }

// Table is the report row by row: class, name, count, yuan here, yuan at WeChat
// Pay, remark.
func (r Reconciliation) Table() [][]string {
	row := func(class, name string, n int, fen int64) []string {
		return []string{class, name, strconv.Itoa(n), money.Plain(fen), "", ""}
	}
	rows := [][]string{row("微信支付", "收款", r.Orders, r.PaidFen), row("微信支付", "退款", r.Refunds, r.RefundFen),
		row("微信支付", "手续费", 0, r.FeeFen), row("微信支付", "净额（资金账单）", 0, r.NetFen), row("银行转账", "登记收款", r.Offline, r.OfflineFen)}
	for _, part := range []struct {
		class  string
		groups []Group
	}{{"教学点", r.Sites}, {"专业", r.Majors}, {"收费项目", r.Items}} {
		for _, g := range part.groups {
			rows = append(rows, row(part.class, g.Name, g.Count, g.Fen))
		}
	}
	for _, d := range r.Differences {
		state := "待处理：" + d.Kind.Remedy()
		if d.Settled {
			state = "已处理：" + strings.TrimSpace(d.ResolvedBy+" "+d.Resolution)
		}
		class := "差异"
		if d.Kind == RefundCarried {
			class, state = "说明", d.Kind.Remedy()
		}
		rows = append(rows, []string{class, strings.TrimSpace(d.Kind.Words() + " " + d.OutTradeNo + " " + d.OutRefundNo), "1",
			money.Plain(d.HereFen), money.Plain(d.ThereFen), state})
	}
	return rows
}

package h5_test

import (
	"testing"

	"ruxue/h5"
)

// paymentSamples are finance's pages in their states.
func paymentSamples(device string, add adder) {
	const at, order, number = "/staff/payments", "260312141200abcdefghijklmnopqrst", "R260313090500abcdefghijklmnopqr"
	fiscal := &h5.FiscalReceipt{Code: "32060126", Number: "0000123456", Check: "a1b2c3", Issued: "2026年3月20日", Link: "https://pj.czt.jiangsu.gov.cn/v?id=7",
		Host: "pj.czt.jiangsu.gov.cn", Back: "已退费 ¥200.00"}
	closing := func(name string) *h5.StaffAct {
		return &h5.StaffAct{Name: name, Title: "登记处理结果", Action: "/x", Button: "处理完毕", Busy: "正在保存",
			Fields: []h5.Field{{Form: name, Name: "resolution", Label: "怎样处理的", Kind: h5.FieldTextarea, Required: true, MaxLength: 400}}}
	}
	list := h5.StaffPayments{Console: console("缴费", device, at), Total: 1384, PageText: "第 2 页，共 28 页", Days: at + "/days", Receipts: at + "/receipts", Export: "/staff/exports?kind=payments",
		Prev: at + "?page=1", Next: at + "?page=3", States: []h5.Option{{Value: "unpaid", Label: "待缴费"}, {Value: "paid", Label: "已缴费"}},
		Waiting: []h5.StaffMatter{{Title: "退款 ¥300.00　李晓雯", Text: "张老师 申请：教材费重复缴纳", At: "2026年3月13日 9:05", Href: "/x"}},
		Problems: []h5.StaffMatter{{Title: "付款金额与订单不一致", Text: order + "\n应为 ¥3,200.00，实为 ¥3,000.00", At: "2026年3月12日 14:12", Href: "/x", Act: closing("problem-1"),
			Remedy: "在商户平台核对实收金额。确认学生已付款而金额不符的，在商户平台原路退回，请学生重新缴费。"}},
		Rows: []h5.StaffBillRow{{Href: "/x", Name: "李晓雯", Number: "26100CS10127", Course: "专升本 水利水电工程", Fen: 320000, State: "已缴费", Tag: "ok"},
			{Href: "/x", Name: "阿卜杜热合曼·买买提艾力", Number: "26320000000001", Course: "高起本 土木工程（道路与桥梁方向）", Fen: 320000, Back: "已退 ¥200.00 处理中 ¥300.00", State: "已缴费", Tag: "ok"},
			{Href: "/x", Name: "王𬭩", Number: "26320000000002", Course: "专升本 会计学", Fen: 290000, State: "待缴费", Tag: "warn"}}}
	add("staff-payments", list)
	add("staff-payments-none", h5.StaffPayments{Console: console("缴费", device, at), Query: "赵", States: list.States})
	till := h5.StaffTill{Console: console("李晓雯", device, at), Name: "李晓雯", Line: "专升本 水利水电工程　南京校本部教学点　26100CS10127　26320000000001",
		State: "已缴费", Tag: "ok", Items: []h5.BillItem{{Name: "学费（2026学年）", Fen: 290000}, {Name: "教材费", Fen: 30000}}, Total: 320000, Student: "/x", Fiscal: fiscal,
		Events: []h5.StaffMoney{{Title: "退款", Number: number, Fen: 30000, State: "待复核", Tag: "warn", At: "2026年3月13日 9:05", Lines: []string{"原因：教材费重复缴纳", "申请人 张老师"}},
			{Title: "微信内支付", Number: order, Fen: 320000, State: "已支付", Tag: "ok", At: "2026年3月12日 14:12", Lines: []string{"微信支付单号 4200002600202603121234567890"}},
			{Title: "扫码支付", Number: "260312140100bbcdefghijklmnopqrst", Fen: 320000, State: "已关闭", Tag: "info", At: "2026年3月12日 14:01"}},
		Acts: []h5.StaffAct{{Name: "decide", Title: "复核退款 ¥300.00", Text: "张老师 申请：教材费重复缴纳", Open: true, Action: "/x", Button: "提交", Busy: "正在提交",
			Fields: []h5.Field{{Form: "decide", Name: "decision", Label: "决定", Kind: h5.FieldSelect, Required: true, Options: []h5.Option{{Value: "approve", Label: "同意退款"}}, Error: "请选择同意或驳回"},
				{Form: "decide", Name: "note", Label: "驳回的理由", MaxLength: 200}}},
			{Name: "refund", Title: "退款", Text: "微信内支付 " + order + "，最多可退 ¥2,900.00", Open: true, Action: "/x", Button: "申请退款", Busy: "正在提交",
				Warning: "银行转账的款由财务转账退回，这里登记结果", Fields: []h5.Field{{Name: "key", Kind: "hidden", Value: "x"},
					{Form: "refund", Name: "amount", Label: "金额（元）", Value: "2900.00", Required: true, InputMode: "decimal"},
					{Form: "refund", Name: "reason", Label: "原因（付款人会看到）", Required: true, MaxLength: 26}}},
			{Name: "own", Title: "复核退款 ¥1,200.00", Text: "王老师 申请：转学", Warning: "您是申请人，须由另一位老师复核", Open: true},
			{Name: "hand", Title: "改为线下退回 ¥300.00", Text: "转账完成后登记", Action: "/x", Button: "登记", Busy: "正在登记", Confirm: "我已在商户平台确认，微信支付不会再退这笔款",
				Fields: []h5.Field{{Form: "hand", Name: "note", Label: "转账日期和流水号", Required: true, MaxLength: 200}}, Error: "请勾选确认后再提交", Open: true},
			{Name: "retry", Title: "重试退款 ¥300.00", Text: "使用同一退款单号，不会重复退款", Action: "/x", Button: "重试", Busy: "正在提交"}}}
	add("staff-payments-bill", till)
	add("staff-payments-bare", h5.StaffTill{Console: console("王𬭩", device, at), Name: "王𬭩", Line: "专升本 会计学", State: "待缴费", Tag: "warn", Items: till.Items[:1], Total: 290000})
	day := h5.StaffReconciliation{Console: console("每日对账", device, at), Date: "2026-03-12"}
	add("staff-payments-day-none", day)
	day.Done, day.At, day.Sheet, day.Closed = true, "2026年3月13日 10:20", "/x.xlsx", 1
	day.Rows = [][]string{{"微信支付", "收款", "51", "163,200.00", "", ""}, {"微信支付", "手续费", "0", "979.20", "", ""}, {"银行转账", "登记收款", "2", "6,400.00", "", ""},
		{"教学点", "南京校本部教学点", "40", "128,000.00", "", ""}, {"专业", "专升本 水利水电工程", "12", "38,400.00", "", ""}}
	day.Days = []h5.StaffDayLink{{Label: "2026年3月12日", Href: "/x", Open: 1}, {Label: "2026年3月11日", Href: "/x"}}
	add("staff-payments-day-same", day)
	day.Found = []h5.StaffMatter{{Title: "微信已收款，系统未入账", Text: order + "\n系统 ¥0.00，微信 ¥3,200.00", Remedy: "系统已向微信支付核实；仍未处理的，请点“重新核对”，或联系技术人员", Act: closing("difference-1")}}
	add("staff-payments-day", day)
}

// receiptSamples are the lists of fiscal receipts in their states.
func receiptSamples(device string, add adder) {
	const at = "/staff/payments"
	page := h5.StaffReceipts{Console: console("财政电子票据", device, at), Campaigns: []h5.Option{{Value: "hhu", Label: "2026级新生注册"}}, Campaign: "hhu", MaxMB: 8, MaxRows: 20000,
		Columns: []h5.Pair{{Label: "学号", Value: "与商户订单号至少填一项，按文本填写"}, {Label: "票据号码", Value: "必填，按文本填写"}, {Label: "票据链接", Value: "必填，https 开头的查看地址"}}}
	none := page
	none.Error = "没有找到表头：前 10 行里没有同时出现“票据号码”和“学号”或“商户订单号”。请在第一行写上列名，或下载模板填写"
	add("staff-receipts-none", none)
	page.History = []h5.StaffImportRow{{Href: "/x", File: "2026年秋季财政电子票据开具清单（第二批）.xlsx", By: "钱老师", At: "2026年3月20日 9:12", State: "已导入", Tag: "ok", Text: "新增 812，更改 3，不变 0，需要修改 0"},
		{Href: "/x", File: "票据.csv", By: "钱老师", At: "2026年3月19日 16:40", State: "等待导入", Tag: "warn", Text: "新增 1，更改 0，不变 0，需要修改 9"}}
	add("staff-receipts", page)
	list := h5.StaffReceiptList{Console: console("财政电子票据", device, at), Base: "/x", Campaign: "hhu", CampaignTitle: "2026级新生注册", File: "2026年秋季财政电子票据开具清单.xlsx", Sheet: "Sheet1",
		By: "钱老师", At: "2026年3月20日 9:12", Words: "等待导入", Tag: "warn", Rows: 814, New: 810, Changed: 2, Bad: 2, BadFile: true, Unread: "序号、开票单位",
		Kinds: []h5.StaffImportCount{{Label: "没有缴费", Count: 1}, {Label: "链接有误", Count: 1}},
		Problems: []h5.StaffImportProblem{{Line: 7, Cell: "A7", Column: "学号", Value: "26100CS10127", Reason: "这名学生还没有缴费", Suggestion: "核对学号或订单号；银行转账请先在“缴费”里登记"},
			{Line: 9, Cell: "F9", Column: "查看地址", Value: "http://pj.czt.jiangsu.gov.cn/index.do?code=8a2c9b0e4f", Reason: "票据链接不是 https 开头", Suggestion: "换成 https 开头的地址；只有 http 地址时请联系票据系统的服务商"}},
		Changes: []h5.StaffImportChange{{Line: 12, Name: "李晓雯", Column: "票据号码", Before: "0000123456", After: "0000999999"}}}
	add("staff-receipts-checked", list)
	list.Applied, list.Words, list.Tag = true, "已导入", "ok"
	add("staff-receipts-applied", list)
	list = h5.StaffReceiptList{Console: list.Console, Base: "/x", Campaign: "hhu", CampaignTitle: list.CampaignTitle, File: "票据.csv", By: "钱老师", At: list.At, Words: "等待导入", Tag: "warn", Rows: 3, Same: 3}
	add("staff-receipts-same", list)
	list.Same, list.New = 0, 3
	add("staff-receipts-good", list)
}

func TestAmountsAreGrouped(t *testing.T) {
	for in, want := range map[string]string{"163200.00": "163,200.00", "-1234567.80": "-1,234,567.80", "0.00": "0.00", "999": "999", "": "", "-100": "-100", "1000": "1,000"} {
		if got := h5.Grouped(in); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

func TestDayOfTheMonthInWords(t *testing.T) {
	if got := (h5.StaffDay{Day: "2026-03-02"}).DayText(); got != "3月2日" {
		t.Errorf("%q", got)
	}
}

func TestDayInWords(t *testing.T) {
	for in, want := range map[string]string{"2026-03-02": "2026年3月2日", "": "", "x": "x"} {
		if got := (h5.StaffReconciliation{Date: in}).DateText(); got != want {
			t.Errorf("%q: %q", in, got)
		}
	}
}

package fiscal

import (
	"slices"

	"ruxue/service/fault"
	"ruxue/service/tabular"
)

// Column is what a column of the list holds.
type Column string

// The columns. A row needs the receipt's number, its link, and one of the
// first two.
const (
	StudentNumber Column = "student_number"
	Order         Column = "order"
	Code          Column = "code"
	Number        Column = "number"
	Check         Column = "check"
	Link          Column = "link"
	Issued        Column = "issued"
	Amount        Column = "amount"
)

// Columns are all of them in the template's order.
var Columns = tabular.ColumnSet[Column]{
	{Column: StudentNumber, Label: "学号", Note: "与商户订单号至少填一项，按文本填写", Synonyms: []string{"XH", "学生学号"}},
	{Column: Order, Label: "商户订单号", Note: "本系统的订单号（RX 或 BANK 开头），按文本填写", Synonyms: []string{"订单号", "商户单号", "微信商户订单号", "缴费订单号", "OUTTRADENO"}},
	{Column: Code, Label: "票据代码", Note: "可以不填，按文本填写", Synonyms: []string{"电子票据代码", "PJDM"}},
	{Column: Number, Label: "票据号码", Note: "必填，按文本填写", Synonyms: []string{"电子票据号码", "财政电子票据号码", "票据号", "票号", "PJHM"}},
	{Column: Check, Label: "校验码", Note: "可以不填", Synonyms: []string{"票据校验码", "JYM"}},
	{Column: Link, Label: "票据链接", Note: "必填，https 开头的查看地址", Synonyms: []string{"链接", "链接地址", "查看链接", "查看地址", "下载地址", "电子票据链接", "电子票据地址", "票据地址", "票据URL", "网址", "URL"}},
	{Column: Issued, Label: "开票日期", Note: "可以不填，例如 2026-11-21", Synonyms: []string{"开具日期", "开票时间", "票据日期", "KPRQ"}},
	{Column: Amount, Label: "金额", Note: "可以不填；填了就与缴费金额核对，单位元", Synonyms: []string{"开票金额", "票面金额", "总金额", "合计金额", "票据金额", "缴费金额", "金额合计", "JE"}},
}

// Label is the column's name in the template.
func (c Column) Label() string { return Columns.Label(c) }

// Heading is one column of a file and what it was taken for; Column "" is not read.
type Heading = tabular.Heading[Column]

// header reads rows until one that names the receipt's number and whose it is.
func header(t tabular.Table) (tabular.Row, []Heading, error) {
	row, hs, err := tabular.Header(t, Columns.Of, func(hs []Heading) bool {
		return has(hs, Number) && (has(hs, StudentNumber) || has(hs, Order))
	}, "“票据号码”和“学号”或“商户订单号”")
	switch {
	case err != nil:
		return row, hs, err
	case !has(hs, Link):
		return row, hs, fault.New(fault.Invalid, "缺少列：票据链接。请补上这一列，学生按它查看电子票据")
	}
	return row, hs, Columns.RefuseTwice(hs)
}

func has(hs []Heading, c Column) bool {
	return slices.ContainsFunc(hs, func(h Heading) bool { return h.Column == c })
}

package fiscal

import (
	"errors"
	"io"
	"slices"
	"strings"

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

// ColumnInfo is how a column is called and explained.
type ColumnInfo struct {
	Column   Column
	Label    string
	Note     string   // in the template
	Synonyms []string // as tabular.Fold leaves them, Label apart
}

// Columns are all of them in the template's order.
var Columns = []ColumnInfo{
	{StudentNumber, "学号", "与商户订单号至少填一项，按文本填写", []string{"XH", "学生学号"}},
	{Order, "商户订单号", "本系统的订单号（RX 或 BANK 开头），按文本填写", []string{"订单号", "商户单号", "微信商户订单号", "缴费订单号", "OUTTRADENO"}},
	{Code, "票据代码", "可以不填，按文本填写", []string{"电子票据代码", "PJDM"}},
	{Number, "票据号码", "必填，按文本填写", []string{"电子票据号码", "财政电子票据号码", "票据号", "票号", "PJHM"}},
	{Check, "校验码", "可以不填", []string{"票据校验码", "JYM"}},
	{Link, "票据链接", "必填，https 开头的查看地址", []string{"链接", "链接地址", "查看链接", "查看地址", "下载地址", "电子票据链接", "电子票据地址", "票据地址", "票据URL", "网址", "URL"}},
	{Issued, "开票日期", "可以不填，例如 2026-11-21", []string{"开具日期", "开票时间", "票据日期", "KPRQ"}},
	{Amount, "金额", "可以不填；填了就与缴费金额核对，单位元", []string{"开票金额", "票面金额", "总金额", "合计金额", "票据金额", "缴费金额", "金额合计", "JE"}},
}

// Label is the column's name in the template.
func (c Column) Label() string {
	for _, i := range Columns {
		if i.Column == c {
			return i.Label
		}
	}
	return ""
}

// Heading is one column of a file and what it was taken for.
type Heading struct {
	Index  int // from 0
	Text   string
	Column Column // "" is not read
}

// titleRows is how far down the headings are looked for.
const titleRows = 10

// maxColumns bounds a row; cells beyond are not read.
const maxColumns = 100

// header reads rows until one that names the receipt's number and whose it is.
func header(t tabular.Table) (tabular.Row, []Heading, error) {
	written := false
	for n := 0; n < titleRows; {
		row, err := t.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return row, nil, err
		}
		if row.Blank() {
			continue
		}
		n, written = n+1, true
		hs := headings(row)
		if has(hs, Number) && (has(hs, StudentNumber) || has(hs, Order)) {
			return row, hs, refuse(hs)
		}
	}
	if !written {
		return tabular.Row{}, nil, fault.New(fault.Invalid, "表格里没有内容")
	}
	return tabular.Row{}, nil, fault.Newf(fault.Invalid, "没有找到表头：前 %d 行里没有同时出现“票据号码”和“学号”或“商户订单号”。请在第一行写上列名，或下载模板填写", titleRows)
}

func headings(row tabular.Row) (out []Heading) {
	for i, text := range row.Cells {
		if text = strings.TrimSpace(text); text == "" || i >= maxColumns {
			continue
		}
		h := Heading{Index: i, Text: tabular.Clip(text, 60)}
		folded := tabular.Fold(text)
		for _, info := range Columns {
			if folded == info.Label || slices.Contains(info.Synonyms, folded) {
				h.Column = info.Column
			}
		}
		out = append(out, h)
	}
	return out
}

func has(hs []Heading, c Column) bool {
	return slices.ContainsFunc(hs, func(h Heading) bool { return h.Column == c })
}

// refuse is why a file with these headings can't be read: no link, or one datum
// in two columns, of which none is to be guessed at.
func refuse(hs []Heading) error {
	if !has(hs, Link) {
		return fault.New(fault.Invalid, "缺少列：票据链接。请补上这一列，学生按它查看电子票据")
	}
	seen := map[Column]Heading{}
	for _, h := range hs {
		if h.Column == "" {
			continue
		}
		if first, ok := seen[h.Column]; ok {
			return fault.Newf(fault.Invalid, "有两列都是%s：%s 列“%s”和 %s 列“%s”。请只保留一列，再上传", h.Column.Label(),
				tabular.Letters(first.Index), first.Text, tabular.Letters(h.Index), h.Text)
		}
		seen[h.Column] = h
	}
	return nil
}

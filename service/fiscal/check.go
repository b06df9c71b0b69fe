package fiscal

import (
	"fmt"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"ruxue/service/payment"
	"ruxue/service/tabular"
)

// The kinds of broken row.
const (
	Missing     tabular.Kind = "missing"     // a needed value is empty
	Spreadsheet tabular.Kind = "spreadsheet" // a long number that a spreadsheet rounded
	BadFormat   tabular.Kind = "bad_format"  // no number, date or amount
	BadLink     tabular.Kind = "bad_link"    // no https address
	Duplicate   tabular.Kind = "duplicate"   // said twice in the file
	Unknown     tabular.Kind = "unknown"     // no such order or student number here
	Mismatch    tabular.Kind = "mismatch"    // order and student number of two students
	NotPaid     tabular.Kind = "not_paid"    // nothing was paid, or it went back as surplus
	BadAmount   tabular.Kind = "bad_amount"  // another amount than was paid
	Taken       tabular.Kind = "taken"       // the receipt is somebody else's
	Unreadable  tabular.Kind = "unreadable"  // merged cells, formulas without a result
)

// KindLabels name the kinds on pages.
var KindLabels = map[tabular.Kind]string{Missing: "缺少内容", Spreadsheet: "长数字被表格软件改动", BadFormat: "格式有误", BadLink: "链接有误",
	Duplicate: "文件内重复", Unknown: "没有这个学号或订单号", Mismatch: "学号与订单号不符", NotPaid: "没有缴费", BadAmount: "金额不一致",
	Taken: "票据号码已使用", Unreadable: "单元格无法读取"}

// Entry is what a row says.
type Entry struct {
	Line          int
	StudentNumber string
	OrderNumber   string // out_trade_no
	Code, Number  string
	Check, Link   string
	IssuedOn      string // 2026-11-21
	AmountFen     int64  // 0: not said
}

// checker checks the rows of one file in their order.
type checker struct {
	at    map[Column]Heading
	today string
	said  map[string]int // receipts by code and number: their line
	bills map[int64]int  // bills: the line that named them first
}

func newChecker(hs []Heading, now time.Time) *checker {
	c := &checker{at: map[Column]Heading{}, said: map[string]int{}, bills: map[int64]int{},
		today: payment.Day(now).Format(time.DateOnly)}
	for _, h := range hs {
		if h.Column != "" {
			c.at[h.Column] = h
		}
	}
	return c
}

// rowCheck is the check of one row.
type rowCheck struct {
	*checker
	row      tabular.Row
	problems []tabular.Problem
}

func (k *rowCheck) bad(col Column, kind tabular.Kind, value, reason, suggestion string) {
	p := tabular.Problem{Line: k.row.Line, Kind: kind, Column: col.Label(), Value: tabular.Clip(value, 60), Reason: reason, Suggestion: suggestion}
	if h, ok := k.at[col]; ok {
		p.Column, p.Cell = h.Text, h.Place(k.row.Line)
	}
	k.problems = append(k.problems, p)
}

// check reads a row; the entry is of use only without problems.
func (c *checker) check(row tabular.Row) (Entry, []tabular.Problem) {
	k := &rowCheck{checker: c, row: row}
	e := Entry{Line: row.Line}
	switch {
	case row.Merged != "":
		k.bad(Number, Unreadable, row.Merged, "这一行有合并单元格 "+row.Merged, "取消合并，每一行各自填写")
		return e, k.problems
	case row.Formula != "":
		k.bad(Number, Unreadable, row.Formula, "单元格 "+row.Formula+" 是公式，文件里没有它的结果", "用表格软件打开并保存一次，或复制后“粘贴为数值”")
		return e, k.problems
	}
	e.StudentNumber, e.OrderNumber = k.number(StudentNumber, 40), k.number(Order, 32)
	e.Code, e.Number, e.Check = k.number(Code, 30), k.number(Number, 30), k.number(Check, 30)
	e.Link, e.IssuedOn, e.AmountFen = k.link(), k.date(), k.amount()
	if len(k.problems) > 0 {
		return e, k.problems
	}
	if e.StudentNumber == "" && e.OrderNumber == "" {
		col := StudentNumber
		if _, ok := k.at[col]; !ok {
			col = Order
		}
		k.bad(col, Missing, "", "学号和商户订单号都没有填", "至少填一项")
	}
	if e.Number == "" {
		k.bad(Number, Missing, "", "票据号码没有填", "补上票据号码")
	}
	if key := e.Code + "/" + e.Number; e.Number != "" && len(k.problems) == 0 {
		if first, twice := k.said[key]; twice {
			k.bad(Number, Duplicate, e.Number, fmt.Sprintf("票据号码与第 %d 行相同", first), "一张票据只属于一名学生，核对两行的票据号码")
		} else {
			k.said[key] = row.Line
		}
	}
	return e, k.problems
}

// value is the cell of a column as text, "" for an empty one or one that was
// found broken.
func (k *rowCheck) value(col Column) (s string, literal bool) {
	if h, there := k.at[col]; there && h.Index < len(k.row.Cells) {
		s, literal = tabular.Text(k.row.Cells[h.Index])
	}
	if tabular.IsError(s) {
		k.bad(col, Unreadable, s, col.Label()+"的公式结果出错", "改正公式，或直接填写内容")
		return "", false
	}
	return s, literal
}

var numberForm = regexp.MustCompile(`^[0-9A-Za-z][0-9A-Za-z._/-]*$`)

// number reads a number of letters and digits that a spreadsheet may have
// rounded.
func (k *rowCheck) number(col Column, most int) string {
	s, literal := k.value(col)
	if s == "" {
		return ""
	}
	plain, lossy := tabular.Plain(s), false
	if !literal {
		plain, lossy = tabular.Digits(s)
	}
	switch {
	case lossy:
		k.bad(col, Spreadsheet, s, col.Label()+"被表格软件改动，后几位已丢失", "把这一列设为“文本”格式后重新填写；号码确实如此时，在前面加一个英文单引号 '")
	case !numberForm.MatchString(plain) || len(plain) > most:
		k.bad(col, BadFormat, s, fmt.Sprintf("%s只能由不超过 %d 位的字母和数字组成", col.Label(), most), "去掉其他字符")
	default:
		return plain
	}
	return ""
}

// maxLink bounds an address, in bytes.
const maxLink = 1000

// link reads an https address: it is shown to students, so nothing else will do.
func (k *rowCheck) link() string {
	s, _ := k.value(Link)
	if s == "" {
		if len(k.problems) == 0 {
			k.bad(Link, Missing, "", "票据链接没有填", "补上 https 开头的查看地址")
		}
		return ""
	}
	u, err := url.Parse(s)
	switch {
	case err != nil || len(s) > maxLink || strings.ContainsAny(s, " \t\r\n\"'<>`\\"):
		k.bad(Link, BadLink, s, "票据链接不是网址", "填写完整的查看地址，例如 https://…")
	case u.Scheme != "https":
		k.bad(Link, BadLink, s, "票据链接不是 https 开头", "换成 https 开头的地址；只有 http 地址时请联系票据系统的服务商")
	case !strings.Contains(u.Hostname(), ".") || u.User != nil:
		k.bad(Link, BadLink, s, "票据链接没有完整的域名", "填写完整的查看地址，例如 https://…")
	default:
		return s
	}
	return ""
}

var dateForms = []string{"2006-1-2", "2006/1/2", "2006.1.2", "20060102", "2006年1月2日"}

// date reads a day in the forms people write, and the number of days by which
// a workbook stores one.
func (k *rowCheck) date() string {
	s, _ := k.value(Issued)
	if s == "" {
		return ""
	}
	text, _, _ := strings.Cut(strings.TrimSpace(s), " ") // a time of day may follow
	day, ok := serialDay(text)
	for _, form := range dateForms {
		if d, err := time.Parse(form, text); err == nil && !ok {
			day, ok = d, true
		}
	}
	date := day.Format(time.DateOnly)
	switch {
	case !ok || day.Year() < 2000:
		k.bad(Issued, BadFormat, s, "开票日期“"+tabular.Clip(s, 20)+"”不认识", "写成 2026-11-21 的样子")
		return ""
	case date > k.today:
		k.bad(Issued, BadFormat, s, "开票日期晚于今天", "核对开票日期")
		return ""
	}
	return date
}

// serialDay reads 46347 or 46347.5, days since 1899-12-30.
func serialDay(s string) (time.Time, bool) {
	whole, _, _ := strings.Cut(s, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || len(whole) != 5 {
		return time.Time{}, false
	}
	return time.Date(1899, 12, 30+n, 0, 0, 0, 0, time.UTC), true
}

// amount reads yuan as fen.
func (k *rowCheck) amount() int64 {
	s, _ := k.value(Amount)
	if s == "" {
		return 0
	}
	fen, err := payment.ParseYuan(tabular.Plain(s))
	if err != nil || fen == 0 {
		k.bad(Amount, BadFormat, s, "金额“"+tabular.Clip(s, 20)+"”不是金额", "以元为单位填数字，例如 3200 或 3200.50")
		return 0
	}
	return fen
}

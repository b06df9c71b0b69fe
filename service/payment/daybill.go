package payment

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"ruxue/service/fault"
)

// BillKind is which of WeChat Pay's daily bills.
type BillKind string

// The kinds of daily bill.
const (
	TradeBill BillKind = "trade" // every order paid and every refund
	FundBill  BillKind = "fund"  // every movement of the merchant's account, fees too
)

// ErrNoBill is in the chain when WeChat Pay has no bill of the day: nothing
// was traded.
var ErrNoBill = errors.New("no bill of that day")

// ErrBillNotReady is in the chain when the day's bill is not made yet.
var ErrBillNotReady = errors.New("the day's bill is not ready")

// BillLine is one line of a trade bill. Amounts are fen.
type BillLine struct {
	At            time.Time
	AppID, MchID  string
	TransactionID string
	OutTradeNo    string
	State         string // SUCCESS, REFUND or REVOKED
	TotalFen      int64  // of an order
	RefundID      string
	OutRefundNo   string
	RefundFen     int64
	RefundState   string // SUCCESS, PROCESSING, FAIL
	FeeMilli      int64  // WeChat Pay's fee in thousandths of a fen; negative when it comes back
}

// Refunded reports whether the line is about money that went back.
func (l BillLine) Refunded() bool { return l.State != TradeSuccess }

// tradeColumns are what a trade bill must have, by the names of its first line;
// WeChat Pay adds columns now and then, so places are not relied on.
var tradeColumns = []string{"交易时间", "公众账号ID", "商户号", "微信订单号", "商户订单号", "交易状态", "订单金额",
	"微信退款单号", "商户退款单号", "申请退款金额", "退款状态", "手续费"}

// ParseTradeBill reads a whole trade bill. A bill whose summary does not fit
// its lines (one that was cut, say) is refused.
func ParseTradeBill(raw []byte) ([]BillLine, error) {
	rows, sum, err := table(raw, tradeColumns, "总交易单数")
	if err != nil {
		return nil, fmt.Errorf("reading a trade bill: %w", err)
	}
	out := make([]BillLine, 0, len(rows))
	var total, back int64
	for i, row := range rows {
		l, err := tradeLine(row)
		if err != nil {
			return nil, fmt.Errorf("reading line %d of a trade bill: %w", i+2, err)
		}
		total, back = total+l.TotalFen, back+l.RefundFen
		out = append(out, l)
	}
	n, err := strconv.Atoi(sum["总交易单数"])
	paid, perr := fen(sum["订单总金额"])
	refunded, rerr := fen(sum["申请退款总金额"])
	if err != nil || perr != nil || rerr != nil || n != len(out) || paid != total || refunded != back {
		return nil, errors.New("reading a trade bill: its summary does not fit its lines")
	}
	return out, nil
}

func tradeLine(row map[string]string) (BillLine, error) {
	at, err := time.ParseInLocation(time.DateTime, row["交易时间"], beijing)
	l := BillLine{At: at.UTC(), AppID: row["公众账号ID"], MchID: row["商户号"], TransactionID: row["微信订单号"],
		OutTradeNo: row["商户订单号"], State: row["交易状态"], RefundState: row["退款状态"]}
	if err != nil || l.OutTradeNo == "" {
		return l, errors.New("no time or no order number")
	}
	total, terr := fen(row["订单金额"])
	back, berr := fen(row["申请退款金额"])
	fee, ferr := milli(row["手续费"])
	if err := errors.Join(terr, berr, ferr); err != nil {
		return l, err
	}
	l.FeeMilli = fee
	if l.TotalFen = total; l.Refunded() {
		l.TotalFen, l.RefundFen = 0, back
		l.RefundID, l.OutRefundNo = row["微信退款单号"], row["商户退款单号"]
	}
	return l, nil
}

// Funds is what a fund bill comes to, in fen.
type Funds struct {
	InFen, OutFen int64
	FeeFen        int64 // of OutFen less what came back
	Lines         int
}

// NetFen is what the day brought the merchant.
func (f Funds) NetFen() int64 { return f.InFen - f.OutFen }

var fundColumns = []string{"记账时间", "微信支付业务单号", "业务类型", "收支类型", "收支金额(元)"}

// ParseFundBill reads a whole fund bill (of the basic account).
func ParseFundBill(raw []byte) (Funds, error) {
	rows, sum, err := table(raw, fundColumns, "资金流水总笔数")
	if err != nil {
		return Funds{}, fmt.Errorf("reading a fund bill: %w", err)
	}
	f := Funds{Lines: len(rows)}
	for i, row := range rows {
		amount, err := fen(row["收支金额(元)"])
		if err != nil {
			return Funds{}, fmt.Errorf("reading line %d of a fund bill: %w", i+2, err)
		}
		income := row["收支类型"] == "收入"
		fee := strings.Contains(row["业务类型"], "手续费")
		switch {
		case income && fee:
			f.InFen, f.FeeFen = f.InFen+amount, f.FeeFen-amount
		case income:
			f.InFen += amount
		case fee:
			f.OutFen, f.FeeFen = f.OutFen+amount, f.FeeFen+amount
		default:
			f.OutFen += amount
		}
	}
	n, err := strconv.Atoi(sum["资金流水总笔数"])
	in, ierr := fen(sum["收入金额"])
	out, oerr := fen(sum["支出金额"])
	if err != nil || ierr != nil || oerr != nil || n != len(rows) || in != f.InFen || out != f.OutFen {
		return Funds{}, errors.New("reading a fund bill: its summary does not fit its lines")
	}
	return f, nil
}

// table reads a bill: a line of column names, lines whose fields begin with a
// backtick, a line of the summary's names that begins with sumName, and the
// summary.
func table(raw []byte, need []string, sumName string) (rows []map[string]string, sum map[string]string, err error) {
	raw = bytes.TrimPrefix(raw, []byte("\ufeff"))
	lines := strings.Split(strings.TrimRight(string(raw), "\r\n"), "\n")
	if len(lines) < 3 {
		return nil, nil, errors.New("it is cut or no bill")
	}
	names := strings.Split(strings.TrimRight(lines[0], "\r"), ",")
	for _, n := range need {
		if !slices.Contains(names, n) {
			return nil, nil, fmt.Errorf("it has no column %s", n)
		}
	}
	last := len(lines) - 2
	sumNames := strings.Split(strings.TrimRight(lines[last], "\r"), ",")
	if !strings.HasPrefix(sumNames[0], sumName) {
		return nil, nil, errors.New("it has no summary: it is cut")
	}
	for i, line := range lines[1:last] {
		row, err := fields(names, line)
		if err != nil {
			return nil, nil, fmt.Errorf("line %d: %w", i+2, err)
		}
		rows = append(rows, row)
	}
	if sum, err = fields(sumNames, lines[last+1]); err != nil {
		return nil, nil, fmt.Errorf("the summary: %w", err)
	}
	return rows, sum, nil
}

// fields splits at ",`": a field may hold a comma of its own.
func fields(names []string, line string) (map[string]string, error) {
	line = strings.TrimRight(line, "\r")
	if !strings.HasPrefix(line, "`") {
		return nil, errors.New("its fields do not begin with a backtick")
	}
	parts := strings.Split(line[1:], ",`")
	if len(parts) != len(names) {
		return nil, fmt.Errorf("%d fields for %d columns", len(parts), len(names))
	}
	out := make(map[string]string, len(names))
	for i, n := range names {
		out[n] = strings.TrimSpace(parts[i])
	}
	return out, nil
}

// fen reads yuan with at most two decimals.
func fen(yuan string) (int64, error) {
	m, err := milli(yuan)
	if err == nil && m%1000 != 0 {
		err = fmt.Errorf("%q is no whole number of fen", yuan)
	}
	return m / 1000, err
}

// milli reads yuan with at most five decimals as thousandths of a fen.
func milli(yuan string) (int64, error) {
	s, negative := strings.CutPrefix(yuan, "-")
	whole, part, _ := strings.Cut(s, ".")
	if len(part) > 5 || len(whole) > 10 || whole == "" {
		return 0, fmt.Errorf("%q is no amount", yuan)
	}
	n, err := strconv.ParseUint(whole+(part + "00000")[:5], 10, 63)
	if err != nil {
		return 0, fmt.Errorf("%q is no amount", yuan)
	}
	if negative {
		return -int64(n), nil
	}
	return int64(n), nil
}

// thousands is an amount with its commas where they belong. One that stands
// elsewhere, as in 3,50, may be meant for a point: a hundredfold is not guessed.
var thousands = regexp.MustCompile(`^[0-9]{1,3}(,[0-9]{3})+(\.[0-9]*)?$`)

// ParseYuan reads an amount that a person typed, such as 3200, 3,200.00 元 or
// ¥ ３２００, as fen; fault.Invalid otherwise.
func ParseYuan(text string) (int64, error) {
	text = strings.TrimSpace(norm.NFKC.String(text))
	text = strings.TrimSpace(strings.TrimSuffix(strings.TrimPrefix(text, "¥"), "元"))
	plain := strings.ReplaceAll(text, ",", "")
	n, err := fen(plain)
	if err != nil || n < 0 || (plain != text && !thousands.MatchString(text)) {
		return 0, fault.New(fault.Invalid, "金额写成 3200.00 的样子，最多两位小数").On("amount")
	}
	return n, nil
}

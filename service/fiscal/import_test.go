package fiscal_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/service/audit"
	"ruxue/service/fault"
	"ruxue/service/fiscal"
	"ruxue/service/payment"
	"ruxue/service/tabular"
)

// now is a quarter past midnight in Beijing, still the day before in UTC.
var now = time.Date(2026, 11, 21, 16, 15, 0, 0, time.UTC)

// lines is a table in memory.
type lines struct {
	rows [][]string
	n    int
	edit func(r *tabular.Row)
}

func (l *lines) Next() (tabular.Row, error) {
	if l.n == len(l.rows) {
		return tabular.Row{}, io.EOF
	}
	l.n++
	r := tabular.Row{Line: l.n, Cells: l.rows[l.n-1]}
	if l.edit != nil {
		l.edit(&r)
	}
	return r, nil
}
func (l *lines) Rows() int   { return len(l.rows) }
func (*lines) Sheet() string { return "" }
func (*lines) Close() error  { return nil }

// books are bills by student number and by order, and the receipts.
type books struct {
	students, orders map[string]fiscal.Bill
	states           map[string]payment.AttemptState
	receipts         map[int64]fiscal.Receipt
	races            int // creations that another import was faster at
	log              []audit.Entry
	told             []string
}

func newBooks() *books {
	b := &books{students: map[string]fiscal.Bill{}, orders: map[string]fiscal.Bill{}, states: map[string]payment.AttemptState{}, receipts: map[int64]fiscal.Receipt{}}
	for i := range int64(6) {
		bill := fiscal.Bill{ID: i + 1, Ref: fmt.Sprint("bill", i+1), EnrolmentID: i + 101, Name: "张三", State: payment.BillPaid, TotalFen: 320_000}
		b.students[fmt.Sprint("S", i+1)], b.orders[fmt.Sprint("RX", i+1)] = bill, bill
		b.states[fmt.Sprint("RX", i+1)] = payment.AttemptPaid
	}
	return b
}

// InTx undoes what fn did when it fails.
func (b *books) InTx(ctx context.Context, fn func(context.Context) error) error {
	receipts, log, told := maps.Clone(b.receipts), len(b.log), len(b.told)
	err := fn(ctx)
	if err != nil {
		b.receipts, b.log, b.told = receipts, b.log[:log], b.told[:told]
	}
	return err
}

func (b *books) Standings(_ context.Context, _ fiscal.Target, entries []fiscal.Entry, _ bool) (out []fiscal.Standing, err error) {
	for _, e := range entries {
		var s fiscal.Standing
		if x, ok := b.students[e.StudentNumber]; ok {
			s.ByNumber = &x
		}
		if x, ok := b.orders[e.OrderNumber]; ok {
			s.ByOrder, s.Order = &x, b.states[e.OrderNumber]
		}
		for id, r := range b.receipts {
			if (s.ByOrder != nil && s.ByOrder.ID == id) || (s.ByOrder == nil && s.ByNumber != nil && s.ByNumber.ID == id) {
				s.Have = &r
			}
			if r.Number == e.Number && r.Code == e.Code {
				s.Holder = id
			}
		}
		out = append(out, s)
	}
	return out, nil
}

func (b *books) Create(_ context.Context, list []fiscal.Receipt) error {
	if b.races > 0 {
		b.races--
		return fault.New(fault.Conflict, "")
	}
	return b.Update(context.Background(), list)
}

func (b *books) Update(_ context.Context, list []fiscal.Receipt) error {
	for _, r := range list {
		b.receipts[r.BillID] = r
	}
	return nil
}

func (b *books) OfEnrolment(context.Context, int64) (fiscal.Receipt, bool, error) {
	return fiscal.Receipt{}, false, nil
}

func (b *books) Add(_ context.Context, e audit.Entry) error {
	b.log = append(b.log, e)
	return nil
}

func (b *books) Issued(_ context.Context, _ string, r fiscal.Receipt) error {
	b.told = append(b.told, r.Number)
	return nil
}

func (b *books) importer() *fiscal.Importer {
	return fiscal.NewImporter(fiscal.Options{Store: b, Audit: b, Teller: b, Now: func() time.Time { return now }})
}

var head = []string{"学号", "商户订单号", "票据代码", "票据号码", "校验码", "链接", "开票日期", "金额"}

const link = "https://pj.example.gov.cn/v?id=1"

func (b *books) check(t *testing.T, rows ...[]string) fiscal.Report {
	t.Helper()
	rep, err := b.importer().Check(t.Context(), fiscal.Target{}, &lines{rows: append([][]string{{"财政电子票据清单"}, {}, head}, rows...)}, fiscal.Hooks{})
	if err != nil {
		t.Fatal(err)
	}
	return rep
}

func TestEachMistakeIsNamedWithItsPlace(t *testing.T) {
	ok := []string{"S1", "RX1", "32060126", "0001", "", link, "", ""}
	with := func(pairs ...string) []string {
		row := slices.Clone(ok)
		for i := 0; i < len(pairs); i += 2 {
			row[slices.Index(head, pairs[i])] = pairs[i+1]
		}
		return row
	}
	b := newBooks()
	for no, state := range map[string]payment.BillState{"S2": payment.BillUnpaid, "S3": payment.BillFree} {
		x := b.students[no]
		x.State = state
		b.students[no] = x
	}
	b.students["S9"] = fiscal.Bill{EnrolmentID: 9} // registered without a bill
	b.states["RX5"], b.states["RX6"] = payment.AttemptSurplus, payment.AttemptClosed
	b.receipts[4] = fiscal.Receipt{BillID: 4, Code: "32060126", Number: "0004"}
	for name, c := range map[string]struct {
		row        []string
		kind       tabular.Kind
		cell, says string
	}{
		"nobody":            {with("学号", "", "商户订单号", ""), fiscal.Missing, "A4", "都没有填"},
		"no receipt":        {with("票据号码", ""), fiscal.Missing, "D4", "票据号码没有填"},
		"no link":           {with("链接", " "), fiscal.Missing, "F4", "票据链接没有填"},
		"http":              {with("链接", "http://pj.example.gov.cn"), fiscal.BadLink, "F4", "不是 https"},
		"script":            {with("链接", "javascript:alert(1)"), fiscal.BadLink, "F4", "不是 https"},
		"no host":           {with("链接", "https:///x"), fiscal.BadLink, "F4", "域名"},
		"an intranet":       {with("链接", "https://localhost/x"), fiscal.BadLink, "F4", "域名"},
		"a password":        {with("链接", "https://a:b@pj.example.cn/x"), fiscal.BadLink, "F4", "域名"},
		"two words":         {with("链接", "https://pj.example.cn/a b"), fiscal.BadLink, "F4", "不是网址"},
		"rounded":           {with("票据号码", "1.23456E+19"), fiscal.Spreadsheet, "D4", "后几位已丢失"},
		"a word":            {with("票据号码", "没开"), fiscal.BadFormat, "D4", "字母和数字"},
		"too long":          {with("票据代码", strings.Repeat("1a", 16)), fiscal.BadFormat, "C4", "30 位"},
		"no day":            {with("开票日期", "上周"), fiscal.BadFormat, "G4", "不认识"},
		"tomorrow":          {with("开票日期", "2026-11-23"), fiscal.BadFormat, "G4", "晚于今天"},
		"no amount":         {with("金额", "三千"), fiscal.BadFormat, "H4", "不是金额"},
		"nothing":           {with("金额", "0"), fiscal.BadFormat, "H4", "不是金额"},
		"another amount":    {with("金额", "3200.01"), fiscal.BadAmount, "H4", "¥3,200.00"},
		"unknown order":     {with("商户订单号", "RX999"), fiscal.Unknown, "B4", "没有这个商户订单号"},
		"unknown student":   {with("学号", "S8"), fiscal.Unknown, "A4", "没有这个学号"},
		"two students":      {with("学号", "S4"), fiscal.Mismatch, "A4", "不是同一名学生"},
		"not paid":          {with("学号", "S2", "商户订单号", ""), fiscal.NotPaid, "A4", "还没有缴费"},
		"no bill":           {with("学号", "S9", "商户订单号", ""), fiscal.NotPaid, "A4", "还没有缴费"},
		"free":              {with("学号", "S3", "商户订单号", ""), fiscal.NotPaid, "A4", "无需缴费"},
		"surplus":           {with("学号", "", "商户订单号", "RX5"), fiscal.NotPaid, "B4", "多付"},
		"closed order":      {with("学号", "", "商户订单号", "RX6"), fiscal.NotPaid, "B4", "没有付款"},
		"another's receipt": {with("票据号码", "0004"), fiscal.Taken, "D4", "另一名学生"},
		"#N/A":              {with("学号", "#N/A"), fiscal.Unreadable, "A4", "公式结果出错"},
	} {
		rep := b.check(t, c.row)
		if rep.Bad != 1 || len(rep.Problems) != 1 {
			t.Errorf("%s: %+v", name, rep)
			continue
		}
		p := rep.Problems[0]
		if p.Kind != c.kind || p.Line != 4 || p.Cell != c.cell || !strings.Contains(p.Reason, c.says) || p.Suggestion == "" || fiscal.KindLabels[p.Kind] == "" {
			t.Errorf("%s: %+v", name, p)
		}
	}
	rep := b.check(t, ok, with("学号", "S4", "商户订单号", "RX4"), with("票据号码", "0007"))
	if rep.New != 1 || rep.Bad != 2 || !strings.Contains(rep.Problems[0].Reason, "与第 4 行相同") || !strings.Contains(rep.Problems[1].Reason, "与第 4 行是同一份") {
		t.Errorf("twice in the file: %+v", rep)
	}
}

func TestWhatCannotBeReadInARow(t *testing.T) {
	row := []string{"S1", "", "", "0001", "", link}
	for _, edit := range []func(*tabular.Row){func(r *tabular.Row) { r.Merged = "A2:B3" }, func(r *tabular.Row) { r.Formula = "D2" }} {
		n := 0
		table := &lines{rows: [][]string{head, row}, edit: func(r *tabular.Row) {
			if n++; n == 2 {
				edit(r)
			}
		}}
		rep, err := newBooks().importer().Check(t.Context(), fiscal.Target{}, table, fiscal.Hooks{})
		if err != nil || rep.Bad != 1 || rep.Problems[0].Kind != fiscal.Unreadable {
			t.Errorf("%+v, %v", rep, err)
		}
	}
}

func TestFormsThatPeopleWrite(t *testing.T) {
	for in, want := range map[string]string{"2026-11-2": "2026-11-02", "2026/11/02": "2026-11-02", "20261102": "2026-11-02", "2026年11月2日": "2026-11-02",
		"2026.11.2 10:30": "2026-11-02", "46328": "2026-11-02", "46328.44": "2026-11-02", "2026-11-22": "2026-11-22"} {
		b := newBooks()
		rows := [][]string{head, {"S1", "", "", "'0000123456", "", link, in, "¥3,200.00"}}
		if _, err := b.importer().Apply(t.Context(), fiscal.Target{}, "system", &lines{rows: rows}, fiscal.Hooks{}); err != nil {
			t.Fatal(err)
		}
		if r := b.receipts[1]; r.IssuedOn != want || r.Number != "0000123456" || r.AmountFen != 320_000 || r.Host() != "pj.example.gov.cn" {
			t.Errorf("%s: %+v", in, r)
		}
	}
}

func TestImportingAgainChangesWhatDiffers(t *testing.T) {
	b := newBooks()
	apply := func(rows ...[]string) fiscal.Report {
		rep, err := b.importer().Apply(t.Context(), fiscal.Target{Campaign: "hhu"}, "staff:x", &lines{rows: append([][]string{head}, rows...)}, fiscal.Hooks{})
		if err != nil {
			t.Fatal(err)
		}
		return rep
	}
	first := []string{"S1", "RX1", "3206", "0001", "abc", link, "2026-11-02", "3200"}
	if rep := apply(first, []string{"", "RX2", "", "0002", "", link, "", ""}); rep.New != 2 || rep.Bad != 0 {
		t.Fatalf("%+v", rep)
	}
	logged := len(b.log)
	if rep := apply(first, []string{"S1"}); rep.Same != 1 || rep.Bad != 1 || len(b.log) != logged {
		t.Errorf("again: %+v, %d entries", rep, len(b.log)-logged)
	}
	b.races = 2
	rep := apply([]string{"S1", "", "3206", "0009", "", link + "9", "", ""}, []string{"S3", "", "", "0003", "", link, "", ""})
	if rep.Changed != 1 || rep.New != 1 || len(rep.Changes) != 2 || rep.Changes[0].Before != "0001" || rep.Changes[0].After != "0009" {
		t.Errorf("renumbered: %+v", rep)
	}
	if r := b.receipts[1]; r.Check != "abc" || r.IssuedOn != "2026-11-02" || r.Link != link+"9" {
		t.Errorf("what the list left empty is lost: %+v", r)
	}
	if strings.Join(b.told, " ") != "0001 0002 0009 0003" {
		t.Errorf("told of %v", b.told)
	}
	changes := 0
	for _, e := range b.log {
		if e.Action == "receipt.change" && e.Subject == "bill:bill1" && strings.Contains(e.Detail, "3206-0001 改为 3206-0009") {
			changes++
		}
	}
	if changes == 0 {
		t.Errorf("the change is not in the log: %+v", b.log)
	}
	b.races = 100
	_, err := b.importer().Apply(t.Context(), fiscal.Target{}, "x", &lines{rows: [][]string{head, {"S4", "", "", "0004", "", link}}}, fiscal.Hooks{})
	if !fault.Is(err, fault.Conflict) {
		t.Errorf("races without end: %v", err)
	}
}

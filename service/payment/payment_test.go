package payment

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var noon = time.Date(2026, 8, 30, 4, 0, 0, 0, time.UTC)

func TestQuestionsBackOffAndMeetTheExpiry(t *testing.T) {
	expire := noon.Add(lifetime)
	at, n := noon, 0
	for at.Before(expire) {
		next := *nextCheck(at, expire, n)
		if !next.After(at) || next.Sub(at) > 10*time.Minute+5*time.Second {
			t.Fatalf("question %d at %v is followed by %v", n, at, next)
		}
		at, n = next, n+1
	}
	if late := at.Sub(expire); late > 5*time.Second {
		t.Errorf("the expiry is noticed %v late", late)
	}
	if n > 25 {
		t.Errorf("%d questions about one order", n)
	}
	if after := nextCheck(expire.Add(time.Hour), expire, 3); !after.After(expire.Add(time.Hour)) {
		t.Error("an expired order that can't be closed is asked about without a pause")
	}
}

func TestAnEndedOrderIsWatchedForADay(t *testing.T) {
	at, n := noon, 0
	for next := nextAfterEnd(at, noon); next != nil; next = nextAfterEnd(at, noon) {
		at, n = *next, n+1
	}
	if n != len(closedAfter) || at.Sub(noon) != 24*time.Hour {
		t.Errorf("%d questions, the last after %v", n, at.Sub(noon))
	}
	if at.Sub(noon) > watchClosed {
		t.Error("the student's own question must reach as far as the worker's")
	}
}

func TestNumbersAreValidAndDistinct(t *testing.T) {
	s := New(Deps{Clock: func() time.Time { return noon.Add(13 * time.Hour) }, Rand: rand.Reader})
	valid := regexp.MustCompile(`^RX260831[0-9a-f]{20}$`) // the day is Beijing's
	seen := map[string]bool{}
	for range 1000 {
		no := s.newNumber()
		if !valid.MatchString(no) || seen[no] {
			t.Fatalf("number %q", no)
		}
		seen[no] = true
	}
	defer func() {
		if recover() == nil {
			t.Error("without randomness a number was made")
		}
	}()
	New(Deps{Clock: time.Now, Rand: bytes.NewReader(nil)}).newNumber()
}

func TestDescriptionsAreCutAtARune(t *testing.T) {
	for in, want := range map[string]string{"": "学费", "2026级学费": "2026级学费", "a\xffb": "ab",
		strings.Repeat("学", 50): strings.Repeat("学", 42), strings.Repeat("x", 200): strings.Repeat("x", 127),
		"x" + strings.Repeat("学", 42): "x" + strings.Repeat("学", 42)} {
		if got := describe(in); got != want {
			t.Errorf("%q became %q", in, got)
		}
	}
}

func FuzzDescribe(f *testing.F) {
	f.Add("学费")
	f.Fuzz(func(t *testing.T, in string) {
		got := describe(in)
		if got == "" || len(got) > 127 || !utf8.ValidString(got) {
			t.Fatalf("%q became %q", in, got)
		}
	})
}

// Every field of a payment is under its hash: changing any one shows, and
// moving text between neighbours does too.
func TestThePaymentHashCoversEveryField(t *testing.T) {
	base := Payment{Ref: "r", OutTradeNo: "RX1", TransactionID: "42", TotalFen: 5, SucceededAt: noon, CreatedAt: noon}
	v := reflect.ValueOf(&base).Elem()
	for i := range v.NumField() {
		changed := base
		field := reflect.ValueOf(&changed).Elem().Field(i)
		switch field.Kind() {
		case reflect.String:
			field.SetString(field.String() + "x")
		case reflect.Int64:
			field.SetInt(field.Int() + 1)
		default:
			field.Set(reflect.ValueOf(noon.Add(time.Microsecond)))
		}
		if changed.Hash() == base.Hash() {
			t.Errorf("%s is not covered", v.Type().Field(i).Name)
		}
	}
	a, b := base, base
	a.AppID, a.MchID = "12", "3"
	b.AppID, b.MchID = "1", "23"
	if a.Hash() == b.Hash() {
		t.Error("neighbouring fields run together")
	}
	local := base
	local.SucceededAt = noon.In(beijing)
	if local.Hash() != base.Hash() {
		t.Error("the zone of a time changes the hash")
	}
}

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		state        BillState
		asked        int
		doubt, wrong bool
		refunds      []Refund
		want         string
	}{
		{BillPaid, 0, false, false, nil, "已确认收到"},
		{BillPaid, 1, true, false, nil, "已确认收到"},
		{BillPaid, 1, false, false, []Refund{{Cause: CauseSurplus}}, "重复付款"},
		{BillPaid, 1, false, false, []Refund{{Cause: CauseStaff}}, "已为您办理退款"},
		{BillPaid, 1, false, false, []Refund{{Cause: CauseStaff, State: RefundRejectedState}}, "已确认收到您的缴费。"},
		{BillFree, 0, false, false, nil, "无需缴费"},
		{BillUnpaid, 0, false, false, nil, "还没有查到"},
		{BillUnpaid, 1, false, false, nil, "几分钟后再查"},
		{BillUnpaid, 1, true, false, nil, "暂时无法连接"},
		{BillUnpaid, 1, true, true, nil, "不一致"},
		{BillVoid, 1, false, false, []Refund{{Cause: CauseVoid}}, "原路退回"},
	} {
		if got := refreshSentence(Bill{State: c.state}, c.asked, c.doubt, c.wrong, c.refunds); !strings.Contains(got, c.want) {
			t.Errorf("%+v: %q", c, got)
		}
	}
}

func TestAnUnclassifiedErrorMayHaveHappened(t *testing.T) {
	if o, _ := outcomeOf(errors.New("boom")); o != Unknown {
		t.Errorf("got %v", o)
	}
	wrapped := fmt.Errorf("x: %w", &GatewayError{Op: "close", Outcome: Paid, Code: "ORDERPAID"})
	if o, code := outcomeOf(wrapped); o != Paid || code != "ORDERPAID" {
		t.Errorf("got %v %v", o, code)
	}
	if got := wrapped.Error(); got != "x: wechat pay close: paid (ORDERPAID)" {
		t.Error(got)
	}
	if Outcome(99).String() != "unknown" {
		t.Error("an unknown outcome must read as unknown")
	}
}

func TestTotals(t *testing.T) {
	if total, err := sum([]Item{{"学费", 300000}, {"教材费", 20000}}); err != nil || total != 320000 {
		t.Error(total, err)
	}
	if total, err := sum(nil); err != nil || total != 0 {
		t.Error(total, err)
	}
	for _, bad := range [][]Item{{{"", 1}}, {{"x", -1}}, {{"x", 1 << 62}, {"y", 1 << 62}}, {{"x", maxTotalFen}, {"y", 1}}} {
		if _, err := sum(bad); err == nil {
			t.Errorf("accepted %v", bad)
		}
	}
}

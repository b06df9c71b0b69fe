package payment

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"ruxue/service/fault"
	"ruxue/service/staff"
)

// refused checks that a form is refused at its field before anybody is asked:
// the service has neither a store nor a gateway.
func refused(t *testing.T, name string, err error, field, words string) {
	t.Helper()
	f, ok := fault.As(err)
	if !ok || f.Kind != fault.Invalid || f.Field != field || !strings.Contains(f.Sentence, words) {
		t.Errorf("%s: %v at %q, want %q at %q", name, err, f.Field, words, field)
	}
}

func TestARefundsFormIsReadFirst(t *testing.T) {
	s := New(Deps{Clock: func() time.Time { return noon }})
	good := RefundInput{OutTradeNo: "RX1", AmountFen: 100, Reason: "重复缴费", Key: "k"}
	for name, c := range map[string]struct {
		change       func(in *RefundInput)
		field, words string
	}{
		"the payer reads why":             {func(in *RefundInput) { in.Reason = " \n" }, "reason", "退款原因"},
		"WeChat Pay's limit is 80 bytes":  {func(in *RefundInput) { in.Reason = strings.Repeat("退", 27) }, "reason", "26 个字"},
		"nothing is no refund":            {func(in *RefundInput) { in.AmountFen = 0 }, "amount", "3200.00"},
		"a refund takes no money":         {func(in *RefundInput) { in.AmountFen = -1 }, "amount", "3200.00"},
		"a note fits beside the decision": {func(in *RefundInput) { in.Note = strings.Repeat("注", maxNote+1) }, "note", "190 个字"},
		"a form without its key is old":   {func(in *RefundInput) { in.Key = "" }, "", "刷新"},
	} {
		in := good
		c.change(&in)
		_, err := s.RequestRefund(t.Context(), in)
		refused(t, name, err, c.field, c.words)
	}
	long := strings.Repeat("理", maxNote+1)
	_, err := s.DecideRefund(t.Context(), "R1", false, "　\n", staff.Actor{})
	refused(t, "a rejection says why", err, "note", "驳回的理由")
	_, err = s.DecideRefund(t.Context(), "R1", false, long, staff.Actor{})
	refused(t, "a rejection is short", err, "note", "190 个字")
	for name, note := range map[string]string{"a transfer by hand has a number": " ", "and no novel": long} {
		refused(t, name, s.FinishByHand(t.Context(), "R1", note, staff.Actor{}), "note", "流水号")
	}
	if row := 2*maxNote + utf8.RuneCountInString(" 线下转账退回："); row > 400 {
		t.Errorf("two notes come to %d characters, their column holds 400", row)
	}
}

func TestABankTransfersFormIsReadFirst(t *testing.T) {
	s := New(Deps{Clock: func() time.Time { return noon }})
	good := OfflineInput{AmountFen: 320000, BankNumber: "2026-08/30_A.7", Payer: "陈立川", ReceivedOn: Day(noon)}
	for name, c := range map[string]struct {
		change       func(in *OfflineInput)
		field, words string
	}{
		"the statement has a serial number": {func(in *OfflineInput) { in.BankNumber = "" }, "bank", "银行流水号"},
		"three characters are none":         {func(in *OfflineInput) { in.BankNumber = "123" }, "bank", "4 至 50"},
		"fifty-one are too many":            {func(in *OfflineInput) { in.BankNumber = strings.Repeat("1", 51) }, "bank", "4 至 50"},
		"it holds no blank":                 {func(in *OfflineInput) { in.BankNumber = "1234 5678" }, "bank", "4 至 50"},
		"somebody paid":                     {func(in *OfflineInput) { in.Payer = " " }, "payer", "付款户名"},
		"a name is short":                   {func(in *OfflineInput) { in.Payer = strings.Repeat("名", 101) }, "payer", "100 个字"},
		"a note has an end":                 {func(in *OfflineInput) { in.Note = strings.Repeat("注", 401) }, "note", "400 个字"},
		"it came on a day":                  {func(in *OfflineInput) { in.ReceivedOn = time.Time{} }, "received", "到账日期"},
		"not tomorrow":                      {func(in *OfflineInput) { in.ReceivedOn = Day(noon).AddDate(0, 0, 1) }, "received", "不能晚于今天"},
		"nor years ago":                     {func(in *OfflineInput) { in.ReceivedOn = noon.AddDate(-3, 0, 0) }, "received", "到账日期"},
	} {
		in := good
		c.change(&in)
		refused(t, name, s.RecordOffline(t.Context(), in), c.field, c.words)
	}
}

func TestOtherFormsAreReadFirst(t *testing.T) {
	s := New(Deps{Clock: func() time.Time { return noon }})
	for name, text := range map[string]string{"a closed matter says how": "", "in a few words": strings.Repeat("字", 401)} {
		refused(t, name, s.AnswerProblem(t.Context(), 1, text, staff.Actor{}), "resolution", "怎样处理")
		refused(t, name, s.AnswerDifference(t.Context(), nil, 1, text, staff.Actor{}), "resolution", "怎样处理")
	}
	for name, in := range map[string]StartInput{"no way of paying": {}, "JSAPI without a payer": {Way: JSAPI}, "a bank transfer is recorded by finance": {Way: Offline}} {
		_, err := s.Start(t.Context(), in)
		refused(t, name, err, "", "请在微信中打开")
	}
	for name, day := range map[string]time.Time{"today is not over": noon, "Beijing's today": Day(noon), "tomorrow": noon.AddDate(0, 0, 1)} {
		_, err := s.Reconcile(t.Context(), nil, nil, day)
		refused(t, name, err, "", "今天以前")
	}
}

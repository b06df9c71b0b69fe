package handler

import (
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/h5"
	"ruxue/service/payment"
	"ruxue/service/review"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// names are the acts that a bill's page offers, without the numbers.
func names(acts []h5.StaffAct) string {
	var out []string
	for _, a := range acts {
		name, _, _ := strings.Cut(a.Name, "-")
		if a.Button == "" {
			name += "(shut)"
		}
		out = append(out, name)
	}
	return strings.Join(out, " ")
}

// TestABillOffersWhatThePersonMayDo: who reads payments sees no act on money,
// who asked for a refund does not decide it.
func TestABillOffersWhatThePersonMayDo(t *testing.T) {
	h := &Handler{Deps: Deps{Payments: &payment.Service{}, NewToken: func() string { return "key" }}}
	paid := payment.Attempt{ID: 1, OutTradeNo: "RX1", State: payment.AttemptPaid, AmountFen: 1000}
	open := payment.Attempt{ID: 2, OutTradeNo: "RX2", State: payment.AttemptOpen, AmountFen: 1000}
	back := func(state payment.RefundState, fen int64) payment.Refund {
		return payment.Refund{AttemptID: 1, OutRefundNo: "F1", State: state, AmountFen: fen, RequestedBy: "zhou"}
	}
	type (
		as []payment.Attempt
		rs []payment.Refund
	)
	for name, x := range map[string]struct {
		role     staff.Role
		bill     payment.BillState
		attempts as
		refunds  rs
		want     string
	}{
		"nobody tried to pay":               {staff.Finance, payment.BillUnpaid, nil, nil, "offline"},
		"an order is open":                  {staff.Finance, payment.BillUnpaid, as{open}, nil, "check offline"},
		"a registrar asks WeChat Pay":       {staff.Registrar, payment.BillUnpaid, as{open}, nil, "check"},
		"paid":                              {staff.Finance, payment.BillPaid, as{paid}, nil, "refund"},
		"a registrar refunds nothing":       {staff.Registrar, payment.BillPaid, as{paid}, nil, ""},
		"a part went back":                  {staff.Finance, payment.BillPaid, as{paid}, rs{back(payment.RefundDoneState, 400)}, "refund"},
		"all went back":                     {staff.Finance, payment.BillPaid, as{paid}, rs{back(payment.RefundDoneState, 1000)}, ""},
		"all is on its way":                 {staff.Finance, payment.BillPaid, as{paid}, rs{back(payment.RefundPendingState, 1000)}, ""},
		"a rejected refund may be repeated": {staff.Finance, payment.BillPaid, as{paid}, rs{back(payment.RefundRejectedState, 1000)}, "refund"},
		"and a closed one":                  {staff.Finance, payment.BillPaid, as{paid}, rs{back(payment.RefundClosedState, 1000)}, "refund"},
		"a failed one is retried or sent":   {staff.Finance, payment.BillPaid, as{paid}, rs{back(payment.RefundFailedState, 1000)}, "retry hand"},
		"an abnormal one too":               {staff.Finance, payment.BillPaid, as{paid}, rs{back(payment.RefundAbnormalState, 1000)}, "retry hand"},
		"who asked does not decide":         {staff.Finance, payment.BillPaid, as{paid}, rs{back(payment.RefundWaitingState, 1000)}, "decide(shut)"},
		"free":                              {staff.Finance, payment.BillFree, nil, nil, ""},
	} {
		k := &call{staff: &staff.Actor{Ref: "zhou", Role: x.role}}
		if got := names(h.billActs(k, payment.BillRow{Bill: payment.Bill{Ref: "b", State: x.bill}}, x.attempts, x.refunds)); got != x.want {
			t.Errorf("%s: %q, want %q", name, got, x.want)
		}
	}
	other := &call{staff: &staff.Actor{Ref: "wang", Role: staff.Administrator}}
	if got := names(h.refundActs(other, "b", back(payment.RefundWaitingState, 1000))); got != "decide" {
		t.Errorf("an administrator decides: %q", got)
	}
}

func TestARefundIsOfferedForWhatIsLeft(t *testing.T) {
	h := &Handler{Deps: Deps{Payments: &payment.Service{}, NewToken: func() string { return "key" }}}
	value := func(a h5.StaffAct, name string) (string, bool) {
		i := slices.IndexFunc(a.Fields, func(f h5.Field) bool { return f.Name == name })
		if i < 0 {
			return "", false
		}
		return a.Fields[i].Value, true
	}
	a := h.requestAct("/b", payment.Attempt{OutTradeNo: "RX1", Way: payment.JSAPI}, 123456)
	if fen, _ := value(a, "amount"); fen != "1234.56" || !strings.Contains(a.Text, "¥1,234.56") || !strings.Contains(a.Text, "每笔都须") {
		t.Errorf("%s, %s", fen, a.Text)
	}
	if _, asked := value(a, "note"); asked || a.Warning != "" {
		t.Error("WeChat Pay's refund asks for a bank's number")
	}
	h.Payments.ApproveAboveFen = 50000
	a = h.requestAct("/b", payment.Attempt{OutTradeNo: "BANK1", Way: payment.Offline}, 100)
	if _, asked := value(a, "note"); !asked || a.Warning == "" || !strings.Contains(a.Text, "超过 ¥500.00 的") {
		t.Errorf("a bank transfer goes back by hand: %+v", a)
	}
}

func TestEachStateOfMoneyHasAWord(t *testing.T) {
	for _, s := range []payment.AttemptState{payment.AttemptCreated, payment.AttemptOpen, payment.AttemptClosed, payment.AttemptFailed,
		payment.AttemptPaid, payment.AttemptSurplus} {
		if got := attemptWords(payment.Attempt{Way: payment.Native, State: s, AmountFen: 320000, OutTradeNo: "RX1"}); attemptTags[s][0] == "" ||
			got != "扫码支付 ¥3,200.00，"+attemptTags[s][0]+"，商户订单号 RX1" {
			t.Errorf("%s: %s", s, got)
		}
	}
	for _, s := range []payment.RefundState{payment.RefundRequestedState, payment.RefundPendingState, payment.RefundDoneState, payment.RefundAbnormalState,
		payment.RefundClosedState, payment.RefundFailedState, payment.RefundWaitingState, payment.RefundRejectedState} {
		if v := refundView(payment.Refund{State: s}); v.State == "" || v.Tag == "" {
			t.Errorf("%s has no word", s)
		}
	}
	for _, s := range []payment.BillState{payment.BillUnpaid, payment.BillPaid, payment.BillFree, payment.BillVoid} {
		if row := billRow(payment.BillRow{Bill: payment.Bill{State: s}}); row.State == "" || row.Tag == "" {
			t.Errorf("%s has no word", s)
		}
	}
}

func TestARefundTellsItsStory(t *testing.T) {
	at := time.Date(2026, 8, 30, 1, 5, 0, 0, time.UTC)
	for name, x := range map[string]struct {
		r    payment.Refund
		want []string
	}{
		"by a rule": {payment.Refund{Reason: "重复缴费", Requester: "系统"}, []string{"原因：重复缴费", "申请人 系统"}},
		"approved and back": {payment.Refund{Reason: "退学", Requester: "周老师", Decider: "王老师", DecidedAt: &at, SucceededAt: &at, Note: "流水号 7"},
			[]string{"原因：退学", "申请人 周老师", "复核人 王老师，2026年8月30日 09:05", "2026年8月30日 09:05 退款完成", "流水号 7"}},
	} {
		if got := refundView(x.r).Lines; !slices.Equal(got, x.want) {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestARowOfTheBillsList(t *testing.T) {
	for name, x := range map[string]struct {
		row          payment.BillRow
		number, back string
	}{
		"with a student number": {payment.BillRow{StudentNumber: "2601", ExamNumber: "264201"}, "2601", ""},
		"before it has one":     {payment.BillRow{ExamNumber: "264201"}, "264201", ""},
		"gone back":             {payment.BillRow{RefundedFen: 20000}, "", "已退 ¥200.00"},
		"on its way":            {payment.BillRow{ReturningFen: 20000}, "", "处理中 ¥200.00"},
		"both":                  {payment.BillRow{RefundedFen: 1, ReturningFen: 2}, "", "已退 ¥0.01 处理中 ¥0.02"},
	} {
		if got := billRow(x.row); got.Number != x.number || got.Back != x.back {
			t.Errorf("%s: %+v", name, got)
		}
	}
	for page, want := range map[int]string{0: "", 1: "/staff/payments?page=1&s=t&state=paid", 3: "/staff/payments?page=3&s=t&state=paid", 4: ""} {
		if got := billPage("t", payment.BillQuery{State: payment.BillPaid}, page, 3); got != want {
			t.Errorf("page %d of 3 is %q, want %q", page, got, want)
		}
	}
}

// TestOnlyMoneyOfTheBillCountsAsBack: a second payment that went back leaves the
// receipt whole, and so does a refund that has not arrived.
func TestOnlyMoneyOfTheBillCountsAsBack(t *testing.T) {
	paid := int64(1)
	b := payment.Bill{PaidAttemptID: &paid, TotalFen: 1000}
	refunds := []payment.Refund{{AttemptID: 1, State: payment.RefundDoneState, AmountFen: 300}, {AttemptID: 1, State: payment.RefundDoneState, AmountFen: 50},
		{AttemptID: 1, State: payment.RefundPendingState, AmountFen: 100}, {AttemptID: 1, State: payment.RefundWaitingState, AmountFen: 20}, {AttemptID: 2, State: payment.RefundDoneState, AmountFen: 1000}}
	if got := refundedOf(b, refunds, false); got != 350 {
		t.Errorf("%d fen are back, want 350", got)
	}
	if got := refundedOf(b, refunds, true); got != 450 {
		t.Errorf("%d fen are back or on their way, want 450", got)
	}
	if got := refundedOf(payment.Bill{}, refunds, true); got != 0 {
		t.Errorf("of an unpaid bill %d fen are back", got)
	}
}

func TestAReviewerReadsWhetherMoneyWaits(t *testing.T) {
	photo, paper := review.Case{Kind: review.Photo}, review.Case{Kind: review.Attachment}
	for name, x := range map[string]struct {
		state payment.BillState
		c     review.Case
		e     student.State
		want  string
	}{
		"an approval gives the number": {payment.BillPaid, photo, student.Admitted, "已缴 ¥3,200.00，审核通过后立即发放学号"},
		"she has it already":           {payment.BillPaid, photo, student.Registered, "已缴 ¥3,200.00"},
		"a paper promises nothing":     {payment.BillPaid, paper, student.Admitted, "已缴 ¥3,200.00"},
		"not paid":                     {payment.BillUnpaid, photo, student.Admitted, "未缴"},
		"free":                         {payment.BillFree, photo, student.Admitted, "无需缴费"},
		"withdrawn":                    {payment.BillVoid, photo, student.Waived, "账单已作废"},
	} {
		if got := paidWords(payment.Bill{State: x.state, TotalFen: 320000}, x.c, &student.Enrolment{State: x.e}); got != x.want {
			t.Errorf("%s: %s", name, got)
		}
	}
}

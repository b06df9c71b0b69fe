package app_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/simulator"
	"ruxue/service/staff"
)

var paymentVisits = []staffVisit{
	{route: "GET /staff/payments", needs: staff.PaymentsRead},
	{route: "POST /staff/payments", needs: staff.PaymentsRead},
	{route: "GET /staff/payments/bill/:ref", needs: staff.PaymentsRead, path: "/staff/payments/bill/none"},
	{route: "POST /staff/payments/bill/:ref/check", needs: staff.PaymentsRead, path: "/staff/payments/bill/none/check"},
	{route: "POST /staff/payments/bill/:ref/refund", needs: staff.RefundRequest, path: "/staff/payments/bill/none/refund"},
	{route: "POST /staff/payments/bill/:ref/offline", needs: staff.RefundRequest, path: "/staff/payments/bill/none/offline"},
	{route: "POST /staff/payments/refund/:no/decide", needs: staff.RefundApprove, path: "/staff/payments/refund/none/decide"},
	{route: "POST /staff/payments/refund/:no/retry", needs: staff.RefundRequest, path: "/staff/payments/refund/none/retry"},
	{route: "POST /staff/payments/refund/:no/hand", needs: staff.RefundRequest, path: "/staff/payments/refund/none/hand"},
	{route: "POST /staff/payments/problem/:id", needs: staff.Reconcile, path: "/staff/payments/problem/1"},
	{route: "GET /staff/payments/days", needs: staff.Reconcile},
	{route: "POST /staff/payments/days", needs: staff.Reconcile},
	{route: "GET /staff/payments/days/:day", needs: staff.Reconcile, path: "/staff/payments/days/2026-01-01.xlsx"},
	{route: "POST /staff/payments/difference/:id", needs: staff.Reconcile, path: "/staff/payments/difference/1"},
}

var (
	billLink  = regexp.MustCompile(`/staff/payments/bill/([\w-]{22})`)
	refundKey = regexp.MustCompile(`name="key" value="([^"]+)"`)
)

// found returns what the expression captures in a page.
func (d device) found(re *regexp.Regexp, body string) string {
	d.t.Helper()
	m := re.FindStringSubmatch(body)
	if m == nil {
		d.t.Fatalf("%s is not in the page: %.300s", re, shortened(body))
	}
	return m[1]
}

// bills is finance's search; what is typed never stands in an address.
func (d device) bills(text, state string) stage.Answer {
	d.t.Helper()
	a := d.post("/staff/payments", url.Values{"q": {text}, "state": {state}})
	if strings.Contains(a.Path, url.QueryEscape(text)) || !strings.Contains(a.Body, text) {
		d.t.Errorf("the search for %q leads to %s", text, a.Path)
	}
	return a
}

// Finance finds a payment, refunds a part alone, the rest with a second person,
// records a transfer, and looks at a day's report.
func TestFinanceAtWork(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 4)
	s, other := w.student(1), w.student(3)
	paid := on(t, w.phone()).until(s, "pay")
	paid.ask("/pay/hhu/attempt", nil)
	w.pay(t, w.orders(t, s)[0])
	late := on(t, w.phone()).until(other, "pay")
	late.get("/pay/hhu")
	qian, sun := w.staff(staff.Finance), w.staff(staff.Finance)

	order := w.orders(t, s)[0]
	list := qian.bills(order, "")
	wantSays(t, list, 200, s.Name, "已缴费", "共 1 份缴费单")
	bill := "/staff/payments/bill/" + qian.found(billLink, list.Body)
	page := qian.get(bill)
	wantSays(t, page, 200, order, "已入账", "申请退款", "超过 ¥1,000.00 的须另一位老师复核")
	refund := func(amount, reason string) url.Values {
		return url.Values{"order": {order}, "key": {qian.found(refundKey, qian.get(bill).Body)}, "amount": {amount}, "reason": {reason}}
	}
	wantSays(t, qian.post(bill+"/refund", refund("abc", "教材费退回")), 422, "金额写成 3200.00 的样子", "教材费退回")
	wantSays(t, qian.post(bill+"/refund", refund("100000", "教材费退回")), 422, "最多还能退")
	wantSays(t, qian.post(bill+"/refund", refund("200", "教材费退回")), 200, "已保存", "data-moving")
	wantSays(t, qian.post(bill+"/refund", refund("1200.50", "转学")), 200, "待复核")
	wantSays(t, sun.get("/staff/payments"), 200, "待复核的退款", "¥1,200.50　"+s.Name, "转学")
	decide := url.Values{"bill": {strings.TrimPrefix(bill, "/staff/payments/bill/")}, "decision": {"approve"}}
	no := qian.found(regexp.MustCompile(`(F[0-9a-f]{30})</span>[^·]*?转学`), qian.get(bill).Body)
	own := qian.get(bill)
	wantSays(t, own, 200, "复核退款 ¥1,200.50", "您是申请人，须由另一位老师复核")
	if strings.Contains(own.Body, no+"/decide") {
		t.Error("she is offered to approve her own request")
	}
	wantSays(t, qian.post("/staff/payments/refund/"+no+"/decide", decide), 403, "须由另一位老师复核")
	wantSays(t, sun.post("/staff/payments/refund/"+no+"/decide", decide), 200, "已保存")
	deadline := time.Now().Add(patience)
	for strings.Count(qian.get(bill).Body, ">已退款<") < 2 {
		if time.Now().After(deadline) {
			t.Fatal("the refunds were not carried out")
		}
		time.Sleep(200 * time.Millisecond)
	}
	wantSays(t, paid.get("/c/hhu/done"), 200, "已退款 ¥1,400.50，原路退回")
	if strings.Contains(qian.get(bill).Body, "data-moving") {
		t.Error("the page still waits for money that has gone back")
	}

	list = qian.bills(other.Name, "unpaid")
	bill = "/staff/payments/bill/" + qian.found(billLink, list.Body)
	total := qian.found(regexp.MustCompile(`name="amount"[^>]*value="([\d.]+)"`), qian.get(bill).Body)
	transfer := url.Values{"amount": {total}, "bank": {"2026112100881"}, "payer": {"陈建国"}, "received": {"2199-01-01"}}
	wantSays(t, qian.post(bill+"/offline", transfer), 422, "不能晚于今天", "2026112100881")
	transfer.Set("received", time.Now().Add(-24*time.Hour).Format(time.DateOnly))
	wantSays(t, qian.post(bill+"/offline", transfer), 200, "已保存", "流水号 2026112100881", "付款户名 陈建国")
	if a := late.get("/pay/hhu"); a.Path != "/c/hhu/done" {
		t.Errorf("the student is shown %s", a.Path)
	}

	wantSays(t, qian.get("/staff/payments/days"), 200, "每日对账", "还没有核对")
	wantSays(t, qian.post("/staff/payments/days", url.Values{"date": {time.Now().Add(24 * time.Hour).Format(time.DateOnly)}}), 422, "只能核对今天以前")
	day := time.Now().Add(-72 * time.Hour).Format(time.DateOnly)
	wantSays(t, qian.post("/staff/payments/days", url.Values{"date": {day}}), 200, "没有待处理的差异", "收款")
	if a := qian.get("/staff/payments/days/" + day + ".xlsx"); a.Status != 200 || !strings.HasPrefix(a.Body, "PK") {
		t.Errorf("the workbook: %d", a.Status)
	}
	registrar := w.staff(staff.Registrar)
	if a := registrar.get(bill); strings.Contains(a.Body, "申请退款") || strings.Contains(a.Body, "登记银行转账") {
		t.Error("a registrar is offered what she may not do")
	}
}

// A refund that WeChat Pay refuses is repeated under its number, or sent by
// hand, once that was confirmed.
func TestARefundThatFailsIsMended(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s := w.student(1)
	on(t, w.phone()).until(s, "pay").ask("/pay/hhu/attempt", nil)
	order := w.orders(t, s)[0]
	w.pay(t, order)
	qian := w.staff(staff.Finance)
	bill := "/staff/payments/bill/" + qian.found(billLink, qian.bills(order, "").Body)
	failed := regexp.MustCompile(`/staff/payments/refund/(F[0-9a-f]{30})/hand`)
	until := func(what string, ok func(body string) bool) {
		t.Helper()
		for deadline := time.Now().Add(patience); !ok(qian.get(bill).Body); time.Sleep(100 * time.Millisecond) {
			if time.Now().After(deadline) {
				t.Fatalf("never %s: %.600s", what, shortened(qian.get(bill).Body))
			}
		}
	}
	ask := func(reason string) string {
		t.Helper()
		if err := w.sim.AddFault(simulator.Fault{API: "pay.refund", Mode: "error", Code: "ACCOUNT_ERROR"}); err != nil {
			t.Fatal(err)
		}
		form := url.Values{"order": {order}, "key": {qian.found(refundKey, qian.get(bill).Body)}, "amount": {"100"}, "reason": {reason}}
		wantSays(t, qian.post(bill+"/refund", form), 200, "已保存")
		until("failed", func(body string) bool { return strings.Contains(body, "退款失败") && failed.MatchString(body) })
		return "/staff/payments/refund/" + qian.found(failed, qian.get(bill).Body)
	}
	form := url.Values{"bill": {strings.TrimPrefix(bill, "/staff/payments/bill/")}, "note": {"2026-11-22 流水 778899"}}
	wantSays(t, qian.get("/staff/payments"), 200, "缴费")
	first := ask("教材费退回")
	wantSays(t, qian.get("/staff/payments"), 200, "退款没有成功　"+s.Name, "用户账户异常")
	wantSays(t, qian.post(first+"/retry", form), 200, "已保存")
	until("repeated", func(body string) bool { return strings.Count(body, ">已退款<") == 1 })

	second := ask("住宿费退回")
	wantSays(t, qian.post(second+"/hand", form), 422, "请勾选确认后再提交", "778899")
	form.Set("confirmed", "1")
	wantSays(t, qian.post(second+"/hand", form), 200, "已保存", "2026-11-22 流水 778899")
	until("sent by hand", func(body string) bool { return strings.Count(body, ">已退款<") == 2 })
	wantSays(t, qian.post(second+"/hand", form), 409, "只有失败或异常")
	if n := w.count(t, `SELECT COUNT(*) FROM refund WHERE state='success' AND last_code='BY_HAND'`); n != 1 {
		t.Errorf("%d refunds by hand", n)
	}
}

// Finance takes the payments away, and nothing of the students.
func TestFinanceExportsPaymentsAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	qian := w.staff(staff.Finance)
	wantSays(t, qian.get("/staff/payments"), 200, `href="/staff/exports?kind=payments"`)
	page := qian.get("/staff/exports?kind=payments")
	wantSays(t, page, 200, "缴费记录")
	if strings.Contains(page.Body, `value="students"`) || strings.Contains(page.Body, `value="papers"`) {
		t.Error("finance is offered the students")
	}
	wantSays(t, qian.post("/staff/exports", url.Values{"c": {"hhu"}, "kind": {"students"}, "format": {"csv"}, "columns": {"name"}}), 403, "不能导出学生名单")
	wantSays(t, qian.post("/staff/exports", url.Values{"c": {"hhu"}, "kind": {"papers"}}), 403, "不能导出签署文件")
	wantSays(t, qian.post("/staff/exports", url.Values{"c": {"hhu"}, "kind": {"payments"}, "format": {"csv"}}), 200, "缴费记录")
	if a := qian.get("/staff/students"); strings.Contains(a.Body, "/staff/exports") {
		t.Error("the students' page offers an export")
	}
	site := w.staff(staff.Site, "100")
	wantSays(t, site.post("/staff/exports", url.Values{"c": {"hhu"}, "kind": {"payments"}, "format": {"csv"}}), 403, "不能导出缴费记录")
}

package handler

import (
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/export"
	"ruxue/service/fault"
	"ruxue/service/payment"
	"ruxue/service/staff"
)

// Till is what the pages of finance read, and where reconciliation writes.
type Till interface {
	payment.Desk
	payment.Books
}

// ReportSheet writes a day's report as a workbook.
type ReportSheet func(out io.Writer, r payment.Reconciliation) error

// paymentRoutes are finance's pages.
func (h *Handler) paymentRoutes() []staffRoute {
	const bill, refund, days = "/payments/bill/:ref", "/payments/refund/:no", "/payments/days"
	return []staffRoute{
		{http.MethodGet, "/payments", staff.PaymentsRead, h.staffPayments},
		{http.MethodPost, "/payments", staff.PaymentsRead, h.staffPaymentSearch},
		{http.MethodGet, bill, staff.PaymentsRead, h.staffBill},
		{http.MethodPost, bill + "/check", staff.PaymentsRead, h.staffCheck},
		{http.MethodPost, bill + "/refund", staff.RefundRequest, h.staffRefund},
		{http.MethodPost, bill + "/offline", staff.RefundRequest, h.staffOffline},
		{http.MethodPost, refund + "/decide", staff.RefundApprove, h.staffDecideRefund},
		{http.MethodPost, refund + "/retry", staff.RefundRequest, h.staffRetry},
		{http.MethodPost, refund + "/hand", staff.RefundRequest, h.staffByHand},
		{http.MethodPost, "/payments/problem/:id", staff.Reconcile, h.staffProblem},
		{http.MethodGet, days, staff.Reconcile, h.staffDays},
		{http.MethodPost, days, staff.Reconcile, h.staffReconcile},
		{http.MethodGet, days + "/:day", staff.Reconcile, h.staffDaySheet},
		{http.MethodPost, "/payments/difference/:id", staff.Reconcile, h.staffDifference},
	}
}

var billWords = map[payment.BillState][2]string{payment.BillUnpaid: {"待缴费", "warn"}, payment.BillPaid: {"已缴费", "ok"},
	payment.BillFree: {"无需缴费", "info"}, payment.BillVoid: {"已取消", "info"}}

// staffPayments is the list, below what waits for somebody.
func (h *Handler) staffPayments(k *call) error { return h.paymentsPage(k, http.StatusOK, nil) }

// staffPaymentSearch seals the typed text and goes to the list: a name or a
// student's number must not stand in an address.
func (h *Handler) staffPaymentSearch(k *call) error {
	token := ""
	if text := strings.TrimSpace(bounded(k.PostForm("q"))); text != "" {
		var err error
		if token, err = h.Roster.KeepSearch(k.staff.Ref, text); err != nil {
			return err
		}
	}
	return redirect{paymentsAt(token, k.PostForm("state"), 0)}
}

// paymentsAt is the list's address; page 0 is the first.
func paymentsAt(token, state string, page int) string {
	to := url.Values{}
	if token != "" {
		to.Set("s", token)
	}
	if state != "" {
		to.Set("state", state)
	}
	if page > 0 {
		to.Set("page", strconv.Itoa(page))
	}
	return address("/staff/payments", to)
}

func (h *Handler) paymentsPage(k *call, status int, notice *h5.Notice) error {
	token := bounded(k.Query("s"))
	q := payment.BillQuery{Scope: k.staff.Scope(), Text: h.Roster.Search(k.staff.Ref, token), State: payment.BillState(k.Query("state"))}
	q.Page, _ = strconv.Atoi(k.Query("page"))
	q.Page = min(max(q.Page, 1), 10_000)
	rows, total, err := h.Till.Bills(k.ctx(), q)
	if err != nil {
		return err
	}
	page := h5.StaffPayments{Console: k.console("缴费", "/staff/payments"), Query: q.Text, State: string(q.State), Total: total}
	page.Notice = notice
	if k.Query("done") != "" {
		page.Notice = &h5.Notice{Kind: h5.NoticeOK, Text: "已处理"}
	}
	for _, s := range []payment.BillState{payment.BillUnpaid, payment.BillPaid, payment.BillFree} {
		page.States = append(page.States, h5.Option{Value: string(s), Label: billWords[s][0]})
	}
	for _, r := range rows {
		page.Rows = append(page.Rows, billRow(r))
	}
	if k.staff.May(staff.Reconcile) {
		page.Days = "/staff/payments/days"
	}
	if export.May(*k.staff, export.Payments) {
		page.Export = "/staff/exports?kind=" + string(export.Payments)
	}
	if k.staff.May(staff.Receipts) {
		page.Receipts = receiptsPath
	}
	if last := (total + payment.BillsPerPage - 1) / payment.BillsPerPage; last > 1 {
		page.PageText = "第 " + strconv.Itoa(q.Page) + " 页，共 " + strconv.Itoa(last) + " 页"
		page.Prev, page.Next = billPage(token, q, q.Page-1, last), billPage(token, q, q.Page+1, last)
	}
	if err := h.matters(k, &page); err != nil {
		return err
	}
	h.render(k, status, page)
	return nil
}

func billPage(token string, q payment.BillQuery, n, last int) string {
	if n < 1 || n > last {
		return ""
	}
	return paymentsAt(token, string(q.State), n)
}

func billRow(r payment.BillRow) h5.StaffBillRow {
	out := h5.StaffBillRow{Href: "/staff/payments/bill/" + r.Ref, Name: r.Name, Number: r.StudentNumber, Course: r.Course, Fen: r.TotalFen,
		State: billWords[r.State][0], Tag: billWords[r.State][1]}
	if out.Number == "" {
		out.Number = r.ExamNumber
	}
	if r.RefundedFen > 0 {
		out.Back = "已退 " + h5.Yuan(r.RefundedFen)
	}
	if r.ReturningFen > 0 {
		out.Back = strings.TrimSpace(out.Back + " 处理中 " + h5.Yuan(r.ReturningFen))
	}
	return out
}

// matters fills what waits for a person.
func (h *Handler) matters(k *call, page *h5.StaffPayments) error {
	waiting, err := h.Till.WaitingRefunds(k.ctx(), payment.ListMost)
	if err != nil {
		return err
	}
	problems, err := h.Till.Problems(k.ctx(), payment.ListMost)
	if err != nil {
		return err
	}
	var ids []int64
	for _, r := range waiting {
		ids = append(ids, r.EnrolmentID)
	}
	for _, p := range problems {
		ids = append(ids, p.EnrolmentID)
	}
	owners, err := h.Till.OwnersOf(k.ctx(), ids)
	if err != nil {
		return err
	}
	href := func(id int64) string {
		if ref := owners[id].Ref; ref != "" {
			return "/staff/payments/bill/" + ref
		}
		return ""
	}
	for _, r := range waiting {
		page.Waiting = append(page.Waiting, h5.StaffMatter{Title: strings.TrimSpace("退款 " + h5.Yuan(r.AmountFen) + "　" + owners[r.EnrolmentID].Name), Text: r.Requester + " 申请：" + r.Reason,
			At: campaign.DateTime(r.CreatedAt), Href: href(r.EnrolmentID)})
	}
	for _, p := range problems {
		m := h5.StaffMatter{Title: strings.TrimSpace(p.Title() + "　" + owners[p.EnrolmentID].Name), Text: p.OutTradeNo, Remedy: p.Remedy(), At: campaign.DateTime(p.LastAt), Href: href(p.EnrolmentID)}
		if p.WantFen != 0 || p.GotFen != 0 {
			m.Text += "\n应为 " + h5.Yuan(p.WantFen) + "，实为 " + h5.Yuan(p.GotFen)
		}
		if k.staff.May(staff.Reconcile) {
			id := strconv.FormatInt(p.ID, 10)
			m.Act = closeAct("problem-"+id, "/staff/payments/problem/"+id)
		}
		page.Problems = append(page.Problems, m)
	}
	return nil
}

// closeAct is the form that says how something was dealt with.
func closeAct(name, action string) *h5.StaffAct {
	return &h5.StaffAct{Name: name, Title: "登记处理结果", Action: action, Button: "处理完毕", Busy: "正在保存",
		Fields: []h5.Field{{Form: name, Name: "resolution", Label: "怎样处理的", Kind: h5.FieldTextarea, Required: true, MaxLength: 400}}}
}

// staffProblem closes a problem of the list.
func (h *Handler) staffProblem(k *call) error {
	id, err := strconv.ParseInt(k.Param("id"), 10, 64)
	if err != nil {
		return fault.New(fault.NotFound, "")
	}
	err = h.Payments.AnswerProblem(k.ctx(), id, k.PostForm("resolution"), *k.staff)
	if f, ok := k.refused(err); ok {
		return h.paymentsPage(k, answers[f.Kind].status, &h5.Notice{Kind: h5.NoticeBad, Text: f.Sentence})
	}
	if err != nil {
		return err
	}
	h.sendTo(k, "/staff/payments?done=1")
	return nil
}

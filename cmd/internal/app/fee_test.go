package app_test

import (
	"bytes"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
	"ruxue/repo/simulator"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// fee sets what the list says that the student owes, in fen.
func (w *world) fee(t testing.TB, s stage.Student, fen any) {
	t.Helper()
	w.exec(t, `UPDATE enrolment SET fee_fen=? WHERE exam_number=?`, fen, s.ExamNumber)
}

// TestWhoOwesNothing: the act that meets the last duty completes the
// registration; where the fee fell to 0 later, a button does, and reading the
// page never.
func TestWhoOwesNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	a := w.student(0)
	w.fee(t, a, 0)
	d := on(t, w.phone()).until(a, "pay")
	w.wantPaidNothing(t, d, a)

	b := w.student(1)
	d = on(t, w.pc()).until(b, "pay")
	wantSays(t, d.get("/pay/hhu"), 200, "去缴费")
	wantSays(t, d.post("/pay/hhu/free", nil), 409, "学费已有变化")
	w.fee(t, b, 0)
	for range 2 {
		wantSays(t, d.get("/pay/hhu"), 200, "您不需要缴费", "免缴", "完成注册")
	}
	if n := w.count(t, `SELECT COUNT(*) FROM enrolment WHERE state='registered'`); n != 1 {
		t.Fatal("reading the page registered the student")
	}
	if got := d.post("/pay/hhu/free", nil); got.Path != "/c/hhu/done" {
		t.Errorf("the button leads to %s", got.Path)
	}
	w.wantPaidNothing(t, d, b)
	if got := d.post("/pay/hhu/free", nil); got.Path != "/c/hhu/done" {
		t.Errorf("a second click leads to %s", got.Path)
	}
}

func (w *world) wantPaidNothing(t testing.TB, d device, s stage.Student) {
	t.Helper()
	number, err := stage.Number(t.Context(), d.Walker)
	if err != nil || number == "" {
		t.Fatalf("the page shows the number %q: %v", number, err)
	}
	var n int
	if err := w.db(t).GetContext(t.Context(), &n, `SELECT COUNT(*) FROM enrolment e JOIN bill b ON b.enrolment_id=e.id
		WHERE e.exam_number=? AND e.state='registered' AND e.student_number=? AND b.state='free'
		AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.enrolment_id=e.id)`, s.ExamNumber, number); err != nil || n != 1 {
		t.Errorf("the rows of who owes nothing: %d %v", n, err)
	}
}

// TestWhoHasNoFee is told so where she would pay, by a sentence.
func TestWhoHasNoFee(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s := w.student(1)
	d := on(t, w.phone()).until(s, "pay")
	narrow := []string{"when: {level: 专升本}\n      items", "when: {level: 专升本, major: 会计学}\n      items", "when: {}\n      items", "when: {major: 水利水电工程}\n      items"}
	w.campaign(t, 1, narrow...)
	wantSays(t, d.get("/pay/hhu"), 409, "学费标准还没有确定", "联系学校")
	wantSays(t, d.ask("/pay/hhu/attempt", nil), 409, "学费标准还没有确定")
	wantSays(t, d.post("/pay/hhu/free", nil), 409)
	w.fee(t, s, 12300)
	wantSays(t, d.get("/pay/hhu"), 200, "¥123.00")

	w.campaign(t, 2, append(narrow, "kind: pattern", "kind: imported")...)
	wantSays(t, d.get("/pay/hhu"), 409, "学号还没有录入", "联系学校")
	wantSays(t, d.ask("/pay/hhu/attempt", nil), 409, "学号还没有录入")
	w.exec(t, `UPDATE enrolment SET imported_number='26100CS88888' WHERE exam_number=?`, s.ExamNumber)
	d.step(s, "pay")
	d.step(s, "settled")
	w.wantPaid(t, d, s)
}

// campaign applies hhu with passages replaced, pairs of old and new.
func (w *world) campaign(t testing.TB, base int, pairs ...string) {
	t.Helper()
	body, err := stage.Campaign("hhu", w.sim.Config())
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i < len(pairs); i += 2 {
		if !bytes.Contains(body, []byte(pairs[i])) {
			t.Fatalf("the campaign has no %q", pairs[i])
		}
		body = bytes.Replace(body, []byte(pairs[i]), []byte(pairs[i+1]), 1)
	}
	if _, err := app.ApplyCampaign(t.Context(), w.store(t), body, base, "test"); err != nil {
		t.Fatal(err)
	}
	w.clock.move(time.Minute) // what servers remember of a campaign is that old at most
}

// TestAWaivedPlaceThatWasPaid: the approval in the console sends the money
// back by itself, once, under one number although WeChat Pay fails at first.
func TestAWaivedPlaceThatWasPaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	a := &applicant{device: on(t, w.phone()), w: w, s: w.student(0), kind: "waive"}
	a.until(a.s, "pay")
	wantSays(t, a.ask("/pay/hhu/attempt", nil), 200)
	wantSays(t, a.post("/c/hhu/choices", url.Values{"choice": {""}}), 200)
	wantSays(t, a.post("/c/hhu/choices", url.Values{"choice": {"waive"}}), 200)
	if err := w.sim.AddFault(simulator.Fault{API: "pay.query", Mode: "500", Count: 1}); err != nil { // the order stays open
		t.Fatal(err)
	}
	wantSays(t, a.submit("不读了", waiverSentence), 200, "待审核")
	// No order of acts books money on a pending waiver today; the rule holds all the same.
	w.exec(t, `UPDATE enrolment SET state='admitted' WHERE exam_number=?`, a.s.ExamNumber)
	order := w.orders(t, a.s)[0]
	w.pay(t, order)
	w.until(t, "the payment", `SELECT COUNT(*) FROM bill WHERE state='paid'`)
	w.exec(t, `UPDATE enrolment SET state='waiver_pending' WHERE exam_number=?`, a.s.ExamNumber)

	if err := w.sim.AddFault(simulator.Fault{API: "pay.refund", Mode: "500", Count: 2}); err != nil {
		t.Fatal(err)
	}
	r := w.staff(staff.Registrar)
	wantSays(t, r.post("/staff/review/waive/"+a.pending(), url.Values{"verdict": {"approve"}}), 200)
	w.undone(t)
	a.wantState(student.Waived)
	w.until(t, "the refund", `SELECT COUNT(*) FROM refund WHERE cause='waived'`)
	for range 160 {
		if w.count(t, `SELECT COUNT(*) FROM refund WHERE state='success'`) == 1 {
			break
		}
		w.clock.move(time.Minute)
		time.Sleep(250 * time.Millisecond)
	}
	var got struct {
		No    string `db:"out_refund_no"`
		State string `db:"state"`
		Fen   int64  `db:"amount_fen"`
	}
	if err := w.db(t).GetContext(t.Context(), &got, `SELECT out_refund_no, state, amount_fen FROM refund`); err != nil ||
		got.No != "W"+order || got.State != "success" || got.Fen != 320000 {
		t.Errorf("the refund is %+v %v", got, err)
	}
	if n := w.count(t, `SELECT COUNT(*) FROM refund`); n != 1 {
		t.Errorf("%d refunds", n)
	}
}

// TestReceipt: who paid downloads the proof of it, in WeChat's words and ours.
func TestReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	s := w.student(0)
	d := on(t, w.phone()).until(s, "pay")
	wantSays(t, d.get("/pay/hhu"), 200, "学费", "¥3,000.00", "教材费", "¥200.00", "¥3,200.00")
	wantSays(t, d.get("/c/hhu/receipt.pdf"), 404, "还没有缴费")
	d.step(s, "pay")
	d.step(s, "settled")
	wantSays(t, d.get("/c/hhu/done"), 200, "缴费凭证", "/c/hhu/receipt.pdf")
	got := d.get("/c/hhu/receipt.pdf")
	wantSays(t, got, 200, "%PDF")
	path := filepath.Join(t.TempDir(), "receipt.pdf")
	if err := os.WriteFile(path, []byte(got.Body), 0o600); err != nil {
		t.Fatal(err)
	}
	text := textOf(t, path)
	order := w.orders(t, s)[0]
	var trade string
	if err := w.db(t).GetContext(t.Context(), &trade, `SELECT transaction_id FROM attempt WHERE out_trade_no=?`, order); err != nil || trade == "" {
		t.Fatal(trade, err)
	}
	for _, want := range []string{s.Name, student.MaskID(s.IDNumber), "学费", "教材费", "人民币叁仟贰佰元整", order, trade, "不是财政票据"} {
		if !strings.Contains(text, want) {
			t.Errorf("the receipt lacks %q:\n%s", want, text)
		}
	}
}

// textOf is the text of a PDF.
func textOf(t testing.TB, path string) string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", path, "-").Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(out)
}

package app_test

import (
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/simulator"
)

// orders are the student's orders at WeChat Pay, oldest first.
func (w *world) orders(t testing.TB, s stage.Student) []string {
	t.Helper()
	var out []string
	err := w.db(t).SelectContext(t.Context(), &out, `SELECT a.out_trade_no FROM attempt a JOIN enrolment e ON e.id=a.enrolment_id
		WHERE e.exam_number=? ORDER BY a.id`, s.ExamNumber)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// wantUnpaid demands that no money was booked for the student.
func (w *world) wantUnpaid(t testing.TB, s stage.Student) {
	t.Helper()
	var row struct {
		State  string  `db:"state"`
		Bill   string  `db:"bill"`
		Number *string `db:"student_number"`
		Paid   int     `db:"paid"`
	}
	err := w.db(t).GetContext(t.Context(), &row, `SELECT e.state, b.state AS bill, e.student_number,
		(SELECT COUNT(*) FROM payment p WHERE p.enrolment_id=e.id) AS paid
		FROM enrolment e JOIN bill b ON b.enrolment_id=e.id WHERE e.exam_number=?`, s.ExamNumber)
	if err != nil || row.State != "admitted" || row.Bill != "unpaid" || row.Number != nil || row.Paid != 0 {
		t.Errorf("the rows say %+v %v, want unpaid", row, err)
	}
}

// wantPaid reads the number on the page and demands that the rows agree.
func (w *world) wantPaid(t testing.TB, d device, s stage.Student) {
	t.Helper()
	number := d.number()
	w.wantRegistered(t, s, number)
}

// pay pays an order at the simulator and waits for the callback's first answer.
func (w *world) pay(t testing.TB, order string) int {
	t.Helper()
	status, err := w.sim.Pay(order, "", true)
	if err != nil {
		t.Fatal(err)
	}
	return status
}

func TestHardPayment(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 12)
	toPay := func(t *testing.T, i int) (device, stage.Student, string) {
		s := w.student(i)
		d := on(t, w.phone()).until(s, "pay")
		wantSays(t, d.get("/pay/hhu"), 200, "去缴费")
		wantSays(t, d.ask("/pay/hhu/attempt", nil), 200, "prepay_id")
		return d, s, w.orders(t, s)[0]
	}
	t.Run("the callback comes before the browser returns", func(t *testing.T) {
		d, s, order := toPay(t, 1)
		if status := w.pay(t, order); status != 204 {
			t.Errorf("the callback was answered %d", status)
		}
		if a := d.get("/pay/hhu"); a.Path != "/c/hhu/done" {
			t.Errorf("the browser returns to %s", a.Path)
		}
		w.wantPaid(t, d, s)
	})
	t.Run("twice after", func(t *testing.T) {
		d, s, order := toPay(t, 3)
		w.pay(t, order)
		w.wantPaid(t, d, s)
		statuses, err := w.sim.Callback(order, "", 2)
		if err != nil || len(statuses) != 2 || statuses[0] != 204 || statuses[1] != 204 {
			t.Errorf("answered %v %v", statuses, err)
		}
		w.wantPaid(t, d, s)
		w.wantAttempts(t, s, "jsapi paid")
	})
	t.Run("never, and the student asks", func(t *testing.T) {
		d, s, order := toPay(t, 5)
		w.drop(t)
		w.pay(t, order)
		wantSays(t, d.getJSON("/pay/hhu/state"), 200, `"paid":false`)
		wantSays(t, d.get("/pay/hhu"), 200)
		wantSays(t, d.ask("/pay/hhu/refresh", nil), 200, `"paid":true`, "已确认收到您的缴费", "/c/hhu/done")
		w.wantPaid(t, d, s)
	})
	t.Run("never, and the worker asks", func(t *testing.T) {
		d, s, order := toPay(t, 7)
		w.drop(t)
		w.pay(t, order)
		w.clock.move(time.Minute) // the first question is due after the lease of the prepay
		d.step(s, "settled")
		w.wantPaid(t, d, s)
	})
	t.Run("not paid, and the student asks", func(t *testing.T) {
		d, s, _ := toPay(t, 9)
		wantSays(t, d.ask("/pay/hhu/refresh", nil), 200, `"paid":false`, "暂未查到您的付款", "请勿重复缴费")
		w.wantUnpaid(t, s)
		for range 7 {
			d.ask("/pay/hhu/refresh", nil)
		}
		wantSays(t, d.ask("/pay/hhu/refresh", nil), 429, "刚刚查询过，请稍等再查")
	})
	t.Run("WeChat Pay is down", func(t *testing.T) {
		s := w.student(11)
		d := on(t, w.phone()).until(s, "pay")
		if err := w.sim.AddFault(simulator.Fault{API: "pay.prepay", Mode: "500", Count: -1}); err != nil {
			t.Fatal(err)
		}
		wantSays(t, d.ask("/pay/hhu/attempt", nil), 503, "稍")
		w.sim.ClearFaults()
		w.clock.move(time.Minute)
		d.step(s, "pay")
		d.step(s, "settled")
		w.wantPaid(t, d, s)
	})
}

// drop loses the next callback for good.
func (w *world) drop(t testing.TB) {
	t.Helper()
	if err := w.sim.AddFault(simulator.Fault{API: "callback", Mode: "drop"}); err != nil {
		t.Fatal(err)
	}
}

// TestHardDevices: switching the device closes the attempt of the other one,
// and a phone browser is sent into WeChat.
func TestHardDevices(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s := w.student(1)
	phone := on(t, w.phone()).until(s, "pay")
	wantSays(t, phone.ask("/pay/hhu/attempt", nil), 200, `"way":"jsapi"`)
	w.clock.move(2 * time.Minute)
	pc := on(t, w.pc())
	pc.step(s, "login")
	pc.step(s, "face") // each login proves the face
	wantSays(t, pc.ask("/pay/hhu/attempt", nil), 200, `"way":"native"`, "data:image/png;base64,")
	w.wantAttempts(t, s, "jsapi closed", "native open")
	orders := w.orders(t, s)
	if _, err := w.sim.Pay(orders[0], phone.OpenID, true); err == nil {
		t.Error("the closed order could still be paid")
	}
	w.clock.move(2 * time.Minute)
	browser := on(t, stage.NewWalker(w.base, w.simURL, stage.AgentPhone, ""))
	wantSays(t, browser.get("/c/hhu/login"), 200, "微信中打开")
	browser.step(s, "login")
	browser.step(s, "face")
	wantSays(t, browser.get("/pay/hhu"), 200, "微信中打开")
	wantSays(t, browser.ask("/pay/hhu/attempt", nil), 422, "请复制链接，在微信中打开后缴费")
	w.wantAttempts(t, s, "jsapi closed", "native open")
	w.pay(t, orders[1]) // by a parent
	w.wantPaid(t, pc, s)
	w.wantPaid(t, phone, s)
}

package app_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"ruxue/cmd/internal/app"
	"ruxue/service/payment"
)

// A payment whose callback was lost is found by the bill of its day,
// and the report becomes a workbook.
func TestADayIsReconciled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s := w.student(1)
	d := on(t, w.phone()).until(s, "pay")
	d.ask("/pay/hhu/attempt", nil)
	order := w.orders(t, s)[0]
	w.drop(t)
	w.pay(t, order)
	if err := w.sim.Backdate(order, 48*time.Hour); err != nil {
		t.Fatal(err)
	}
	day := time.Now().Add(-48 * time.Hour)
	r, err := w.app.Reconcile(t.Context(), day)
	if err != nil || r.Orders != 1 || len(r.Differences) != 1 || !r.Differences[0].Settled {
		t.Fatalf("the report: %+v, %v", r, err)
	}
	w.wantPaid(t, d, s)
	r.Differences = append(r.Differences, payment.Difference{Kind: payment.UnknownOrder, OutTradeNo: "=SHOP", ThereFen: 100})
	var b bytes.Buffer
	if err := app.ReconciliationSheet(&b, r); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows(f.GetSheetName(0))
	if err != nil {
		t.Fatal(err)
	}
	all := ""
	for _, row := range rows {
		all += strings.Join(row, "|") + "\n"
	}
	for _, want := range []string{"微信支付|收款|1|", "教学点|", "收费项目|学费|1|", "差异|微信有，系统没有这笔订单 =SHOP|1|0.00|1.00|待处理", "已处理：已向微信支付核实并入账"} {
		if !strings.Contains(all, want) {
			t.Errorf("the workbook lacks %q:\n%s", want, all)
		}
	}
	if _, err := w.app.ReconcileByCommand(t.Context(), day); err != nil {
		t.Error(err)
	}
	if got := w.text(t, `SELECT CONCAT(actor, ' ', subject, ' ', detail) FROM audit WHERE action='payment.reconcile'`); got != "system day:"+payment.Day(day).Format(time.DateOnly)+" 命令行核对当天的账单" {
		t.Errorf("the log says %q", got)
	}
	if _, err := app.ParseDay("21.11.2026"); err == nil {
		t.Error("a German date was read")
	}
}

// The worker compares the last days once WeChat Pay's bills are there, at ten
// in the morning of Beijing, and no day twice.
func TestTheWorkerReconcilesAfterTen(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 2)
	s := w.student(1)
	on(t, w.phone()).until(s, "pay").ask("/pay/hhu/attempt", nil)
	order := w.orders(t, s)[0]
	w.pay(t, order)
	if err := w.sim.Backdate(order, 48*time.Hour); err != nil {
		t.Fatal(err)
	}
	w.db(t).MustExec(`UPDATE attempt SET created_at=created_at - INTERVAL 3 DAY`)
	reports := func() int { return w.count(t, `SELECT COUNT(*) FROM reconciliation WHERE report LIKE '%"orders":1,%'`) }
	at := func(hour, minute int) {
		w.stop()
		w.clock.move(payment.Day(time.Now()).Add(time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute).Sub(w.clock.now()))
		w.start()
	}
	at(9, 50)
	time.Sleep(700 * time.Millisecond)
	if n := reports(); n != 0 {
		t.Fatalf("%d reports before ten", n)
	}
	at(10, 10)
	for deadline := time.Now().Add(patience); reports() == 0; time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("no report after ten")
		}
	}
	made := w.text(t, `SELECT created_at FROM reconciliation WHERE report LIKE '%"orders":1,%'`)
	at(10, 50)
	time.Sleep(700 * time.Millisecond)
	if again := w.text(t, `SELECT created_at FROM reconciliation WHERE report LIKE '%"orders":1,%'`); again != made {
		t.Error("the day was compared twice")
	}
}

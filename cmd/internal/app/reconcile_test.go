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
	if _, err := app.ParseDay("21.11.2026"); err == nil {
		t.Error("a German date was read")
	}
}

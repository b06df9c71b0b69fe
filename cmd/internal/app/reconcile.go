package app

import (
	"context"
	"fmt"
	"io"
	"time"

	"ruxue/repo/sheet"
	"ruxue/service/audit"
	"ruxue/service/fault"
	"ruxue/service/loop"
	"ruxue/service/payment"
	"ruxue/service/reference"
)

const (
	// billHour is when WeChat Pay has the bill of the day before, Beijing.
	billHour = 10
	// reconcileEvery is how often the worker looks, reconcileLease how long one
	// replica keeps a try to itself; a failed one is repeated after it.
	reconcileEvery = 5 * time.Minute
	reconcileLease = 20 * time.Minute
	// reconcileDays is how many days back a missed day is made up for.
	reconcileDays = 7
)

// Reconcile compares WeChat Pay's bills of the Beijing day with the books.
func (a *App) Reconcile(ctx context.Context, day time.Time) (payment.Reconciliation, error) {
	return a.money.Reconcile(ctx, a.DB.Payments(), a.pay, day)
}

// ReconcileByCommand is Reconcile for the operator: the report and its entry in
// the log stand in one transaction.
func (a *App) ReconcileByCommand(ctx context.Context, day time.Time) (payment.Reconciliation, error) {
	return a.money.Reconcile(ctx, commandBooks{a.DB.Payments(), a}, a.pay, day)
}

// commandBooks store a report with the entry that a command asked for it.
type commandBooks struct {
	payment.Books
	app *App
}

// SaveReconciliation implements payment.Books.
func (b commandBooks) SaveReconciliation(ctx context.Context, r payment.Reconciliation) error {
	return b.app.DB.InTx(ctx, func(ctx context.Context) error {
		if err := b.Books.SaveReconciliation(ctx, r); err != nil {
			return err
		}
		return b.app.audit().Add(ctx, audit.Entry{Actor: "system", Action: "payment.reconcile", Subject: "day:" + r.Day.Format(time.DateOnly),
			Detail: "命令行核对当天的账单"})
	})
}

// reconciler reconciles each day once its bill is there, until ctx ends.
func (a *App) reconciler(ctx context.Context) {
	holder := reference.New()
	loop.Every(ctx, a.log, "reconciling failed", reconcileEvery, func(ctx context.Context) error { return a.reconcileDue(ctx, holder) })
}

// reconcileDue takes the days of the last week that have no report yet, the
// oldest first. Only days on which something was paid here or before count: a
// new deployment has nothing to compare.
func (a *App) reconcileDue(ctx context.Context, holder string) error {
	store, today := a.DB.Payments(), payment.Day(a.now())
	if a.now().Before(today.Add(billHour * time.Hour)) {
		return nil
	}
	for back := reconcileDays; back > 0; back-- {
		day := today.AddDate(0, 0, -back)
		if _, done, err := store.Reconciliation(ctx, day); err != nil || done {
			if err != nil {
				return err
			}
			continue
		}
		began, err := store.Trading(ctx, day.AddDate(0, 0, 1))
		if err != nil {
			return err
		}
		held := false
		if began {
			held, err = a.DB.Seals().Hold(ctx, "reconcile "+day.Format(time.DateOnly), holder, a.now(), a.now().Add(reconcileLease))
		}
		if err != nil || !held {
			if err != nil {
				return err
			}
			continue
		}
		if _, err := a.Reconcile(ctx, day); err != nil {
			return fmt.Errorf("reconciling %s: %w", day.Format(time.DateOnly), err)
		}
	}
	return nil
}

// ReconciliationSheet writes a report as a workbook.
func ReconciliationSheet(out io.Writer, r payment.Reconciliation) error {
	w, err := sheet.NewWriter(r.Day.Format(time.DateOnly), []sheet.Column{{Title: "类别", Width: 14}, {Title: "名称", Width: 34},
		{Title: "笔数", Width: 8}, {Title: "金额（元）", Width: 14}, {Title: "微信支付金额（元）", Width: 18}, {Title: "说明", Width: 50}})
	if err != nil {
		return err
	}
	for _, row := range r.Table() {
		if err := w.Row(row); err != nil {
			w.Discard()
			return err
		}
	}
	return w.Finish(out)
}

// ParseDay reads a day such as 2026-11-21 of the operator or of a form.
func ParseDay(text string) (time.Time, error) {
	day, err := time.ParseInLocation(time.DateOnly, text, payment.Day(time.Now()).Location())
	if err != nil {
		return day, fault.New(fault.Invalid, "日期应写成 2026-11-21 的样子").On("date")
	}
	return day, nil
}

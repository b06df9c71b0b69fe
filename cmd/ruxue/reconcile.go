package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
	"ruxue/service/money"
	"ruxue/service/payment"
)

// reconcile exits with 1 when differences wait for a person.
func reconcile() *cobra.Command {
	var date, file string
	c := &cobra.Command{Use: "reconcile", Short: "按微信支付账单核对一天的收款与退款；有待处理的差异时以 1 结束",
		Example: "ruxue reconcile --date 2026-11-21 --xlsx 核对.xlsx", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			day, err := app.ParseDay(date)
			if err != nil {
				return err
			}
			cfg, err := load()
			if err != nil {
				return err
			}
			cfg.Log.Level = "error" // the result is what is read here; the server's log tells the rest
			a, err := app.New(cmd.Context(), cfg, app.Options{})
			if err != nil {
				return err
			}
			defer func() { _ = a.Close() }()
			r, err := a.ReconcileByCommand(cmd.Context(), day)
			if err != nil {
				return err
			}
			if err := printDay(cmd.OutOrStdout(), r); err != nil {
				return err
			}
			if file != "" {
				if err := writeSheet(file, func(f *os.File) error { return app.ReconciliationSheet(f, r) }); err != nil {
					return err
				}
			}
			if n := r.Open(); n > 0 {
				return fmt.Errorf("%d 处差异待处理，处理后在控制台“缴费”的“每日对账”里登记", n)
			}
			return nil
		}}
	c.Flags().StringVar(&date, "date", payment.Day(time.Now()).AddDate(0, 0, -1).Format(time.DateOnly), "要核对的`日期`（北京时间）")
	c.Flags().StringVar(&file, "xlsx", "", "同时把报告写成这个`文件`")
	return c
}

// printDay prints the report as a table, and below what the day came to.
func printDay(w io.Writer, r payment.Reconciliation) error {
	p := &printer{w: w}
	p.line("%s（北京时间）", r.Day.Format("2006年1月2日"))
	if r.NoBill {
		p.line("微信支付当天没有账单：没有收款和退款")
	}
	if p.err != nil {
		return p.err
	}
	if err := printTable(w, []column{{"类别", false}, {"名称", false}, {"笔数", true}, {"金额（元）", true}, {"微信支付金额（元）", true}, {"说明", false}},
		r.Table()); err != nil {
		return err
	}
	found := 0
	for _, d := range r.Differences {
		if d.Kind != payment.RefundCarried {
			found++
		}
	}
	p.line("合计：实收 %s 元（微信收款 − 退款 + 银行转账）；差异 %d 处，待处理 %d 处", money.Plain(r.PaidFen-r.RefundFen+r.OfflineFen), found, r.Open())
	return p.err
}

// writeSheet writes a file that did not exist, or replaces it.
func writeSheet(path string, write func(*os.File) error) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("写入 %s：%w", path, err)
	}
	return errors.Join(write(f), f.Close())
}

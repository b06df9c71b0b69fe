package main

import (
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
)

// reconcile exits with 1 when differences wait for a person.
func reconcile() *cobra.Command {
	var date, file string
	c := &cobra.Command{Use: "reconcile", Short: "按微信支付账单核对一天的收款与退款", Args: cobra.NoArgs,
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
			r, err := a.Reconcile(cmd.Context(), day)
			if err != nil {
				return err
			}
			for _, row := range r.Table() {
				if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s\t%s 笔\t%s\t%s\t%s\n", row[0], row[1], row[2], row[3], row[4], row[5]); err != nil {
					return err
				}
			}
			if file != "" {
				if err := writeSheet(file, func(f *os.File) error { return app.ReconciliationSheet(f, r) }); err != nil {
					return err
				}
			}
			if n := r.Open(); n > 0 {
				return fmt.Errorf("%d 处差异待处理", n)
			}
			return nil
		}}
	c.Flags().StringVar(&date, "date", time.Now().Add(-24*time.Hour).Format(time.DateOnly), "要核对的日期（北京时间）")
	c.Flags().StringVar(&file, "xlsx", "", "同时把报告写成这个文件")
	return c
}

// writeSheet writes a file that did not exist, or replaces it.
func writeSheet(path string, write func(*os.File) error) error {
	f, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("写入 %s：%w", path, err)
	}
	return errors.Join(write(f), f.Close())
}

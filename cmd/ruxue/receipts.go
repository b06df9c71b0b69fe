package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
	"ruxue/service/fiscal"
)

func receiptsCommand() *cobra.Command {
	var in app.ReceiptImport
	c := &cobra.Command{Use: "receipts 文件", Short: "导入财政电子票据（xlsx、csv）；不加 --apply 只检查",
		Example: "ruxue receipts --campaign hhu 票据.xlsx --bad 需修改.xlsx\nruxue receipts --campaign hhu 票据.xlsx --apply", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			db, pool, err := openDB(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { _ = pool.Close() }()
			if err := campaignsThere(cmd.Context(), db, in.Campaign); err != nil {
				return err
			}
			in.File, in.BaseURL = args[0], cfg.BaseURL
			rep, applied, err := app.ImportReceipts(cmd.Context(), db, in)
			if e := printReceipts(cmd.OutOrStdout(), rep, applied); e != nil {
				return e
			}
			if in.Bad != "" && rep.Bad > 0 {
				_, _ = fmt.Fprintln(cmd.OutOrStdout(), "需要修改的行在", in.Bad)
			}
			return plainly(err)
		}}
	c.Flags().StringVar(&in.Campaign, "campaign", "", "活动的`代码`，见 ruxue campaign list")
	c.Flags().BoolVar(&in.Apply, "apply", false, "检查后导入；有需要修改的行时不导入")
	c.Flags().BoolVar(&in.SkipBad, "skip-bad", false, "与 --apply 一起：跳过需要修改的行")
	c.Flags().StringVar(&in.Bad, "bad", "", "把需要修改的行连同原因和建议写到这个 xlsx `文件`")
	_ = c.MarkFlagRequired("campaign")
	return c
}

// printReceipts prints counts, problems and changes.
func printReceipts(w io.Writer, rep fiscal.Report, applied bool) error {
	p := &printer{w: w}
	if rep.Rows == 0 {
		return nil
	}
	word := "将"
	if applied {
		word = "已"
	}
	p.line("共 %d 行：%s新增 %d，%s更改 %d，不变 %d，需要修改 %d", rep.Rows, word, rep.New, word, rep.Changed, rep.Same, rep.Bad)
	if unread := rep.Unread(); len(unread) > 0 {
		p.line("没有用到的列：%s", strings.Join(unread, "、"))
	}
	p.problems(rep.Kinds, fiscal.KindLabels, rep.Problems)
	for i, x := range rep.Changes {
		if i == listed {
			p.line("  …")
			break
		}
		p.line("  第 %d 行 %s：%s → %s", x.Line, x.Column.Label(), orNone(x.Before), x.After)
	}
	return p.err
}

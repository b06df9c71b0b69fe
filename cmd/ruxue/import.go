package main

import (
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
	"ruxue/service/admission"
	"ruxue/service/fault"
	"ruxue/service/tabular"
)

func importCommand() *cobra.Command {
	var in app.ListImport
	var dry bool
	var from, grade string
	c := &cobra.Command{Use: "import 文件", Short: "导入录取名单（xlsx、csv），或转入以前保留的入学资格；不加 --apply 只检查",
		Example: "ruxue import --campaign hhu 名单.xlsx --bad 需修改.xlsx\nruxue import --campaign hhu 名单.xlsx --apply\nruxue import --campaign hhu2027 --carry-from hhu --apply", Args: cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			switch {
			case dry && in.Apply:
				return errors.New("--dry-run 与 --apply 只能选一个")
			case from != "" && len(args) > 0:
				return errors.New("--carry-from 不需要名单文件")
			case from != "":
				return carryDeferrals(cmd, app.ListCarry{Campaign: in.Campaign, From: from, Grade: grade, Apply: in.Apply})
			case len(args) == 0:
				return errors.New("请写明名单文件，或用 --carry-from 写明从哪个活动转入保留的入学资格")
			}
			db, pool, err := openDB(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { _ = pool.Close() }()
			if err := campaignsThere(cmd.Context(), db, in.Campaign); err != nil {
				return err
			}
			in.File = args[0]
			if onTerminal(os.Stderr) {
				in.Progress = progressOn(os.Stderr)
			}
			rep, applied, err := app.ImportList(cmd.Context(), db, in)
			if in.Progress != nil {
				_, _ = fmt.Fprintln(os.Stderr)
			}
			if e := printReport(cmd.OutOrStdout(), rep, applied); e != nil {
				return e
			}
			if in.Bad != "" && rep.Bad > 0 && !applied {
				_, _ = fmt.Fprintln(cmd.OutOrStdout(), "需要修改的行在", in.Bad)
			}
			return plainly(err)
		}}
	c.Flags().StringVar(&in.Campaign, "campaign", "", "活动的`代码`，见 ruxue campaign list")
	c.Flags().BoolVar(&dry, "dry-run", false, "只检查，不导入（默认）")
	c.Flags().BoolVar(&in.Apply, "apply", false, "检查后导入；有需要修改的行时不导入")
	c.Flags().BoolVar(&in.SkipBad, "skip-bad", false, "与 --apply 一起：跳过需要修改的行")
	c.Flags().StringVar(&in.Bad, "bad", "", "把需要修改的行连同原因和建议写到这个 xlsx `文件`")
	c.Flags().StringVar(&from, "carry-from", "", "不读名单，从这个`代码`的较早活动转入已批准的保留入学资格")
	c.Flags().StringVar(&grade, "grade", "", "与 --carry-from 一起：转入后的`年级`，例如 2027级；不写则不变")
	_ = c.MarkFlagRequired("campaign")
	return c
}

// plainly is an error as an operator reads it: the sentence, where there is one.
func plainly(err error) error {
	if f, ok := fault.As(err); ok {
		return errors.New(f.Sentence)
	}
	return err
}

// progressOn writes a counter that overwrites itself. total counts the head and
// perhaps blank lines too.
func progressOn(w io.Writer) func(done, total int) {
	return func(done, total int) {
		_, _ = fmt.Fprintf(w, "\r已读 %d 行，文件约 %d 行", done, max(total, done))
	}
}

// onTerminal reports whether a person watches: a counter in the mail of a timer
// says nothing.
func onTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// listed is how many problems and changes the command prints of each.
const listed = 50

// printReport prints counts, problems and changes; personal numbers are masked.
func printReport(w io.Writer, rep admission.Report, applied bool) error {
	p := &printer{w: w}
	if rep.Rows == 0 {
		return nil
	}
	word := "将"
	if applied {
		word = "已"
	}
	p.line("共 %d 行：%s新增 %d，%s更新 %d，不变 %d，不改动（已注册、缴费或申请）%d，需要修改 %d", rep.Rows, word, rep.New, word, rep.Updated, rep.Same, rep.Kept, rep.Bad)
	for _, h := range rep.Unknown() {
		p.line("没有导入的列：%s", h.Text)
	}
	p.problems(rep.Kinds, admission.KindLabels, rep.Problems)
	for _, c := range rep.Columns {
		p.line("更新 %s：%d 人", c.Column.Label(), c.Count)
	}
	for i, x := range rep.Changes {
		if i == listed {
			p.line("  …")
			break
		}
		p.line("  第 %d 行 %s %s：%s → %s", x.Line, x.Name, x.Column.Label(), orNone(x.Before), x.After)
	}
	if rep.NoFee > 0 {
		p.line("注意：%d 名学生没有学费（第 %d 行起），活动开始前请补上，或在活动里加收费规则", rep.NoFee, rep.NoFeeLine)
	}
	return p.err
}

func orNone(s string) string {
	if s == "" {
		return "（空）"
	}
	return s
}

// printer remembers the first error.
type printer struct {
	w   io.Writer
	err error
}

func (p *printer) line(format string, args ...any) {
	if p.err == nil {
		_, p.err = fmt.Fprintf(p.w, format+"\n", args...)
	}
}

// problems prints what is wrong with a list's rows: counts, and the first ones.
func (p *printer) problems(kinds []tabular.KindCount, labels map[tabular.Kind]string, list []tabular.Problem) {
	for _, k := range kinds {
		p.line("  %s %d", labels[k.Kind], k.Count)
	}
	for i, x := range list {
		if i == listed {
			p.line("  … 其余见 --bad 的文件")
			break
		}
		p.line("  第 %d 行 %s %s：%s。%s", x.Line, x.Cell, x.Column, x.Reason, x.Suggestion)
	}
}

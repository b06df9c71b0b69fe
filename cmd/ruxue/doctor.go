package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/doctor"
)

// doctorCommand exits with 1 when a check fails.
func doctorCommand() *cobra.Command {
	var checklist bool
	c := &cobra.Command{Use: "doctor", Short: "对照实际环境检查配置，每项给出结果和补救办法",
		Example: "ruxue doctor\nruxue doctor --checklist", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if checklist {
				items, err := doctor.Checklist(cfg)
				if err != nil {
					return err
				}
				return printChecklist(out, items)
			}
			var written error
			healthy := doctor.New(cfg, time.Now).Run(cmd.Context(), func(c doctor.Check) {
				written = errors.Join(written, doctor.Print(out, c))
			})
			if written != nil {
				return written
			}
			if !healthy {
				return errors.New("有检查没有通过")
			}
			return nil
		}}
	c.Flags().BoolVar(&checklist, "checklist", false, "列出要在公众号、商户平台和云控制台填写的内容")
	return c
}

// printChecklist prints each console's page once, with what to enter there.
func printChecklist(w io.Writer, items []doctor.Item) error {
	where := ""
	for _, i := range items {
		if i.Where != where {
			where = i.Where
			if _, err := fmt.Fprintln(w, where); err != nil {
				return err
			}
		}
		if _, err := fmt.Fprintf(w, "    %s：%s\n", i.What, i.Value); err != nil {
			return err
		}
	}
	return nil
}

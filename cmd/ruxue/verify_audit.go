package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
)

// verifyAudit exits with 1 when something fails.
func verifyAudit() *cobra.Command {
	return &cobra.Command{Use: "verify-audit", Short: "核对操作日志的每一条与封存链，报告第一处不符，以 1 结束",
		Example: "ruxue verify-audit", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			v, err := app.VerifyAudit(cmd.Context(), cfg, time.Now)
			if err != nil {
				return err
			}
			if v.Failed != "" {
				return errors.New("不符：" + v.Failed)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d 条操作日志、%d 个封存环节全部相符\n", v.Entries, v.Links)
			return err
		}}
}

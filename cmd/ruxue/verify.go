package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
	"ruxue/service/audit"
)

// verifySignatures exits with 1 when something fails.
func verifySignatures() *cobra.Command {
	var heads []string
	c := &cobra.Command{Use: "verify-signatures", Short: "核对每个签名、笔迹图、签署文件与封存链，报告第一处不符，以 1 结束",
		Example: "ruxue verify-signatures\nruxue verify-signatures --head 2026-11-21:412:9f86d0…", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			var noted []audit.Head
			for _, text := range heads {
				h, err := audit.ParseHead(text)
				if err != nil {
					return errors.New("--head 的写法是 日期:序号:哈希，照日志里 signed the chain's head 一行填写")
				}
				noted = append(noted, h)
			}
			v, err := app.VerifySignatures(cmd.Context(), cfg, time.Now, noted...)
			if err != nil {
				return err
			}
			if v.Failed != "" {
				return errors.New("不符：" + v.Failed)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%d 个签名、%d 个封存环节、%d 个每日签章%s全部相符\n", v.Signatures, v.Links, v.Heads, newest(v.HeadDay))
			return err
		}}
	c.Flags().StringSliceVar(&heads, "head", nil, "日志中记下的封存链`签章`，日期:序号:哈希，可重复")
	return c
}

// newest names the last signed day: an operator sees when that is long ago.
func newest(day string) string {
	if day == "" {
		return ""
	}
	return "（最近 " + day + "）"
}

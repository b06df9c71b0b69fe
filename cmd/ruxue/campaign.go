package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
	"ruxue/repo/keyring"
	"ruxue/repo/mysql"
	"ruxue/service/campaign"
	"ruxue/service/fault"
)

func campaignCommand() *cobra.Command {
	c := &cobra.Command{Use: "campaign", Short: "注册活动"}
	var base int
	var incomplete bool
	apply := &cobra.Command{Use: "apply 文件", Short: "应用活动文件；文件基于的版本（--base）不是当前版本时拒绝",
		Example: "ruxue campaign apply config/campaigns/hhu.yaml\nruxue campaign apply hhu.yaml --base 3", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			body, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("读取活动文件：%w", err)
			}
			db, pool, err := openDB(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { _ = pool.Close() }()
			if _, err := campaign.Parse(body); err != nil {
				return fmt.Errorf("活动文件 %s 有误：\n%w", args[0], err)
			}
			if err := printChanges(cmd, db, body); err != nil {
				return err
			}
			if !incomplete {
				if err := app.CheckStart(cmd.Context(), db, body); err != nil {
					if f, ok := fault.As(err); ok {
						return errors.New(f.Sentence)
					}
					return err
				}
			}
			applied, err := app.ApplyFile(cmd.Context(), db, body, base)
			if f, ok := fault.As(err); ok && f.Kind == fault.Conflict {
				return fmt.Errorf("%s。用 ruxue campaign export 取出当前版本，并入修改，再以它的版本为 --base 应用", f.Sentence)
			}
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s 第 %d 版\n", applied.Code, applied.Version)
			return err
		}}
	apply.Flags().IntVar(&base, "base", 0, "文件基于的`版本`，export 会说明；新活动不写")
	apply.Flags().BoolVar(&incomplete, "incomplete", false, "名单里有学生没有学费或学号时也应用")
	check := &cobra.Command{Use: "check 文件", Short: "检查活动文件，一次报告所有错误；不需要数据库",
		Example: "ruxue campaign check config/campaigns/hhu.yaml", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			body, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("读取活动文件：%w", err)
			}
			parsed, err := campaign.Parse(body)
			if err != nil {
				return fmt.Errorf("活动文件 %s 有误：\n%w", args[0], err)
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s 没有错误\n", parsed.Code)
			return err
		}}
	c.AddCommand(apply, check, campaignList(), exportCommand())
	return c
}

func campaignList() *cobra.Command {
	return &cobra.Command{Use: "list", Short: "列出活动与版本", Example: "ruxue campaign list", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, pool, err := openDB(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { _ = pool.Close() }()
			all, err := db.Campaigns().All(cmd.Context())
			if err != nil {
				return err
			}
			for _, x := range all {
				if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s 第 %d 版 %s\n", x.Code, x.Version, x.Title); err != nil {
					return err
				}
			}
			return nil
		}}
}

// exportCommand writes what is in force, to be edited with its version as base.
func exportCommand() *cobra.Command {
	return &cobra.Command{Use: "export 代码", Short: "输出当前版本的活动文件，修改后用 apply --base 应用",
		Example: "ruxue campaign export hhu > hhu.yaml", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			db, pool, err := openDB(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { _ = pool.Close() }()
			if err := campaignsThere(cmd.Context(), db, args[0]); err != nil {
				return err
			}
			body, version, err := db.Campaigns().Body(cmd.Context(), args[0])
			if err != nil {
				return err
			}
			if _, err := cmd.OutOrStdout().Write(body); err != nil {
				return fmt.Errorf("输出活动文件：%w", err)
			}
			_, err = fmt.Fprintf(cmd.ErrOrStderr(), "%s 第 %d 版，修改后：ruxue campaign apply 文件 --base %d\n", args[0], version, version)
			return err
		}}
}

// printChanges prints what the file changes of the current version.
func printChanges(cmd *cobra.Command, db *mysql.DB, body []byte) error {
	c, err := campaign.Parse(body)
	if err != nil {
		return err
	}
	have, version, err := db.Campaigns().Body(cmd.Context(), c.Code)
	if fault.Is(err, fault.NotFound) {
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "%s 是新活动\n", c.Code)
		return err
	}
	if err != nil {
		return err
	}
	changes := campaign.Changed(campaign.Diff(string(have), string(body)), 2)
	if len(changes) == 0 {
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "与第 %d 版相同\n", version)
		return err
	}
	var out strings.Builder
	fmt.Fprintf(&out, "与第 %d 版的差别：\n", version)
	for _, l := range changes {
		if l.Op == 0 {
			out.WriteString("…\n")
			continue
		}
		fmt.Fprintf(&out, "%c %s\n", l.Op, l.Text)
	}
	_, err = io.WriteString(cmd.OutOrStdout(), out.String())
	return err
}

// openDB opens the configured database without the rest of the App.
func openDB(ctx context.Context) (*mysql.DB, io.Closer, error) {
	cfg, err := load()
	if err != nil {
		return nil, nil, err
	}
	ring, err := keyring.New(cfg.Keys.Keyset, cfg.Keys.Lookup)
	if err != nil {
		return nil, nil, err
	}
	pool, err := mysql.Open(ctx, mysql.Options{DSN: cfg.MySQL.DSN, MaxOpenConns: 2})
	if err != nil {
		return nil, nil, fmt.Errorf("连不上数据库，请核对 mysql.dsn，或用 ruxue doctor 查看：%w", err)
	}
	if err := mysql.CheckSchema(ctx, pool); err != nil {
		_ = pool.Close()
		return nil, nil, fmt.Errorf("数据库结构不是本程序的版本，请用 ruxue migrate 升级：%w", err)
	}
	return mysql.New(pool, ring, time.Now), pool, nil
}

package main

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"

	"github.com/spf13/cobra"

	"ruxue/repo/keyring"
	"ruxue/repo/mysql"
)

func migrate() *cobra.Command {
	return &cobra.Command{Use: "migrate", Short: "把数据库结构升级到本程序的版本", Example: "ruxue migrate", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			db, err := mysql.Open(cmd.Context(), mysql.Options{DSN: cfg.MySQL.DSN, MaxOpenConns: 2})
			if err != nil {
				return err
			}
			defer func() { _ = db.Close() }()
			if err := mysql.Migrate(cmd.Context(), db); err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "数据库结构已是最新版本")
			return err
		}}
}

// keys prints a fresh pair for the configuration.
func keys() *cobra.Command {
	var renew, retire bool
	c := &cobra.Command{Use: "keys", Short: "生成 keys.keyset 与 keys.lookup，请妥善备份",
		Example: "ruxue keys >> config.yaml\nruxue keys --renew", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case renew:
				return changedKeys(cmd, keyring.Renew)
			case retire:
				return changedKeys(cmd, keyring.Retire)
			}
			ks, err := keyring.Generate()
			if err != nil {
				return err
			}
			var b [32]byte
			_, _ = rand.Read(b[:])
			if _, err = fmt.Fprintf(cmd.OutOrStdout(), "keys:\n  keyset: '%s'\n  lookup: %s\n", ks, base64.StdEncoding.EncodeToString(b[:])); err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.ErrOrStderr(), "写入配置，并在别处备份：没有这一对，已加密的个人信息无法读出")
			return err
		}}
	c.Flags().BoolVar(&renew, "renew", false, "在配置的 keyset 中加入新密钥，之后用它加密（见 rekey）")
	c.Flags().BoolVar(&retire, "retire", false, "从配置的 keyset 中去掉旧密钥，须在 rekey 之后")
	c.MarkFlagsMutuallyExclusive("renew", "retire")
	return c
}

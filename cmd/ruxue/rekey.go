package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
	"ruxue/repo/keyring"
)

// rekeyCommand seals everything by the newest key.
func rekeyCommand() *cobra.Command {
	return &cobra.Command{Use: "rekey", Short: "用新密钥重新加密全部个人信息（先运行 keys --renew）", Example: "ruxue rekey", Args: cobra.NoArgs,
		Long: `更换密钥的步骤：
1. ruxue keys --renew 输出加入了新密钥的 keyset，写入配置，全部服务同时重启；旧密钥仍能解密
2. ruxue rekey 把数据库和文件中的内容逐一改用新密钥加密，可以中断后重来，服务不用停
3. 三天后（旧的导出文件和消息链接都已过期）再运行一次 rekey，然后 ruxue keys --retire 输出只有新密钥的 keyset，写入配置并重启
keys.lookup 用于查找，不能更换。`,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			err = app.Rekey(cmd.Context(), cfg, func(what string, n int) {
				_, _ = fmt.Fprintf(cmd.OutOrStdout(), "%-36s %d\n", what, n)
			})
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), "全部内容已用新密钥加密")
			return err
		}}
}

// changedKeys prints the configured key set as change makes it.
func changedKeys(cmd *cobra.Command, change func(string) (string, error)) error {
	cfg, err := load()
	if err != nil {
		return err
	}
	ks, err := change(cfg.Keys.Keyset)
	if err != nil {
		return err
	}
	if _, err := keyring.New(ks, cfg.Keys.Lookup); err != nil {
		return err
	}
	if ks == cfg.Keys.Keyset {
		_, err = fmt.Fprintln(cmd.ErrOrStderr(), "没有变化：keyset 里只有一个密钥")
		return err
	}
	if _, err = fmt.Fprintf(cmd.OutOrStdout(), "keys:\n  keyset: '%s'\n  lookup: %s\n", ks, cfg.Keys.Lookup); err != nil {
		return err
	}
	_, err = fmt.Fprintln(cmd.ErrOrStderr(), "写入配置并备份，同时重启全部服务；步骤见 ruxue rekey --help")
	return err
}

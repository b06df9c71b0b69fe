package main

import (
	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
)

func serve() *cobra.Command {
	return &cobra.Command{Use: "serve", Short: "运行服务；数据库结构不是本程序的版本时拒绝启动", Example: "ruxue serve --config config.yaml", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			log := app.NewLogger(cfg.Log)
			for _, p := range cfg.Elsewhere() {
				log.WarnContext(cmd.Context(), "a provider's address is not the real one", "setting", p.Setting, "address", p.Address, "real", p.Real)
			}
			a, err := app.New(cmd.Context(), cfg, app.Options{Log: log})
			if err != nil {
				return err
			}
			return a.Run(cmd.Context())
		}}
}

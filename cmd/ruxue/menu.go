package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
)

func menuCommand() *cobra.Command {
	c := &cobra.Command{Use: "menu", Short: "公众号菜单"}
	show := &cobra.Command{Use: "show", Short: "显示公众号现在的菜单", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			buttons, err := app.Menu(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			for _, b := range buttons {
				if _, err := fmt.Fprintf(cmd.OutOrStdout(), "%s\t%s%s\n", b.Name, b.URL, b.Key); err != nil {
					return err
				}
				for _, s := range b.Sub {
					if _, err := fmt.Fprintf(cmd.OutOrStdout(), "  %s\t%s%s\n", s.Name, s.URL, s.Key); err != nil {
						return err
					}
				}
			}
			return nil
		}}
	push := &cobra.Command{Use: "push", Short: "把各活动的按钮放进公众号菜单，其他按钮保留", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			db, pool, err := openDB(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { _ = pool.Close() }()
			all, err := db.Campaigns().All(cmd.Context())
			if err != nil {
				return err
			}
			return app.PushMenu(cmd.Context(), cfg, all)
		}}
	c.AddCommand(show, push)
	return c
}

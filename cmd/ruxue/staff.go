package main

import (
	"fmt"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
	"ruxue/service/staff"
)

func staffCommand() *cobra.Command {
	c := &cobra.Command{Use: "staff", Short: "工作人员账号"}
	var p staff.Person
	var role string
	add := &cobra.Command{Use: "add", Short: "新建账号，显示一次性密码（首次登录时更换）", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p.Role = staff.Role(role)
			db, pool, err := openDB(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { _ = pool.Close() }()
			a, password, err := app.AddStaff(cmd.Context(), db, p)
			if err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "账号 %s（%s，%s）\n一次性密码 %s\n", a.Login, a.Name, a.Role.Words(), password)
			return err
		}}
	add.Flags().StringVar(&p.Name, "name", "", "姓名")
	add.Flags().StringVar(&p.Login, "login", "", "登录账号")
	add.Flags().StringVar(&p.Office, "office", "", "部门")
	add.Flags().StringVar(&role, "role", "", "administrator、registrar、finance 或 site")
	add.Flags().StringSliceVar(&p.Sites, "site", nil, "教学点代码，可多次；只用于 site")
	c.AddCommand(add)
	return c
}

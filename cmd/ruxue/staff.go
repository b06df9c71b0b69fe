package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
	"ruxue/repo/mysql"
	"ruxue/service/staff"
)

func staffCommand() *cobra.Command {
	c := &cobra.Command{Use: "staff", Short: "工作人员账号"}
	var p staff.Person
	var role string
	add := &cobra.Command{Use: "add", Short: "新建账号，显示一次性密码（首次登录时更换）",
		Example: "ruxue staff add --name 王老师 --login wang --role administrator\nruxue staff add --name 赵老师 --login zhao --role site --site 101 --site 102", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			p.Role = staff.Role(role)
			if err := mistakes(p); err != nil {
				return err
			}
			db, pool, err := openDB(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { _ = pool.Close() }()
			a, password, err := app.AddStaff(cmd.Context(), db, p)
			if err != nil {
				return err
			}
			out := &printer{w: cmd.OutOrStdout()}
			out.line("账号 %s（%s，%s）\n一次性密码 %s，首次登录时更换", a.Login, a.Name, a.Role.Words(), password)
			return errors.Join(out.err, strangeSites(cmd.Context(), out, db, a.Sites))
		}}
	add.Flags().StringVar(&p.Name, "name", "", "`姓名`")
	add.Flags().StringVar(&p.Login, "login", "", "登录`账号`")
	add.Flags().StringVar(&p.Office, "office", "", "`部门`")
	add.Flags().StringVar(&role, "role", "", "`角色`：administrator、registrar、finance 或 site")
	add.Flags().StringSliceVar(&p.Sites, "site", nil, "教学点`代码`，可多次；只用于 site")
	c.AddCommand(add, staffList(), staffReset())
	return c
}

// mistakes are all that is wrong of what was typed, by the options' names.
func mistakes(p staff.Person) error {
	var wrong []string
	for _, m := range p.Mistakes() {
		option, sentence := m.Field, m.Sentence
		switch option {
		case "sites":
			option = "site"
		case "role":
			sentence += "：administrator（管理员）、registrar（学籍老师）、finance（财务老师）或 site（教学点老师）"
		}
		wrong = append(wrong, "\n  --"+option+" "+sentence)
	}
	if len(wrong) == 0 {
		return nil
	}
	return errors.New("没有新建账号：" + strings.Join(wrong, ""))
}

// strangeSites says which of an account's sites no listed student has: a
// mistyped code shows its holder nobody.
func strangeSites(ctx context.Context, out *printer, db *mysql.DB, codes []string) error {
	if len(codes) == 0 {
		return nil
	}
	known, err := db.Staff("").Sites(ctx)
	if err != nil {
		return err
	}
	for _, code := range codes {
		if !slices.ContainsFunc(known, func(s [2]string) bool { return s[0] == code }) {
			out.line("注意：名单里还没有教学点 %s 的学生", code)
		}
	}
	return out.err
}

// staffReset lets in who is locked out: the only way for the last administrator.
func staffReset() *cobra.Command {
	var login string
	var r app.StaffReset
	c := &cobra.Command{Use: "reset", Short: "为登录不了的人重置密码、清除二次验证；原有登录全部退出，并记入日志",
		Example: "ruxue staff reset --login wang --password --factor", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			db, pool, err := openDB(cmd.Context())
			if err != nil {
				return err
			}
			defer func() { _ = pool.Close() }()
			a, password, err := app.ResetStaff(cmd.Context(), db, login, r)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if _, err := fmt.Fprintf(out, "账号 %s（%s，%s）\n", a.Login, a.Name, a.Role.Words()); err != nil {
				return err
			}
			if r.Password {
				_, err = fmt.Fprintf(out, "一次性密码 %s，首次登录时更换\n", password)
			}
			if r.Factor && err == nil {
				_, err = fmt.Fprintln(out, "二次验证已清除，下次登录时重新设置")
			}
			if a.Disabled && err == nil {
				_, err = fmt.Fprintln(out, "注意：账号已停用，请另一位管理员在“人员”里启用，或加 --enable")
			}
			return err
		}}
	c.Flags().StringVar(&login, "login", "", "登录`账号`")
	c.Flags().BoolVar(&r.Password, "password", false, "给出新的一次性密码")
	c.Flags().BoolVar(&r.Factor, "factor", false, "清除验证器、微信扫码和备用码")
	c.Flags().BoolVar(&r.Enable, "enable", false, "启用已停用的账号")
	_ = c.MarkFlagRequired("login")
	return c
}

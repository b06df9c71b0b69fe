package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"ruxue/cmd/internal/app"
	"ruxue/repo/wechat"
)

func menuCommand() *cobra.Command {
	c := &cobra.Command{Use: "menu", Short: "公众号菜单"}
	c.AddCommand(menuShow(), menuPush(), menuRestore())
	return c
}

func menuShow() *cobra.Command {
	return &cobra.Command{Use: "show", Short: "显示公众号现在的菜单", Example: "ruxue menu show", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			cfg, err := load()
			if err != nil {
				return err
			}
			m, err := app.Menu(cmd.Context(), cfg)
			if err != nil {
				return err
			}
			return printLines(cmd.OutOrStdout(), app.MenuLines(m.Buttons))
		}}
}

// menuOptions are the flags of the commands that replace the menu.
type menuOptions struct {
	backup string
	yes    bool
}

func (o *menuOptions) flags(c *cobra.Command) {
	c.Flags().StringVar(&o.backup, "backup", ".", "把原有菜单备份到这个`文件夹`")
	c.Flags().BoolVar(&o.yes, "yes", false, "不询问，直接替换")
}

func menuPush() *cobra.Command {
	var o menuOptions
	c := &cobra.Command{Use: "push", Short: "把各活动的按钮放进公众号菜单，其他按钮保留；先备份并显示改动",
		Example: "ruxue menu push --backup /var/backups", Args: cobra.NoArgs,
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
			cfg, err := load()
			if err != nil {
				return err
			}
			return replaceMenu(cmd, o, func(have []wechat.Button) ([]wechat.Button, error) {
				return app.MergeMenu(have, all, cfg.BaseURL)
			})
		}}
	o.flags(c)
	return c
}

func menuRestore() *cobra.Command {
	var o menuOptions
	c := &cobra.Command{Use: "restore 文件", Short: "恢复备份的公众号菜单", Example: "ruxue menu restore menu-20261122-093000.json", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			raw, err := os.ReadFile(args[0])
			if err != nil {
				return fmt.Errorf("读取备份：%w", err)
			}
			var m wechat.Menu
			if err := json.Unmarshal(raw, &m); err != nil || len(m.Buttons) == 0 {
				return fmt.Errorf("%s 不是菜单的备份", args[0])
			}
			return replaceMenu(cmd, o, func([]wechat.Button) ([]wechat.Button, error) { return m.Buttons, nil })
		}}
	o.flags(c)
	return c
}

// replaceMenu reads the menu, keeps a copy of it, shows what would change,
// asks, and sets what change makes of it.
func replaceMenu(cmd *cobra.Command, o menuOptions, change func([]wechat.Button) ([]wechat.Button, error)) error {
	cfg, err := load()
	if err != nil {
		return err
	}
	have, err := app.Menu(cmd.Context(), cfg)
	if err != nil {
		return err
	}
	want, err := change(have.Buttons)
	if err != nil {
		return err
	}
	diff := app.MenuDiff(have.Buttons, want)
	if len(diff) == 0 {
		return printLines(cmd.OutOrStdout(), []string{"菜单没有变化"})
	}
	if foreign := (wechat.Menu{Buttons: want}).Foreign(); len(foreign) > 0 {
		return fmt.Errorf("“%s”是在公众号后台做的文字或图片按钮，接口不能保留：请先在后台改成链接或删除", strings.Join(foreign, "”、“"))
	}
	if err := printLines(cmd.OutOrStdout(), diff); err != nil {
		return err
	}
	if !o.yes && !confirmed(cmd.InOrStdin(), cmd.OutOrStdout(), "替换公众号菜单？输入 y 继续：") {
		return errors.New("没有替换")
	}
	if len(have.Buttons) > 0 {
		file, err := backUpMenu(o.backup, have, time.Now())
		if err != nil {
			return err
		}
		if err := printLines(cmd.OutOrStdout(), []string{"原菜单备份在 " + file}); err != nil {
			return err
		}
	}
	if err := app.SetMenu(cmd.Context(), cfg, want); err != nil {
		return err
	}
	return printLines(cmd.OutOrStdout(), []string{"菜单已替换，手机上最迟 24 小时后更新，重新关注立即更新"})
}

// backUpMenu writes the menu to a new file in the folder and returns its name.
func backUpMenu(folder string, m wechat.Menu, now time.Time) (string, error) {
	raw, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return "", fmt.Errorf("写入备份：%w", err)
	}
	stem := filepath.Join(folder, "menu-"+now.Format("20060102-150405"))
	for n, name := 2, stem+".json"; ; n++ {
		f, err := os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) { // of the same second, perhaps the one that is being restored
			name = fmt.Sprintf("%s-%d.json", stem, n)
			continue
		}
		if err != nil {
			return "", fmt.Errorf("写入备份：%w", err)
		}
		_, err = f.Write(append(raw, '\n'))
		if err = errors.Join(err, f.Close()); err != nil {
			return "", fmt.Errorf("写入备份：%w", err)
		}
		return name, nil
	}
}

// confirmed asks and reports whether the answer begins with y.
func confirmed(in io.Reader, out io.Writer, question string) bool {
	if _, err := fmt.Fprint(out, question); err != nil {
		return false
	}
	line, _ := bufio.NewReader(in).ReadString('\n')
	return strings.HasPrefix(strings.ToLower(strings.TrimSpace(line)), "y")
}

func printLines(out io.Writer, lines []string) error {
	for _, l := range lines {
		if _, err := fmt.Fprintln(out, l); err != nil {
			return err
		}
	}
	return nil
}

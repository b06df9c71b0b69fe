package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"ruxue/service/campaign"
	"ruxue/service/staff"
)

// staffList prints one page of the accounts; nothing of it opens one.
func staffList() *cobra.Command {
	var page int
	c := &cobra.Command{Use: "list", Short: "列出账号：角色、教学点、微信、二次验证、最近登录",
		Example: "ruxue staff list\nruxue staff list --page 2", Args: cobra.NoArgs,
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
			list, total, err := staff.New(staff.Options{Store: db.Staff(cfg.WeChat.AppID)}).List(cmd.Context(), page)
			if err != nil {
				return err
			}
			pages := max(1, (total+staff.PageSize-1)/staff.PageSize)
			if page < 1 || page > pages {
				return fmt.Errorf("没有第 %d 页，共 %d 页", page, pages)
			}
			rows := make([][]string, 0, len(list))
			for i := range list {
				rows = append(rows, staffLine(&list[i]))
			}
			p := &printer{w: cmd.OutOrStdout()}
			if total == 0 {
				p.line("还没有账号，用 ruxue staff add 新建")
				return p.err
			}
			if err := printTable(p.w, []column{{"账号", false}, {"姓名", false}, {"角色", false}, {"教学点", false}, {"状态", false},
				{"微信", false}, {"二次验证", false}, {"最近登录", false}, {"编号", false}}, rows); err != nil {
				return err
			}
			p.line("共 %d 个账号，第 %d 页，共 %d 页", total, page, pages)
			return p.err
		}}
	c.Flags().IntVar(&page, "page", 1, fmt.Sprintf("第几`页`，每页 %d 个", staff.PageSize))
	return c
}

// sitesShown is how many of an account's sites its line names.
const sitesShown = 5

func staffLine(a *staff.Account) []string {
	sites := strings.Join(a.Sites, "、")
	switch {
	case a.Role != staff.Site:
		sites = "全部"
	case len(a.Sites) > sitesShown:
		sites = fmt.Sprintf("%s 等 %d 个", strings.Join(a.Sites[:sitesShown], "、"), len(a.Sites))
	}
	state, last := "可用", "从未"
	if a.Disabled {
		state = "停用"
	}
	if a.LastLoginAt != nil {
		last = campaign.DateTime(*a.LastLoginAt)
	}
	return []string{a.Login, a.Name, a.Role.Words(), sites, state, oneOf(a.OpenID != "", "已绑定", "未绑定"),
		oneOf(a.HasFactor(), "已设置", "未设置"), last, a.Ref}
}

func oneOf(is bool, yes, no string) string {
	if is {
		return yes
	}
	return no
}

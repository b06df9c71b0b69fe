package main

import (
	"context"
	"fmt"
	"strings"

	"ruxue/repo/mysql"
)

// campaignsThere refuses codes that no campaign has, and lists those there are.
func campaignsThere(ctx context.Context, db *mysql.DB, codes ...string) error {
	all, err := db.Campaigns().Versions(ctx)
	if err != nil {
		return err
	}
	for _, code := range codes {
		if _, ok := all[code]; ok {
			continue
		}
		if len(all) == 0 {
			return fmt.Errorf("没有活动“%s”，也还没有其他活动：先用 ruxue campaign apply 应用活动文件", code)
		}
		list, err := db.Campaigns().All(ctx)
		if err != nil {
			return err
		}
		var lines strings.Builder
		for _, c := range list {
			fmt.Fprintf(&lines, "\n  %s  %s", c.Code, c.Title)
		}
		return fmt.Errorf("没有活动“%s”，现有的活动：%s", code, lines.String())
	}
	return nil
}

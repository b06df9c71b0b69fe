package doctor

import (
	"context"
	"time"

	"ruxue/repo/keyring"
	"ruxue/repo/mysql"
)

// rolls looks for students who block a campaign's start: without a fee, or
// without a number where the list gives them. Campaigns that are over are left
// out.
func (d *Doctor) rolls(ctx context.Context) []Check {
	const name = "活动"
	ring, err := keyring.New(d.cfg.Keys.Keyset, d.cfg.Keys.Lookup)
	if err != nil {
		return skipped(name, "密钥读不出来，没有检查")
	}
	pool, err := mysql.Open(ctx, mysql.Options{DSN: d.cfg.MySQL.DSN, MaxOpenConns: 1})
	if err != nil || mysql.CheckSchema(ctx, pool) != nil {
		return skipped(name, "数据库没有就绪，没有检查")
	}
	defer func() { _ = pool.Close() }()
	store := mysql.New(pool, ring, d.now).Campaigns()
	all, err := store.All(ctx)
	if err != nil {
		return bad(name, "读不出来", "用 `ruxue campaign check` 检查活动文件后重新应用")
	}
	var out []Check
	for _, c := range all {
		if _, end, err := c.Window.Bounds(); err != nil || d.now().After(end.Add(24*time.Hour)) {
			continue
		}
		m, err := c.Missing(ctx, store)
		switch {
		case err != nil:
			out = append(out, bad(name+" "+c.Code, "名单读不出来", "核对数据库账号的权限")...)
		case m.Sentence() != "":
			out = append(out, bad(name+" "+c.Code, m.Sentence(), "这些学生不能完成注册：用 `ruxue import` 补名单，或在活动文件里加收费规则")...)
		default:
			out = append(out, good(name+" "+c.Code, "每名学生都有学费和学号规则")...)
		}
	}
	if len(out) == 0 {
		return skipped(name, "没有进行中的活动")
	}
	return out
}

package app

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ruxue/config"
	"ruxue/repo/redis"
	"ruxue/repo/wechat"
	"ruxue/service/campaign"
)

// WeChat's limits: buttons at the top, entries below each.
const (
	maxButtons = 3
	maxEntries = 5
)

// account opens the Official Account without the rest of the App.
func account(ctx context.Context, cfg config.Config) (*wechat.Client, func() error, error) {
	r := cfg.Redis
	rdb, err := redis.Open(ctx, redis.Options{Addrs: r.Addrs, MasterName: r.MasterName, Password: r.Password, DB: r.DB, Cluster: r.Cluster})
	if err != nil {
		return nil, nil, err
	}
	wx, err := wechat.New(wechat.Config{AppID: cfg.WeChat.AppID, AppSecret: cfg.WeChat.AppSecret, Token: cfg.WeChat.Token,
		EncodingAESKey: cfg.WeChat.EncodingAESKey, APIBase: cfg.WeChat.APIBase, OpenBase: cfg.WeChat.OpenBase,
		MPBase: cfg.WeChat.MPBase}, redis.NewWechatCache(rdb, "wechat:"))
	if err != nil {
		return nil, nil, errors.Join(err, rdb.Close())
	}
	return wx, rdb.Close, nil
}

// Menu returns the account's menu as it is.
func Menu(ctx context.Context, cfg config.Config) (m wechat.Menu, err error) {
	wx, done, err := account(ctx, cfg)
	if err != nil {
		return m, err
	}
	defer func() { err = errors.Join(err, done()) }()
	return wx.GetMenu(ctx)
}

// SetMenu replaces the account's menu.
func SetMenu(ctx context.Context, cfg config.Config, buttons []wechat.Button) (err error) {
	wx, done, err := account(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	return wx.SetMenu(ctx, buttons)
}

// PushMenu puts every campaign into the account's menu, see MergeMenu.
func PushMenu(ctx context.Context, cfg config.Config, list []*campaign.Campaign) error {
	have, err := Menu(ctx, cfg)
	if err != nil {
		return fmt.Errorf("reading the menu: %w", err)
	}
	want, err := MergeMenu(have.Buttons, list, cfg.BaseURL)
	if err != nil || len(MenuDiff(have.Buttons, want)) == 0 {
		return err
	}
	return SetMenu(ctx, cfg, want)
}

// MergeMenu gives every campaign its entry and keeps all others where they
// are: an entry that leads to the campaign already, at the top or below, gets
// its label and address; a campaign without one is put at the top while there
// is room, else below the last button that holds entries.
func MergeMenu(have []wechat.Button, list []*campaign.Campaign, base string) ([]wechat.Button, error) {
	out := make([]wechat.Button, len(have))
	for i, b := range have {
		b.Sub = slices.Clone(b.Sub)
		out[i] = b
	}
	for _, c := range list {
		entry := wechat.Button{Type: "view", Name: c.MenuLabel, URL: base + "/c/" + c.Code + "/"}
		if place := placeOf(out, base+"/c/"+c.Code); place != nil {
			*place = entry
			continue
		}
		if len(out) < maxButtons {
			out = append(out, entry)
			continue
		}
		room := slices.IndexFunc(out, func(b wechat.Button) bool { return len(b.Sub) > 0 && len(b.Sub) < maxEntries })
		if room < 0 {
			return nil, fmt.Errorf("公众号菜单已满（最多 %d 个按钮），放不下“%s”：请先在公众号后台删除一个按钮", maxButtons, c.MenuLabel)
		}
		out[room].Sub = append(out[room].Sub, entry)
	}
	return out, nil
}

// placeOf finds the entry that leads to the address, with or without a path
// below it.
func placeOf(menu []wechat.Button, address string) *wechat.Button {
	leads := func(b wechat.Button) bool {
		rest, ok := strings.CutPrefix(b.URL, address)
		return ok && (rest == "" || rest[0] == '/' || rest[0] == '?')
	}
	for i := range menu {
		if leads(menu[i]) {
			return &menu[i]
		}
		for j := range menu[i].Sub {
			if leads(menu[i].Sub[j]) {
				return &menu[i].Sub[j]
			}
		}
	}
	return nil
}

// MenuLines writes a menu one entry a line, the entries of a button indented.
func MenuLines(menu []wechat.Button) []string {
	var out []string
	for _, b := range menu {
		out = append(out, menuLine("", b))
		for _, s := range b.Sub {
			out = append(out, menuLine("  ", s))
		}
	}
	return out
}

func menuLine(indent string, b wechat.Button) string {
	line := indent + b.Name
	for _, detail := range []string{b.URL, b.Key, b.MediaID, b.ArticleID, b.AppID, b.Value} {
		if detail != "" {
			return line + "\t" + detail
		}
	}
	return line
}

// MenuDiff lists the lines that go ("- ") and that come ("+ "), in order; none
// when nothing changes.
func MenuDiff(before, after []wechat.Button) []string {
	old, now := MenuLines(before), MenuLines(after)
	var out []string
	for _, l := range old {
		if !slices.Contains(now, l) {
			out = append(out, "- "+l)
		}
	}
	for _, l := range now {
		if !slices.Contains(old, l) {
			out = append(out, "+ "+l)
		}
	}
	return out
}

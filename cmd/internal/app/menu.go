package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ruxue/config"
	"ruxue/repo/redis"
	"ruxue/repo/wechat"
	"ruxue/service/campaign"
)

// maxButtons is WeChat's limit of top-level buttons.
const maxButtons = 3

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
func Menu(ctx context.Context, cfg config.Config) (buttons []wechat.Button, err error) {
	wx, done, err := account(ctx, cfg)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, done()) }()
	return wx.GetMenu(ctx)
}

// PushMenu puts a button for each campaign into the account's menu, labelled
// by it; a button that leads elsewhere stays. More than WeChat's three buttons
// are refused before anything is sent.
func PushMenu(ctx context.Context, cfg config.Config, list []*campaign.Campaign) (err error) {
	wx, done, err := account(ctx, cfg)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, done()) }()
	have, err := wx.GetMenu(ctx)
	if err != nil {
		return fmt.Errorf("reading the menu: %w", err)
	}
	merged := mergeMenu(have, list, cfg.BaseURL)
	if len(merged) > maxButtons {
		return fmt.Errorf("the menu would have %d buttons, WeChat allows %d: remove one first", len(merged), maxButtons)
	}
	return wx.SetMenu(ctx, merged)
}

// mergeMenu replaces the buttons that lead to a campaign and keeps the others.
func mergeMenu(have []wechat.Button, list []*campaign.Campaign, base string) []wechat.Button {
	var out []wechat.Button
	for _, c := range list {
		out = append(out, wechat.Button{Name: c.MenuLabel, URL: base + "/c/" + c.Code + "/"})
	}
	ours := len(out)
	for _, b := range have {
		if !slices.ContainsFunc(out[:ours], func(o wechat.Button) bool { return o.URL == b.URL }) {
			out = append(out, b)
		}
	}
	return out
}

package app

import (
	"fmt"
	"strings"

	"ruxue/config"
	"ruxue/handler"
	"ruxue/repo/wechat"
	"ruxue/service/reply"
)

// ReplyRules are the configured answers of the Official Account.
func ReplyRules(r config.Replies) reply.Rules {
	out := reply.Rules{Follow: r.Follow, Other: r.Other}
	for _, k := range r.Keywords {
		out.Keywords = append(out.Keywords, reply.Keyword{Words: k.Words, Exact: k.Exact, Text: k.Text})
	}
	return out
}

// checkReplies refuses rules that WeChat would not take, and a forwarding
// address that is this server's own.
func checkReplies(c config.Config) error {
	if err := ReplyRules(c.WeChat.Replies).Check(); err != nil {
		return fmt.Errorf("reading wechat.replies: %w", err)
	}
	if to := c.WeChat.ForwardTo; to != "" && strings.HasPrefix(to, c.BaseURL+"/") {
		return fmt.Errorf("wechat.forward_to is this server's own address")
	}
	return nil
}

// replies are the account's answers and the system that gets the rest.
func (a *App) replies() handler.Replies {
	r := handler.Replies{Rules: ReplyRules(a.cfg.WeChat.Replies), Forwarded: wechat.Forwarded}
	if to := a.cfg.WeChat.ForwardTo; to != "" {
		r.Elsewhere = wechat.NewForwarder(to)
	}
	return r
}

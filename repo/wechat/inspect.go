package wechat

import (
	"context"
	"sync"
	"time"
)

// AccountTemplate is a message template as the account has it. Its content
// names the fields as {{thing1.DATA}}.
type AccountTemplate struct {
	ID      string `json:"template_id"`
	Title   string `json:"title"`
	Content string `json:"content"`
}

// Templates lists the account's message templates (获取已添加至账号下所有模板列表).
func (c *Client) Templates(ctx context.Context) ([]AccountTemplate, error) {
	var out struct {
		List []AccountTemplate `json:"template_list"`
	}
	err := c.call(ctx, "/cgi-bin/template/get_all_private_template", nil, &out)
	return out.List, err
}

// Memory is a cache for a command that asks a few things and ends: it shares
// the token with nobody.
type Memory struct{ m sync.Map }

// NewMemory returns an empty cache.
func NewMemory() *Memory { return &Memory{} }

// Get implements Cache.
func (c *Memory) Get(key string) any { v, _ := c.m.Load(key); return v }

// Set implements Cache; nothing expires, the command ends first.
func (c *Memory) Set(key string, val any, _ time.Duration) error { c.m.Store(key, val); return nil }

// IsExist implements Cache.
func (c *Memory) IsExist(key string) bool { _, ok := c.m.Load(key); return ok }

// Delete implements Cache.
func (c *Memory) Delete(key string) error { c.m.Delete(key); return nil }

// DeleteIf implements Cache.
func (c *Memory) DeleteIf(key, value string) error { c.m.CompareAndDelete(key, value); return nil }

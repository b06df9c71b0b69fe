package redis

import (
	"context"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// WechatCache keeps WeChat's access token for all replicas: the cache that
// repo/wechat asks for.
type WechatCache struct {
	client  redis.UniversalClient
	prefix  string
	timeout time.Duration
}

// NewWechatCache returns a cache whose keys begin with prefix.
func NewWechatCache(client redis.UniversalClient, prefix string) *WechatCache {
	return &WechatCache{client: client, prefix: prefix, timeout: 2 * time.Second}
}

// Get returns the string, or an untyped nil: anything else makes the SDK panic
// or take an empty token for a good one.
func (c *WechatCache) Get(key string) any {
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	s, err := c.client.Get(ctx, c.prefix+key).Result()
	if err != nil || s == "" {
		return nil
	}
	return s
}

// Set keeps the value for d. A duration of zero or less keeps nothing: Redis
// would keep it for ever.
func (c *WechatCache) Set(key string, val any, d time.Duration) error {
	if d <= 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	if err := c.client.Set(ctx, c.prefix+key, fmt.Sprint(val), d).Err(); err != nil {
		return fmt.Errorf("keeping a wechat token: %w", err)
	}
	return nil
}

// IsExist reports whether there is such a key.
func (c *WechatCache) IsExist(key string) bool { return c.Get(key) != nil }

// Delete removes the key.
func (c *WechatCache) Delete(key string) error {
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	if err := c.client.Del(ctx, c.prefix+key).Err(); err != nil {
		return fmt.Errorf("removing a wechat token: %w", err)
	}
	return nil
}

var deleteIf = redis.NewScript(`if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end return 0`)

// DeleteIf removes the key only while it holds the value.
func (c *WechatCache) DeleteIf(key, value string) error {
	ctx, cancel := context.WithTimeout(context.Background(), c.timeout)
	defer cancel()
	if err := deleteIf.Run(ctx, c.client, []string{c.prefix + key}, value).Err(); err != nil {
		return fmt.Errorf("removing a refused wechat token: %w", err)
	}
	return nil
}

package redis

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"ruxue/service/student"
)

// Hasher turns a personal value into a keyed hash, so that neither phones nor
// codes stand in Redis.
type Hasher interface {
	Lookup(kind, value string) []byte
}

// Codes keeps login codes. One hash a phone holds the code's keyed hash, the
// tries and whether it was used; it lives CodeLife.
type Codes struct {
	rdb    redis.UniversalClient
	hasher Hasher
	now    func() time.Time
}

// NewCodes returns the code store.
func NewCodes(rdb redis.UniversalClient, hasher Hasher, now func() time.Time) *Codes {
	return &Codes{rdb, hasher, now}
}

func (c *Codes) key(campaign, phone string) string {
	return "code:" + campaign + ":" + hex.EncodeToString(c.hasher.Lookup("code_phone", phone))
}

func (c *Codes) digest(phone, code string) string {
	return hex.EncodeToString(c.hasher.Lookup("code", phone+":"+code))
}

var putCode = redis.NewScript(`
local sent = tonumber(redis.call('HGET', KEYS[1], 'sent') or '0')
local wait = sent + tonumber(ARGV[3]) - tonumber(ARGV[2])
if wait > 0 then return wait end
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'code', ARGV[1], 'sent', ARGV[2], 'tries', 0)
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 0`)

// Put stores a code unless one was sent within student.CodeInterval; then it
// returns how long to wait.
func (c *Codes) Put(ctx context.Context, campaign, phone, code string) (time.Duration, error) {
	ms, err := putCode.Run(ctx, c.rdb, []string{c.key(campaign, phone)}, c.digest(phone, code), c.now().UnixMilli(),
		student.CodeInterval.Milliseconds(), student.CodeLife.Milliseconds()).Int64()
	if err != nil {
		return 0, fmt.Errorf("storing a login code: %w", err)
	}
	return time.Duration(ms) * time.Millisecond, nil
}

// Drop forgets a code that could not be sent.
func (c *Codes) Drop(ctx context.Context, campaign, phone string) error {
	return c.rdb.Del(ctx, c.key(campaign, phone)).Err()
}

// The script answers {verdict, tries left}; verdicts as student.CodeVerdict.
var tryCode = redis.NewScript(`
local h = redis.call('HMGET', KEYS[1], 'code', 'tries', 'used', 'sent')
if not h[1] or tonumber(ARGV[2]) - tonumber(h[4]) >= tonumber(ARGV[4]) then return {2, 0} end
if h[3] then return {3, 0} end
local left = tonumber(ARGV[3]) - tonumber(h[2])
if left <= 0 then return {4, 0} end
if h[1] == ARGV[1] then return {0, left} end
redis.call('HINCRBY', KEYS[1], 'tries', 1)
if left <= 1 then return {4, 0} end
return {1, left - 1}`)

// Try compares a typed code; a wrong one counts.
func (c *Codes) Try(ctx context.Context, campaign, phone, code string) (student.CodeVerdict, int, error) {
	return c.try(ctx, c.key(campaign, phone), c.digest(phone, code), student.CodeLife)
}

func (c *Codes) try(ctx context.Context, key, digest string, life time.Duration) (student.CodeVerdict, int, error) {
	r, err := tryCode.Run(ctx, c.rdb, []string{key}, digest, c.now().UnixMilli(), student.CodeTries, life.Milliseconds()).Int64Slice()
	if err != nil || len(r) != 2 {
		return 0, 0, fmt.Errorf("comparing a login code: %w", err)
	}
	return student.CodeVerdict(r[0]), int(r[1]), nil
}

var useCode = redis.NewScript(`
if redis.call('HGET', KEYS[1], 'code') ~= ARGV[1] then return 0 end
return redis.call('HSETNX', KEYS[1], 'used', 1)`)

// Use consumes a right code; false when it was consumed before.
func (c *Codes) Use(ctx context.Context, campaign, phone, code string) (bool, error) {
	return c.use(ctx, c.key(campaign, phone), c.digest(phone, code))
}

func (c *Codes) use(ctx context.Context, key, digest string) (bool, error) {
	n, err := useCode.Run(ctx, c.rdb, []string{key}, digest).Int()
	if err != nil {
		return false, fmt.Errorf("using a login code: %w", err)
	}
	return n == 1, nil
}

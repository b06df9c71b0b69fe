package redis

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// Limiter counts how often something happened under a key and refuses what goes
// over a limit, exactly: in no span of one window's length are more than limit
// calls let through, wherever the span begins. A refused call does not count,
// so somebody who keeps trying is let in again when the window allows it.
//
// It keeps the time of each admitted call, some 100 bytes each, and the key only
// as a hash.
type Limiter struct {
	rdb    redis.UniversalClient
	prefix string
	hasher Hasher
}

// NewLimiter returns a limiter whose Redis keys begin with prefix. Keys are
// hashed with SHA-256 unless WithHasher gives it a keyed hash.
func NewLimiter(rdb redis.UniversalClient, prefix string) *Limiter {
	return &Limiter{rdb: rdb, prefix: prefix}
}

// WithHasher returns a limiter that hashes keys with a secret: there are few
// enough phone numbers to try a plain hash on all of them.
func (l *Limiter) WithHasher(h Hasher) *Limiter {
	c := *l
	c.hasher = h
	return &c
}

// allow admits one call or tells how long to wait, in microseconds of the
// server's clock, which all replicas share. Lua writes numbers of this size in
// exponential form unless it is told otherwise. The times of admitted calls
// leave with the window, and so does the key: it is set to expire whenever a
// time is added.
var allow = redis.NewScript(`
local t = redis.call('TIME')
local now = t[1] * 1000000 + t[2]
local limit, window = tonumber(ARGV[1]), tonumber(ARGV[2])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', string.format('%.0f', now - window))
local count = redis.call('ZCARD', KEYS[1])
if count >= limit then
  local e = redis.call('ZRANGE', KEYS[1], count - limit, count - limit, 'WITHSCORES')
  return {0, string.format('%.0f', e[2] + window - now)}
end
redis.call('ZADD', KEYS[1], string.format('%.0f', now), ARGV[3])
redis.call('PEXPIRE', KEYS[1], math.ceil(window / 1000))
return {1, '0'}
`)

// Allow reports whether one more call under key keeps within limit calls per
// window, and counts it if so. If not, retryAfter is when the next one would.
// The same key under two windows makes two counts. On an error the caller
// decides whether to let the call through.
func (l *Limiter) Allow(ctx context.Context, key string, limit int, window time.Duration) (ok bool, retryAfter time.Duration, err error) {
	if limit < 1 || window < time.Millisecond {
		return false, 0, fmt.Errorf("limiting calls: %d per %s is no limit", limit, window)
	}
	// Calls of one microsecond are told apart by this.
	var id [9]byte
	_, _ = rand.Read(id[:]) // never fails since Go 1.24
	res, err := allow.Run(ctx, l.rdb, []string{l.redisKey(key, window)}, limit, window.Microseconds(), id[:]).Slice()
	if err != nil {
		return false, 0, fmt.Errorf("limiting calls: %w", err)
	}
	return verdict(res)
}

// verdict reads the script's answer.
func verdict(res []any) (ok bool, retryAfter time.Duration, err error) {
	bad := errors.New("limiting calls: the script's answer is not understood")
	if len(res) != 2 {
		return false, 0, bad
	}
	admitted, isInt := res[0].(int64)
	text, isText := res[1].(string)
	if !isInt || !isText {
		return false, 0, bad
	}
	wait, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return false, 0, bad
	}
	return admitted == 1, time.Duration(wait) * time.Microsecond, nil
}

func (l *Limiter) redisKey(key string, window time.Duration) string {
	value := window.String() + "|" + key
	if l.hasher != nil {
		return l.prefix + hex.EncodeToString(l.hasher.Lookup("limit", value))
	}
	sum := sha256.Sum256([]byte(value))
	return l.prefix + hex.EncodeToString(sum[:])
}

package redis

import (
	"context"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"
)

// Tries counts failures that a success forgets. Keys are kept as keyed hashes:
// they hold phone numbers.
type Tries struct {
	rdb    redis.UniversalClient
	hasher Hasher
}

// NewTries returns the store of tries.
func NewTries(rdb redis.UniversalClient, hasher Hasher) *Tries { return &Tries{rdb, hasher} }

func (t *Tries) key(key string) string {
	return "tries:" + hex.EncodeToString(t.hasher.Lookup("tries", key))
}

// The window begins anew with the last try that is allowed: the wait that a
// page then tells is a whole window.
var takeTry = redis.NewScript(`
local limit = tonumber(ARGV[1])
local n = tonumber(redis.call('GET', KEYS[1]) or '0')
if n >= limit then return {-1, redis.call('PTTL', KEYS[1])} end
n = redis.call('INCR', KEYS[1])
if n == 1 or n >= limit then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return {limit - n, 0}`)

// Take counts a try under key and returns how many are left; left is -1 when
// limit tries were used up, and wait how long until they are forgotten.
func (t *Tries) Take(ctx context.Context, key string, limit int, window time.Duration) (left int, wait time.Duration, err error) {
	r, err := takeTry.Run(ctx, t.rdb, []string{t.key(key)}, limit, window.Milliseconds()).Int64Slice()
	if err != nil || len(r) != 2 {
		return 0, 0, fmt.Errorf("counting a try: %w", err)
	}
	return int(r[0]), time.Duration(r[1]) * time.Millisecond, nil
}

// Clear forgets the tries under key.
func (t *Tries) Clear(ctx context.Context, key string) error {
	if err := t.rdb.Del(ctx, t.key(key)).Err(); err != nil {
		return fmt.Errorf("forgetting tries: %w", err)
	}
	return nil
}

package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"ruxue/service/fault"
)

// editTries bounds how often an edit is tried again. Each failure means that
// another request of the same session succeeded, and a browser has few at once.
const editTries = 40

// edit changes what a key holds as JSON, by compare and set, and returns what
// it holds then. change may run several times, each time on what is stored at
// that moment: of two requests of one session none undoes what the other
// wrote. A key that is gone stays gone: fault.Unauthorized.
func edit[T any](ctx context.Context, rdb redis.UniversalClient, key string, life time.Duration, change func(*T)) (T, error) {
	var now T
	try := func(tx *redis.Tx) error {
		raw, err := tx.Get(ctx, key).Bytes()
		if errors.Is(err, redis.Nil) {
			return fault.New(fault.Unauthorized, "")
		}
		if err != nil {
			return fmt.Errorf("reading a session: %w", err)
		}
		var held T
		if err := json.Unmarshal(raw, &held); err != nil {
			return fmt.Errorf("decoding a session: %w", err)
		}
		change(&held)
		if raw, err = json.Marshal(held); err != nil {
			return fmt.Errorf("encoding a session: %w", err)
		}
		_, err = tx.TxPipelined(ctx, func(p redis.Pipeliner) error {
			p.Set(ctx, key, raw, life)
			return nil
		})
		now = held
		return err
	}
	for range editTries {
		err := rdb.Watch(ctx, try, key)
		if err == nil || fault.Is(err, fault.Unauthorized) {
			return now, err
		}
		if !errors.Is(err, redis.TxFailedErr) {
			return now, fmt.Errorf("changing a session: %w", err)
		}
	}
	return now, fault.New(fault.Unavailable, "同时提交的操作太多，请再试一次")
}

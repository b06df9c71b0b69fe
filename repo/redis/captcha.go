package redis

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"

	"ruxue/service/captcha"
)

// Captchas keeps the solutions of puzzles that were shown.
type Captchas struct{ rdb redis.UniversalClient }

// NewCaptchas returns the store of solutions.
func NewCaptchas(rdb redis.UniversalClient) *Captchas { return &Captchas{rdb} }

// Put keeps a solution for captcha.Life.
func (c *Captchas) Put(ctx context.Context, id string, a captcha.Answer) error {
	raw, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("encoding a puzzle's solution: %w", err)
	}
	if err := c.rdb.Set(ctx, "captcha:"+id, raw, captcha.Life).Err(); err != nil {
		return fmt.Errorf("keeping a puzzle's solution: %w", err)
	}
	return nil
}

// Take returns the solution and forgets it, in one step: of two answers at
// once one finds it.
func (c *Captchas) Take(ctx context.Context, id string) (a captcha.Answer, ok bool, err error) {
	if len(id) != 22 {
		return a, false, nil
	}
	raw, err := c.rdb.GetDel(ctx, "captcha:"+id).Bytes()
	if errors.Is(err, redis.Nil) {
		return a, false, nil
	}
	if err != nil {
		return a, false, fmt.Errorf("taking a puzzle's solution: %w", err)
	}
	if err := json.Unmarshal(raw, &a); err != nil {
		return a, false, fmt.Errorf("reading a puzzle's solution: %w", err)
	}
	return a, true, nil
}

package redis

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"ruxue/service/review"
	"ruxue/service/staff"
)

// Looks keeps which case each member of staff has open: for each case a sorted
// set of who looks, by when that ends, and for each of them her case. Times are
// the callers' clocks: replicas that differ by seconds lose as many of a mark.
type Looks struct{ rdb redis.UniversalClient }

// NewLooks returns the store of open cases.
func NewLooks(rdb redis.UniversalClient) *Looks { return &Looks{rdb} }

// lookersShown bounds who is named of one case.
const lookersShown = 9

func lookedAt(key string) string { return "review-look:" + key }

// Look implements review.Looks: what she looked at before is hers no more.
func (l *Looks) Look(ctx context.Context, key string, by review.By, now time.Time) error {
	mine := "review-looker:" + by.Ref
	old, err := l.rdb.Get(ctx, mine).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return fmt.Errorf("reading an open case: %w", err)
	}
	member := by.Ref + " " + by.Name
	p := l.rdb.Pipeline()
	if old != "" && old != key {
		p.ZRem(ctx, lookedAt(old), member)
	}
	p.Set(ctx, mine, key, review.LookFor)
	p.ZRemRangeByScore(ctx, lookedAt(key), "-inf", strconv.FormatInt(now.UnixMilli(), 10))
	p.ZAdd(ctx, lookedAt(key), redis.Z{Score: float64(now.Add(review.LookFor).UnixMilli()), Member: member})
	p.PExpire(ctx, lookedAt(key), review.LookFor)
	if _, err := p.Exec(ctx); err != nil {
		return fmt.Errorf("noting an open case: %w", err)
	}
	return nil
}

func seenIn(session string) string { return "review-seen:" + session }

// Seen implements review.Looks.
func (l *Looks) Seen(ctx context.Context, session, key string) (bool, error) {
	ok, err := l.rdb.SIsMember(ctx, seenIn(session), key).Result()
	if err != nil {
		return false, fmt.Errorf("reading which cases a session has seen: %w", err)
	}
	return ok, nil
}

// MarkSeen implements review.Looks.
func (l *Looks) MarkSeen(ctx context.Context, session, key string) error {
	p := l.rdb.Pipeline()
	p.SAdd(ctx, seenIn(session), key)
	p.Expire(ctx, seenIn(session), staff.Longest)
	if _, err := p.Exec(ctx); err != nil {
		return fmt.Errorf("noting that a session has seen a case: %w", err)
	}
	return nil
}

// At implements review.Looks: one pipeline, which a Cluster's client divides by
// node.
func (l *Looks) At(ctx context.Context, keys []string, now time.Time) ([][]review.By, error) {
	p := l.rdb.Pipeline()
	found := make([]*redis.StringSliceCmd, len(keys))
	from := "(" + strconv.FormatInt(now.UnixMilli(), 10)
	for i, k := range keys {
		found[i] = p.ZRangeByScore(ctx, lookedAt(k), &redis.ZRangeBy{Min: from, Max: "+inf", Count: lookersShown})
	}
	if _, err := p.Exec(ctx); err != nil {
		return nil, fmt.Errorf("reading who looks at cases: %w", err)
	}
	out := make([][]review.By, len(keys))
	for i, f := range found {
		for _, member := range f.Val() {
			ref, name, _ := strings.Cut(member, " ")
			out[i] = append(out[i], review.By{Ref: ref, Name: name})
		}
	}
	return out, nil
}

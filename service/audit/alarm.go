package audit

import (
	"context"
	"fmt"
	"time"
)

// SealedWithin is how soon a provable row has to be in the chain: later is an
// alarm (design §6).
const SealedWithin = time.Minute

// Late are rows of a kind that are not in the chain though they should be.
type Late struct {
	Kind  string
	Rows  int // at most 200 are looked at
	Since time.Time
}

// Alarm notices provable rows that stay unsealed. It looks for itself, whoever
// holds the sealer's lease, so it also tells of a sealer that stands still. One
// goroutine calls it.
type Alarm struct {
	store SealStore
	kinds []string
	now   func() time.Time
	seen  map[string]map[int64]time.Time // since when a row is known to be unsealed
}

// NewAlarm returns an alarm over the sealer's kinds.
func NewAlarm(s *Sealer) *Alarm {
	a := &Alarm{store: s.store, now: s.now, seen: map[string]map[int64]time.Time{}}
	for _, k := range s.kinds {
		a.kinds = append(a.kinds, k.Name)
	}
	return a
}

// Check looks once and returns every kind, those with nothing late included.
func (a *Alarm) Check(ctx context.Context) ([]Late, error) {
	out := make([]Late, 0, len(a.kinds))
	for _, kind := range a.kinds {
		rows, err := a.store.Unsealed(ctx, kind, 0, batch)
		if err != nil {
			return out, fmt.Errorf("looking for unsealed rows: %w", err)
		}
		now, known := a.now(), map[int64]time.Time{}
		late := Late{Kind: kind}
		for _, r := range rows {
			since, ok := a.seen[kind][r.ID]
			if !ok {
				since = now
			}
			known[r.ID] = since
			if now.Sub(since) < SealedWithin {
				continue
			}
			late.Rows++
			if late.Since.IsZero() || since.Before(late.Since) {
				late.Since = since
			}
		}
		a.seen[kind] = known
		out = append(out, late)
	}
	return out, nil
}

package campaign_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ruxue/service/campaign"
)

// crowd is a list that counts how often it is asked, which no database tells.
type crowd struct {
	rollOf
	mu      sync.Mutex
	kin     []campaign.Kin
	entered bool
	broken  error
	asked   atomic.Int64
}

func (r *crowd) WithoutFee(context.Context, int64) ([]campaign.Kin, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	out := make([]campaign.Kin, 0, len(r.kin))
	for _, k := range r.kin {
		out = append(out, campaign.Kin{Facts: map[string]string{}, Students: k.Students})
	}
	return out, r.broken
}

func (r *crowd) EnteredSince(context.Context, int64, time.Time) (bool, error) {
	r.asked.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.entered, r.broken
}

func (r *crowd) change(fn func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	fn()
}

// TestAHeldStartIsCheap: a thousand requests at once ask the records once, the
// next ones a few seconds later, and nobody once the campaign has started.
func TestAHeldStartIsCheap(t *testing.T) {
	r := &crowd{kin: []campaign.Kin{{Students: 3}}}
	var at atomic.Int64
	at.Store(time.Date(2026, 3, 1, 0, 0, 0, 0, campaign.Shanghai).UnixNano())
	s := campaign.NewStarter(r, func() time.Time { return time.Unix(0, at.Load()) })
	c := &campaign.Campaign{ID: 1, Version: 1, Steps: []campaign.Step{{Kind: "pay"}}, Window: campaign.Window{From: "2026-03-01", To: "2026-03-31"}}
	want := func(when string, held bool, asked int64) {
		t.Helper()
		var wg sync.WaitGroup
		for range 1000 {
			wg.Go(func() {
				if got, err := s.Held(t.Context(), c); err != nil || got != held {
					t.Errorf("%s: held is %v %v", when, got, err)
				}
			})
		}
		wg.Wait()
		if n := r.asked.Load(); n != asked {
			t.Errorf("%s: asked %d times, want %d", when, n, asked)
		}
	}
	want("at midnight", true, 1)
	r.change(func() { r.kin = nil })
	want("within the same seconds", true, 1)
	at.Add(int64(5 * time.Second))
	if got, err := s.Held(t.Context(), c); err != nil || got {
		t.Fatalf("once the fees are there: held is %v %v", got, err)
	}
	want("once the fees are there", false, 2)
	r.change(func() { r.entered, r.kin = true, []campaign.Kin{{Students: 1}} })
	at.Add(int64(5 * time.Second))
	if got, err := s.Held(t.Context(), c); err != nil || got {
		t.Fatalf("after the first student: held is %v %v", got, err)
	}
	at.Add(int64(time.Hour))
	c = &campaign.Campaign{ID: 1, Version: 2, Steps: c.Steps, Window: c.Window}
	want("a started campaign, edited", false, 3)
	r.change(func() { r.entered = false })
	c = &campaign.Campaign{ID: 1, Version: 3, Steps: c.Steps, Window: campaign.Window{From: "2026-02-27", To: "2026-03-31"}}
	want("another first day", true, 4)
	at.Store(time.Date(2026, 4, 1, 0, 0, 0, 0, campaign.Shanghai).UnixNano())
	want("after the window", false, 4)
	if l, err := s.Lack(t.Context(), c); err != nil || l.Students != 0 {
		t.Errorf("after the window somebody is missing: %+v %v", l, err)
	}
}

// TestAHeldStartThatCannotBeLookedUp is an error to each who asks, and asked again.
func TestAHeldStartThatCannotBeLookedUp(t *testing.T) {
	r := &crowd{broken: errors.New("down")}
	s := campaign.NewStarter(r, func() time.Time { return time.Date(2026, 3, 1, 9, 0, 0, 0, campaign.Shanghai) })
	c := &campaign.Campaign{ID: 1, Version: 1, Steps: []campaign.Step{{Kind: "pay"}}, Window: campaign.Window{From: "2026-03-01", To: "2026-03-31"}}
	if _, err := s.Held(t.Context(), c); err == nil {
		t.Error("a list that cannot be read lets students in")
	}
	r.change(func() { r.broken = nil })
	if held, err := s.Held(t.Context(), c); err != nil || held {
		t.Errorf("held is %v %v", held, err)
	}
}

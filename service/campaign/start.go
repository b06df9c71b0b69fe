package campaign

import (
	"context"
	"fmt"
	"sync"
	"time"
)

// HeldSentence is what students read while a campaign is held.
const HeldSentence = "注册尚未开始。学校正在完成开放前的准备，完成后会自动开放，请稍后再来"

// heldFor is how old an answer about a campaign that has not started may be.
const heldFor = 5 * time.Second

// Starter holds the start of campaigns: a window that begins while somebody has
// no fee opens to nobody, and to everybody as soon as the last fee is there
// (design §7). A campaign has started for good once a student entered in its
// window; from then on lists and the console refuse who has no fee one by one.
// Nothing of it is stored: replicas read the same students.
type Starter struct {
	roll Roll
	now  func() time.Time

	mu   sync.Mutex
	seen map[int64]*verdict
}

// verdict is what was found out about a campaign, for its window's first day.
type verdict struct {
	from          string
	version       int
	started, held bool
	asked         time.Time
	asking        chan struct{} // closed when the question under way is answered; nil without one
}

// NewStarter returns a Starter over the campaigns' lists.
func NewStarter(roll Roll, now func() time.Time) *Starter {
	return &Starter{roll: roll, now: now, seen: map[int64]*verdict{}}
}

// Held reports whether the campaign's window is open and the campaign has not
// started all the same. Of one that started it knows for good; otherwise one
// request in a few seconds asks the records and the others get its answer.
func (s *Starter) Held(ctx context.Context, c *Campaign) (bool, error) {
	if !c.hasStep("pay") || !c.Window.Open(s.now()) {
		return false, nil
	}
	for {
		s.mu.Lock()
		v := s.seen[c.ID]
		if v == nil {
			v = &verdict{}
			s.seen[c.ID] = v
		}
		known := v.from == c.Window.From && (v.started || v.version == c.Version)
		if known && (v.started || v.asking != nil || s.now().Sub(v.asked) < heldFor) {
			held := v.held
			s.mu.Unlock()
			return held, nil
		}
		wait := v.asking
		if wait == nil {
			v.asking = make(chan struct{})
			s.mu.Unlock()
			return s.ask(ctx, c, v)
		}
		s.mu.Unlock()
		select {
		case <-wait:
		case <-ctx.Done():
			return false, ctx.Err()
		}
	}
}

// ask answers for everybody who waits. No lock is held while the records are read.
func (s *Starter) ask(ctx context.Context, c *Campaign, v *verdict) (bool, error) {
	started, err := s.started(ctx, c)
	n := 0
	if err == nil && !started {
		n, _, err = c.unpaid(ctx, s.roll, c.ID, 0)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	close(v.asking)
	v.asking = nil
	if err != nil {
		return false, err
	}
	v.from, v.version, v.started, v.held, v.asked = c.Window.From, c.Version, started, n > 0, s.now()
	return v.held, nil
}

func (s *Starter) started(ctx context.Context, c *Campaign) (bool, error) {
	from, _, err := c.Window.Bounds()
	if err != nil {
		return false, err
	}
	ok, err := s.roll.EnteredSince(ctx, c.ID, from)
	if err != nil {
		return false, fmt.Errorf("looking whether campaign %s has started: %w", c.Code, err)
	}
	return ok, nil
}

// Lack is who keeps a campaign from starting.
type Lack struct {
	Students int
	Names    []string // some of them: name and 考生号
	Due      bool     // the window has begun; else they will keep it from starting
}

// Lack looks for who keeps the campaign from starting, now or once its window
// begins, past every cache; nobody where it has started or is over.
func (s *Starter) Lack(ctx context.Context, c *Campaign) (l Lack, err error) {
	_, to, err := c.Window.Bounds()
	if err != nil || !c.hasStep("pay") || s.now().After(to) {
		return l, err
	}
	if ok, err := s.started(ctx, c); err != nil || ok {
		return l, err
	}
	l.Students, l.Names, err = c.unpaid(ctx, s.roll, c.ID, named)
	l.Due = c.Window.Open(s.now())
	return l, err
}

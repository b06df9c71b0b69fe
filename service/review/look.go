package review

import (
	"context"
	"strconv"
	"time"
)

// LookFor is how long a case counts as looked at after its page last asked for
// it; the page asks every 15 seconds while it is in sight.
const LookFor = 40 * time.Second

// Looks remembers which case each member of staff has open. It is a courtesy and
// no lock: it may forget, and deciding never asks it.
type Looks interface {
	// Look notes that the member of staff looks at the case, and at no other.
	Look(ctx context.Context, key string, by By, now time.Time) error
	// At returns who looks at each of the cases, in one round trip; a case that
	// nobody looks at has none.
	At(ctx context.Context, keys []string, now time.Time) ([][]By, error)
	// Seen reports whether the case is marked as seen in the session, and MarkSeen
	// marks it for as long as a session may live.
	Seen(ctx context.Context, session, key string) (bool, error)
	MarkSeen(ctx context.Context, session, key string) error
}

func lookKey(c Case) string { return string(c.Kind) + ":" + c.Subject }

// Look tells the others that by has the case open.
func (s *Service) Look(ctx context.Context, by By, c Case) {
	if s.Looks == nil || !c.Open {
		return
	}
	if err := s.Looks.Look(ctx, lookKey(c), by, s.Now()); err != nil && ctx.Err() == nil {
		s.Log.WarnContext(ctx, "who looks at a case is not noted", "error", err.Error())
	}
}

// Opened runs note when a session opens a case for the first time, with all its
// pictures. The entry comes first and the mark, which is no record, after it: a
// mark that is lost, or two requests at once, cost a second entry, and nobody
// sees a case without one.
func (s *Service) Opened(ctx context.Context, session string, c Case, note func(ctx context.Context) error) error {
	if s.Looks == nil {
		return note(ctx)
	}
	seen, err := s.Looks.Seen(ctx, session, lookKey(c))
	if err == nil && seen {
		return nil
	}
	if err := note(ctx); err != nil {
		return err
	}
	if err == nil {
		err = s.Looks.MarkSeen(ctx, session, lookKey(c))
	}
	if err != nil && ctx.Err() == nil {
		s.Log.WarnContext(ctx, "that a case was seen is not remembered", "error", err.Error())
	}
	return nil
}

// Lookers says for each case in words which others than by have it open,
// 王老师正在查看, and "" where nobody does.
func (s *Service) Lookers(ctx context.Context, by By, cases []Case) []string {
	out := make([]string, len(cases))
	if s.Looks == nil || len(cases) == 0 {
		return out
	}
	keys := make([]string, len(cases))
	for i, c := range cases {
		keys[i] = lookKey(c)
	}
	at, err := s.Looks.At(ctx, keys, s.Now())
	if err != nil {
		if ctx.Err() == nil {
			s.Log.WarnContext(ctx, "who looks at cases is not known", "error", err.Error())
		}
		return out
	}
	for i := range at {
		out[i] = looking(at[i], by.Ref)
	}
	return out
}

// looking names who looks, without the one who asks.
func looking(who []By, me string) string {
	var names []string
	for _, b := range who {
		if b.Ref != me {
			names = append(names, b.Name)
		}
	}
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0] + "正在查看"
	case 2:
		return names[0] + "、" + names[1] + "正在查看"
	}
	return names[0] + "等 " + strconv.Itoa(len(names)) + " 人正在查看"
}

// Free is the first of the cases that nobody else than by looks at; the first
// one of all when others look at each. ok is false without any case.
func (s *Service) Free(ctx context.Context, by By, cases []Case) (c Case, ok bool) {
	for i, words := range s.Lookers(ctx, by, cases) {
		if words == "" {
			return cases[i], true
		}
	}
	if len(cases) == 0 {
		return c, false
	}
	return cases[0], true
}

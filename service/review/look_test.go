package review

import (
	"context"
	"errors"
	"testing"
	"time"
)

func TestLookingNamesTheOthers(t *testing.T) {
	for _, x := range []struct {
		who  []By
		want string
	}{
		{nil, ""},
		{[]By{{Ref: "me", Name: "李老师"}}, ""},
		{[]By{{Ref: "a", Name: "王老师"}}, "王老师正在查看"},
		{[]By{{Ref: "me", Name: "李老师"}, {Ref: "a", Name: "王老师"}}, "王老师正在查看"},
		{[]By{{Ref: "a", Name: "王老师"}, {Ref: "b", Name: "周老师"}}, "王老师、周老师正在查看"},
		{[]By{{Ref: "a", Name: "王老师"}, {Ref: "b", Name: "周老师"}, {Ref: "c", Name: "赵老师"}}, "王老师等 3 人正在查看"},
	} {
		if got := looking(x.who, "me"); got != x.want {
			t.Errorf("%v reads %q, want %q", x.who, got, x.want)
		}
	}
}

// looks is a Looks of fixed answers.
type looks struct {
	at   map[string][]By
	seen map[string]bool
	err  error
}

func (l looks) Seen(_ context.Context, session, key string) (bool, error) {
	return l.seen[session+" "+key], l.err
}

func (l looks) MarkSeen(_ context.Context, session, key string) error {
	if l.err == nil {
		l.seen[session+" "+key] = true
	}
	return l.err
}

func (l looks) Look(context.Context, string, By, time.Time) error { return l.err }

func (l looks) At(_ context.Context, keys []string, _ time.Time) ([][]By, error) {
	out := make([][]By, len(keys))
	for i, k := range keys {
		out[i] = l.at[k]
	}
	return out, l.err
}

func TestFreeSkipsWhatOthersLookAt(t *testing.T) {
	cases := []Case{{Kind: Photo, Subject: "a"}, {Kind: Photo, Subject: "b"}, {Kind: Waive, Subject: "a"}}
	me, other := By{Ref: "me"}, []By{{Ref: "x", Name: "王老师"}}
	for _, x := range []struct {
		name  string
		looks Looks
		want  int
	}{
		{"nobody looks", looks{}, 0},
		{"nothing is remembered", nil, 0},
		{"the first is another's", looks{at: map[string][]By{"photo:a": other}}, 1},
		{"the first is mine", looks{at: map[string][]By{"photo:a": {me}}}, 0},
		{"two are others'", looks{at: map[string][]By{"photo:a": other, "photo:b": other}}, 2},
		{"all are others'", looks{at: map[string][]By{"photo:a": other, "photo:b": other, "waive:a": other}}, 0},
		{"Redis is gone", looks{err: errors.New("gone")}, 0},
	} {
		s := New(Options{Looks: x.looks})
		if got, ok := s.Free(t.Context(), me, cases); !ok || got != cases[x.want] {
			t.Errorf("%s: the next is %v", x.name, got)
		}
	}
	if _, ok := New(Options{}).Free(t.Context(), me, nil); ok {
		t.Error("of no cases one is free")
	}
}

// TestOpeningACaseIsNotedOnceASession: without the mark it is noted too often,
// never too seldom; without the entry the case stays shut.
func TestOpeningACaseIsNotedOnceASession(t *testing.T) {
	a, b := Case{Kind: Photo, Subject: "a"}, Case{Kind: Attachment, Subject: "a"}
	broken := errors.New("gone")
	for _, x := range []struct {
		name   string
		looks  Looks
		log    error
		open   func(s *Service, note func(ctx context.Context) error) error
		noted  int
		opened bool
	}{
		{"again and again", looks{seen: map[string]bool{}}, nil, openAll("s1", a, a, a), 1, true},
		{"other cases", looks{seen: map[string]bool{}}, nil, openAll("s1", a, b, a, b), 2, true},
		{"another session", looks{seen: map[string]bool{"s0 photo:a": true}}, nil, openAll("s1", a, a), 1, true},
		{"nothing is remembered", nil, nil, openAll("s1", a, a), 2, true},
		{"Redis is gone", looks{err: broken}, nil, openAll("s1", a, a), 2, true},
		{"the log is gone", looks{seen: map[string]bool{}}, broken, openAll("s1", a), 1, false},
	} {
		n := 0
		err := x.open(New(Options{Looks: x.looks}), func(context.Context) error { n++; return x.log })
		if n != x.noted || (err == nil) != x.opened {
			t.Errorf("%s: noted %d times, want %d; %v", x.name, n, x.noted, err)
		}
	}
}

func openAll(session string, cases ...Case) func(s *Service, note func(ctx context.Context) error) error {
	return func(s *Service, note func(ctx context.Context) error) error {
		for _, c := range cases {
			if err := s.Opened(context.Background(), session, c, note); err != nil {
				return err
			}
		}
		return nil
	}
}

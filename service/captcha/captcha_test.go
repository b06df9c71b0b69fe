package captcha_test

import (
	"bytes"
	"context"
	"image"
	_ "image/jpeg"
	_ "image/png"
	"math/rand/v2"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"ruxue/service/captcha"
	"ruxue/service/fault"
)

// memory is a store and a limiter without a world around them.
type memory struct {
	mu      sync.Mutex
	answers map[string]captcha.Answer
	counts  map[string]int
}

func newMemory() *memory {
	return &memory{answers: map[string]captcha.Answer{}, counts: map[string]int{}}
}

func (m *memory) Put(_ context.Context, id string, a captcha.Answer) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answers[id] = a
	return nil
}

func (m *memory) Take(_ context.Context, id string) (captcha.Answer, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	a, ok := m.answers[id]
	delete(m.answers, id)
	return a, ok, nil
}

func (m *memory) Allow(_ context.Context, key string, limit int, window time.Duration) (bool, time.Duration, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.counts[key] >= limit {
		return false, window, nil
	}
	m.counts[key]++
	return true, 0, nil
}

type one struct{ p captcha.Puzzle }

func (o one) Next(context.Context) (captcha.Puzzle, error) { return o.p, nil }

func TestTheSolutionIsAcceptedOnceInTimeAndByItsOwner(t *testing.T) {
	const x = 137
	for name, c := range map[string]struct {
		off    int
		after  time.Duration
		owner  string
		again  bool
		accept bool
	}{
		"exact":               {accept: true},
		"five to the left":    {off: -5, accept: true},
		"five to the right":   {off: 5, accept: true},
		"six":                 {off: 6},
		"off by eight":        {off: 8},
		"off by eight, left":  {off: -8},
		"used before":         {again: true},
		"a second before":     {after: 2*time.Minute - time.Second, accept: true},
		"two minutes later":   {after: 2 * time.Minute},
		"of another session":  {owner: "stranger"},
		"far outside picture": {off: 1 << 30},
	} {
		now := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
		s := captcha.New(one{captcha.Puzzle{X: x}}, newMemory(), newMemory(), func() time.Time { return now })
		ch, err := s.Issue(t.Context(), "session", "student")
		if err != nil {
			t.Fatal(err)
		}
		if c.again {
			if err := s.Check(t.Context(), "session", "student", ch.ID, x); err != nil {
				t.Fatal(err)
			}
		}
		owner := "session"
		if c.owner != "" {
			owner = c.owner
		}
		now = now.Add(c.after)
		err = s.Check(t.Context(), owner, "student", ch.ID, x+c.off)
		if (err == nil) != c.accept {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAWrongAnswerUsesThePuzzleUp(t *testing.T) {
	s := captcha.New(one{captcha.Puzzle{X: 100}}, newMemory(), newMemory(), time.Now)
	ch, err := s.Issue(t.Context(), "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context(), "a", "b", ch.ID, 108); !fault.Is(err, fault.Invalid) {
		t.Errorf("off by 8: %v", err)
	}
	if err := s.Check(t.Context(), "a", "b", ch.ID, 100); !fault.Is(err, fault.Gone) {
		t.Errorf("the right answer after a wrong one: %v", err)
	}
}

func TestTooManyTries(t *testing.T) {
	s := captcha.New(one{captcha.Puzzle{X: 100}}, newMemory(), newMemory(), time.Now)
	for i := range captcha.Tries {
		ch, err := s.Issue(t.Context(), "a", "b")
		if err != nil {
			t.Fatalf("puzzle %d: %v", i, err)
		}
		if err := s.Check(t.Context(), "a", "b", ch.ID, 0); !fault.Is(err, fault.Invalid) {
			t.Fatalf("try %d: %v", i, err)
		}
	}
	ch, err := s.Issue(t.Context(), "a", "b")
	if err != nil {
		t.Fatal(err)
	}
	err = s.Check(t.Context(), "a", "b", ch.ID, 100)
	if f, ok := fault.As(err); !ok || f.Kind != fault.TooMany || f.RetryAfter == 0 || !strings.Contains(f.Sentence, "短信") {
		t.Errorf("the right answer after %d wrong ones: %v", captcha.Tries, err)
	}
	if ch, err = s.Issue(t.Context(), "c", "d"); err != nil {
		t.Fatal(err)
	}
	if err := s.Check(t.Context(), "c", "d", ch.ID, 100); err != nil {
		t.Errorf("another student: %v", err)
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

func TestPuzzlesComeFromTheGivenRandomness(t *testing.T) {
	s := captcha.NewSlides(zeros{})
	p, err := s.Make()
	if err != nil {
		t.Fatal(err)
	}
	if p.X != 90 || p.Y != 6 {
		t.Errorf("zeros give the hole (%d,%d), want (90,6)", p.X, p.Y)
	}
}

func TestPuzzlesFitTheirPicture(t *testing.T) {
	s := captcha.NewSlides(rand.NewChaCha8([32]byte{1}))
	seen := map[int]bool{}
	for range 40 {
		p, err := s.Make()
		if err != nil {
			t.Fatal(err)
		}
		seen[p.X] = true
		if p.X < p.Size+5 || p.X+p.Size > p.Width || p.Y < 0 || p.Y+p.Size > p.Height {
			t.Fatalf("the hole (%d,%d) of %d lies outside %d×%d", p.X, p.Y, p.Size, p.Width, p.Height)
		}
		pic, kind, err := image.Decode(bytes.NewReader(p.Picture))
		if err != nil || kind != "jpeg" || pic.Bounds().Dx() != p.Width || pic.Bounds().Dy() != p.Height {
			t.Fatalf("the picture is a %s of %v, want %d×%d: %v", kind, pic.Bounds(), p.Width, p.Height, err)
		}
		if len(p.Picture) > 30_000 {
			t.Errorf("the picture has %d bytes", len(p.Picture))
		}
		tile, kind, err := image.Decode(bytes.NewReader(p.Tile))
		if err != nil || kind != "png" || tile.Bounds().Dx() != p.Size || tile.Bounds().Dy() != p.Size {
			t.Fatalf("the tile is a %s of %v: %v", kind, tile.Bounds(), err)
		}
	}
	if len(seen) < 20 {
		t.Errorf("40 puzzles have only %d places", len(seen))
	}
}

func TestThePoolIsBoundedAndEachPuzzleComesOnce(t *testing.T) {
	var made atomic.Int64
	p := captcha.NewPool(4, func() (captcha.Puzzle, error) { return captcha.Puzzle{X: int(made.Add(1))}, nil }, func(error) {})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() { p.Run(ctx); close(done) }()
	time.Sleep(20 * time.Millisecond)
	if n := made.Load(); n != 0 {
		t.Errorf("%d puzzles were drawn before anybody asked", n)
	}
	if _, err := p.Next(ctx); err != nil {
		t.Fatal(err)
	}
	time.Sleep(50 * time.Millisecond)
	if n := made.Load(); n > 6 {
		t.Errorf("a pool of 4 drew %d puzzles nobody asked for", n)
	}
	seen := map[int]bool{1: true}
	for range 20 {
		x, err := p.Next(ctx)
		if err != nil || seen[x.X] {
			t.Fatalf("puzzle %d came twice (%v)", x.X, err)
		}
		seen[x.X] = true
	}
	cancel()
	<-done
}

func BenchmarkMake(b *testing.B) {
	s := captcha.NewSlides(rand.NewChaCha8([32]byte{1}))
	for b.Loop() {
		if _, err := s.Make(); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkPool is the rate at which puzzles that lie ready are handed out.
func BenchmarkPool(b *testing.B) {
	s := captcha.NewSlides(rand.NewChaCha8([32]byte{1}))
	ready, err := s.Make()
	if err != nil {
		b.Fatal(err)
	}
	p := captcha.NewPool(64, func() (captcha.Puzzle, error) { return ready, nil }, func(err error) { b.Error(err) })
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	go p.Run(ctx)
	for b.Loop() {
		if _, err := p.Next(ctx); err != nil {
			b.Fatal(err)
		}
	}
}

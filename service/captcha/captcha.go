// Package captcha owns the slider puzzle: pictures made ahead, each shown once,
// its solution kept on the server for two minutes.
package captcha

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/fault"
	"ruxue/service/reference"
)

// Rules of the slider.
const (
	Life      = 2 * time.Minute // a puzzle older than this is refused
	Tolerance = 5               // pixels of the picture to either side
	Tries     = 20              // answers per student in TriesIn
	TriesIn   = 10 * time.Minute
)

// Puzzle is one picture with a hole, and the tile that fills it. X is the
// solution: how far from the left edge the tile belongs, in pixels.
type Puzzle struct {
	Picture       []byte // JPEG, Width × Height
	Tile          []byte // PNG, Size × Size
	X, Y          int
	Width, Height int
	Size          int
}

// Challenge is a puzzle without its solution.
type Challenge struct {
	ID      string
	Picture []byte // JPEG
	Tile    []byte // PNG
	Y       int    // of the tile's upper edge
	Width   int
	Height  int
	Size    int
}

// Answer is what the store keeps of a puzzle that was shown.
type Answer struct {
	Owner string
	X     int
	At    time.Time
}

// Store keeps answers for Life.
type Store interface {
	Put(ctx context.Context, id string, a Answer) error
	// Take returns the answer and forgets it: a puzzle is tried once.
	Take(ctx context.Context, id string) (a Answer, ok bool, err error)
}

// Source hands out puzzles, each one once.
type Source interface {
	Next(ctx context.Context) (Puzzle, error)
}

// Limiter counts acts against a limit in a window.
type Limiter interface {
	Allow(ctx context.Context, key string, limit int, window time.Duration) (ok bool, retryAfter time.Duration, err error)
}

// Service issues puzzles and checks their solutions.
type Service struct {
	source  Source
	store   Store
	limiter Limiter
	now     func() time.Time
}

// New returns a Service.
func New(source Source, store Store, limiter Limiter, now func() time.Time) *Service {
	return &Service{source: source, store: store, limiter: limiter, now: now}
}

// The refusals. None tells how far off the tile was.
var (
	errGone = fault.New(fault.Gone, "这张图片已经失效，请用新的图片再试一次")
	errOff  = fault.New(fault.Invalid, "没有对准，请用新的图片再试一次")
)

// Issue shows the owner, a login session, a new puzzle. student is who is
// counted against the limit of tries: the sessions of one student share it.
func (s *Service) Issue(ctx context.Context, owner, student string) (Challenge, error) {
	ok, wait, err := s.limiter.Allow(ctx, "captcha-issue:"+student, 2*Tries, TriesIn)
	if err != nil {
		return Challenge{}, fmt.Errorf("counting a puzzle: %w", err)
	}
	if !ok {
		return Challenge{}, tooMany(wait)
	}
	p, err := s.source.Next(ctx)
	if err != nil {
		return Challenge{}, fmt.Errorf("taking a puzzle: %w", err)
	}
	id := reference.New()
	if err := s.store.Put(ctx, id, Answer{Owner: owner, X: p.X, At: s.now()}); err != nil {
		return Challenge{}, fmt.Errorf("keeping a puzzle's solution: %w", err)
	}
	return Challenge{ID: id, Picture: p.Picture, Tile: p.Tile, Y: p.Y, Width: p.Width, Height: p.Height, Size: p.Size}, nil
}

// Check accepts the position of the tile's left edge, in pixels of the picture,
// within Tolerance. Right or wrong, the puzzle is used up.
func (s *Service) Check(ctx context.Context, owner, student, id string, x int) error {
	ok, wait, err := s.limiter.Allow(ctx, "captcha:"+student, Tries, TriesIn)
	if err != nil {
		return fmt.Errorf("counting a puzzle's answer: %w", err)
	}
	if !ok {
		return tooMany(wait)
	}
	a, ok, err := s.store.Take(ctx, id)
	if err != nil {
		return fmt.Errorf("taking a puzzle's solution: %w", err)
	}
	if !ok || a.Owner != owner || s.now().Sub(a.At) >= Life {
		return errGone
	}
	if x < a.X-Tolerance || x > a.X+Tolerance {
		return errOff
	}
	return nil
}

func tooMany(wait time.Duration) error {
	return fault.New(fault.TooMany, "拼图试得太多，请稍后再试，或改用短信验证码").After(wait)
}

package signing

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math"

	"ruxue/service/fault"
)

// Bounds of what a pad may send. A signature of four characters written slowly
// has about 30 strokes and 2,000 points.
const (
	MaxStrokeBytes = 2 << 20 // bytes of JSON
	MaxStrokes     = 200
	MaxPoints      = 20_000
	minPad         = 100  // CSS px
	maxPad         = 4000 // CSS px
	maxMillis      = 24 * 60 * 60 * 1000
)

// Strokes is a handwriting as vectors: the pad's size in CSS pixels and the
// strokes in the order they were written.
type Strokes struct {
	Width  float64  `json:"width"`
	Height float64  `json:"height"`
	Lines  []Stroke `json:"strokes"`
}

// Stroke is one touch of the pad, from pen down to pen up.
type Stroke struct {
	Points []Point `json:"points"`
}

// Point is a position in CSS pixels of the pad, milliseconds since the
// handwriting began, and pressure 0..1 (0 where the device knows none). In JSON
// it is [x, y, t, pressure]; the last two may be missing.
type Point struct{ X, Y, T, P float64 }

// MarshalJSON writes [x,y,t,pressure].
func (p Point) MarshalJSON() ([]byte, error) {
	return json.Marshal([4]float64{p.X, p.Y, p.T, p.P})
}

// UnmarshalJSON reads [x,y], [x,y,t] or [x,y,t,pressure].
func (p *Point) UnmarshalJSON(b []byte) error {
	var v []float64
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	if len(v) < 2 || len(v) > 4 {
		return fmt.Errorf("a point has %d numbers", len(v))
	}
	v = append(v, 0, 0)
	*p = Point{X: v[0], Y: v[1], T: v[2], P: v[3]}
	return nil
}

var errUnreadable = fault.New(fault.Invalid, "签名数据无法识别，请清空后重新书写").On("strokes")

// ParseStrokes reads what a pad sent, refuses what is out of bounds and rounds
// the rest (0.01 px, 1 ms, 0.001 of pressure), so that the same handwriting has
// the same Hash however its numbers were printed. Points may lie outside the
// pad by half of its longer side: a finger that slides over the edge still
// counts. It does not say whether the handwriting is a signature: see Judge.
func ParseStrokes(b []byte) (Strokes, error) {
	if len(b) > MaxStrokeBytes {
		return Strokes{}, fault.New(fault.TooLarge, "签名数据过大，请清空后重新书写").On("strokes")
	}
	var s Strokes
	if err := json.Unmarshal(b, &s); err != nil {
		return Strokes{}, errUnreadable
	}
	if err := s.check(); err != nil {
		return Strokes{}, err
	}
	s.round()
	return s, nil
}

func (s Strokes) check() error {
	if !within(s.Width, minPad, maxPad) || !within(s.Height, minPad, maxPad) {
		return errUnreadable
	}
	if len(s.Lines) > MaxStrokes {
		return fault.New(fault.Invalid, "笔画过多，请清空后重新书写").On("strokes")
	}
	margin, n := max(s.Width, s.Height)/2, 0
	for _, l := range s.Lines {
		if n += len(l.Points); n > MaxPoints {
			return fault.New(fault.Invalid, "签名过于复杂，请清空后重新书写").On("strokes")
		}
		for _, p := range l.Points {
			if !within(p.X, -margin, s.Width+margin) || !within(p.Y, -margin, s.Height+margin) ||
				!within(p.T, 0, maxMillis) || !within(p.P, 0, 1) {
				return errUnreadable
			}
		}
	}
	return nil
}

// within is false for NaN and the infinities too.
func within(v, lo, hi float64) bool { return v >= lo && v <= hi }

func (s *Strokes) round() {
	kept := make([]Stroke, 0, len(s.Lines))
	for _, l := range s.Lines {
		if len(l.Points) == 0 {
			continue
		}
		for i, p := range l.Points {
			l.Points[i] = Point{X: to(p.X, 100), Y: to(p.Y, 100), T: math.Round(p.T), P: to(p.P, 1000)}
		}
		kept = append(kept, l)
	}
	s.Lines, s.Width, s.Height = kept, to(s.Width, 100), to(s.Height, 100)
}

// to rounds to 1/per; adding 0 turns -0 into 0, which prints differently.
func to(v, per float64) float64 { return math.Round(v*per)/per + 0 }

// Bytes is the canonical JSON of parsed strokes: what is stored and hashed.
func (s Strokes) Bytes() []byte {
	b, _ := json.Marshal(s) // finite numbers only: cannot fail after ParseStrokes
	return b
}

// Hash is the SHA-256 of Bytes in hex.
func (s Strokes) Hash() string { return sum(s.Bytes()) }

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

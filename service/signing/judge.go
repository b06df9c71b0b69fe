package signing

import (
	"math"

	"ruxue/service/fault"
)

// What Judge asks of a handwriting. Lengths are parts of the pad's shorter side.
const (
	minSize = 0.12 // longer side of the box around the ink: below, it is a dot or a scribble in a corner
	minInk  = 0.30 // length of all strokes together
	// Ink above this many times the pad's width and height together is no name,
	// but it would take seconds to draw; a careful one has about 5.
	maxInk = 25
	// Shorter by longer side of the ink's box along its own main axis: four
	// characters in a row have about 0.25, a line drawn by hand below 0.06.
	minBreadth = 0.08
	// A signature in one stroke turns back and forth; an arc, a tick or a hook
	// turns by less than one and a half half-circles (radians).
	minTurning = 1.5 * math.Pi
)

// Judge refuses what cannot be a name written by hand: nothing, a dot, one
// straight line (also drawn to and fro), one plain arc, something tiny; and what
// blackens the pad over and over. Its
// errors are fault.Invalid with a sentence for the pad.
func Judge(s Strokes) error {
	pts := s.all()
	if len(pts) == 0 {
		return refuse("请先手写签名，再提交")
	}
	side := min(s.Width, s.Height)
	long, short := extent(pts)
	switch {
	case long < minSize*side:
		return refuse("签名太小，请清空后在框内重新书写姓名")
	case s.ink() > maxInk*(s.Width+s.Height):
		return refuse("签名过于复杂，请清空后重新书写")
	case s.ink() < minInk*side || len(pts) < 6:
		return refuse("签名太简单，请清空后手写完整姓名")
	case short < minBreadth*long:
		return refuse("一条直线不能作为签名，请清空后手写完整姓名")
	case len(s.Lines) == 1 && turning(s.Lines[0].Points, long*0.04) < minTurning:
		return refuse("签名太简单，请清空后手写完整姓名")
	}
	return nil
}

func refuse(sentence string) error { return fault.New(fault.Invalid, sentence).On("strokes") }

func (s Strokes) all() []Point {
	var pts []Point
	for _, l := range s.Lines {
		pts = append(pts, l.Points...)
	}
	return pts
}

func (s Strokes) ink() float64 {
	var n float64
	for _, l := range s.Lines {
		for i := 1; i < len(l.Points); i++ {
			n += dist(l.Points[i-1], l.Points[i])
		}
	}
	return n
}

func dist(a, b Point) float64 { return math.Hypot(a.X-b.X, a.Y-b.Y) }

// extent returns the sides of the box around the points that is turned along
// their principal axis, so that a slanted line is as thin as a level one.
func extent(pts []Point) (long, short float64) {
	var mx, my, xx, xy, yy float64
	n := float64(len(pts))
	for _, p := range pts {
		mx += p.X / n
		my += p.Y / n
	}
	for _, p := range pts {
		dx, dy := p.X-mx, p.Y-my
		xx, xy, yy = xx+dx*dx, xy+dx*dy, yy+dy*dy
	}
	sin, cos := math.Sincos(math.Atan2(2*xy, xx-yy) / 2)
	loU, hiU, loV, hiV := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, p := range pts {
		u, v := p.X*cos+p.Y*sin, p.Y*cos-p.X*sin
		loU, hiU, loV, hiV = min(loU, u), max(hiU, u), min(loV, v), max(hiV, v)
	}
	a, b := hiU-loU, hiV-loV
	return max(a, b), min(a, b)
}

// turning is the sum of the absolute changes of direction, in radians, along
// the points that are at least step apart: trembling does not count.
func turning(pts []Point, step float64) float64 {
	if len(pts) == 0 {
		return 0
	}
	kept := pts[:1:1]
	for _, p := range pts[1:] {
		if dist(kept[len(kept)-1], p) >= step {
			kept = append(kept, p)
		}
	}
	var total float64
	for i := 2; i < len(kept); i++ {
		a := math.Atan2(kept[i-1].Y-kept[i-2].Y, kept[i-1].X-kept[i-2].X)
		b := math.Atan2(kept[i].Y-kept[i-1].Y, kept[i].X-kept[i-1].X)
		total += math.Abs(math.Remainder(b-a, 2*math.Pi))
	}
	return total
}

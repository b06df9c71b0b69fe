package signing

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"math"

	"github.com/fogleman/gg"
)

// The picture's measures, in its own pixels.
const (
	maxPicture    = 900 // width, without the margin
	maxPictureH   = 450 // height, without the margin
	pictureMargin = 24
	maxScale      = 2.5 // a small handwriting is not blown up further
)

// Draw returns the handwriting as a grey PNG, black on white (a transparent one
// vanishes on dark pages and in some PDF readers): trimmed to the ink plus a
// margin, at most 948×498 pixels, in the shape it was written in. The same
// strokes give the same bytes. Strokes that passed Judge can be drawn.
func Draw(s Strokes) ([]byte, error) {
	lo, hi, ok := box(s)
	if !ok {
		return nil, fmt.Errorf("drawing a signature: it has no points")
	}
	w, h := max(hi.X-lo.X, 1), max(hi.Y-lo.Y, 1)
	scale := min(maxScale, maxPicture/w, maxPictureH/h)
	dc := gg.NewContext(int(math.Ceil(w*scale))+2*pictureMargin, int(math.Ceil(h*scale))+2*pictureMargin)
	dc.SetRGB(1, 1, 1)
	dc.Clear()
	dc.SetRGB(0, 0, 0)
	dc.SetFillRule(gg.FillRuleWinding)
	for _, l := range s.Lines {
		brush(dc, place(l.Points, lo, scale), scale)
		dc.Fill()
	}
	var out bytes.Buffer
	if err := png.Encode(&out, grey(dc.Image())); err != nil {
		return nil, fmt.Errorf("encoding a signature's picture: %w", err)
	}
	return out.Bytes(), nil
}

// grey takes one of three equal channels: what is drawn has no colour.
func grey(img image.Image) *image.Gray {
	out := image.NewGray(img.Bounds())
	if rgba, ok := img.(*image.RGBA); ok {
		for i := range out.Pix {
			out.Pix[i] = rgba.Pix[4*i]
		}
	}
	return out
}

func box(s Strokes) (lo, hi Point, ok bool) {
	lo, hi = Point{X: math.Inf(1), Y: math.Inf(1)}, Point{X: math.Inf(-1), Y: math.Inf(-1)}
	for _, p := range s.all() {
		ok = true
		lo.X, lo.Y = min(lo.X, p.X), min(lo.Y, p.Y)
		hi.X, hi.Y = max(hi.X, p.X), max(hi.Y, p.Y)
	}
	return lo, hi, ok
}

// dab is one round touch of the brush: position and radius in picture pixels.
type dab struct{ x, y, r float64 }

// place moves a stroke into the picture and gives each point its radius: by
// pressure where the device measures it, else by speed (slow is thick), both
// smoothed, as ink behaves. Points closer than a pixel add nothing.
func place(pts []Point, lo Point, scale float64) []dab {
	var out []dab
	radius := 1.6
	for i, p := range pts {
		want := 1.6
		if p.P > 0 && p.P != 0.5 { // 0.5 is what browsers report for a plain finger or mouse
			want = 0.8 + 1.6*p.P
		} else if i > 0 && p.T > pts[i-1].T {
			speed := dist(p, pts[i-1]) / (p.T - pts[i-1].T) // px per ms; brisk writing is about 1
			want = max(0.8, 2.1/(1+0.7*speed))
		}
		radius += (want - radius) * 0.35
		d := dab{pictureMargin + (p.X-lo.X)*scale, pictureMargin + (p.Y-lo.Y)*scale, radius * scale}
		if n := len(out); n > 0 && math.Hypot(d.x-out[n-1].x, d.y-out[n-1].y) < 1 && i < len(pts)-1 {
			continue
		}
		out = append(out, d)
	}
	return out
}

// brush puts the outline of a stroke on the path: a disc at every dab of the
// smoothed line and a quadrilateral between neighbours, all turning the same
// way, so that one winding fill covers them without holes.
func brush(dc *gg.Context, dabs []dab, scale float64) {
	if len(dabs) == 1 {
		disc(dc, dab{dabs[0].x, dabs[0].y, max(dabs[0].r, scale)})
		return
	}
	line := smooth(dabs)
	for i, d := range line {
		disc(dc, d)
		if i > 0 {
			quad(dc, line[i-1], d)
		}
	}
}

// disc is a circle of 16 sides: at these radii nobody sees the corners, and it
// takes a third of the time of a curved one.
func disc(dc *gg.Context, d dab) {
	dc.NewSubPath()
	for _, c := range circle {
		dc.LineTo(d.x+c[0]*d.r, d.y+c[1]*d.r)
	}
	dc.ClosePath()
}

var circle = func() (c [16][2]float64) {
	for i := range c {
		c[i][1], c[i][0] = math.Sincos(2 * math.Pi * float64(i) / float64(len(c)))
	}
	return c
}()

func quad(dc *gg.Context, a, b dab) {
	n := math.Hypot(b.x-a.x, b.y-a.y)
	if n == 0 {
		return
	}
	ux, uy := (b.y-a.y)/n, -(b.x-a.x)/n
	dc.MoveTo(a.x+ux*a.r, a.y+uy*a.r)
	dc.LineTo(b.x+ux*b.r, b.y+uy*b.r)
	dc.LineTo(b.x-ux*b.r, b.y-uy*b.r)
	dc.LineTo(a.x-ux*a.r, a.y-uy*a.r)
	dc.ClosePath()
}

// smooth runs a Catmull-Rom curve through the dabs, one sample every 4 pixels.
func smooth(d []dab) []dab {
	out := []dab{d[0]}
	at := func(i int) dab { return d[min(max(i, 0), len(d)-1)] }
	for i := 0; i+1 < len(d); i++ {
		a, b, c, e := at(i-1), at(i), at(i+1), at(i+2)
		steps := min(int(math.Hypot(c.x-b.x, c.y-b.y)/4)+1, 40)
		for k := 1; k <= steps; k++ {
			t := float64(k) / float64(steps)
			out = append(out, dab{rom(a.x, b.x, c.x, e.x, t), rom(a.y, b.y, c.y, e.y, t), b.r + (c.r-b.r)*t})
		}
	}
	return out
}

func rom(a, b, c, d, t float64) float64 {
	return 0.5 * (2*b + (c-a)*t + (2*a-5*b+4*c-d)*t*t + (3*b-a-3*c+d)*t*t*t)
}

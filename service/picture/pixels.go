package picture

import (
	"image"

	"golang.org/x/image/draw"
)

// Size returns the width and height of the picture in pixels, as a person sees
// it.
func (p Picture) Size() (w, h int) {
	b := p.img.Bounds()
	if p.orientation >= 5 {
		return b.Dy(), b.Dx()
	}
	return b.Dx(), b.Dy()
}

// source maps a point of the upright picture to the stored one.
func source(orientation, x, y, sw, sh int) (int, int) {
	switch orientation {
	case 2:
		return sw - 1 - x, y
	case 3:
		return sw - 1 - x, sh - 1 - y
	case 4:
		return x, sh - 1 - y
	case 5:
		return y, x
	case 6:
		return y, sh - 1 - x
	case 7:
		return sw - 1 - y, sh - 1 - x
	case 8:
		return sw - 1 - y, x
	}
	return x, y
}

// Fit returns the whole picture, upright, on white, at most side pixels long;
// it keeps the proportions and never enlarges.
func (p Picture) Fit(side int) *image.RGBA {
	fw, fh := p.Size()
	w, h := fw, fh
	if long := max(fw, fh); long > side {
		w, h = max(1, fw*side/long), max(1, fh*side/long)
	}
	return p.Take(image.Rect(0, 0, fw, fh), w, h)
}

// Take returns the crop (in upright coordinates, from 0, 0) scaled to w×h,
// upright, on white.
func (p Picture) Take(crop image.Rectangle, w, h int) *image.RGBA {
	b := p.img.Bounds()
	x0, y0 := source(p.orientation, crop.Min.X, crop.Min.Y, b.Dx(), b.Dy())
	x1, y1 := source(p.orientation, crop.Max.X-1, crop.Max.Y-1, b.Dx(), b.Dy())
	stored := image.Rect(min(x0, x1), min(y0, y1), max(x0, x1)+1, max(y0, y1)+1).Add(b.Min)
	sw, sh := min(w, crop.Dx()), min(h, crop.Dy())
	if p.orientation >= 5 {
		sw, sh = sh, sw
	}
	small := upright(shrink(p.img, stored, sw, sh), p.orientation)
	if small.Bounds().Dx() == w && small.Bounds().Dy() == h {
		return small
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.CatmullRom.Scale(out, out.Bounds(), small, small.Bounds(), draw.Src, nil)
	return out
}

// shrink scales r of the picture down to w×h by averaging areas, blending what
// is transparent with white. It works row by row: besides the result it needs
// a few rows of memory, where the library's scalers take 32 bytes for each
// source row and target column.
func shrink(img image.Image, r image.Rectangle, w, h int) *image.RGBA {
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	row := image.NewRGBA(image.Rect(0, 0, r.Dx(), 1))
	cols, rows := spread(r.Dx(), w), spread(r.Dy(), h)
	sums := [2][]float32{make([]float32, 3*w+3), make([]float32, 3*w+3)}
	line := make([]float32, 3*w+3)
	scale := float32(w) * float32(h) / (float32(r.Dx()) * float32(r.Dy()))
	for y, to := range rows {
		draw.Draw(row, row.Bounds(), image.White, image.Point{}, draw.Src)
		draw.Draw(row, row.Bounds(), img, image.Pt(r.Min.X, r.Min.Y+y), draw.Over)
		clear(line)
		for x, c := range cols {
			for k := range 3 {
				v := float32(row.Pix[4*x+k])
				line[3*c.at+k] += v * c.part
				line[3*c.at+3+k] += v * (1 - c.part)
			}
		}
		for i, v := range line {
			sums[0][i] += v * to.part
			sums[1][i] += v * (1 - to.part)
		}
		if y+1 == len(rows) || rows[y+1].at > to.at {
			write(out, to.at, sums[0], scale)
			sums[0], sums[1] = sums[1], sums[0]
			clear(sums[1])
		}
	}
	return out
}

// share says which target cell a source pixel falls into and with which part;
// the rest falls into the next one.
type share struct {
	at   int
	part float32
}

// spread distributes n source pixels over m ≤ n target cells.
func spread(n, m int) []share {
	out := make([]share, n)
	for i := range out {
		at := i * m / n
		// The pixel covers i*m … (i+1)*m of n*m; the cell ends at (at+1)*n.
		inside := min(m, (at+1)*n-i*m)
		out[i] = share{at: at, part: float32(inside) / float32(m)}
	}
	return out
}

func write(out *image.RGBA, y int, sums []float32, scale float32) {
	pix := out.Pix[y*out.Stride:][:out.Stride]
	for x := range len(pix) / 4 {
		for k := range 3 {
			pix[4*x+k] = uint8(min(255, sums[3*x+k]*scale+0.5))
		}
		pix[4*x+3] = 0xFF
	}
}

// upright turns a stored picture as its EXIF orientation asks.
func upright(in *image.RGBA, orientation int) *image.RGBA {
	if orientation <= 1 {
		return in
	}
	sw, sh := in.Bounds().Dx(), in.Bounds().Dy()
	w, h := sw, sh
	if orientation >= 5 {
		w, h = sh, sw
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			sx, sy := source(orientation, x, y, sw, sh)
			copy(out.Pix[out.PixOffset(x, y):][:4], in.Pix[in.PixOffset(sx, sy):][:4])
		}
	}
	return out
}

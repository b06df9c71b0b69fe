package picture

import (
	"image"
	"image/color"
	"testing"
)

// Every source pixel counts with its whole weight, and none beyond the edge.
func TestSpread(t *testing.T) {
	for _, c := range [][2]int{{1, 1}, {10, 10}, {10, 3}, {7, 5}, {8192, 2000}, {3, 1}} {
		n, m := c[0], c[1]
		cells := make([]float64, m+1)
		for _, s := range spread(n, m) {
			if s.at < 0 || s.at >= m || s.part <= 0 || s.part > 1 {
				t.Fatalf("%d to %d: %+v", n, m, s)
			}
			cells[s.at] += float64(s.part)
			cells[s.at+1] += 1 - float64(s.part)
		}
		for i, got := range cells[:m] {
			if want := float64(n) / float64(m); got < want-0.01 || got > want+0.01 {
				t.Errorf("%d to %d: cell %d holds %f pixels, want %f", n, m, i, got, want)
			}
		}
		if cells[m] > 0.01 {
			t.Errorf("%d to %d: %f pixels fall off the edge", n, m, cells[m])
		}
	}
}

// A flat picture stays exactly its colour, whatever type the decoder made.
func TestShrinkKeepsColours(t *testing.T) {
	grey := color.Gray{Y: 77}
	rect := image.Rect(0, 0, 97, 61)
	g, g16, n := image.NewGray(rect), image.NewGray16(rect), image.NewNRGBA64(rect)
	p := image.NewPaletted(rect, color.Palette{grey})
	y := image.NewYCbCr(rect, image.YCbCrSubsampleRatio420)
	for i := range y.Y {
		y.Y[i] = 77
	}
	for i := range y.Cb {
		y.Cb[i], y.Cr[i] = 128, 128
	}
	for py := range 61 {
		for px := range 97 {
			g.Set(px, py, grey)
			g16.Set(px, py, grey)
			n.Set(px, py, grey)
		}
	}
	for _, img := range []image.Image{g, g16, n, p, y} {
		small := shrink(img, rect, 31, 20)
		for i, v := range small.Pix {
			if i%4 == 3 && v != 255 || i%4 != 3 && (v < 76 || v > 78) {
				t.Fatalf("%T: %d at %d", img, v, i)
			}
		}
	}
}

// Black and white stripes become grey, not one of them: areas are averaged.
func TestShrinkAverages(t *testing.T) {
	stripes := image.NewGray(image.Rect(0, 0, 400, 400))
	for y := range 400 {
		for x := range 400 {
			stripes.SetGray(x, y, color.Gray{Y: uint8(255 * (x % 2))})
		}
	}
	for i, v := range shrink(stripes, stripes.Bounds(), 100, 100).Pix {
		if i%4 != 3 && (v < 126 || v > 129) {
			t.Fatalf("%d at %d", v, i)
		}
	}
}

// Cutting and turning agree: the crop is meant in the upright picture.
func TestTakeCropsUpright(t *testing.T) {
	for o := 1; o <= 8; o++ {
		p := Picture{img: quarters(80, 40), orientation: o}
		w, h := p.Size()
		whole := p.Take(image.Rect(0, 0, w, h), w, h)
		corner := p.Take(image.Rect(0, 0, w/2, h/2), w/2, h/2)
		if whole.At(3, 3) != corner.At(3, 3) || corner.At(2, 2) != corner.At(w/2-3, h/2-3) {
			t.Errorf("orientation %d: another corner was cut", o)
		}
	}
}

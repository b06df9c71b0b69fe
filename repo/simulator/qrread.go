package simulator

import (
	"errors"
	"image"
	"image/color"
	"strings"

	"rsc.io/qr/coding"
)

var errNoQR = errors.New("no QR code found")

// readQR reads a QR code that fills a picture squarely, as a program draws it:
// undistorted, nothing else dark beside it. It corrects no errors, as there
// are none on a screen.
func readQR(img image.Image) (string, error) {
	grid, err := sampleQR(img)
	if err != nil {
		return "", err
	}
	plan := planOf(grid)
	if plan == nil {
		return "", errNoQR
	}
	data := make([]byte, plan.DataBytes+plan.CheckBytes)
	for y, row := range plan.Pixel {
		for x, p := range row {
			if p.Role() != coding.Data {
				continue
			}
			if o := p.Offset(); grid[y][x] != (p&coding.Black != 0) {
				data[o/8] |= 1 << (7 - o&7)
			}
		}
	}
	return decodeSegments(data[:plan.DataBytes], plan.Version)
}

// maxQRPixels bounds the picture's sides.
const maxQRPixels = 4096

// sampleQR finds the square of dark pixels and reads one point a module.
func sampleQR(img image.Image) ([][]bool, error) {
	b := img.Bounds()
	if b.Dx() > maxQRPixels || b.Dy() > maxQRPixels {
		return nil, errNoQR
	}
	box := image.Rectangle{}
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			if dark(img.At(x, y)) {
				box = box.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	run := 0 // the upper edge of the first finder pattern, seven modules
	for x := box.Min.X; x < box.Max.X && dark(img.At(x, box.Min.Y)); x++ {
		run++
	}
	if run < 7 || box.Dx() < 21 || abs(box.Dx()-box.Dy()) > box.Dx()/20+1 {
		return nil, errNoQR
	}
	size := (box.Dx()*7 + run/2) / run
	size = (size-17+2)/4*4 + 17 // sizes are 21, 25, … 177
	if size < 21 || size > 177 || box.Dx() < size {
		return nil, errNoQR
	}
	grid := make([][]bool, size)
	for y := range grid {
		grid[y] = make([]bool, size)
		for x := range grid[y] {
			grid[y][x] = dark(img.At(box.Min.X+(2*x+1)*box.Dx()/(2*size), box.Min.Y+(2*y+1)*box.Dy()/(2*size)))
		}
	}
	return grid, nil
}

func abs(n int) int { return max(n, -n) }

// dark is nearer to black than to white; transparent counts as white.
func dark(c color.Color) bool {
	r, g, b, a := c.RGBA()
	white := 0xffff - a
	return (r+g+b)/3+white < 0x8000
}

// planOf finds the version, level and mask whose fixed modules the grid shows.
func planOf(grid [][]bool) *coding.Plan {
	version := coding.Version((len(grid) - 17) / 4)
	var best *coding.Plan
	least := len(grid) // more wrong fixed modules than that is no code
	for level := coding.L; level <= coding.H; level++ {
		for mask := range coding.Mask(8) {
			plan, err := coding.NewPlan(version, level, mask)
			if err != nil {
				return nil
			}
			if wrong := wrongModules(plan, grid); wrong < least {
				best, least = plan, wrong
			}
		}
	}
	return best
}

func wrongModules(plan *coding.Plan, grid [][]bool) int {
	wrong := 0
	for y, row := range plan.Pixel {
		for x, p := range row {
			switch p.Role() {
			case coding.Position, coding.Timing, coding.Alignment:
				if grid[y][x] != (p&coding.Black != 0) {
					wrong++
				}
			case coding.Format: // tells level and mask, so it weighs more
				if grid[y][x] != (p&coding.Black != 0) {
					wrong += 2
				}
			}
		}
	}
	return wrong
}

// bitReader reads bits from the left.
type bitReader struct {
	data []byte
	at   int
}

func (b *bitReader) read(n int) (int, bool) {
	if b.at+n > len(b.data)*8 {
		return 0, false
	}
	v := 0
	for range n {
		v = v<<1 | int(b.data[b.at/8]>>(7-b.at%8))&1
		b.at++
	}
	return v, true
}

const alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"

// decodeSegments reads numeric, alphanumeric and byte segments.
func decodeSegments(data []byte, v coding.Version) (string, error) {
	class := 0
	if v >= 27 {
		class = 2
	} else if v >= 10 {
		class = 1
	}
	b := &bitReader{data: data}
	var out strings.Builder
	for {
		mode, ok := b.read(4)
		if !ok || mode == 0 {
			break
		}
		var done bool
		switch mode {
		case 1:
			done = b.digits([]int{10, 12, 14}[class], &out)
		case 2:
			done = b.alphas([]int{9, 11, 13}[class], &out)
		case 4:
			done = b.bytes([]int{8, 16, 16}[class], &out)
		}
		if !done {
			return "", errNoQR
		}
	}
	if out.Len() == 0 {
		return "", errNoQR
	}
	return out.String(), nil
}

func (b *bitReader) bytes(count int, out *strings.Builder) bool {
	n, ok := b.read(count)
	for ; ok && n > 0; n-- {
		var c int
		if c, ok = b.read(8); ok {
			out.WriteByte(byte(c))
		}
	}
	return ok
}

func (b *bitReader) alphas(count int, out *strings.Builder) bool {
	n, ok := b.read(count)
	for ok && n > 0 {
		take, bits := 2, 11
		if n == 1 {
			take, bits = 1, 6
		}
		var v int
		if v, ok = b.read(bits); !ok || v >= 45*45 || take == 1 && v >= 45 {
			return false
		}
		if take == 2 {
			out.WriteByte(alphanumeric[v/45])
		}
		out.WriteByte(alphanumeric[v%45])
		n -= take
	}
	return ok
}

func (b *bitReader) digits(count int, out *strings.Builder) bool {
	n, ok := b.read(count)
	for ok && n > 0 {
		take := min(n, 3)
		var v int
		if v, ok = b.read([]int{0, 4, 7, 10}[take]); !ok {
			return false
		}
		text := itoa(int64(v) + 1000)
		out.WriteString(text[len(text)-take:])
		n -= take
	}
	return ok
}

package signing_test

import (
	"bytes"
	"image/png"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ruxue/service/fault"
	"ruxue/service/signing"
)

func samples(t testing.TB) map[string]signing.Strokes {
	t.Helper()
	files, err := filepath.Glob("testdata/names/*.json")
	if err != nil || len(files) < 10 {
		t.Fatalf("%d sample signatures, %v", len(files), err)
	}
	out := map[string]signing.Strokes{}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		s, err := signing.ParseStrokes(b)
		if err != nil {
			t.Fatalf("%s: %v", f, err)
		}
		out[strings.TrimSuffix(filepath.Base(f), ".json")] = s
	}
	return out
}

// The samples are names of 2 to 4 characters: fast, small, shaky, vertical,
// cursive and in one stroke, with and without pressure.
func TestNamesPass(t *testing.T) {
	for name, s := range samples(t) {
		if err := signing.Judge(s); err != nil {
			t.Errorf("%s: %s", name, sentence(err))
		}
	}
}

func TestTrivialOnesAreRefused(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	line := func(x0, y0, x1, y1, tremble float64) []float64 {
		return path(40, func(t float64) (float64, float64) {
			return x0 + (x1-x0)*t + r.NormFloat64()*tremble, y0 + (y1-y0)*t + r.NormFloat64()*tremble
		})
	}
	var tiny []float64
	for i := range 40 {
		tiny = append(tiny, 100+float64(i%7), 100+float64(i%5)*2)
	}
	for name, c := range map[string]struct {
		s    signing.Strokes
		want string
	}{
		"nothing":                {pad(), "请先手写签名"},
		"a dot":                  {pad([]float64{100, 100}), "太小"},
		"a pressed dot":          {pad(path(30, func(float64) (float64, float64) { return 100 + r.Float64(), 100 + r.Float64() })), "太小"},
		"two far dots":           {pad([]float64{20, 20}, []float64{300, 200}), "太简单"},
		"a level line":           {pad(line(30, 110, 320, 110, 0)), "直线"},
		"an upright line":        {pad(line(100, 10, 100, 200, 0)), "直线"},
		"a slanted line":         {pad(line(20, 200, 330, 15, 0)), "直线"},
		"a trembling line":       {pad(line(20, 60, 330, 160, 1.5)), "直线"},
		"a line of two points":   {pad([]float64{20, 20, 330, 200}), "太简单"},
		"a line to and fro":      {pad(append(line(20, 60, 330, 160, 0.5), line(330, 160, 20, 60, 0.5)...)), "直线"},
		"a line in three pieces": {pad(line(20, 100, 120, 104, 0.5), line(130, 104, 220, 101, 0.5), line(230, 100, 330, 103, 0.5)), "直线"},
		"a slight arc":           {pad(path(40, func(t float64) (float64, float64) { return 30 + 290*t, 100 - 60*math.Sin(math.Pi*t) })), "太简单"},
		"a tick":                 {pad([]float64{60, 100, 70, 120, 80, 140, 90, 160, 130, 120, 170, 80, 210, 40}), "太简单"},
		"a tiny scribble":        {pad(tiny), "太小"},
		"a blackened pad": {pad(path(2000, func(t float64) (float64, float64) {
			return 358 * math.Mod(t*997, 1), 220 * math.Mod(t*613, 1)
		})), "过于复杂"},
	} {
		err := signing.Judge(c.s)
		if !fault.Is(err, fault.Invalid) || !strings.Contains(sentence(err), c.want) {
			t.Errorf("%s: %s, want %q", name, sentence(err), c.want)
		}
	}
}

func TestPictureKeepsTheShape(t *testing.T) {
	for name, s := range samples(t) {
		b, err := signing.Draw(s)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if dir := os.Getenv("SIGNING_PICTURES"); dir != "" { // to look at them
			_ = os.WriteFile(filepath.Join(dir, name+".png"), b, 0o600)
		}
		img, err := png.Decode(bytes.NewReader(b))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		size := img.Bounds().Size()
		if size.X > 948 || size.Y > 498 || len(b) > 60_000 {
			t.Errorf("%s: %v, %d bytes", name, size, len(b))
		}
		// The ink's box in the picture against the box of the points.
		lo, hi := size, size.Sub(size)
		ink := 0
		for y := range size.Y {
			for x := range size.X {
				if v, _, _, _ := img.At(x, y).RGBA(); v < 0x8000 {
					ink++
					lo.X, lo.Y, hi.X, hi.Y = min(lo.X, x), min(lo.Y, y), max(hi.X, x), max(hi.Y, y)
				}
			}
		}
		// One scale for both axes; the pen's own breadth comes on top of each.
		w, h := bounds(s)
		scale := min(2.5, 900/w, 450/h)
		overX, overY := float64(hi.X-lo.X)-w*scale, float64(hi.Y-lo.Y)-h*scale
		if overX < -1 || overY < -1 || overX > 5*scale || overY > 5*scale {
			t.Errorf("%s: ink %v to %v for %.0f×%.0f at scale %.2f", name, lo, hi, w, h, scale)
		}
		if lo.X < 12 || lo.Y < 12 || lo.X > 30 || lo.Y > 30 {
			t.Errorf("%s: the ink begins at %v, the margin is 24", name, lo)
		}
		if part := float64(ink) / float64(size.X*size.Y); part < 0.01 || part > 0.4 {
			t.Errorf("%s: %.0f %% ink", name, part*100)
		}
		again, _ := signing.Draw(s)
		if !bytes.Equal(again, b) {
			t.Errorf("%s: drawn twice, two pictures", name)
		}
	}
}

func bounds(s signing.Strokes) (w, h float64) {
	x0, x1, y0, y1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, l := range s.Lines {
		for _, p := range l.Points {
			x0, x1, y0, y1 = min(x0, p.X), max(x1, p.X), min(y0, p.Y), max(y1, p.Y)
		}
	}
	return x1 - x0, y1 - y0
}

// Two strokes that cross, drawn against each other's direction, must not rub
// each other out where they meet.
func TestCrossingsStayBlack(t *testing.T) {
	s := pad(path(50, func(t float64) (float64, float64) { return 50 + 200*t, 100 }),
		path(50, func(t float64) (float64, float64) { return 250 - 200*t, 101 }),
		path(50, func(t float64) (float64, float64) { return 150, 200 - 180*t }))
	b, err := signing.Draw(s)
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	for x := 20; x < 480; x += 20 {
		if v, _, _, _ := img.At(24+x, 24+int(2.5*80)+1).RGBA(); v > 0x4000 {
			t.Fatalf("a hole at %d", x)
		}
	}
}

func TestQRCodeIsAPicture(t *testing.T) {
	b, err := signing.QRPNG("https://example.edu.cn/h/" + strings.Repeat("A", 43))
	if err != nil {
		t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(b))
	if err != nil || img.Bounds().Dx() != img.Bounds().Dy() || img.Bounds().Dx() < 200 {
		t.Fatalf("%v %v", img.Bounds(), err)
	}
	if _, err := signing.QRPNG(strings.Repeat("长", 4000)); err == nil {
		t.Fatal("a text that no QR code holds was accepted")
	}
}

// The most that Judge lets through must not hold a processor for long.
func TestTheWorstAllowedHandwritingIsDrawnSoon(t *testing.T) {
	var strokes [][]float64
	for i := range signing.MaxStrokes {
		strokes = append(strokes, path(signing.MaxPoints/signing.MaxStrokes, func(t float64) (float64, float64) {
			return 10 + 60*t + float64(i%5)*65, 10 + float64(i) + 0.3*math.Sin(40*t)
		}))
	}
	s := pad(strokes...)
	if err := signing.Judge(s); err != nil {
		t.Fatal(sentence(err))
	}
	start := time.Now()
	if _, err := signing.Draw(s); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d points were drawn in %v", signing.MaxPoints, time.Since(start))
	if took := time.Since(start); took > 30*time.Second { // the race detector makes it 20 times slower
		t.Errorf("took %v", took)
	}
}

func BenchmarkDraw(b *testing.B) {
	s := samples(b)["08-simatiansheng-four"]
	for b.Loop() {
		if _, err := signing.Draw(s); err != nil {
			b.Fatal(err)
		}
	}
}

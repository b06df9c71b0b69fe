package face_test

import (
	"image"
	"image/color"
	_ "image/jpeg"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/image/draw"

	"ruxue/service/face"
)

// pigoDir is the folder of the pigo module, which carries a cascade and a
// portrait of 320×400.
var pigoDir = sync.OnceValues(func() (string, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/esimov/pigo").Output()
	return strings.TrimSpace(string(out)), err
})

func pigoFile(t testing.TB, name string) []byte {
	t.Helper()
	dir, err := pigoDir()
	if err != nil {
		t.Fatal("finding the pigo module: ", err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func cascade(t testing.TB) []byte { return pigoFile(t, "cascade/facefinder") }

// portrait is the sample on a canvas of w×h pixels, scale times its size, its
// top left corner at (x, y).
func portrait(t testing.TB, w, h, x, y int, scale float64) *image.RGBA {
	t.Helper()
	img, _, err := image.Decode(strings.NewReader(string(pigoFile(t, "testdata/sample.jpg"))))
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Rect, image.NewUniform(color.RGBA{170, 175, 180, 255}), image.Point{}, draw.Src)
	at := image.Rect(x, y, x+int(320*scale), y+int(400*scale))
	draw.CatmullRom.Scale(out, at, img, img.Bounds(), draw.Src, nil)
	return out
}

func newJudge(t testing.TB, r face.Rules) *face.Judge {
	t.Helper()
	j, err := face.NewJudge(cascade(t), r)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// light multiplies and adds to every channel.
func light(img *image.RGBA, times, plus float64) *image.RGBA {
	for i := range img.Pix {
		if i%4 != 3 {
			img.Pix[i] = uint8(min(255, float64(img.Pix[i])*times+plus))
		}
	}
	return img
}

// blur scales down by k and up again.
func blur(img *image.RGBA, k int) *image.RGBA {
	small := image.NewRGBA(image.Rect(0, 0, img.Rect.Dx()/k, img.Rect.Dy()/k))
	draw.BiLinear.Scale(small, small.Rect, img, img.Rect, draw.Src, nil)
	draw.BiLinear.Scale(img, img.Rect, small, small.Rect, draw.Src, nil)
	return img
}

// mask paints the lower part of the sample's face in a colour.
func mask(t testing.TB, c color.Color) *image.RGBA {
	img := portrait(t, 480, 640, 0, 20, 1.5)
	draw.Draw(img, image.Rect(150, 350, 340, 480), image.NewUniform(c), image.Point{}, draw.Src)
	return img
}

func TestJudge(t *testing.T) {
	j := newJudge(t, face.Rules{})
	two := portrait(t, 640, 480, 0, 20, 1)
	draw.Draw(two, image.Rect(320, 20, 640, 420), portrait(t, 320, 400, 0, 0, 1), image.Point{}, draw.Src)
	tests := []struct {
		name string
		img  image.Image
		code string
	}{
		{"good", portrait(t, 480, 640, 0, 20, 1.5), ""},
		{"good and large", portrait(t, 1280, 1600, 0, 0, 4), ""},
		{"good, small in the frame", portrait(t, 640, 640, 150, 120, 1), ""},
		{"nobody", image.NewUniform(color.Gray{128}), "NoFace"},
		{"far away", portrait(t, 640, 640, 250, 250, 0.3), "TooFar"},
		{"two", two, "TooMany"},
		{"dark", light(portrait(t, 480, 640, 0, 20, 1.5), 0.3, 0), "Dark"},
		{"bright", light(portrait(t, 480, 640, 0, 20, 1.5), 0.25, 200), "Bright"},
		{"blurred", blur(portrait(t, 480, 640, 0, 20, 1.5), 12), "Blurred"},
		{"blue mask", mask(t, color.RGBA{70, 130, 200, 255}), "Covered"},
		{"cut at the left", portrait(t, 480, 640, -165, 20, 1.5), "CutOff"},
		{"cut at the top", portrait(t, 480, 640, 0, -170, 1.5), "CutOff"},
	}
	for _, tt := range tests {
		img := tt.img
		if u, ok := img.(*image.Uniform); ok {
			c := image.NewRGBA(image.Rect(0, 0, 480, 640))
			draw.Draw(c, c.Rect, u, image.Point{}, draw.Src)
			img = c
		}
		f := j.Look(img)
		if f.Code != tt.code || f.OK != (tt.code == "") || (f.Sentence == "") != f.OK {
			t.Errorf("%s: %+v, want %q", tt.name, f, tt.code)
		}
	}
}

// The limits are configuration.
func TestJudgeRules(t *testing.T) {
	img := portrait(t, 480, 640, 0, 20, 1.5)
	for name, tt := range map[string]struct {
		rules face.Rules
		code  string
	}{
		"score":     {face.Rules{Score: 1000}, "Covered"},
		"no face":   {face.Rules{NoFace: 1000}, "NoFace"},
		"bright":    {face.Rules{BrightnessMin: 200}, "Dark"},
		"sharpness": {face.Rules{SharpnessMin: 5000}, "Blurred"},
		"mask":      {face.Rules{MaskCr: 0.5}, "Covered"},
	} {
		if f := newJudge(t, tt.rules).Look(img); f.Code != tt.code {
			t.Errorf("%s: %+v", name, f)
		}
	}
}

func TestNewJudgeRefuses(t *testing.T) {
	whole := cascade(t)
	for name, b := range map[string][]byte{"empty": nil, "cut off": whole[:len(whole)/2], "head only": whole[:12]} {
		if _, err := face.NewJudge(b, face.Rules{}); err == nil {
			t.Errorf("%s: was taken", name)
		}
	}
}

func BenchmarkJudge(b *testing.B) {
	j, img := newJudge(b, face.Rules{}), portrait(b, 640, 480, 100, 20, 1)
	for b.Loop() {
		j.Look(img)
	}
}

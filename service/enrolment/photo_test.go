package enrolment

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"

	"ruxue/service/fault"
)

// quarters paints red, green, blue and grey quarters, so that a turn shows.
func quarters(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	colors := [4]color.RGBA{{220, 30, 30, 255}, {30, 200, 30, 255}, {30, 30, 220, 255}, {128, 128, 128, 255}}
	for y := range h {
		for x := range w {
			img.SetRGBA(x, y, colors[x*2/w+2*(y*2/h)])
		}
	}
	return img
}

func noise(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	r := rand.New(rand.NewPCG(1, 2))
	for i := range img.Pix {
		img.Pix[i] = byte(r.Uint32()) | byte(255*(i%4/3))
	}
	return img
}

func asJPEG(img image.Image) []byte {
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, &jpeg.Options{Quality: 90})
	return b.Bytes()
}

func asPNG(img image.Image) []byte {
	var b bytes.Buffer
	_ = (&png.Encoder{CompressionLevel: png.BestSpeed}).Encode(&b, img)
	return b.Bytes()
}

// turned gives a JPEG an EXIF segment that asks for a quarter turn to the
// right, with a GPS-like text.
func turned(data []byte) []byte {
	exif := "Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00GPS 32.05"
	return []byte(string(data[:2]) + "\xFF\xE1\x00" + string(rune(len(exif)+2)) + exif + string(data[2:]))
}

// claiming lets a JPEG say that it has w×h pixels.
func claiming(data []byte, w, h uint16) []byte {
	sof := bytes.Index(data, []byte{0xFF, 0xC0})
	binary.BigEndian.PutUint16(data[sof+5:], h)
	binary.BigEndian.PutUint16(data[sof+7:], w)
	return data
}

// webp is a lossy WebP of one pixel.
var webp, _ = base64.StdEncoding.DecodeString("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=")

func TestFitPhoto(t *testing.T) {
	cases := []struct {
		name string
		data []byte
		want string
	}{
		{"jpeg", asJPEG(quarters(3000, 2000)), ""},
		{"png with any name", asPNG(quarters(900, 600)), ""},
		{"noise", asJPEG(noise(800, 600)), ""},
		{"tiny", asPNG(quarters(3, 2)), ""},
		{"strip", asPNG(quarters(6000, 5)), ""},
		{"grey", asJPEG(image.NewGray(image.Rect(0, 0, 300, 200))), ""},
		{"palette", asPNG(image.NewPaletted(image.Rect(0, 0, 3000, 2000), color.Palette{color.White, color.Black})), ""},
		{"webp", webp, ""},
		{"cut off", asJPEG(quarters(900, 600))[:3000], "不完整"},
		{"only a start", []byte("\xFF\xD8\xFF\xE0"), "不完整"},
		{"bomb", claiming(asJPEG(quarters(9, 9)), 60000, 60000), "60000×60000 像素"},
		{"claims and has nothing", claiming(asJPEG(quarters(9, 9)), 6000, 6000), "不完整"},
		{"heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), "设置→相机→格式"},
		{"film", []byte("\x00\x00\x00\x18ftypisom\x00\x00\x00\x00"), "打不开"},
		{"gif", []byte("GIF89a..."), "JPG 或 PNG"},
		{"text", []byte("这不是照片"), "不是照片"},
		{"pdf", pdfFile(), "PDF"},
		{"empty", nil, "空的"},
		{"too many bytes", append(asJPEG(quarters(9, 9)), make([]byte, MaxPhotoBytes)...), "超过 15 MB"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := FitPhoto(c.data, 500_000)
			wantSentence(t, err, c.want)
			if err == nil {
				wantJPEG(t, got, 500_000)
			}
		})
	}
}

func wantJPEG(t *testing.T, got Image, most int) image.Image {
	t.Helper()
	if len(got.JPEG) > most {
		t.Fatalf("%d bytes, at most %d wanted", len(got.JPEG), most)
	}
	img, err := jpeg.Decode(bytes.NewReader(got.JPEG))
	if err != nil {
		t.Fatal(err)
	}
	if img.Bounds().Dx() != got.Width || img.Bounds().Dy() != got.Height {
		t.Fatalf("says %d×%d, is %v", got.Width, got.Height, img.Bounds())
	}
	if bytes.Contains(got.JPEG, []byte("Exif")) || bytes.Contains(got.JPEG, []byte("GPS")) {
		t.Fatal("metadata was kept")
	}
	return img
}

func TestFitPhotoKeepsShapeAndNeverEnlarges(t *testing.T) {
	got, err := FitPhoto(asJPEG(quarters(300, 200)), 500_000)
	if err != nil || got.Width != 300 || got.Height != 200 {
		t.Fatalf("%d×%d, %v", got.Width, got.Height, err)
	}
	got, err = FitPhoto(asJPEG(noise(1500, 1000)), 100_000)
	if err != nil || got.Width*2/3-got.Height > 2 || got.Width < 300 {
		t.Fatalf("%d×%d, %v", got.Width, got.Height, err)
	}
	_, err = FitPhoto(asJPEG(noise(400, 400)), 200)
	wantSentence(t, err, "缩不到")
}

func TestFitPortrait(t *testing.T) {
	cases := []struct {
		name string
		data []byte
		want string
	}{
		{"as wanted", asJPEG(quarters(480, 640)), ""},
		{"landscape", asJPEG(quarters(4000, 3000)), ""},
		{"tall", asJPEG(quarters(900, 3000)), ""},
		{"turned", turned(asJPEG(quarters(1600, 1200))), ""},
		{"noise", asPNG(noise(600, 800)), ""},
		{"a little small", asJPEG(quarters(300, 400)), ""},
		{"too small", asJPEG(quarters(100, 130)), "只有 100×130 像素，证件照要 480×640"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := FitPortrait(c.data, 480, 640, 50_000)
			wantSentence(t, err, c.want)
			if err == nil {
				if wantJPEG(t, got, 50_000); got.Width != 480 || got.Height != 640 {
					t.Fatalf("%d×%d", got.Width, got.Height)
				}
			}
		})
	}
}

func TestPortraitCropIsHigh(t *testing.T) {
	if got := portraitCrop(1000, 1000, 480, 640); got != image.Rect(125, 0, 875, 1000) {
		t.Error(got)
	}
	if got := portraitCrop(900, 3000, 480, 640); got != image.Rect(0, 600, 900, 1800) {
		t.Error(got)
	}
}

func TestCheckPortrait(t *testing.T) {
	got, err := CheckPortrait(turned(asJPEG(quarters(640, 480))), 480, 640, 50_000)
	wantSentence(t, err, "")
	wantJPEG(t, got, 50_000)
	_, err = CheckPortrait(asJPEG(quarters(600, 800)), 480, 640, 50_000)
	wantSentence(t, err, "应为 480×640 像素，现在是 600×800")
	_, err = CheckPortrait(asJPEG(noise(480, 640)), 480, 640, 50_000)
	wantSentence(t, err, "50 KB 以内")
	if !fault.Is(err, fault.TooLarge) {
		t.Error("kind of too many bytes:", err)
	}
}

// Transparent parts become white, not black.
func TestTransparentIsWhite(t *testing.T) {
	for _, side := range []int{200, 2500} {
		got, err := FitPhoto(asPNG(image.NewNRGBA(image.Rect(0, 0, side, side))), 500_000)
		if err != nil {
			t.Fatal(err)
		}
		if r, _, _, _ := wantJPEG(t, got, 500_000).At(20, 20).RGBA(); r < 0xF000 {
			t.Fatalf("side %d: red is %x", side, r)
		}
	}
}

// The best quality that fits is taken: a larger allowance never gives a
// smaller file, and the size comes close to what is allowed.
func TestEncodeUsesWhatIsAllowed(t *testing.T) {
	img, last := noise(300, 400), 0
	for _, most := range []int{40_000, 60_000, 80_000} {
		out, ok, err := encode(img, most, 5)
		if err != nil || !ok || len(out.JPEG) > most || len(out.JPEG) < most*3/4 || len(out.JPEG) < last {
			t.Errorf("%d allowed: %d bytes, %v %v", most, len(out.JPEG), ok, err)
		}
		last = len(out.JPEG)
	}
	if _, ok, _ := encode(img, 100, 30); ok {
		t.Error("noise in 100 bytes")
	}
}

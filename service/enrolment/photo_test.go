package enrolment

import (
	"bytes"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"runtime"
	"strings"
	"sync"
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

// withEXIF puts an EXIF segment with the orientation and a GPS-like text in.
func withEXIF(data []byte, orientation byte, big bool) []byte {
	tiff := "II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00" + string(orientation) + "\x00\x00\x00"
	if big {
		tiff = "MM\x00*\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(orientation) + "\x00\x00"
	}
	body := "Exif\x00\x00" + tiff + "\x00\x00\x00\x00GPS 32.05 118.76"
	seg := append([]byte{0xFF, 0xE1}, binary.BigEndian.AppendUint16(nil, uint16(len(body)+2))...)
	return append(append(append(append([]byte{}, data[:2]...), seg...), body...), data[2:]...)
}

// pngHeader is a PNG that only claims its size.
func pngHeader(w, h uint32, depth byte) []byte {
	ihdr := append([]byte("IHDR"), binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, w), h)...)
	ihdr = append(ihdr, depth, 6, 0, 0, 0)
	out := append([]byte("\x89PNG\r\n\x1a\n\x00\x00\x00\x0d"), ihdr...)
	return binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(ihdr))
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
		{"bomb", pngHeader(60000, 60000, 8), "60000×60000 像素"},
		{"claims and has nothing", pngHeader(6000, 6000, 8), "不完整"},
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

// Where the colours of the quarters must be after each orientation is applied,
// read clockwise from the top left (r, g, grey, b in the stored picture).
func TestOrientation(t *testing.T) {
	upright := map[byte]string{1: "rg-b", 2: "grb-", 3: "-brg", 4: "b-gr", 5: "rb-g", 6: "brg-", 7: "-grb", 8: "g-br"}
	for o, want := range upright {
		for _, big := range []bool{false, true} {
			got, err := FitPhoto(withEXIF(asJPEG(quarters(80, 40)), o, big), 500_000)
			if err != nil {
				t.Fatal(err)
			}
			img := wantJPEG(t, got, 500_000)
			if w, h := img.Bounds().Dx(), img.Bounds().Dy(); (w > h) != (o < 5) {
				t.Errorf("orientation %d gives %d×%d", o, w, h)
			}
			if s := corners(img); s != want {
				t.Errorf("orientation %d: %s, want %s", o, s, want)
			}
		}
	}
}

func corners(img image.Image) (s string) {
	b := img.Bounds()
	for _, p := range []image.Point{{b.Dx() / 4, b.Dy() / 4}, {b.Dx() * 3 / 4, b.Dy() / 4}, {b.Dx() * 3 / 4, b.Dy() * 3 / 4}, {b.Dx() / 4, b.Dy() * 3 / 4}} {
		r, g, bl, _ := img.At(p.X, p.Y).RGBA()
		switch {
		case r > 2*g && r > 2*bl:
			s += "r"
		case g > 2*r && g > 2*bl:
			s += "g"
		case bl > 2*r && bl > 2*g:
			s += "b"
		default:
			s += "-"
		}
	}
	return s
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
		{"turned", withEXIF(asJPEG(quarters(1600, 1200)), 6, false), ""},
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
	got, err := CheckPortrait(withEXIF(asJPEG(quarters(480, 640)), 1, false), 480, 640, 50_000)
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

// A progressive JPEG with thousands of scans is a few kilobytes and hours.
func TestManyScans(t *testing.T) {
	data := asJPEG(quarters(64, 64))
	sos := bytes.Index(data, []byte{0xFF, 0xDA})
	scan := data[sos : len(data)-2]
	data = append(data[:len(data)-2:len(data)-2], bytes.Repeat(scan, maxScans)...)
	_, err := FitPhoto(append(data, 0xFF, 0xD9), 500_000)
	wantSentence(t, err, "已损坏")
}

// Large photos of many students at once stay within the budget.
func TestMemoryOfLargePhotos(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	big := asJPEG(image.NewYCbCr(image.Rect(0, 0, 8192, 6144), image.YCbCrSubsampleRatio420))
	var before, peak runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			if _, err := FitPhoto(big, 500_000); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	runtime.ReadMemStats(&peak)
	grown := int64(peak.HeapSys-before.HeapSys) >> 20
	t.Logf("three 50-megapixel photos at once: the heap grew by %d MB", grown)
	if grown > 2*decodeBudget>>20 {
		t.Errorf("the heap grew by %d MB", grown)
	}
}

func FuzzOrientation(f *testing.F) {
	for o := byte(0); o < 10; o++ {
		f.Add(withEXIF(asJPEG(quarters(8, 8)), o, o%2 == 0))
	}
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPEXIF\xFF\xFF\xFF\xFF"))
	f.Add(pngHeader(8, 8, 8))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, o := range []int{readJPEGHead(data).orientation, chunkOrientation(formatPNG, data),
			chunkOrientation(formatWebP, data), exifOrientation(data), tiffOrientation(data)} {
			if o < 1 || o > 8 {
				t.Fatalf("orientation %d", o)
			}
		}
	})
}

func FuzzFitPhoto(f *testing.F) {
	f.Add(asJPEG(quarters(20, 16)))
	f.Add(asPNG(quarters(20, 16)))
	f.Add(pngHeader(8, 8, 16))
	f.Add([]byte(strings.Repeat("x", 20)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if need, _, err := measure(sniff(data), data); err == nil && need > decodeBudget {
			t.Fatalf("wants %d bytes", need)
		}
	})
}

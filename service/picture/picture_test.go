package picture

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// whatever takes every picture that the package reads at all.
var whatever = Bounds{Formats: []Format{JPEG, PNG, WebP}, Bytes: 15 << 20, Pixels: MaxPixels}

// fit reads a picture and gives it at most side pixels long.
func fit(data []byte, b Bounds, side int) (out *image.RGBA, err error) {
	err = Read(context.Background(), data, b, func(p Picture) error {
		out = p.Fit(side)
		return nil
	})
	return out, err
}

// wantRefusal fails unless err refuses for the reason, "" meaning not at all.
func wantRefusal(t *testing.T, name string, err error, want Reason) {
	t.Helper()
	var no *Refusal
	if errors.As(err, &no); want == "" && err != nil || want != "" && (no == nil || no.Reason != want) {
		t.Errorf("%s: %v, want %q", name, err, want)
	}
}

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

// onePixel is a lossy WebP of one pixel.
var onePixel, _ = base64.StdEncoding.DecodeString("UklGRiQAAABXRUJQVlA4IBgAAAAwAQCdASoBAAEAAgA0JaQAA3AA/vuUAAA=")

func TestRead(t *testing.T) {
	small := Bounds{Formats: []Format{JPEG, PNG}, Bytes: 5000, Pixels: 10_000, MinSide: 50}
	plain := asPNG(quarters(9, 9))
	junk := binary.BigEndian.AppendUint32([]byte("\x00\x00\x00\x00junk"), crc32.ChecksumIEEE([]byte("junk")))
	cases := []struct {
		name   string
		data   []byte
		bounds Bounds
		want   Reason
	}{
		{"jpeg", asJPEG(quarters(900, 600)), whatever, ""},
		{"png", asPNG(quarters(900, 600)), whatever, ""},
		{"webp", onePixel, whatever, ""},
		{"tiny", asPNG(quarters(3, 2)), whatever, ""},
		{"strip", asPNG(quarters(6000, 5)), whatever, ""},
		{"palette", asPNG(image.NewPaletted(image.Rect(0, 0, 3000, 2000), color.Palette{color.White, color.Black})), whatever, ""},
		{"cut off", asJPEG(quarters(900, 600))[:3000], whatever, Broken},
		{"only a start", []byte("\xFF\xD8\xFF\xE0"), whatever, Broken},
		{"bomb", pngHeader(60000, 60000, 8), whatever, TooManyPixels},
		{"more than an int64", pngHeader(1<<31-1, 1<<31-1, 8), whatever, Broken},
		{"claims and has nothing", pngHeader(6000, 6000, 8), whatever, Broken},
		{"size not in front", slices.Concat(plain[:8], junk, plain[8:]), whatever, Broken},
		{"empty", nil, whatever, NotTaken},
		{"heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00\x00\x00"), whatever, NotTaken},
		{"pdf", []byte("%PDF-1.7\n"), whatever, NotTaken},
		{"gif", []byte("GIF89a..."), whatever, NotTaken},
		{"the caller takes", asJPEG(quarters(100, 100)), small, ""},
		{"and does not take", onePixel, small, NotTaken},
		{"bytes", append(asJPEG(quarters(100, 100)), make([]byte, 5000)...), small, TooManyBytes},
		{"pixels", asPNG(quarters(101, 100)), small, TooManyPixels},
		{"side", asPNG(quarters(49, 100)), small, TooSmall},
	}
	for _, c := range cases {
		_, err := fit(c.data, c.bounds, 500)
		wantRefusal(t, c.name, err, c.want)
	}
}

// The caller's own error comes back as it is, and its turn ends with it.
func TestReadReturnsWhatUseReturns(t *testing.T) {
	mine := errors.New("mine")
	for range 20 {
		if err := Read(t.Context(), onePixel, whatever, func(Picture) error { return mine }); !errors.Is(err, mine) {
			t.Fatal(err)
		}
	}
	if !decodes.TryAcquire(budget) {
		t.Fatal("a turn was not given back")
	}
	decodes.Release(budget)
}

// While others use all the memory a picture waits, but not for ever.
func TestReadWaitsForItsTurn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if err := decodes.Acquire(t.Context(), budget); err != nil {
			t.Fatal(err)
		}
		start := time.Now()
		_, err := fit(onePixel, whatever, 9)
		wantRefusal(t, "busy", err, Busy)
		if waited := time.Since(start); waited != patience {
			t.Errorf("waited %v", waited)
		}
		ctx, stop := context.WithTimeout(t.Context(), time.Second)
		defer stop()
		if err := Read(ctx, onePixel, whatever, nil); !errors.Is(err, context.DeadlineExceeded) {
			t.Error("the caller left:", err)
		}
		go func() {
			time.Sleep(time.Second)
			decodes.Release(budget)
		}()
		if _, err := fit(onePixel, whatever, 9); err != nil {
			t.Error("its turn came:", err)
		}
	})
}

// A decoder that panics is a broken picture, not the end of the process.
func TestGuard(t *testing.T) {
	_, err := guard(func(io.Reader) (int, error) { panic("hostile") }, nil)
	if err == nil {
		t.Error("no error")
	}
}

// Where the colours of the quarters must be after each orientation is applied,
// read clockwise from the top left (r, g, grey, b in the stored picture).
func TestOrientation(t *testing.T) {
	upright := map[byte]string{1: "rg-b", 2: "grb-", 3: "-brg", 4: "b-gr", 5: "rb-g", 6: "brg-", 7: "-grb", 8: "g-br"}
	for o, want := range upright {
		for _, big := range []bool{false, true} {
			img, err := fit(withEXIF(asJPEG(quarters(80, 40)), o, big), whatever, 2000)
			if err != nil {
				t.Fatal(err)
			}
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

// Transparent parts become white, not black.
func TestTransparentIsWhite(t *testing.T) {
	for _, side := range []int{200, 2500} {
		img, err := fit(asPNG(image.NewNRGBA(image.Rect(0, 0, side, side))), whatever, 2000)
		if err != nil || img.RGBAAt(20, 20) != (color.RGBA{255, 255, 255, 255}) {
			t.Fatalf("side %d: %v", side, err)
		}
	}
}

// A progressive JPEG with thousands of scans is a few kilobytes and hours.
func TestManyScans(t *testing.T) {
	data := asJPEG(quarters(64, 64))
	sos := bytes.Index(data, []byte{0xFF, 0xDA})
	scan := data[sos : len(data)-2]
	data = append(data[:len(data)-2:len(data)-2], bytes.Repeat(scan, maxScans)...)
	_, err := fit(append(data, 0xFF, 0xD9), whatever, 100)
	wantRefusal(t, "many scans", err, Broken)
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
			if _, err := fit(big, whatever, 2000); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	runtime.ReadMemStats(&peak)
	grown := int64(peak.HeapSys-before.HeapSys) >> 20
	t.Logf("three 50-megapixel photos at once: the heap grew by %d MB", grown)
	if grown > 2*budget>>20 {
		t.Errorf("the heap grew by %d MB", grown)
	}
}

func FuzzOrientation(f *testing.F) {
	for o := range byte(10) {
		f.Add(withEXIF(asJPEG(quarters(8, 8)), o, o%2 == 0))
	}
	f.Add([]byte("RIFF\x00\x00\x00\x00WEBPEXIF\xFF\xFF\xFF\xFF"))
	f.Add(pngHeader(8, 8, 8))
	f.Fuzz(func(t *testing.T, data []byte) {
		for _, o := range []int{readJPEGHead(data).orientation, chunkOrientation(PNG, data),
			chunkOrientation(WebP, data), exifOrientation(data), tiffOrientation(data)} {
			if o < 1 || o > 8 {
				t.Fatalf("orientation %d", o)
			}
		}
	})
}

func FuzzRead(f *testing.F) {
	f.Add(asJPEG(quarters(20, 16)))
	f.Add(withEXIF(asJPEG(quarters(40, 30)), 6, true))
	f.Add(withEXIF(asJPEG(quarters(40, 30)), 9, false)[:60])
	f.Add(asPNG(quarters(20, 16)))
	f.Add(onePixel)
	f.Add(pngHeader(8, 8, 16))
	f.Add([]byte(strings.Repeat("x", 20)))
	f.Fuzz(func(t *testing.T, data []byte) {
		if h, err := whatever.admit(data); err == nil && (h.need < floor || h.need > budget) {
			t.Fatalf("wants %d bytes", h.need)
		}
		b := whatever
		b.Pixels = 100_000
		img, err := fit(data, b, 50)
		var no *Refusal
		if err != nil && !errors.As(err, &no) {
			t.Fatalf("no refusal: %v", err)
		}
		if err == nil && max(img.Rect.Dx(), img.Rect.Dy()) > 50 {
			t.Fatalf("%v", img.Rect)
		}
	})
}

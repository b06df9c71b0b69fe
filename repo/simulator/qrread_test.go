package simulator

import (
	"bytes"
	"image"
	"image/png"
	"strings"
	"testing"

	"rsc.io/qr"
	"rsc.io/qr/coding"
)

func decodePNG(t *testing.T, raw []byte) image.Image {
	t.Helper()
	img, err := png.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	return img
}

func TestReadQR(t *testing.T) {
	texts := []string{
		"http://127.0.0.1:8080/h/" + strings.Repeat("kQ7_-x", 7), "weixin://wxpay/bizpayurl?pr=AbCdEfGzz", "1234567", "HTTPS://A.B/C:9",
		strings.Repeat("长一点的中文内容", 20), strings.Repeat("x", 700),
	}
	for _, text := range texts {
		for _, level := range []qr.Level{qr.L, qr.M, qr.Q, qr.H} {
			for _, scale := range []int{3, 8} {
				code, err := qr.Encode(text, level)
				if err != nil {
					continue // too long for the level
				}
				code.Scale = scale
				got, err := readQR(decodePNG(t, code.PNG()))
				if err != nil || got != text {
					t.Errorf("%.20q level %d scale %d: %.20q %v", text, level, scale, got, err)
				}
			}
		}
	}
}

// A scaled-up, unevenly resampled code is what a canvas may give.
func TestReadQRResampled(t *testing.T) {
	const text = "http://127.0.0.1:8080/h/abcdefghijklmnopqrstuvwxyz"
	code, err := qr.Encode(text, qr.M)
	if err != nil {
		t.Fatal(err)
	}
	code.Scale = 8
	src := decodePNG(t, code.PNG())
	for _, side := range []int{190, 233, 301, 480} {
		dst := image.NewGray(image.Rect(0, 0, side, side))
		for y := range side {
			for x := range side {
				dst.Set(x, y, src.At(x*src.Bounds().Dx()/side, y*src.Bounds().Dy()/side))
			}
		}
		if got, err := readQR(dst); err != nil || got != text {
			t.Errorf("side %d: %q %v", side, got, err)
		}
	}
}

func TestReadQRRefuses(t *testing.T) {
	white := image.NewGray(image.Rect(0, 0, 100, 100))
	for i := range white.Pix {
		white.Pix[i] = 255
	}
	for name, img := range map[string]image.Image{
		"white": white, "black": image.NewGray(image.Rect(0, 0, 100, 100)), "nothing": image.NewGray(image.Rectangle{}),
		"wide": image.NewGray(image.Rect(0, 0, 200, 20)), "huge": image.NewUniform(image.White.C),
	} {
		if text, err := readQR(img); err == nil {
			t.Errorf("%s: read %q", name, text)
		}
	}
}

func FuzzDecodeSegments(f *testing.F) {
	f.Add([]byte{0x40, 0x14, 0x10}, 1)
	f.Add([]byte{0x10, 0xff, 0xff, 0xff}, 12)
	f.Add([]byte{0x20, 0xff, 0xff, 0xff}, 30)
	f.Fuzz(func(t *testing.T, data []byte, v int) {
		if text, err := decodeSegments(data, coding.Version(v)); err == nil && text == "" {
			t.Error("an empty text without an error")
		}
	})
}

package face

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"slices"
	"strings"
	"testing"

	"ruxue/service/fault"
	"ruxue/service/picture"
)

// quarters is a picture whose top left quarter is red.
func quarters(w, h int) *image.RGBA {
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{0, 0, 255, 255}
			if x < w/2 && y < h/2 {
				c = color.RGBA{255, 0, 0, 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	return img
}

func encode(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 95}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// turned gives a JPEG an EXIF segment that asks for a quarter turn to the
// right, with a text that must not survive.
func turned(raw []byte) []byte {
	exif := "Exif\x00\x00II*\x00\x08\x00\x00\x00\x01\x00\x12\x01\x03\x00\x01\x00\x00\x00\x06\x00\x00\x00\x00\x00\x00\x00GPS 31.9N"
	return []byte(string(raw[:2]) + "\xff\xe1\x00" + string(rune(len(exif)+2)) + exif + string(raw[2:]))
}

// What is judged, sent and kept stands upright and says nothing else.
func TestReadTurns(t *testing.T) {
	p, err := read(t.Context(), turned(encode(t, quarters(400, 240))), DefaultRules)
	if err != nil {
		t.Fatal(err)
	}
	if p.img.Rect != image.Rect(0, 0, 240, 400) {
		t.Errorf("%v", p.img.Rect)
	}
	if c := p.img.RGBAAt(180, 100); c.R < 200 || c.B > 80 {
		t.Errorf("red is not at the top right: %v", c)
	}
	if bytes.Contains(p.jpeg, []byte("Exif")) || bytes.Contains(p.jpeg, []byte("GPS")) {
		t.Error("metadata survived")
	}
}

func TestRead(t *testing.T) {
	var transparent bytes.Buffer
	if err := png.Encode(&transparent, image.NewNRGBA(image.Rect(0, 0, 300, 300))); err != nil {
		t.Fatal(err)
	}
	p, err := read(t.Context(), transparent.Bytes(), DefaultRules)
	if err != nil || p.img.RGBAAt(10, 10) != (color.RGBA{255, 255, 255, 255}) {
		t.Errorf("transparency must become white: %v", err)
	}
	large, err := read(t.Context(), encode(t, quarters(3000, 1500)), DefaultRules)
	if err != nil || large.img.Rect != image.Rect(0, 0, 1280, 640) {
		t.Errorf("%v %v", large.img.Rect, err)
	}
	if cfg, err := jpeg.DecodeConfig(bytes.NewReader(large.jpeg)); err != nil || cfg.Width != 1280 {
		t.Errorf("what is sent: %+v %v", cfg, err)
	}
}

func TestReadRefuses(t *testing.T) {
	good := encode(t, quarters(400, 400))
	huge := append([]byte{}, good...)
	sof := bytes.Index(huge, []byte{0xff, 0xc0})
	copy(huge[sof+5:], []byte{0xff, 0xff, 0xff, 0xff}) // says that it is 65535×65535
	tests := []struct {
		name string
		raw  []byte
		kind fault.Kind
		same error
	}{
		{"nothing", nil, fault.Invalid, errNotPicture},
		{"text", []byte("<html>"), fault.Invalid, errNotPicture},
		{"gif", []byte("GIF89a..........."), fault.Invalid, errNotPicture},
		{"webp", []byte("RIFF\x00\x00\x00\x00WEBPVP8 "), fault.Invalid, errNotPicture},
		{"heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00"), fault.Invalid, errHEIC},
		{"cut off", good[:len(good)/2], fault.Invalid, errBroken},
		{"head only", good[:3], fault.Invalid, errBroken},
		{"bomb", huge, fault.TooLarge, nil},
		{"many bytes", append(slices.Clip(good), make([]byte, 5<<20)...), fault.TooLarge, nil},
		{"tiny", encode(t, quarters(120, 300)), fault.Invalid, nil},
	}
	for _, tt := range tests {
		_, err := read(t.Context(), tt.raw, DefaultRules)
		f, ok := fault.As(err)
		if !ok || f.Kind != tt.kind || f.Field != "photo" || tt.same != nil && !errors.Is(err, tt.same) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

// Whoever waited in vain is asked to come back; whoever left is no fault.
func TestReadWaits(t *testing.T) {
	f, ok := fault.As(refusal(&picture.Refusal{Reason: picture.Busy}, DefaultRules))
	if !ok || f.Kind != fault.Unavailable || f.RetryAfter == 0 || !strings.Contains(f.Sentence, "再试") {
		t.Errorf("%+v", f)
	}
	gone, leave := context.WithCancel(t.Context())
	leave()
	if _, err := read(gone, encode(t, quarters(400, 400)), DefaultRules); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

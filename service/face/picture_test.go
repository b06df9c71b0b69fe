package face

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"testing"

	"ruxue/service/fault"
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

// withOrientation puts an EXIF segment with that orientation, and a text that
// must not survive, into a JPEG.
func withOrientation(raw []byte, order binary.ByteOrder, n uint16) []byte {
	t := []byte("II*\x00")
	if order == binary.BigEndian {
		t = []byte("MM\x00*")
	}
	t = binary.LittleEndian.AppendUint32(t, 0)
	order.PutUint32(t[4:], 8)
	t = append(t, make([]byte, 2+12+4)...)
	order.PutUint16(t[8:], 1)
	order.PutUint16(t[10:], 0x0112)
	order.PutUint16(t[12:], 3)
	order.PutUint32(t[14:], 1)
	order.PutUint16(t[18:], n)
	body := append([]byte("Exif\x00\x00"), append(t, "GPS 31.9N 118.8E"...)...)
	seg := binary.BigEndian.AppendUint16([]byte{0xff, 0xe1}, uint16(len(body)+2))
	out := append([]byte{}, raw[:2]...)
	return append(append(append(out, seg...), body...), raw[2:]...)
}

// Whatever way the camera held the picture, the red quarter ends where the
// orientation says.
func TestOrientation(t *testing.T) {
	plain := encode(t, quarters(400, 240))
	want := map[uint16]image.Point{ // where the red quarter's middle is, in quarters
		1: {0, 0}, 2: {1, 0}, 3: {1, 1}, 4: {0, 1}, 5: {0, 0}, 6: {1, 0}, 7: {1, 1}, 8: {0, 1},
	}
	for n, at := range want {
		for _, order := range []binary.ByteOrder{binary.LittleEndian, binary.BigEndian} {
			p, err := decodePicture(withOrientation(plain, order, n), DefaultRules)
			if err != nil {
				t.Fatal(err)
			}
			b := p.img.Rect
			if turned := n >= 5; (b.Dx() == 240) != turned {
				t.Errorf("orientation %d: %v", n, b)
			}
			if bytes.Contains(p.jpeg, []byte("Exif")) || bytes.Contains(p.jpeg, []byte("GPS")) {
				t.Errorf("orientation %d: metadata survived", n)
			}
			c := p.img.RGBAAt(b.Dx()/4+at.X*b.Dx()/2, b.Dy()/4+at.Y*b.Dy()/2)
			if c.R < 200 || c.B > 80 {
				t.Errorf("orientation %d: %v at %v", n, c, at)
			}
		}
	}
}

func TestDecodePicture(t *testing.T) {
	var transparent bytes.Buffer
	if err := png.Encode(&transparent, image.NewNRGBA(image.Rect(0, 0, 300, 300))); err != nil {
		t.Fatal(err)
	}
	p, err := decodePicture(transparent.Bytes(), DefaultRules)
	if err != nil || p.img.RGBAAt(10, 10) != (color.RGBA{255, 255, 255, 255}) {
		t.Errorf("transparency must become white: %v", err)
	}
	large, err := decodePicture(encode(t, quarters(3000, 1500)), DefaultRules)
	if err != nil || large.img.Rect != image.Rect(0, 0, 1280, 640) {
		t.Errorf("%v %v", large.img.Rect, err)
	}
	if cfg, err := jpeg.DecodeConfig(bytes.NewReader(large.jpeg)); err != nil || cfg.Width != 1280 {
		t.Errorf("what is sent: %+v %v", cfg, err)
	}
}

func TestDecodePictureRefuses(t *testing.T) {
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
		{"heic", []byte("\x00\x00\x00\x18ftypheic\x00\x00"), fault.Invalid, errHEIC},
		{"cut off", good[:len(good)/2], fault.Invalid, errBroken},
		{"head only", good[:3], fault.Invalid, errBroken},
		{"bomb", huge, fault.TooLarge, nil},
		{"many bytes", make([]byte, 5<<20+1), fault.TooLarge, nil},
		{"tiny", encode(t, quarters(120, 300)), fault.Invalid, nil},
	}
	for _, tt := range tests {
		_, err := decodePicture(tt.raw, DefaultRules)
		f, ok := fault.As(err)
		if !ok || f.Kind != tt.kind || f.Field != "photo" || tt.same != nil && !errors.Is(err, tt.same) {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}

func FuzzDecodePicture(f *testing.F) {
	good := encode(f, quarters(40, 30))
	f.Add(good)
	f.Add(withOrientation(good, binary.BigEndian, 6))
	f.Add(withOrientation(good, binary.LittleEndian, 9)[:60])
	f.Add([]byte("\x89PNG\r\n\x1a\n"))
	rules := DefaultRules
	rules.MinSide, rules.MaxPixels = 1, 100_000
	f.Fuzz(func(t *testing.T, raw []byte) {
		if o := orientation(raw); o < 1 || o > 8 {
			t.Fatalf("orientation %d", o)
		}
		p, err := decodePicture(raw, rules)
		if err != nil {
			if fault.KindOf(err) == fault.Internal {
				t.Fatalf("no kind: %v", err)
			}
			return
		}
		if _, err := jpeg.Decode(bytes.NewReader(p.jpeg)); err != nil {
			t.Fatal(err)
		}
	})
}

package picture

import (
	"encoding/binary"
	"image"
	"strings"
	"testing"
)

// entry is one directory entry of a little-endian TIFF block.
func entry(tag, kind uint16, count, value uint32) string {
	b := binary.LittleEndian.AppendUint16(nil, tag)
	b = binary.LittleEndian.AppendUint16(b, kind)
	b = binary.LittleEndian.AppendUint32(b, count)
	return string(binary.LittleEndian.AppendUint32(b, value))
}

const tiffStart = "II*\x00\x08\x00\x00\x00"

func TestTIFFOrientation(t *testing.T) {
	cases := []struct {
		name string
		data string
		want int
	}{
		{"second entry", tiffStart + "\x02\x00" + entry(0x010F, 2, 4, 0) + entry(0x0112, 3, 1, 8), 8},
		{"with the Exif prefix", "Exif\x00\x00" + tiffStart + "\x01\x00" + entry(0x0112, 3, 1, 6), 6},
		{"zero", tiffStart + "\x01\x00" + entry(0x0112, 3, 1, 0), 1},
		{"nine", tiffStart + "\x01\x00" + entry(0x0112, 3, 1, 9), 1},
		{"not a short", tiffStart + "\x01\x00" + entry(0x0112, 4, 1, 6), 1},
		{"several", tiffStart + "\x01\x00" + entry(0x0112, 3, 2, 6), 1},
		{"directory beyond the end", "II*\x00\xFF\xFF\xFF\xFF\x01\x00", 1},
		{"more entries than bytes", tiffStart + "\xFF\xFF" + entry(0x010F, 2, 4, 0), 1},
		{"other magic", "XX*\x00\x08\x00\x00\x00\x01\x00" + entry(0x0112, 3, 1, 6), 1},
		{"empty", "", 1},
	}
	for _, c := range cases {
		if got := tiffOrientation([]byte(c.data)); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestChunkOrientation(t *testing.T) {
	tiff := tiffStart + "\x01\x00" + entry(0x0112, 3, 1, 6)
	plain := asPNG(quarters(80, 40))
	chunk := append(binary.BigEndian.AppendUint32(nil, uint32(len(tiff))), "eXIf"+tiff+"\x00\x00\x00\x00"...)
	png := append(append(append([]byte{}, plain[:33]...), chunk...), plain[33:]...)
	if got := chunkOrientation(PNG, png); got != 6 {
		t.Error("PNG:", got)
	}
	if got := chunkOrientation(PNG, plain); got != 1 {
		t.Error("PNG without:", got)
	}
	riff := "RIFF\x00\x00\x00\x00WEBP" + "VP8X\x01\x00\x00\x00\x08\x00" + "EXIF"
	riff += string(binary.LittleEndian.AppendUint32(nil, uint32(len(tiff)))) + tiff
	if got := chunkOrientation(WebP, []byte(riff)); got != 6 {
		t.Error("WebP:", got)
	}
	if got := chunkOrientation(WebP, []byte(riff[:len(riff)-1])); got != 1 {
		t.Error("cut off:", got)
	}
}

func TestJPEGHead(t *testing.T) {
	plain := asJPEG(quarters(64, 48))
	h := readJPEGHead(withEXIF(plain, 3, true))
	if h.progressive || h.samples != 1.5 || h.scans != 1 || h.orientation != 3 {
		t.Errorf("%+v", h)
	}
	if h := readJPEGHead(asJPEG(image.NewGray(image.Rect(0, 0, 8, 8)))); h.samples != 1 {
		t.Errorf("grey: %+v", h)
	}
	// A film behind the picture (a motion photo) is not part of it.
	if h := readJPEGHead(append(plain, "\xFF\xDA\x00\x02\xFF\xDA\x00\x02"...)); h.scans != 1 {
		t.Errorf("with a film: %+v", h)
	}
	// A second EXIF after the picture began is not believed.
	late := append(plain[:len(plain)-2:len(plain)-2], withEXIF(plain, 8, true)[2:60]...)
	if h := readJPEGHead(late); h.orientation != 1 {
		t.Errorf("late: %+v", h)
	}
	for n := range plain {
		readJPEGHead(plain[:n]) // must not panic
	}
}

// CMYK and RGB are decoded in planes and then copied.
func TestJPEGInOtherColours(t *testing.T) {
	frame := "\xFF\xC0\x00\x11\x08\x00\x08\x00\x08\x03\x01\x11\x00\x02\x11\x00\x03\x11\x00"
	for name, c := range map[string]struct {
		data  string
		whole float64
	}{
		"YCbCr":               {frame, 0},
		"RGB by its names":    {strings.NewReplacer("\x01\x11", "R\x11", "\x02\x11", "G\x11", "\x03\x11\x00", "B\x11\x00").Replace(frame), 4},
		"RGB, says Adobe":     {"\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00\x00" + frame, 4},
		"YCbCr, says Adobe":   {"\xFF\xEE\x00\x0EAdobe\x00\x64\x00\x00\x00\x00\x01" + frame, 0},
		"CMYK":                {"\xFF\xC0\x00\x14\x08\x00\x08\x00\x08\x04\x01\x11\x00\x02\x11\x00\x03\x11\x00\x04\x11\x00", 4},
		"more than one frame": {frame + frame, 0},
	} {
		h := readJPEGHead([]byte("\xFF\xD8" + c.data + "\xFF\xD9"))
		if h.whole != c.whole || h.frames != strings.Count(c.data, "\xFF\xC0") {
			t.Errorf("%s: %+v", name, h)
		}
	}
}

// What a progressive picture needs is refused before it is decoded: the start
// of a frame alone says so.
func TestProgressiveIsMeasured(t *testing.T) {
	sof := func(marker byte, sampling byte) []byte {
		data := []byte("\xFF\xD8\xFF" + string(rune(0)))[:3]
		data = append(data, marker, 0, 17, 8, 0x17, 0x70, 0x1F, 0x40, 3, 1, sampling, 0, 2, 0x11, 0, 3, 0x11, 0)
		return append(data, 0xFF, 0xDA, 0, 2, 0xFF, 0xD9)
	}
	for _, c := range []struct {
		name string
		data []byte
		want Reason
	}{
		{"8000×6000 baseline, 4:4:4", sof(0xC0, 0x11), ""},
		{"8000×6000 progressive, 4:2:0", sof(0xC2, 0x22), ""},
		{"8000×6000 progressive, 4:4:4", sof(0xC2, 0x11), TooManyPixels},
	} {
		_, err := whatever.admit(c.data)
		wantRefusal(t, c.name, err, c.want)
	}
}

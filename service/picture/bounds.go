package picture

import (
	"errors"
	"fmt"
	"math"
	"slices"
)

// The bounds that hold for every picture. They are checked on its header,
// before any pixel is decoded, so that a small file cannot ask for much memory.
const (
	// MaxPixels lets the 50-megapixel mode of current phones (8192×6144 and
	// 8160×6144) pass.
	MaxPixels = 51_000_000
	// maxDecode is the memory that one decode may need, in bytes: baseline
	// JPEG and 8- or 16-bit PNG up to the pixel bound, progressive JPEG with
	// 4:2:0 sampling too. What needs more is TooManyPixels.
	maxDecode = 384 << 20
	// maxScans bounds the scans of a progressive JPEG, and maxWork scans ×
	// pixels: a scan costs few bytes in the file and a pass over the image.
	maxScans = 100
	maxWork  = 1_000_000_000
)

// Bounds are what a caller takes.
type Bounds struct {
	Formats []Format // of JPEG, PNG and WebP
	Bytes   int      // the size of the largest file
	Pixels  int      // the largest width × height; MaxPixels bounds it anyway
	MinSide int      // the least width and height in pixels
}

// Reason is why a picture was not read.
type Reason string

// The reasons.
const (
	NotTaken      Reason = "format" // not one of Bounds.Formats
	TooManyBytes  Reason = "bytes"
	TooManyPixels Reason = "pixels" // or too much memory for its pixels
	TooSmall      Reason = "small"
	Broken        Reason = "broken"
	Busy          Reason = "busy" // others were decoded all the time it waited
)

// Refusal is the error of a picture that was not read.
type Refusal struct {
	Reason        Reason
	Format        Format
	Width, Height int   // as stored, for TooManyPixels and TooSmall
	Err           error // the decoder's, or nil
}

// Error is for logs; it holds nothing of the picture but its size.
func (r *Refusal) Error() string {
	s := fmt.Sprintf("%s picture refused: %s", r.Format, r.Reason)
	if r.Width > 0 {
		s += fmt.Sprintf(" (%d×%d)", r.Width, r.Height)
	}
	if r.Err != nil {
		s += ": " + r.Err.Error()
	}
	return s
}

// Unwrap returns the decoder's error.
func (r *Refusal) Unwrap() error { return r.Err }

// head is what is known of a picture before it is decoded.
type head struct {
	format      Format
	need        int64 // memory to decode it, in bytes
	orientation int
}

// admit checks the file against the bounds by its first bytes and headers.
func (b Bounds) admit(data []byte) (head, error) {
	f := Sniff(data)
	_, known := codecs[f]
	if !known || !slices.Contains(b.Formats, f) {
		return head{}, &Refusal{Reason: NotTaken, Format: f}
	}
	if len(data) > b.Bytes {
		return head{}, &Refusal{Reason: TooManyBytes, Format: f}
	}
	return b.measure(f, data)
}

// measure learns from the headers alone what decoding needs.
func (b Bounds) measure(f Format, data []byte) (head, error) {
	cfg, err := guard(codecs[f].config, data)
	if err == nil && (cfg.Width <= 0 || cfg.Height <= 0) {
		err = errors.New("no pixels")
	}
	if err != nil {
		return head{}, &Refusal{Reason: Broken, Format: f, Err: err}
	}
	refuse := func(why Reason) (head, error) {
		return head{}, &Refusal{Reason: why, Format: f, Width: cfg.Width, Height: cfg.Height}
	}
	pixels := int64(cfg.Width) * int64(cfg.Height)
	if pixels > int64(min(b.Pixels, MaxPixels)) {
		return refuse(TooManyPixels)
	}
	if min(cfg.Width, cfg.Height) < b.MinSide {
		return refuse(TooSmall)
	}
	h := head{format: f, orientation: chunkOrientation(f, data)}
	perPixel := 8.0 // WebP: the pixels and the tables of its lossless form
	switch f {
	case PNG:
		if string(data[12:16]) != "IHDR" { // the decoder reads past others, pngPerPixel does not
			return head{}, &Refusal{Reason: Broken, Format: f, Err: errors.New("the header is not in front")}
		}
		perPixel = pngPerPixel(data)
	case JPEG:
		j := readJPEGHead(data)
		h.orientation, perPixel = j.orientation, j.samples+j.whole
		if j.progressive {
			perPixel += 4 * j.samples // the decoder keeps every coefficient
		}
		if j.frames > 1 || j.scans > maxScans || j.progressive && int64(j.scans)*pixels > maxWork {
			return head{}, &Refusal{Reason: Broken, Format: f, Err: fmt.Errorf("%d frames, %d scans", j.frames, j.scans)}
		}
	}
	need := int64(math.Ceil(perPixel * float64(pixels)))
	if need > maxDecode {
		return refuse(TooManyPixels)
	}
	h.need = min(max(need+need/8, floor), budget)
	return h, nil
}

// pngPerPixel returns the bytes a pixel takes while a PNG (whose header has
// been read already) is decoded; interlacing holds a second, partial picture.
func pngPerPixel(data []byte) float64 {
	n := 4.0
	if data[24] == 16 {
		n = 8
	}
	if data[28] != 0 {
		n *= 1.5
	}
	return n
}

// Package picture owns reading untrusted pictures within bounds: it tells what
// a file is by its first bytes, refuses from the headers alone what would take
// too much memory or time, keeps all decodes of the process within one budget,
// and gives the pixels upright and flat, without metadata. Sentences for the
// user are the callers'.
package picture

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"
	"io"
	"time"

	"golang.org/x/image/webp"
	"golang.org/x/sync/semaphore"
)

const (
	// budget is the memory in bytes that all decodes together may use.
	// Measured: six 50-megapixel JPEGs (8192×6144, 4:2:0) at once make the heap
	// grow by 370 MB, one takes about a second and a half of one core.
	budget = 384 << 20
	// floor is counted for the smallest picture, so that at most eight are
	// worked on at once.
	floor = budget / 8
	// patience is how long a picture waits for its turn.
	patience = 20 * time.Second
)

// decodes is one budget for the process, because memory is.
var decodes = semaphore.NewWeighted(budget)

// Picture is a picture that is still to be turned upright.
type Picture struct {
	img         image.Image
	orientation int // EXIF, 1–8
}

// Of returns a picture of pixels that are upright.
func Of(img image.Image) Picture { return Picture{img: img, orientation: 1} }

// Read decodes a picture within bounds and calls use with it; its memory counts
// against the budget until use returns, whose error it returns. A picture that
// is not read is a *Refusal; the end of ctx while waiting is ctx's error.
func Read(ctx context.Context, data []byte, b Bounds, use func(Picture) error) error {
	h, err := b.admit(data)
	if err != nil {
		return err
	}
	turn, stop := context.WithTimeout(ctx, patience)
	defer stop()
	if err := decodes.Acquire(turn, h.need); err != nil {
		if ctx.Err() != nil {
			return fmt.Errorf("waiting to decode a picture: %w", ctx.Err())
		}
		return &Refusal{Reason: Busy, Format: h.format, Err: err}
	}
	defer decodes.Release(h.need)
	img, err := guard(codecs[h.format].decode, data)
	if err != nil {
		return &Refusal{Reason: Broken, Format: h.format, Err: err}
	}
	return use(Picture{img: img, orientation: h.orientation})
}

// codec reads one format.
type codec struct {
	decode func(io.Reader) (image.Image, error)
	config func(io.Reader) (image.Config, error)
}

// codecs are named here, not looked up among what the binary registered.
var codecs = map[Format]codec{
	JPEG: {jpeg.Decode, jpeg.DecodeConfig},
	PNG:  {png.Decode, png.DecodeConfig},
	WebP: {webp.Decode, webp.DecodeConfig},
}

// guard turns a decoder's panic over hostile input into an error.
func guard[T any](fn func(io.Reader) (T, error), data []byte) (v T, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("the decoder gave up: %v", p)
		}
	}()
	return fn(bytes.NewReader(data))
}

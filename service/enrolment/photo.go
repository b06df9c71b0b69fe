package enrolment

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"

	"ruxue/service/fault"
	"ruxue/service/picture"
)

// Image is a photo as it is kept: a JPEG made here, without EXIF (and so
// without the place where it was taken), upright.
type Image struct {
	JPEG          []byte
	Width, Height int // pixels
}

const (
	longSide    = 2000 // px: an identity card stays readable, 500 KB suffice
	shortest    = 160  // px: below this nobody can read a photo
	bestQuality = 92
	// photoQuality is the lowest JPEG quality for documents; below it a
	// smaller picture reads better than a blurred one.
	photoQuality    = 50
	portraitQuality = 30
)

// FitPhoto re-encodes a photo so that it takes at most maxBytes bytes: first by
// JPEG quality, then by scaling down. It keeps the proportions and never
// enlarges.
func FitPhoto(data []byte, maxBytes int) (Image, error) {
	return withPicture(data, func(p picture.Picture) (Image, error) {
		fw, fh := p.Size()
		long := min(longSide, max(fw, fh))
		largest := picture.Of(p.Fit(long))
		for ; ; long = long * 4 / 5 {
			out, ok, err := encode(largest.Fit(long), maxBytes, photoQuality)
			if err != nil || ok {
				return out, err
			}
			if long < shortest {
				return Image{}, cannotFit(maxBytes)
			}
		}
	})
}

// FitPortrait cuts w×h pixels out of a photo and encodes them in at most
// maxBytes bytes. The cut is as large as fits, in the middle, and of what is
// left over in height a third goes above the head: a face sits high in a photo.
func FitPortrait(data []byte, w, h, maxBytes int) (Image, error) {
	return withPicture(data, func(p picture.Picture) (Image, error) {
		fw, fh := p.Size()
		if fw < w/2 || fh < h/2 {
			return Image{}, invalid("照片只有 %d×%d 像素，证件照要 %d×%d。请换一张更清楚的照片", fw, fh, w, h)
		}
		return encodePortrait(p, portraitCrop(fw, fh, w, h), w, h, maxBytes)
	})
}

// CheckPortrait takes a photo that should already have w×h pixels and at most
// maxBytes bytes, and returns it without metadata; a sentence says what is not
// as it should be.
func CheckPortrait(data []byte, w, h, maxBytes int) (Image, error) {
	return withPicture(data, func(p picture.Picture) (Image, error) {
		fw, fh := p.Size()
		if fw != w || fh != h {
			return Image{}, invalid("证件照应为 %d×%d 像素，现在是 %d×%d", w, h, fw, fh)
		}
		if len(data) > maxBytes {
			return Image{}, fault.Newf(fault.TooLarge, "证件照应在 %s 以内，现在是 %s", kilobytes(maxBytes), kilobytes(len(data))).On("file")
		}
		return encodePortrait(p, image.Rect(0, 0, fw, fh), w, h, maxBytes)
	})
}

// portraitCrop returns the largest rectangle of the proportions w:h.
func portraitCrop(fw, fh, w, h int) image.Rectangle {
	cw, ch := fw, fw*h/w
	if ch > fh {
		cw, ch = max(1, fh*w/h), fh
	}
	x, y := (fw-cw)/2, (fh-ch)/3
	return image.Rect(x, y, x+cw, y+max(1, ch))
}

// encodePortrait keeps the pixels and, where quality alone cannot reach the
// size (a noisy picture), softens the picture step by step.
func encodePortrait(p picture.Picture, crop image.Rectangle, w, h, maxBytes int) (Image, error) {
	sharp := p.Take(crop, w, h)
	for soft := 1; soft <= 4; soft++ {
		img := sharp
		if soft > 1 {
			blurred := picture.Of(sharp).Take(sharp.Bounds(), max(1, w/soft), max(1, h/soft))
			img = picture.Of(blurred).Take(blurred.Bounds(), w, h)
		}
		out, ok, err := encode(img, maxBytes, portraitQuality)
		if err != nil || ok {
			return out, err
		}
	}
	return Image{}, cannotFit(maxBytes)
}

// encode finds by bisection the best JPEG quality (not below lowest) at which
// the picture takes at most maxBytes bytes; ok is false when there is none.
func encode(img *image.RGBA, maxBytes, lowest int) (out Image, ok bool, err error) {
	b := img.Bounds()
	lo, hi, q := lowest, bestQuality, bestQuality
	for lo <= hi {
		var buf bytes.Buffer
		if err := jpeg.Encode(&buf, img, &jpeg.Options{Quality: q}); err != nil {
			return Image{}, false, fmt.Errorf("encoding a photo: %w", err)
		}
		if buf.Len() <= maxBytes {
			out, ok, lo = Image{JPEG: buf.Bytes(), Width: b.Dx(), Height: b.Dy()}, true, q+1
		} else {
			hi = q - 1
		}
		if q == bestQuality {
			q = lowest // mostly the second and last look at what cannot fit
		} else {
			q = (lo + hi) / 2
		}
	}
	return out, ok, nil
}

func cannotFit(maxBytes int) error {
	return invalid("照片缩不到 %s 以内，请换一张背景简单、清楚的照片", kilobytes(maxBytes))
}

// kilobytes prints a size for people, as the manuals do: "50 KB".
func kilobytes(n int) string {
	if n >= 1_000_000 {
		return megabytes(n)
	}
	return fmt.Sprintf("%d KB", (n+999)/1000)
}

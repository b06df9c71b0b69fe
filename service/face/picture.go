package face

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"

	"ruxue/service/fault"
)

// picture is an upload made harmless: decoded within bounds, upright, small,
// and encoded anew, so that nothing of its metadata is left.
type picture struct {
	img  *image.RGBA
	jpeg []byte
}

var (
	errNotPicture = fault.New(fault.Invalid, "请使用 JPG 或 PNG 格式的照片").On("photo")
	errHEIC       = fault.New(fault.Invalid, "暂不支持 HEIC 格式，请用相机直接拍照，或在手机设置中把照片格式改为“兼容性最佳”").On("photo")
	errBroken     = fault.New(fault.Invalid, "照片没有传完整或已损坏，请重新拍照").On("photo")
)

// decodePicture reads an upload of at most r.MaxBytes and r.MaxPixels.
func decodePicture(raw []byte, r Rules) (picture, error) {
	if len(raw) > r.MaxBytes {
		return picture{}, fault.Newf(fault.TooLarge, "照片不能超过 %d MB，请重新拍照", r.MaxBytes>>20).On("photo")
	}
	decode, config, err := sniff(raw)
	if err != nil {
		return picture{}, err
	}
	cfg, err := config(bytes.NewReader(raw))
	if err != nil {
		return picture{}, errBroken
	}
	if cfg.Width <= 0 || cfg.Height <= 0 || cfg.Width > r.MaxPixels/cfg.Height {
		return picture{}, fault.New(fault.TooLarge, "照片像素太大，请用相机直接拍照").On("photo")
	}
	if min(cfg.Width, cfg.Height) < r.MinSide {
		return picture{}, fault.New(fault.Invalid, "照片太小，看不清面部，请重新拍照").On("photo")
	}
	img, err := decode(bytes.NewReader(raw))
	if err != nil {
		return picture{}, errBroken
	}
	p := picture{img: upright(shrink(img, r.Side), orientation(raw))}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, p.img, &jpeg.Options{Quality: 90}); err != nil {
		return picture{}, fmt.Errorf("encoding a face picture: %w", err)
	}
	p.jpeg = out.Bytes()
	return p, nil
}

type (
	decoder       func(r *bytes.Reader) (image.Image, error)
	configDecoder func(r *bytes.Reader) (image.Config, error)
)

// sniff finds the format by the first bytes; what the browser calls the file
// says nothing.
func sniff(raw []byte) (decoder, configDecoder, error) {
	switch {
	case bytes.HasPrefix(raw, []byte("\xff\xd8\xff")):
		return func(r *bytes.Reader) (image.Image, error) {
				return guard(func() (image.Image, error) { return jpeg.Decode(r) })
			},
			func(r *bytes.Reader) (image.Config, error) { return jpeg.DecodeConfig(r) }, nil
	case bytes.HasPrefix(raw, []byte("\x89PNG\r\n\x1a\n")):
		return func(r *bytes.Reader) (image.Image, error) {
				return guard(func() (image.Image, error) { return png.Decode(r) })
			},
			func(r *bytes.Reader) (image.Config, error) { return png.DecodeConfig(r) }, nil
	case len(raw) > 12 && string(raw[4:8]) == "ftyp":
		return nil, nil, errHEIC
	}
	return nil, nil, errNotPicture
}

// guard turns a panic of a decoder over hostile input into an error.
func guard(fn func() (image.Image, error)) (img image.Image, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the decoder gave up")
		}
	}()
	return fn()
}

// shrink returns the image at most side long, on white where it was
// transparent.
func shrink(img image.Image, side int) *image.RGBA {
	b := img.Bounds()
	w, h := b.Dx(), b.Dy()
	if m := max(w, h); m > side {
		w, h = max(1, w*side/m), max(1, h*side/m)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Rect, image.White, image.Point{}, draw.Src)
	if w == b.Dx() && h == b.Dy() {
		draw.Draw(out, out.Rect, img, b.Min, draw.Over)
	} else {
		draw.BiLinear.Scale(out, out.Rect, img, b, draw.Over, nil)
	}
	return out
}

package face

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"time"

	"ruxue/service/fault"
	"ruxue/service/picture"
)

// portrait is an upload made harmless: decoded within bounds, upright, small,
// and encoded anew, so that nothing of its metadata is left.
type portrait struct {
	img  *image.RGBA
	jpeg []byte
}

var (
	errNotPicture = fault.New(fault.Invalid, "请使用 JPG 或 PNG 格式的照片").On("photo")
	errHEIC       = fault.New(fault.Invalid, "暂不支持 HEIC 格式，请用相机直接拍照，或在手机设置中把照片格式改为“兼容性最佳”").On("photo")
	errBroken     = fault.New(fault.Invalid, "照片没有传完整或已损坏，请重新拍照").On("photo")
)

// read makes an upload within the rules a portrait. It waits for its turn.
func read(ctx context.Context, raw []byte, r Rules) (out portrait, err error) {
	err = picture.Read(ctx, raw, picture.Bounds{
		Formats: []picture.Format{picture.JPEG, picture.PNG}, Bytes: r.MaxBytes, Pixels: r.MaxPixels, MinSide: r.MinSide,
	}, func(p picture.Picture) error {
		out.img = p.Fit(r.Side)
		var b bytes.Buffer
		if err := jpeg.Encode(&b, out.img, &jpeg.Options{Quality: 90}); err != nil {
			return fmt.Errorf("encoding a face picture: %w", err)
		}
		out.jpeg = b.Bytes()
		return nil
	})
	if no, ok := errors.AsType[*picture.Refusal](err); ok {
		return portrait{}, refusal(no, r)
	}
	return out, err
}

// refusal is what the student reads about a picture that could not be read.
func refusal(no *picture.Refusal, r Rules) error {
	switch no.Reason {
	case picture.NotTaken:
		if no.Format == picture.HEIC {
			return errHEIC
		}
		return errNotPicture
	case picture.TooManyBytes:
		return fault.Newf(fault.TooLarge, "照片不能超过 %d MB，请重新拍照", r.MaxBytes>>20).On("photo")
	case picture.TooManyPixels:
		return fault.New(fault.TooLarge, "照片像素太大，请用相机直接拍照").On("photo")
	case picture.TooSmall:
		return fault.New(fault.Invalid, "照片太小，看不清面部，请重新拍照").On("photo")
	case picture.Busy:
		return fault.New(fault.Unavailable, "现在拍照的人较多，请过一分钟再试").After(time.Minute)
	}
	return errBroken
}

package enrolment

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"ruxue/service/fault"
	"ruxue/service/picture"
)

// MaxPhotoBytes is the size of the largest photo taken in, 15 MB.
const MaxPhotoBytes = 15 << 20

// photos are the pictures taken in, before they are made small.
var photos = picture.Bounds{
	Formats: []picture.Format{picture.JPEG, picture.PNG, picture.WebP},
	Bytes:   MaxPhotoBytes,
	Pixels:  picture.MaxPixels,
}

// withPicture decodes the photo within bounds and makes an Image of it.
func withPicture(data []byte, use func(picture.Picture) (Image, error)) (out Image, err error) {
	err = picture.Read(context.Background(), data, photos, func(p picture.Picture) (err error) {
		out, err = use(p)
		return err
	})
	if no, ok := errors.AsType[*picture.Refusal](err); ok {
		return Image{}, refusal(no, len(data))
	}
	return out, err
}

// refusal is what the student reads about a photo of size bytes that could not
// be read.
func refusal(no *picture.Refusal, size int) error {
	switch no.Reason {
	case picture.NotTaken:
		return notPhoto(no.Format)
	case picture.TooManyBytes:
		return fault.Newf(fault.TooLarge, "照片有 %s，超过 15 MB。请用截图或较低的清晰度重拍后上传", megabytes(size)).On("file")
	case picture.TooManyPixels:
		return invalid("照片有 %d×%d 像素，太大了。请用截图或普通清晰度重拍后上传", no.Width, no.Height)
	case picture.Busy:
		return fault.New(fault.Unavailable, "现在上传的人较多，照片还没有保存，请过一分钟再上传").After(time.Minute)
	}
	return fault.Wrap(fault.Invalid, "照片不完整或已损坏，打不开。请重新拍摄或换一张上传", no).On("file")
}

// notPhoto is the sentence for a file of a format that is no photo to us.
func notPhoto(f picture.Format) error {
	switch f {
	case picture.Empty:
		return invalid("文件是空的，请重新选择照片")
	case picture.HEIC:
		return invalid("这张照片是 HEIC 格式，暂时打不开。请在 iPhone 的“设置→相机→格式”里选“兼容性最佳”后重拍，或把照片截图后上传")
	case picture.PDF:
		return invalid("这里要的是照片，您选的是 PDF 文件。请选 JPG 或 PNG 照片")
	case picture.Other:
		return invalid("这种图片格式打不开，请换成 JPG 或 PNG，截图后上传也可以")
	case picture.Text, picture.Archive:
		return invalid("您选的文件不是照片，请选 JPG 或 PNG 照片")
	}
	return invalid("打不开这个文件，请选 JPG 或 PNG 照片")
}

// megabytes prints a size for people: "5 MB", "15.3 MB".
func megabytes(n int) string {
	return strings.TrimSuffix(fmt.Sprintf("%.1f", float64(n)/1e6), ".0") + " MB"
}

package photo

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"image/jpeg"

	"ruxue/service/fault"
	"ruxue/service/picture"
	"ruxue/service/reference"
)

// What a kept picture is: large enough to compare faces, without metadata.
const (
	side    = 800 // pixels, the longer one
	minSide = 60
	quality = 90
)

// take imports one file for its owner; seen holds whose pictures the archive had
// before. An error is the system's, not the file's.
func (d *Desk) take(ctx context.Context, f *zip.File, owners []Owner, seen map[int64]string) (Entry, error) {
	e := Entry{File: shown(f.Name)}
	refuse := func(r Result, reason string) (Entry, error) {
		e.Result, e.Reason = r, reason
		return e, nil
	}
	switch len(owners) {
	case 0:
		return refuse(Unknown, "本次活动的名单里没有这个号码")
	case 1:
	default:
		return refuse(Unknown, "不止一名学生有这个号码，请改用身份证号命名")
	}
	o := owners[0]
	e.Name = o.Name
	if first, twice := seen[o.EnrolmentID]; twice {
		return refuse(Twice, "同一名学生有两张照片，已使用前面的 "+first)
	}
	data, err := unpack(f)
	if err != nil {
		return refuse(Broken, unpackWords(err))
	}
	have, ok, err := d.Store.Photo(ctx, o.EnrolmentID)
	if err != nil {
		return e, err
	}
	p := Photo{EnrolmentID: o.EnrolmentID, Ref: reference.New(), Source: sum(data), UpdatedAt: d.Now()}
	if ok && have.Source == p.Source {
		seen[o.EnrolmentID] = e.File
		return refuse(Same, "")
	}
	kept, err := encode(ctx, data, &p)
	var no *picture.Refusal
	if errors.As(err, &no) && no.Reason != picture.Busy {
		return refuse(Broken, pictureWords(no))
	}
	if err != nil {
		return e, err
	}
	if err := d.keep(ctx, o, p, kept); err != nil {
		return e, err
	}
	seen[o.EnrolmentID] = e.File
	if ok {
		return refuse(Replaced, "")
	}
	return refuse(Stored, "")
}

// encode makes the picture harmless and notes what it is.
func encode(ctx context.Context, data []byte, p *Photo) ([]byte, error) {
	var b bytes.Buffer
	err := picture.Read(ctx, data, picture.Bounds{Formats: []picture.Format{picture.JPEG, picture.PNG}, Bytes: MaxPicture,
		Pixels: maxPixels, MinSide: minSide}, func(pic picture.Picture) error {
		img := pic.Fit(side)
		p.Width, p.Height = img.Bounds().Dx(), img.Bounds().Dy()
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
			return fmt.Errorf("encoding an admission photo: %w", err)
		}
		return nil
	})
	p.Bytes, p.SHA256 = b.Len(), sum(b.Bytes())
	return b.Bytes(), err
}

// keep stores the picture sealed, then its record, so that no record names a
// file that is not there; what it replaces is removed.
func (d *Desk) keep(ctx context.Context, o Owner, p Photo, kept []byte) error {
	p.BlobKey = "admission/e" + o.Ref + "/p" + p.Ref
	if err := d.Files.Put(ctx, p.BlobKey, pictureAD(p.Ref), kept); err != nil {
		return fmt.Errorf("keeping an admission photo: %w", err)
	}
	old, err := d.Store.PutPhoto(ctx, p)
	if err != nil {
		return fmt.Errorf("storing an admission photo: %w", err)
	}
	if old == "" {
		return nil
	}
	if err := d.Files.Delete(ctx, old); err != nil { // an encrypted orphan harms nobody
		d.Log.WarnContext(ctx, "a replaced admission photo was not deleted", "error", err.Error())
	}
	return nil
}

func unpackWords(err error) string {
	switch {
	case errors.Is(err, errPassword):
		return "压缩包设了密码，请去掉密码后重新压缩"
	case errors.Is(err, errTooBig):
		return fmt.Sprintf("照片超过 %d MB", MaxPicture>>20)
	}
	return "文件已损坏，解不开"
}

func pictureWords(no *picture.Refusal) string {
	switch no.Reason {
	case picture.NotTaken:
		return "不是 JPG 或 PNG 照片，只是改了扩展名"
	case picture.TooManyPixels:
		return "照片像素太大"
	case picture.TooSmall:
		return fmt.Sprintf("照片太小，宽和高至少 %d 像素", minSide)
	case picture.TooManyBytes:
		return fmt.Sprintf("照片超过 %d MB", MaxPicture>>20)
	}
	return "照片已损坏"
}

// nameWords say what is wrong with a file's name; "" with nothing.
func nameWords(kind naming) string {
	switch kind {
	case unnamed:
		return "文件名不是身份证号或考生号"
	case stranger:
		return "不是照片，只导入 .jpg、.jpeg 和 .png"
	}
	return ""
}

// sentenceOf is what staff read of a refused archive; ok is false for the
// system's own errors.
func sentenceOf(err error) (string, bool) {
	f, ok := fault.As(err)
	if !ok || f.Kind == fault.Internal || f.Kind == fault.Unavailable {
		return "", false
	}
	return f.Sentence, true
}

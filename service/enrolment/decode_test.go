package enrolment

import (
	"testing"

	"ruxue/service/fault"
	"ruxue/service/picture"
)

// Whatever is not taken gets a sentence that ends in what to do.
func TestEveryRefusalSaysWhatToDo(t *testing.T) {
	all := []picture.Format{picture.Empty, picture.JPEG, picture.PNG, picture.WebP, picture.HEIC, picture.PDF,
		picture.Other, picture.Text, picture.Archive, picture.Unknown}
	for _, f := range all {
		if f != picture.JPEG && f != picture.PNG && f != picture.WebP {
			wantSentence(t, refusal(&picture.Refusal{Reason: picture.NotTaken, Format: f}, 1), "请")
		}
		if err := refuseAsPDF(f); (err == nil) != (f == picture.PDF) {
			t.Errorf("%s as a PDF: %v", f, err)
		}
	}
	for reason, kind := range map[picture.Reason]fault.Kind{picture.TooManyBytes: fault.TooLarge, picture.TooManyPixels: fault.Invalid,
		picture.Broken: fault.Invalid, picture.Busy: fault.Unavailable} {
		err := refusal(&picture.Refusal{Reason: reason, Format: picture.JPEG, Width: 9000, Height: 9000}, 20_000_000)
		wantSentence(t, err, "请")
		if f, _ := fault.As(err); f.Kind != kind || (f.Field == "file") == (reason == picture.Busy) || (f.RetryAfter > 0) != (reason == picture.Busy) {
			t.Errorf("%s: %+v", reason, f)
		}
	}
}

// The sentences name 15 MB, and phones take 50 megapixels.
func TestPhotoBounds(t *testing.T) {
	if photos.Bytes != 15<<20 || photos.Pixels < 8192*6144 || photos.MinSide != 0 {
		t.Errorf("%+v", photos)
	}
}

package face

import (
	"errors"
	"image"
	"math"

	pigo "github.com/esimov/pigo/core"
	"golang.org/x/image/draw"

	"ruxue/service/picture"
)

// Finding is what the judge sees in a picture: whether one whole, clear face is
// there. It says nothing about whose face it is.
type Finding struct {
	OK         bool
	Code       string // "" or NoFace, TooMany, TooFar, CutOff, Dark, Bright, Covered, Blurred
	Sentence   string // what to do, simplified Chinese; "" when OK
	Score      float64
	Brightness float64
	Sharpness  float64
	Mask       float64
}

// The judge's findings. The words in front are those of the manual's pictures.
var sentences = map[string]string{
	"NoFace":  "没有检测到人脸，请拿起手机，对准人脸",
	"TooMany": "画面中不止一张脸，请只拍您本人",
	"TooFar":  "离得太远，请靠近一些",
	"CutOff":  "拍摄不全，请让整张脸都在画面内",
	"Dark":    "光线不足，请到明亮的地方拍摄",
	"Bright":  "光线过强，请避开直射光拍摄",
	"Covered": "遮挡面部，请露出五官和耳朵，摘下口罩、帽子",
	"Blurred": "照片模糊，请保持不动，擦净镜头后重拍",
}

// Judge asks for a better picture before the provider is asked for money. It
// is safe for concurrent use.
type Judge struct {
	cascade *pigo.Pigo
	rules   Rules
}

// NewJudge returns a judge over the bytes of pigo's facefinder cascade.
func NewJudge(cascade []byte, rules Rules) (j *Judge, err error) {
	defer func() { // the reader indexes without looking
		if recover() != nil {
			err = errors.New("the face cascade is cut off or no cascade")
		}
	}()
	p, err := pigo.NewPigo().Unpack(cascade)
	if err != nil {
		return nil, errors.New("the face cascade does not unpack")
	}
	return &Judge{p, rules.filled()}, nil
}

// judgeSide is the longest side on which faces are sought, in pixels; the
// cascade's score is a sum over windows, so it depends on this.
const judgeSide = 640

// Look judges the picture.
func (j *Judge) Look(img image.Image) Finding {
	rgba := picture.Of(img).Fit(judgeSide)
	found := j.faces(rgba)
	var best pigo.Detection
	for _, d := range found {
		if d.Q > best.Q {
			best = d
		}
	}
	f := Finding{Score: float64(best.Q)}
	if f.Score < j.rules.NoFace {
		return f.because("NoFace")
	}
	box := image.Rect(best.Col-best.Scale/2, best.Row-best.Scale/2, best.Col+best.Scale/2, best.Row+best.Scale/2)
	f.Brightness, f.Sharpness, f.Mask = measure(rgba, box)
	slack := best.Scale / 12 // a box is no more exact than this
	switch {
	case others(found, best, j.rules.Score) > 0:
		return f.because("TooMany")
	case float64(best.Scale) < j.rules.MinFace*float64(min(rgba.Rect.Dx(), rgba.Rect.Dy())):
		return f.because("TooFar")
	case !box.Inset(slack).In(rgba.Rect):
		return f.because("CutOff")
	case f.Brightness < j.rules.BrightnessMin:
		return f.because("Dark")
	case f.Brightness > j.rules.BrightnessMax:
		return f.because("Bright")
	case f.Sharpness < j.rules.SharpnessMin: // a blurred face scores low too
		return f.because("Blurred")
	case f.Score < j.rules.Score || f.Mask > j.rules.MaskCr:
		return f.because("Covered")
	}
	f.OK = true
	return f
}

// faces finds faces, also those that the frame cuts: the cascade looks at whole
// windows only, so the picture is surrounded by its own edges first.
func (j *Judge) faces(img *image.RGBA) []pigo.Detection {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	pad := min(w, h) / 4
	pw, ph := w+2*pad, h+2*pad
	grey, wide := luma(img), make([]uint8, pw*ph)
	for y := range ph {
		row := grey[min(max(y-pad, 0), h-1)*w:]
		for x := range pw {
			wide[y*pw+x] = row[min(max(x-pad, 0), w-1)]
		}
	}
	found := j.cascade.ClusterDetections(j.cascade.RunCascade(pigo.CascadeParams{
		MinSize: 100, MaxSize: max(100, min(w, h)), ShiftFactor: 0.1, ScaleFactor: 1.1,
		ImageParams: pigo.ImageParams{Pixels: wide, Rows: ph, Cols: pw, Dim: pw},
	}, 0), 0.2)
	for i := range found {
		found[i].Row, found[i].Col = found[i].Row-pad, found[i].Col-pad
	}
	return found
}

func (f Finding) because(code string) Finding {
	f.Code, f.Sentence = code, sentences[code]
	return f
}

// others counts further faces that are as sure as a face must be, and not just
// somebody far behind.
func others(found []pigo.Detection, best pigo.Detection, score float64) int {
	n := 0
	for _, d := range found {
		dx, dy := float64(d.Col-best.Col), float64(d.Row-best.Row)
		apart := math.Hypot(dx, dy) > float64(best.Scale)/2 // else the same face, found twice
		if apart && float64(d.Q) >= score && d.Scale*2 > best.Scale {
			n++
		}
	}
	return n
}

// measured is the side, in pixels, to which a face is brought before it is
// measured, so that sharpness does not depend on the camera.
const measured = 160

// measure returns the face's mean luma, the variance of its Laplacian and how
// much the mouth's Cr differs from the cheeks'.
func measure(img *image.RGBA, box image.Rectangle) (brightness, sharpness, mask float64) {
	face := image.NewRGBA(image.Rect(0, 0, measured, measured))
	draw.BiLinear.Scale(face, face.Rect, img, box, draw.Src, nil)
	y := luma(face)
	var sum, lsum, lsq float64
	for _, v := range y {
		sum += float64(v)
	}
	n := 0.0
	for r := 1; r < measured-1; r++ {
		for c := 1; c < measured-1; c++ {
			i := r*measured + c
			l := float64(int(y[i-1]) + int(y[i+1]) + int(y[i-measured]) + int(y[i+measured]) - 4*int(y[i]))
			lsum, lsq, n = lsum+l, lsq+l*l, n+1
		}
	}
	mean := lsum / n
	mouth := meanCr(face, 0.35, 0.70, 0.65, 0.88)
	cheeks := (meanCr(face, 0.18, 0.48, 0.32, 0.60) + meanCr(face, 0.68, 0.48, 0.82, 0.60)) / 2
	return sum / float64(len(y)), lsq/n - mean*mean, math.Abs(mouth - cheeks)
}

// meanCr is the mean red-difference chroma of a part of the face, its corners
// given as shares of the side.
func meanCr(face *image.RGBA, x0, y0, x1, y1 float64) float64 {
	var sum, n float64
	for y := int(y0 * measured); y < int(y1*measured); y++ {
		for x := int(x0 * measured); x < int(x1*measured); x++ {
			p := face.Pix[face.PixOffset(x, y):]
			sum += 0.5*float64(p[0]) - 0.4187*float64(p[1]) - 0.0813*float64(p[2])
			n++
		}
	}
	return sum / n
}

// luma returns the picture in grey, one byte a pixel.
func luma(img *image.RGBA) []uint8 {
	w, h := img.Rect.Dx(), img.Rect.Dy()
	out := make([]uint8, w*h)
	for y := range h {
		row := img.Pix[y*img.Stride:]
		for x := range w {
			p := row[4*x:]
			out[y*w+x] = uint8((299*int(p[0]) + 587*int(p[1]) + 114*int(p[2])) / 1000)
		}
	}
	return out
}

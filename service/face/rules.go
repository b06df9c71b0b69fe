package face

import "time"

// Rules are the limits of the judge and of the tries. The zero value of a
// field takes the value of DefaultRules.
type Rules struct {
	// NoFace and Score are scores of the cascade: below NoFace there is no face,
	// below Score something covers it.
	NoFace float64
	Score  float64
	// BrightnessMin and BrightnessMax bound the face's mean luma, 0–255.
	BrightnessMin float64
	BrightnessMax float64
	// SharpnessMin is the least variance of the Laplacian over the face.
	SharpnessMin float64
	// MaskCr is the most that the mean Cr of the mouth may differ from that of
	// the cheeks: the cascade's score misses a mask.
	MaskCr float64

	// MinFace is the least share of the picture's shorter side that the face
	// takes.
	MinFace float64

	// MaxBytes and MaxPixels bound a picture before it is decoded; MinSide is
	// the least width and height in pixels.
	MaxBytes  int
	MaxPixels int
	MinSide   int
	// Side is the longest side that is sent and kept, in pixels.
	Side int

	// Tries is how many comparisons an enrolment has within Window, unless its
	// campaign says otherwise; retakes and the provider's failures are no tries.
	Tries  int
	Window time.Duration
	// Uploads bounds all pictures of an enrolment within Window.
	Uploads int
	// Retakes is after how many retakes in a row 拍照存档 is offered to whom the
	// judge never finds good enough.
	Retakes int
}

// DefaultRules worked on test pictures; the judge's score is recorded with
// every retake, so that they can be set by what was seen.
var DefaultRules = Rules{
	NoFace: 15, Score: 60, BrightnessMin: 60, BrightnessMax: 225, SharpnessMin: 16, MaskCr: 20, MinFace: 0.2,
	MaxBytes: 5 << 20, MaxPixels: 25_000_000, MinSide: 200, Side: 1280,
	Tries: 5, Window: 10 * time.Minute, Uploads: 40, Retakes: 5,
}

// filled returns the rules with the defaults in the fields that are zero.
func (r Rules) filled() Rules {
	d := DefaultRules
	fill(&r.NoFace, d.NoFace)
	fill(&r.Score, d.Score)
	fill(&r.BrightnessMin, d.BrightnessMin)
	fill(&r.BrightnessMax, d.BrightnessMax)
	fill(&r.SharpnessMin, d.SharpnessMin)
	fill(&r.MaskCr, d.MaskCr)
	fill(&r.MinFace, d.MinFace)
	fill(&r.MaxBytes, d.MaxBytes)
	fill(&r.MaxPixels, d.MaxPixels)
	fill(&r.MinSide, d.MinSide)
	fill(&r.Side, d.Side)
	fill(&r.Tries, d.Tries)
	fill(&r.Window, d.Window)
	fill(&r.Uploads, d.Uploads)
	fill(&r.Retakes, d.Retakes)
	return r
}

func fill[T comparable](v *T, d T) {
	var zero T
	if *v == zero {
		*v = d
	}
}

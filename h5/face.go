package h5

// States of the face page.
const (
	FaceConsent   = "consent"   // asks first; POST C/face/consent way=face|documents
	FaceCamera    = "camera"    // films, POST C/face/check photo, source
	FacePassed    = "passed"    // done, Next goes on
	FaceFailed    = "failed"    // explains, 重试 and, if Archive, 拍照存档
	FaceDocuments = "documents" // the way without recognition: one photo for staff
	FaceArchived  = "archived"  // a photo waits for staff; it may be replaced
)

// Face is GET C/face. The page's script changes between camera, passed and
// failed without loading; State is where it starts.
type Face struct {
	Frame
	Action   string // "" is C/face; the posts follow it
	State    string
	Next     string // after a pass or a stored photo
	Archive  bool   // 拍照存档 is offered (enough failures)
	Message  string // why it failed
	PhotoURL string // of the stored photo
	PhotoAt  string // 3月12日 14:12
	// CascadeURL "" takes the embedded cascade.
	CascadeURL       string
	Rules            FaceRules
	RetentionDays    int    // consent: deleted so many days after registration ends
	ReviewText       string // 在 3 个工作日内
	HandoffAvailable bool   // 用手机完成: POST Address + "/handoff"
	Lent             bool   // on a phone that lends its camera to a PC: it leads back there
}

// Address is where the page posts.
func (f Face) Address() string {
	if f.Action != "" {
		return f.Action
	}
	return f.Base() + "/face"
}

// PageName implements Page.
func (Face) PageName() string { return "face" }

// FaceRules are the limits of the live hints, the server's own values. The
// zero value of a limit takes the default of DefaultFaceRules.
type FaceRules struct {
	NoFace        float64 // cascade score below: no face
	Score         float64 // cascade score below: 遮挡面部
	BrightnessMin float64 // mean luma 0–255 below: 光线不足
	BrightnessMax float64 // mean luma 0–255 above: 光线过强
	SharpnessMin  float64 // variance of the Laplacian below: 模糊
	MaskCr        float64 // |mean Cr(mouth) − mean Cr(cheeks)| above: 遮挡面部
	HoldMillis    int     // how long the face is held before the picture
}

// DefaultFaceRules worked on test pictures (facts/h5.md); HoldMillis is the
// manual's 请保持不动2秒.
var DefaultFaceRules = FaceRules{
	NoFace: 15, Score: 60, BrightnessMin: 60, BrightnessMax: 225,
	SharpnessMin: 20, MaskCr: 20, HoldMillis: 2000,
}

// Limits is Rules with the defaults filled in.
func (f Face) Limits() FaceRules {
	r, d := f.Rules, DefaultFaceRules
	for _, p := range []struct {
		v *float64
		d float64
	}{
		{&r.NoFace, d.NoFace}, {&r.Score, d.Score},
		{&r.BrightnessMin, d.BrightnessMin}, {&r.BrightnessMax, d.BrightnessMax},
		{&r.SharpnessMin, d.SharpnessMin}, {&r.MaskCr, d.MaskCr},
	} {
		if *p.v == 0 {
			*p.v = p.d
		}
	}
	if r.HoldMillis == 0 {
		r.HoldMillis = d.HoldMillis
	}
	return r
}

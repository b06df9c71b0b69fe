package face

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"

	"ruxue/service/fault"
)

// Policy is what the campaign says about the check.
type Policy struct {
	Tries   int  // comparisons within Rules.Window; 0 takes Rules.Tries
	Archive bool // 拍照存档 is offered
}

// CheckRequest is one picture to compare.
type CheckRequest struct {
	EnrolmentID  int64
	EnrolmentRef string
	CampaignCode string
	SessionHash  string
	Source       string // SourceCamera or SourceFile
	Photo        []byte
	Name         string
	IDNumber     string
	Policy       Policy
}

// Outcome is what the student is told.
type Outcome struct {
	Result   Result // Passed, Failed or Retake
	Sentence string
	// Archive says that 拍照存档 is to be offered.
	Archive bool
	// AttemptsLeft is how many comparisons remain within the window.
	AttemptsLeft int
}

// Check judges the picture and compares it. The judge's retakes and the
// provider's own failures are recorded but never count as a try; the latter are
// fault.Unavailable. No try left is fault.TooMany.
func (s *Service) Check(ctx context.Context, r CheckRequest) (Outcome, error) {
	if err := s.admit(ctx, r.EnrolmentID); err != nil {
		return Outcome{}, err
	}
	tries := r.Policy.Tries
	fill(&tries, s.Rules.Tries)
	used, err := s.Store.Tries(ctx, r.EnrolmentID, s.Now().Add(-s.Rules.Window))
	if err != nil {
		return Outcome{}, fmt.Errorf("counting face checks: %w", err)
	}
	if used >= tries {
		return Outcome{}, s.noTries(r.Policy)
	}
	left := tries - used
	pic, err := read(ctx, r.Photo, s.Rules)
	if err != nil {
		return Outcome{}, err
	}
	rec := s.record(r, pic)
	if f := s.judge.Look(pic.img); !f.OK {
		rec.Result, rec.Code, rec.Score = Retake, "judge."+f.Code, f.Score
		return s.retake(ctx, r, rec, f.Sentence, left)
	}
	v, err := s.Provider.Compare(ctx, Request{Name: r.Name, IDNumber: r.IDNumber, JPEG: pic.jpeg})
	if err != nil {
		rec.Result, rec.Code = Errored, v.Code
		if addErr := s.Store.Add(context.WithoutCancel(ctx), rec); addErr != nil {
			return Outcome{}, errors.Join(err, fmt.Errorf("recording a face check: %w", addErr))
		}
		return Outcome{}, err
	}
	rec.Code, rec.Score = v.Code, v.Score
	return s.conclude(ctx, r, rec, pic, v, left)
}

func (s *Service) admit(ctx context.Context, enrolmentID int64) error {
	ok, wait, err := s.Limiter.Allow(ctx, "face:"+strconv.FormatInt(enrolmentID, 10), s.Rules.Uploads, s.Rules.Window)
	if err != nil {
		return fmt.Errorf("counting face pictures: %w", err)
	}
	if !ok {
		return fault.New(fault.TooMany, "拍照次数太多，请稍后再试").After(wait)
	}
	return nil
}

func (s *Service) noTries(p Policy) error {
	text := fmt.Sprintf("识别次数已用完，请%d分钟后再试", int(s.Rules.Window.Minutes()))
	if p.Archive {
		text += "，或点击“拍照存档”由老师审核"
	}
	return fault.New(fault.TooMany, text).After(s.Rules.Window)
}

func (s *Service) record(r CheckRequest, pic portrait) Record {
	sum := sha256.Sum256(pic.jpeg)
	return Record{
		Ref: s.NewRef(), EnrolmentID: r.EnrolmentID, SessionHash: r.SessionHash, Kind: KindCheck,
		Source: source(r.Source), SHA256: hex.EncodeToString(sum[:]), Review: ReviewNone, CreatedAt: s.Now(),
	}
}

// retake records a picture that was unfit; the picture itself is not kept.
func (s *Service) retake(ctx context.Context, r CheckRequest, rec Record, sentence string, left int) (Outcome, error) {
	if err := s.Store.Add(ctx, rec); err != nil {
		return Outcome{}, fmt.Errorf("recording a face check: %w", err)
	}
	recs, err := s.Store.Session(ctx, r.EnrolmentID, r.SessionHash)
	if err != nil {
		return Outcome{}, fmt.Errorf("reading face checks: %w", err)
	}
	return Outcome{Result: Retake, Sentence: sentence, Archive: r.Policy.Archive && s.mayArchive(recs), AttemptsLeft: left}, nil
}

// conclude turns the provider's verdict into record and outcome.
func (s *Service) conclude(ctx context.Context, r CheckRequest, rec Record, pic portrait, v Verdict, left int) (Outcome, error) {
	switch {
	case v.Passed:
		rec.Result = Passed
	case v.Reason == ReasonRetake:
		rec.Result = Retake
		return s.retake(ctx, r, rec, "照片不够清晰，请正对镜头、露出五官和耳朵后重拍", left)
	case v.Reason == ReasonRetry:
		rec.Result = Errored
		if err := s.Store.Add(ctx, rec); err != nil {
			return Outcome{}, fmt.Errorf("recording a face check: %w", err)
		}
		return Outcome{}, fault.New(fault.Unavailable, "识别的人数较多，本次不计次数，请稍后重试")
	default:
		rec.Result = Failed
	}
	if err := s.keep(ctx, r.EnrolmentRef, &rec, pic.jpeg); err != nil {
		return Outcome{}, err
	}
	if err := s.Store.Add(ctx, rec); err != nil {
		return Outcome{}, fmt.Errorf("recording a face check: %w", err)
	}
	if v.Passed {
		return Outcome{Result: Passed, Sentence: "人脸识别通过", AttemptsLeft: left - 1}, nil
	}
	o := Outcome{Result: Failed, Archive: r.Policy.Archive, AttemptsLeft: left - 1}
	o.Sentence = failure(v.Reason, o.Archive, o.AttemptsLeft)
	return o, nil
}

func failure(reason Reason, archive bool, left int) string {
	text := "人脸识别失败"
	switch {
	case reason == ReasonArchive && archive:
		return text + "：暂无可供比对的照片，请点击“拍照存档”，由老师审核"
	case reason == ReasonArchive:
		return text + "：暂无可供比对的照片，请联系学校老师"
	case left > 0 && archive:
		return text + fmt.Sprintf("，您可以重试（还可试 %d 次），或点击“拍照存档”由老师审核", left)
	case left > 0:
		return text + fmt.Sprintf("，您可以重试（还可试 %d 次）", left)
	case archive:
		return text + "，识别次数已用完，请点击“拍照存档”由老师审核"
	default:
		return text + "，识别次数已用完，请稍后再试或联系学校老师"
	}
}

func source(s string) string {
	if s == SourceCamera {
		return SourceCamera
	}
	return SourceFile
}

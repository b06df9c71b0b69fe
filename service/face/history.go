package face

import (
	"context"
	"fmt"
	"strings"
	"time"
)

// historyLimit bounds how many records of an enrolment a summary looks at.
const historyLimit = 200

// Summary is what an enrolment's checks come to, for staff.
type Summary struct {
	Unrecognised int     // pictures that were unfit or not recognised
	Causes       []Cause // of those, the most frequent first
	Passed       bool
	Score        float64   // the best similarity that the provider gave, 0–100; 0 without one
	Attempts     []Attempt // the newest first, at most attemptsShown
	// Picture is the newest kept picture of a check that was passed, "" without.
	Picture string
	// Archive is the newest photo kept for staff, without a Ref when there is none.
	Archive Standing
}

// attemptsShown bounds the checks that a summary lists.
const attemptsShown = 10

// Attempt is one check, as staff read it.
type Attempt struct {
	At    time.Time
	Words string
	Score float64 // the similarity that the provider gave, 0–100; 0 without one
}

// Similarity is the similarity as a number with its word: 相似度 87, "" without.
func Similarity(score float64) string {
	if score <= 0 {
		return ""
	}
	return fmt.Sprintf("相似度 %.0f", score)
}

// Cause is why pictures were not recognised, in plain words.
type Cause struct {
	Words string
	Times int
}

// causes are the judge's findings as staff read them.
var causes = map[string]string{"NoFace": "没有检测到人脸", "TooMany": "不止一张脸", "TooFar": "离得太远", "CutOff": "面部不完整",
	"Dark": "光线太暗", "Bright": "光线太强", "Covered": "面部被遮挡", "Blurred": "照片模糊"}

// Words says it in one line: 3 次未通过：光线太暗 2 次，与系统照片不一致 1 次.
func (s Summary) Words() string {
	var parts []string
	for _, c := range s.Causes {
		parts = append(parts, fmt.Sprintf("%s %d 次", c.Words, c.Times))
	}
	text := ""
	switch {
	case s.Unrecognised > 0:
		text = fmt.Sprintf("%d 次未通过：%s", s.Unrecognised, strings.Join(parts, "，"))
	case s.Passed:
		return "一次通过"
	default:
		return "没有做过人脸识别"
	}
	if s.Passed {
		text += "，之后通过"
	}
	return text
}

// Summary sums up the enrolment's checks.
func (s *Service) Summary(ctx context.Context, enrolmentID int64) (Summary, error) {
	recs, err := s.Store.Recent(ctx, enrolmentID, historyLimit)
	if err != nil {
		return Summary{}, fmt.Errorf("reading face checks: %w", err)
	}
	return summary(recs), nil
}

// summary takes the records newest first.
func summary(recs []Record) Summary {
	var out Summary
	for _, r := range recs {
		if r.Kind != KindCheck {
			if out.Archive.Ref == "" && r.BlobKey != "" {
				out.Archive = standing(r)
			}
			continue
		}
		judged := strings.HasPrefix(r.Code, "judge.")
		if !judged {
			out.Score = max(out.Score, r.Score)
		}
		words := ""
		switch {
		case r.Result == Passed:
			out.Passed = true
			if out.Picture == "" && r.BlobKey != "" {
				out.Picture = r.Ref
			}
		case r.Result == Retake && judged:
			words = causes[strings.TrimPrefix(r.Code, "judge.")]
		case r.Result == Retake:
			words = "照片不够清晰"
		case r.Result == Failed && r.Score == 0:
			words = "系统没有可比对的照片"
		case r.Result == Failed:
			words = "与系统照片不一致"
		}
		out.Attempts = attempt(out.Attempts, r, words, judged)
		if words != "" {
			out.Unrecognised++
			out.Causes = count(out.Causes, words)
		}
	}
	return out
}

// attempt adds the check to the list.
func attempt(list []Attempt, r Record, cause string, judged bool) []Attempt {
	if len(list) == attemptsShown {
		return list
	}
	a := Attempt{At: r.CreatedAt, Words: cause, Score: r.Score}
	if judged {
		a.Score = 0 // the judge's own figure, no similarity
	}
	switch {
	case r.Result == Passed:
		a.Words = "通过"
	case r.Result == Errored || cause == "":
		a.Words = "识别服务没有给出结果"
	}
	return append(list, a)
}

// count adds one to the cause, keeping the most frequent first.
func count(list []Cause, words string) []Cause {
	for i := range list {
		if list[i].Words != words {
			continue
		}
		list[i].Times++
		for i > 0 && list[i].Times > list[i-1].Times {
			list[i], list[i-1] = list[i-1], list[i]
			i--
		}
		return list
	}
	return append(list, Cause{words, 1})
}

// Package faceid compares a face with the picture the authorities hold, through
// Tencent Cloud's 照片人脸核身 (ImageRecognitionV2, 2018-03-01). Nothing it logs
// or returns holds a name, an ID number or a picture.
package faceid

import (
	"context"
	"encoding/base64"
	"errors"
	"strings"
	"time"

	"ruxue/repo/tencent"
	"ruxue/service/face"
	"ruxue/service/fault"
)

// DefaultMinScore is the similarity from which a comparison passes; the
// provider recommends 70 (one error in a thousand) to 80 (in ten thousand).
const DefaultMinScore = 70

// maxImage is the provider's limit of a picture in base64, 3 MB.
const maxImage = 3 << 20

// Config is the account.
type Config struct {
	SecretID  string
	SecretKey string
	Region    string // default ap-guangzhou
	BaseURL   string // default https://faceid.tencentcloudapi.com
	MinScore  float64
	Timeout   time.Duration
}

// Client compares. It is safe for concurrent use.
type Client struct {
	cfg   Config
	cloud tencent.Cloud
}

// New returns a client. It calls nobody.
func New(cfg Config) (*Client, error) {
	if cfg.SecretID == "" || cfg.SecretKey == "" {
		return nil, errors.New("faceid: secret id and secret key must be set")
	}
	if cfg.Region == "" {
		cfg.Region = "ap-guangzhou"
	}
	if cfg.MinScore == 0 {
		cfg.MinScore = DefaultMinScore
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 15 * time.Second
	}
	c, err := tencent.New(cfg.SecretID, cfg.SecretKey, cfg.Region, cfg.BaseURL, cfg.Timeout)
	if err != nil {
		return nil, errors.New("faceid: " + err.Error())
	}
	return &Client{cfg: cfg, cloud: c}, nil
}

// Compare asks whether the picture is of the person. What the provider says
// about the student or the picture is a verdict; its own failure, and ours
// (arrears, credentials), is fault.Unavailable and never the student's.
func (c *Client) Compare(ctx context.Context, r face.Request) (face.Verdict, error) {
	image := base64.StdEncoding.EncodeToString(r.JPEG)
	if len(image) > maxImage {
		return face.Verdict{Code: "InvalidParameterValue.ImageTooLarge", Reason: face.ReasonRetake}, nil
	}
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	var out struct {
		Result string
		Sim    float64
	}
	err := c.cloud.Call(ctx, "faceid", "2018-03-01", "ImageRecognitionV2", map[string]any{
		"IdCard": r.IDNumber, "Name": r.Name, "ImageBase64": image,
	}, &out)
	var refused *tencent.Refusal
	switch {
	case errors.As(err, &refused):
		out.Result = refused.Code
	case err != nil:
		return face.Verdict{}, unavailable(err)
	}
	if out.Result == "Success" {
		if out.Sim < c.cfg.MinScore {
			return face.Verdict{Score: out.Sim, Code: out.Result, Reason: face.ReasonMismatch}, nil
		}
		return face.Verdict{Passed: true, Score: out.Sim, Code: out.Result}, nil
	}
	reason, ok := reasonOf(out.Result)
	if !ok {
		return face.Verdict{Code: out.Result}, unavailable(&tencent.Refusal{Action: "ImageRecognitionV2", Code: out.Result})
	}
	return face.Verdict{Score: out.Sim, Code: out.Result, Reason: reason}, nil
}

func unavailable(err error) error {
	return fault.Wrap(fault.Unavailable, "人脸识别服务暂时不可用，本次不计次数，请稍后再试", err)
}

// reasonOf tells what a code of the provider's manual asks the student to do;
// false for what is the provider's failure or ours.
func reasonOf(code string) (face.Reason, bool) {
	switch code {
	case "FailedOperation.CompareLowSimilarity", "FailedOperation.CompareFail", "FailedOperation.IdNameMisMatch",
		"FailedOperation.LifePhotoDetectFake":
		return face.ReasonMismatch, true
	case "FailedOperation.LifePhotoDetectFaces", "FailedOperation.LifePhotoDetectNoFaces",
		"FailedOperation.LifePhotoPoorQuality", "FailedOperation.LifePhotoSizeError",
		"FailedOperation.ImageBlur", "FailedOperation.ImageNoIdCard", "FailedOperation.CoveredFace",
		"FailedOperation.IncompleteFace", "FailedOperation.PoorImageQuality", "FailedOperation.LifePhotoLowQuality":
		return face.ReasonRetake, true
	case "FailedOperation.IdPhotoNoExist", "FailedOperation.IdNoExistSystem", "FailedOperation.IdPhotoPoorQuality",
		"FailedOperation.IdFormatError", "InvalidParameterValue.IdNumberIllegal", "InvalidParameterValue.NameFormatIllegal":
		return face.ReasonArchive, true
	case "FailedOperation.CallFrequencyLimit", "FailedOperation.FrequencyLimit", "LimitExceeded":
		return face.ReasonRetry, true
	}
	// A family of codes about the student's picture that grows with the manual.
	if strings.HasPrefix(code, "FailedOperation.LifePhoto") {
		return face.ReasonRetake, true
	}
	return face.ReasonNone, false
}

package simulator

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"image"
	_ "image/jpeg" // the two formats that the provider takes
	_ "image/png"
	"strings"
)

// Face is what the comparison says for one ID number.
type Face struct {
	IDNumber string `json:"id_number"` // "" is everybody without an entry of their own
	Outcome  string `json:"outcome"`   // pass, fail, error, or a provider's Result code
	Name     string `json:"name,omitempty"`
}

// faceTexts describe the provider's results. Success and CompareLowSimilarity
// are the ones that are charged.
var faceTexts = map[string]string{
	"Success":                                "成功",
	"FailedOperation.CompareLowSimilarity":   "比对相似度未达到通过标准",
	"FailedOperation.LifePhotoDetectNoFaces": "未能检测到完整人脸",
	"FailedOperation.LifePhotoDetectFaces":   "检测到多张人脸",
	"FailedOperation.LifePhotoDetectFake":    "实人比对没通过",
	"FailedOperation.LifePhotoPoorQuality":   "照片分辨率过低，请重新上传",
	"FailedOperation.LifePhotoSizeError":     "照片尺寸过大或过小",
	"FailedOperation.IdFormatError":          "输入的身份证号有误",
	"FailedOperation.IdNameMisMatch":         "姓名和身份证号不一致，请核实后重试",
	"FailedOperation.IdNoExistSystem":        "库中无此号，请到户籍所在地进行核实",
	"FailedOperation.IdPhotoNoExist":         "库中无此用户照片",
	"FailedOperation.IdPhotoPoorQuality":     "证件图片分辨率太低，请重新上传",
	"FailedOperation.IdPhotoSystemNoanswer":  "客户库自建库或认证中心返照失败，请稍后再试",
	"FailedOperation.CompareFail":            "比对失败",
	"FailedOperation.CompareSystemError":     "调用比对引擎接口出错",
	"FailedOperation.UnKnown":                "内部未知错误",
}

// SetFace fixes the outcome for an ID number, or for everybody with "".
func (s *Simulator) SetFace(f Face) error {
	switch f.Outcome {
	case "pass", "fail", "error":
	default:
		if !strings.Contains(f.Outcome, ".") && f.Outcome != "InternalError" && f.Outcome != "RequestLimitExceeded" {
			return fmt.Errorf("unknown outcome %q", f.Outcome)
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f.IDNumber = strings.ToUpper(f.IDNumber)
	s.cloud.faces[f.IDNumber] = f
	return nil
}

// imageRecognition is ImageRecognitionV2, 2018-03-01: a face against the
// authority's photograph of that name and number.
func (s *Simulator) imageRecognition(c *call) answer {
	var in struct {
		Name, IdCard, ImageBase64 string
	}
	if !c.json(&in) {
		return cloudError("InvalidParameter", "参数错误。")
	}
	for _, f := range [][2]string{{"Name", in.Name}, {"IdCard", in.IdCard}, {"ImageBase64", in.ImageBase64}} {
		if f[1] == "" {
			return cloudError("MissingParameter", "缺少参数 `"+f[0]+"`。")
		}
	}
	c.note = maskName(in.Name) + " 比对"
	result := s.faceResult(c, in.Name, strings.ToUpper(in.IdCard), in.ImageBase64)
	text, known := faceTexts[result]
	if !known {
		return cloudError(result, "模拟的拒绝")
	}
	sim := "0.00"
	switch result {
	case "Success":
		sim = "85.00"
	case "FailedOperation.CompareLowSimilarity":
		sim = "36.00"
	}
	a := cloudJSON(map[string]any{"Sim": json.RawMessage(sim), "Result": result, "Description": text})
	if result != "Success" {
		a.code = result
	}
	return a
}

func (s *Simulator) faceResult(c *call, name, id, picture string) string {
	if c.fault != "" {
		return c.fault
	}
	if !validID(id) {
		return "FailedOperation.IdFormatError"
	}
	if len(picture) > 3<<20 {
		return "FailedOperation.LifePhotoSizeError"
	}
	raw, err := base64.StdEncoding.DecodeString(picture)
	if err != nil {
		return "InvalidParameterValue"
	}
	cfg, kind, err := image.DecodeConfig(bytes.NewReader(raw))
	switch {
	case err != nil || kind != "jpeg" && kind != "png":
		return "FailedOperation.LifePhotoPoorQuality"
	case cfg.Width < 64 || cfg.Height < 64 || cfg.Width > 4000 || cfg.Height > 4000:
		return "FailedOperation.LifePhotoSizeError"
	}
	s.mu.Lock()
	f, ok := s.cloud.faces[id]
	if !ok {
		f, ok = s.cloud.faces[""]
	}
	s.mu.Unlock()
	if !ok {
		return "Success"
	}
	if f.Name != "" && f.Name != name {
		return "FailedOperation.IdNameMisMatch"
	}
	switch f.Outcome {
	case "pass":
		return "Success"
	case "fail":
		return "FailedOperation.CompareLowSimilarity"
	case "error":
		return "InternalError"
	}
	return f.Outcome
}

// validID checks the form and check digit of a mainland ID number (GB 11643).
func validID(id string) bool {
	if len(id) != 18 {
		return false
	}
	weight := [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}
	sum := 0
	for i, w := range weight {
		if id[i] < '0' || id[i] > '9' {
			return false
		}
		sum += w * int(id[i]-'0')
	}
	return id[17] == "10X98765432"[sum%11]
}

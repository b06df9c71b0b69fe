package handler

import (
	"testing"
	"unicode"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/face"
)

// The audit log is read by staff: what the program calls by an English name
// stands there in Chinese, each by another word.
func TestTheAuditLogSpeaksChinese(t *testing.T) {
	c := &campaign.Campaign{Choices: []campaign.Choice{{Code: "register", Title: "新生实名制注册"}, {Code: "waive", Title: "放弃入学资格申请"}}}
	seen := map[string]string{}
	check := func(of, words string) {
		t.Helper()
		for _, r := range words {
			if r < unicode.MaxASCII {
				t.Errorf("%s is %q", of, words)
				break
			}
		}
		if words == "" || seen[words] != "" {
			t.Errorf("%s is %q, as %s", of, words, seen[words])
		}
		seen[words] = of
	}
	for _, d := range []string{h5.DeviceWeChat, h5.DevicePhone, h5.DevicePC} {
		check(d, deviceWords(d))
	}
	for _, r := range []face.Result{face.Passed, face.Failed, face.Retake, face.Errored, face.Archived} {
		check(string(r), faceWords(r))
	}
	for _, code := range []string{"register", "waive", ""} {
		check("choice "+code, choiceWords(c, code))
	}
	if got := choiceWords(c, "register"); got != "选择新生实名制注册" {
		t.Errorf("registering is %q", got)
	}
	if got := choiceWords(c, "gone"); got != "选择 gone" {
		t.Errorf("a door that the campaign no longer has is %q", got)
	}
}

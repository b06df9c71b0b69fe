package simulator

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"
)

// FuzzAuthorization: whatever a header holds, it is refused without a panic,
// as nothing but the key makes it right.
func FuzzAuthorization(f *testing.F) {
	s, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	now := itoa(time.Now().Unix())
	f.Add(`WECHATPAY2-SHA256-RSA2048 mchid="1900000109",nonce_str="n",signature="AAAA",timestamp="`+now+`",serial_no="`+s.keys.MchSerial+`"`, now)
	f.Add("TC3-HMAC-SHA256 Credential="+s.keys.CloudID+"/2026-11-22/sms/tc3_request, SignedHeaders=content-type;host, Signature="+strings.Repeat("0", 64), now)
	f.Add(`WECHATPAY2-SHA256-RSA2048 timestamp="99999999999999999999"`, "-9223372036854775808")
	f.Fuzz(func(t *testing.T, head, at string) {
		r := httptest.NewRequest("POST", "/", nil)
		r.Header["Authorization"], r.Header["X-Tc-Timestamp"] = []string{head}, []string{at}
		c := &call{r: r}
		if s.verifyRequest(c) == "" {
			t.Error("WeChat Pay took it")
		}
		if s.verifyCloud(c, "sms") == nil {
			t.Error("Tencent Cloud took it")
		}
	})
}

// FuzzPushReply: what a product answers to a push is outside input too.
func FuzzPushReply(f *testing.F) {
	s, err := New(Options{})
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(s.Close)
	sealed, err := s.keys.seal([]byte("<xml><Content>好</Content></xml>"))
	if err != nil {
		f.Fatal(err)
	}
	if got := s.readReply([]byte("<xml><Encrypt>" + sealed + "</Encrypt></xml>")); got != "好" {
		f.Fatalf("read %q", got)
	}
	f.Add("<xml><Encrypt>" + sealed + "</Encrypt></xml>")
	f.Add("success")
	f.Add("<xml><Encrypt>AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==</Encrypt></xml>")
	f.Fuzz(func(t *testing.T, body string) { s.readReply([]byte(body)) })
}

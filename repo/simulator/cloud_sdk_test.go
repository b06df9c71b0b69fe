package simulator_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"image"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common"
	tcerr "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/errors"
	tchttp "github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/http"
	"github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common/profile"

	"ruxue/repo/simulator"
)

// cloud calls an action with Tencent Cloud's SDK and returns the response.
func (w *world) cloud(service, version, action, key string, in map[string]any) (map[string]any, error) {
	w.t.Helper()
	p := profile.NewClientProfile()
	p.HttpProfile.Scheme = "http"
	c := common.NewCommonClient(common.NewCredential(w.cfg.CloudSecretID, key), "ap-guangzhou", p)
	c.WithHttpTransport(rewrite(w.url))
	req := tchttp.NewCommonRequest(service, version, action)
	if err := req.SetActionParameters(in); err != nil {
		w.t.Fatal(err)
	}
	res := tchttp.NewCommonResponse()
	if err := c.Send(req, res); err != nil {
		return nil, err
	}
	var out struct{ Response map[string]any }
	if err := json.Unmarshal(res.GetBody(), &out); err != nil {
		w.t.Fatal(err)
	}
	return out.Response, nil
}

func (w *world) smsRequest() map[string]any {
	return map[string]any{
		"PhoneNumberSet": []string{"+8613800138000"}, "SmsSdkAppId": w.cfg.SMSAppID, "SignName": w.cfg.SMSSign,
		"TemplateId": w.cfg.SMSTemplates[0].ID, "TemplateParamSet": []string{"490713", "5"},
	}
}

// sendCode sends an SMS and returns the code of its status.
func (w *world) sendCode(in map[string]any) string {
	w.t.Helper()
	out, err := w.cloud("sms", "2021-01-11", "SendSms", w.cfg.CloudSecretKey, in)
	if err != nil {
		w.t.Fatal(err)
	}
	return out["SendStatusSet"].([]any)[0].(map[string]any)["Code"].(string)
}

func cloudCode(err error) string {
	if e, ok := errors.AsType[*tcerr.TencentCloudSDKError](err); ok {
		return e.Code
	}
	return ""
}

func TestSMSWithSDK(t *testing.T) {
	w := newWorld(t)
	if code := w.sendCode(w.smsRequest()); code != "Ok" {
		t.Fatal(code)
	}
	got := w.must("GET", "/_sim/sms?phone=13800138000", nil)["messages"].([]any)
	if len(got) != 1 || got[0].(map[string]any)["text"] != "【入学】验证码490713，5分钟内有效。请勿告诉他人。" {
		t.Fatalf("%v", got)
	}
	if _, err := w.cloud("sms", "2021-01-11", "SendSms", "wrong", w.smsRequest()); cloudCode(err) != "AuthFailure.SignatureFailure" {
		t.Fatalf("a wrong key: %v", err)
	}
	if _, err := w.cloud("sms", "2021-01-11", "SendEverything", w.cfg.CloudSecretKey, w.smsRequest()); cloudCode(err) != "InvalidAction" {
		t.Fatalf("an unknown action: %v", err)
	}
	w.clock.add(10 * time.Minute)
	if _, err := w.cloud("sms", "2021-01-11", "SendSms", w.cfg.CloudSecretKey, w.smsRequest()); cloudCode(err) != "AuthFailure.SignatureExpire" {
		t.Fatalf("an old signature: %v", err)
	}
}

// An SDK that takes the service from its endpoint's first label, as Node's
// and Python's do, signs for "127" when it is pointed at the simulator.
func TestCloudServiceOfTheEndpoint(t *testing.T) {
	w := newWorld(t)
	send := func(service, endpoint string, transport http.RoundTripper) error {
		p := profile.NewClientProfile()
		p.HttpProfile.Scheme, p.HttpProfile.Endpoint = "http", endpoint
		c := common.NewCommonClient(common.NewCredential(w.cfg.CloudSecretID, w.cfg.CloudSecretKey), "ap-guangzhou", p)
		c.WithHttpTransport(transport)
		req := tchttp.NewCommonRequest(service, "2021-01-11", "SendSms")
		if err := req.SetActionParameters(w.smsRequest()); err != nil {
			t.Fatal(err)
		}
		return c.Send(req, tchttp.NewCommonResponse())
	}
	host := strings.TrimPrefix(w.url, "http://")
	if err := send("127", host, http.DefaultTransport); err != nil {
		t.Errorf("the endpoint's first label: %v", err)
	}
	if err := send("127", "127.0.0.1", addressed(host)); err != nil {
		t.Errorf("the host signed without its port: %v", err)
	}
	if err := send("cvm", host, http.DefaultTransport); cloudCode(err) != "AuthFailure.SignatureFailure" {
		t.Errorf("another product: %v", err)
	}
}

// addressed adds the port after the request was signed.
func addressed(address string) http.RoundTripper {
	return roundTrip(func(req *http.Request) (*http.Response, error) {
		req = req.Clone(req.Context())
		req.URL.Host, req.Host = address, address
		return http.DefaultTransport.RoundTrip(req)
	})
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

func TestSMSRefusals(t *testing.T) {
	w := newWorld(t)
	for code, change := range map[string]func(map[string]any){
		"InvalidParameterValue.IncorrectPhoneNumber":               func(m map[string]any) { m["PhoneNumberSet"] = []string{"12345"} },
		"UnauthorizedOperation.SmsSdkAppIdVerifyFail":              func(m map[string]any) { m["SmsSdkAppId"] = "1" },
		"FailedOperation.SignatureIncorrectOrUnapproved":           func(m map[string]any) { m["SignName"] = "别家" },
		"FailedOperation.TemplateIncorrectOrUnapproved":            func(m map[string]any) { m["TemplateId"] = "1" },
		"FailedOperation.TemplateParamSetNotMatchApprovedTemplate": func(m map[string]any) { m["TemplateParamSet"] = []string{"1"} },
	} {
		in := w.smsRequest()
		change(in)
		if got := w.sendCode(in); got != code {
			t.Errorf("got %s, want %s", got, code)
		}
	}
	w.must("POST", "/_sim/faults", map[string]any{"api": "sms", "mode": "error", "code": "LimitExceeded.PhoneNumberDailyLimit"})
	if got := w.sendCode(w.smsRequest()); got != "LimitExceeded.PhoneNumberDailyLimit" {
		t.Errorf("by fault: %s", got)
	}
	w.must("POST", "/_sim/sms", map[string]any{"thirty_seconds": true, "daily": 2})
	for i, want := range []string{"Ok", "LimitExceeded.PhoneNumberThirtySecondLimit"} {
		if got := w.sendCode(w.smsRequest()); got != want {
			t.Errorf("message %d: %s, want %s", i, got, want)
		}
	}
}

func photo(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 480, 640)), nil); err != nil {
		t.Fatal(err)
	}
	return base64.StdEncoding.EncodeToString(b.Bytes())
}

func TestFaceWithSDK(t *testing.T) {
	w := newWorld(t)
	const id = "11010519491231002X"
	check := func(id, picture string) (map[string]any, string) {
		out, err := w.cloud("faceid", "2018-03-01", "ImageRecognitionV2", w.cfg.CloudSecretKey, map[string]any{"Name": "陈立川", "IdCard": id, "ImageBase64": picture})
		if err != nil {
			return nil, cloudCode(err)
		}
		return out, out["Result"].(string)
	}
	out, result := check(id, photo(t))
	if result != "Success" || out["Sim"] != 85.0 {
		t.Fatalf("%v", out)
	}
	if _, got := check("110105194912310021", photo(t)); got != "FailedOperation.IdFormatError" {
		t.Errorf("a wrong check digit: %s", got)
	}
	if _, got := check(id, base64.StdEncoding.EncodeToString([]byte("no picture"))); got != "FailedOperation.LifePhotoPoorQuality" {
		t.Errorf("no picture: %s", got)
	}
	for outcome, want := range map[string]string{
		"fail": "FailedOperation.CompareLowSimilarity", "error": "InternalError", "pass": "Success",
		"FailedOperation.LifePhotoDetectNoFaces": "FailedOperation.LifePhotoDetectNoFaces",
	} {
		if err := w.sim.SetFace(simulator.Face{IDNumber: id, Outcome: outcome}); err != nil {
			t.Fatal(err)
		}
		if _, got := check(id, photo(t)); got != want {
			t.Errorf("%s: %s, want %s", outcome, got, want)
		}
	}
	if err := w.sim.SetFace(simulator.Face{Outcome: "maybe"}); err == nil {
		t.Error("an unknown outcome was taken")
	}
}

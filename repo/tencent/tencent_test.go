package tencent_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ruxue/repo/simulator"
	"ruxue/repo/tencent"
)

func TestACallIsSignedAndARefusalKeepsItsCodeAlone(t *testing.T) {
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(func() { sim.Close(); server.Close() })
	cfg := sim.Config()
	params := map[string]any{"PhoneNumberSet": []string{"+8613800000001"}, "SmsSdkAppId": cfg.SMSAppID,
		"SignName": cfg.SMSSign, "TemplateId": cfg.SMSTemplates[0].ID, "TemplateParamSet": []string{"123456", "5"}}
	var out struct {
		SendStatusSet []struct{ Code string }
	}
	good, err := tencent.New(cfg.CloudSecretID, cfg.CloudSecretKey, "ap-guangzhou", server.URL, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if err := good.Call(t.Context(), "sms", "2021-01-11", "SendSms", params, &out); err != nil || out.SendStatusSet[0].Code != "Ok" {
		t.Fatalf("SendSms = %+v, %v", out, err)
	}
	forged, err := tencent.New(cfg.CloudSecretID, "another key", "ap-guangzhou", server.URL, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	err = forged.Call(t.Context(), "sms", "2021-01-11", "SendSms", params, &out)
	var refused *tencent.Refusal
	if !errors.As(err, &refused) || !strings.HasPrefix(refused.Code, "AuthFailure") {
		t.Fatalf("a wrong key answered %v", err)
	}
	if strings.Contains(err.Error(), "13800000001") {
		t.Error("the refusal quotes the phone number")
	}
}

func TestABaseAddressIsASchemeAndAHost(t *testing.T) {
	for _, base := range []string{"127.0.0.1:1", "http://127.0.0.1:1/path", "://"} {
		if _, err := tencent.New("id", "key", "ap-guangzhou", base, time.Second); err == nil {
			t.Errorf("accepted %q", base)
		}
	}
}

package sms_test

import (
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ruxue/repo/simulator"
	"ruxue/repo/sms"
	"ruxue/service/fault"
	"ruxue/service/notice"
)

const phone = "13800138000"

func newClient(t *testing.T, change ...func(*sms.Config)) (*sms.Client, *simulator.Simulator) {
	t.Helper()
	sim, err := simulator.New(simulator.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	srv := httptest.NewServer(sim.Handler())
	t.Cleanup(srv.Close)
	k := sim.Config()
	cfg := sms.Config{
		SecretID: k.CloudSecretID, SecretKey: k.CloudSecretKey, BaseURL: srv.URL, SDKAppID: k.SMSAppID,
		SignName: k.SMSSign, TemplateCode: k.SMSTemplates[0].ID, Timeout: time.Second,
	}
	for _, c := range change {
		c(&cfg)
	}
	c, err := sms.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c, sim
}

func TestSendCode(t *testing.T) {
	c, sim := newClient(t)
	if err := c.SendCode(t.Context(), phone, "481516", 5); err != nil {
		t.Fatal(err)
	}
	got := sim.SMS(phone)
	if len(got) != 1 || !strings.Contains(got[0].Text, "481516") || !strings.Contains(got[0].Text, "5分钟") {
		t.Fatalf("%+v", got)
	}
}

func TestSendCodeRefused(t *testing.T) {
	c, sim := newClient(t)
	tests := []struct {
		code  string
		kind  fault.Kind
		says  string
		after time.Duration
	}{
		{"LimitExceeded.PhoneNumberDailyLimit", fault.TooMany, "该手机号今日获取验证码次数已达上限", 0},
		{"LimitExceeded.PhoneNumberSameContentDailyLimit", fault.TooMany, "该手机号今日获取验证码次数已达上限", 0},
		{"LimitExceeded.PhoneNumberThirtySecondLimit", fault.TooMany, "30秒后", 30 * time.Second},
		{"LimitExceeded.PhoneNumberOneHourLimit", fault.TooMany, "一小时", time.Hour},
		{"LimitExceeded.AppDailyLimit", fault.TooMany, "一次性登录码", 0},
		{"InvalidParameterValue.IncorrectPhoneNumber", fault.Invalid, "手机号不正确", 0},
		{"FailedOperation.PhoneNumberInBlacklist", fault.Invalid, "拒收短信", 0},
		{"FailedOperation.InsufficientBalanceInSmsPackage", fault.Unavailable, "暂时无法发送", 0},
		{"RequestLimitExceeded", fault.Unavailable, "暂时无法发送", 0},
		{"InternalError", fault.Unavailable, "暂时无法发送", 0},
	}
	for _, tt := range tests {
		if err := sim.AddFault(simulator.Fault{API: "sms", Mode: "error", Code: tt.code}); err != nil {
			t.Fatal(err)
		}
		err := c.SendCode(t.Context(), phone, "481516", 5)
		f, ok := fault.As(err)
		if !ok || f.Kind != tt.kind || !strings.Contains(f.Sentence, tt.says) || f.RetryAfter != tt.after {
			t.Errorf("%s: %v %+v", tt.code, err, f)
			continue
		}
		if strings.Contains(err.Error(), phone) || strings.Contains(err.Error(), "481516") {
			t.Errorf("%s: the error holds personal data: %v", tt.code, err)
		}
		if !strings.Contains(err.Error(), tt.code) {
			t.Errorf("%s: the log does not say why: %v", tt.code, err)
		}
	}
	if err := c.SendCode(t.Context(), "12345", "481516", 5); !fault.Is(err, fault.Invalid) {
		t.Errorf("a wrong number: %v", err)
	}
	if n := len(sim.SMS(phone)); n != 0 {
		t.Errorf("%d SMS arrived", n)
	}
}

func TestOutage(t *testing.T) {
	c, sim := newClient(t)
	for _, mode := range []string{"500", "timeout", "drop"} {
		if err := sim.AddFault(simulator.Fault{API: "sms", Mode: mode}); err != nil {
			t.Fatal(err)
		}
		err := c.SendCode(t.Context(), phone, "481516", 5)
		if !fault.Is(err, fault.Unavailable) || strings.Contains(err.Error(), phone) {
			t.Errorf("%s: %v", mode, err)
		}
	}
	// Only the dropped answer's message arrived, and nothing was repeated.
	if n := len(sim.SMS(phone)); n != 1 {
		t.Errorf("%d SMS arrived", n)
	}
	wrong, _ := newClient(t, func(c *sms.Config) { c.SecretKey = "wrong" })
	if err := wrong.SendCode(t.Context(), phone, "481516", 5); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "AuthFailure") {
		t.Errorf("a wrong key: %v", err)
	}
}

func TestSendSMS(t *testing.T) {
	c, sim := newClient(t)
	m := notice.SMS{Phone: "+86" + phone, TemplateID: sim.Config().SMSTemplates[1].ID, Params: []string{"陈立川", "2026070001"}}
	id, err := c.SendSMS(t.Context(), m)
	if err != nil || id == "" {
		t.Fatal(id, err)
	}
	var cl notice.Classified
	m.Params = nil
	if _, err = c.SendSMS(t.Context(), m); !errors.As(err, &cl) || cl.Class() != notice.Permanent || cl.Reason() != "短信模板未通过审核或参数不符" {
		t.Errorf("a refusal: %v", err)
	}
	if err := sim.AddFault(simulator.Fault{API: "sms", Mode: "drop"}); err != nil {
		t.Fatal(err)
	}
	m.Params = []string{"陈立川", "2026070001"}
	cl = nil
	if _, err = c.SendSMS(t.Context(), m); err == nil || errors.As(err, &cl) {
		t.Errorf("a lost answer must have no class: %v", err)
	}
}

func TestNewRefuses(t *testing.T) {
	full := sms.Config{SecretID: "a", SecretKey: "b", SDKAppID: "c", SignName: "d"}
	if _, err := sms.New(full); err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string]func(*sms.Config){
		"no id": func(c *sms.Config) { c.SecretID = "" }, "no sign": func(c *sms.Config) { c.SignName = "" },
		"no host": func(c *sms.Config) { c.BaseURL = "sms" }, "a path": func(c *sms.Config) { c.BaseURL = "https://e.cn/sms" },
	} {
		c := full
		change(&c)
		if _, err := sms.New(c); err == nil {
			t.Errorf("%s was taken", name)
		}
	}
}

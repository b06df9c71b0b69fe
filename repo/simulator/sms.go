package simulator

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"
)

// smsAppID is the SMS application of the account.
const smsAppID = "1400900001"

// SMSTemplate is an approved SMS text with {1}, {2} … for its parameters.
type SMSTemplate struct {
	ID   string `json:"template_id"`
	Name string `json:"name"` // a short handle, the simulator's own
	Text string `json:"text"`
}

func defaultSMSTemplates() []SMSTemplate {
	return []SMSTemplate{
		{ID: "2400001", Name: "code", Text: "验证码{1}，{2}分钟内有效。请勿告诉他人。"},
		{ID: "2400002", Name: "registered", Text: "{1}同学，您的注册已完成，学号{2}。"},
		{ID: "2400003", Name: "returned", Text: "{1}同学，您提交的{2}需要修改，请登录平台查看。"},
		{ID: "2400004", Name: "review", Text: "{1}同学，您的{2}已审核：{3}。"},
		{ID: "2400005", Name: "reminder", Text: "{1}同学，您还没有办理：{2}，请登录平台继续。"},
	}
}

// SMS is one message that arrived on a phone.
type SMS struct {
	ID       int64     `json:"id"`
	Phone    string    `json:"phone"` // E.164
	Text     string    `json:"text"`
	Params   []string  `json:"params"`
	Template string    `json:"template_id"`
	Time     time.Time `json:"time"`
	Read     bool      `json:"read"`
}

var (
	phoneE164   = regexp.MustCompile(`^(\+86|0086|86)?(1[3-9]\d{9})$`)
	placeholder = regexp.MustCompile(`\{\d+\}`)
)

// smsTexts are the texts of refusals in the SendStatusSet.
var smsTexts = map[string]string{
	"LimitExceeded.PhoneNumberDailyLimit":                      "the number of SMS messages sent from a single mobile number every day exceeds the upper limit",
	"LimitExceeded.PhoneNumberThirtySecondLimit":               "the number of SMS messages sent from a single mobile number within 30 seconds exceeds the upper limit",
	"LimitExceeded.PhoneNumberOneHourLimit":                    "the number of SMS messages sent from a single mobile number within 1 hour exceeds the upper limit",
	"LimitExceeded.PhoneNumberSameContentDailyLimit":           "the number of SMS messages with the same content sent from a single mobile number every day exceeds the upper limit",
	"LimitExceeded.DeliveryFrequencyLimit":                     "the delivery frequency limit is reached",
	"InvalidParameterValue.IncorrectPhoneNumber":               "incorrect phone number",
	"FailedOperation.SignatureIncorrectOrUnapproved":           "signature is incorrect or unapproved",
	"FailedOperation.TemplateIncorrectOrUnapproved":            "template is incorrect or unapproved",
	"FailedOperation.TemplateParamSetNotMatchApprovedTemplate": "the request content does not match the template content",
	"FailedOperation.InsufficientBalanceInSmsPackage":          "insufficient balance in the SMS package",
	"FailedOperation.PhoneNumberInBlacklist":                   "the phone number is in the blacklist",
	"FailedOperation.ContainSensitiveWord":                     "SMS content contains sensitive words",
	"InvalidParameterValue.TemplateParameterLengthLimit":       "the length of a template parameter exceeds the limit",
	"UnauthorizedOperation.SmsSdkAppIdVerifyFail":              "verification for SmsSdkAppId failed",
}

// sendSMS is SendSms, 2021-01-11. Most refusals are in the status set of an
// answer that is a success on the outside.
func (s *Simulator) sendSMS(c *call) answer {
	var in struct {
		PhoneNumberSet   []string
		SmsSdkAppId      string
		TemplateId       string
		SignName         string
		TemplateParamSet []string
		SessionContext   string
	}
	if !c.json(&in) {
		return cloudError("InvalidParameter", "The request body is not valid JSON, or a parameter has a wrong type.")
	}
	if region := c.r.Header.Get("X-TC-Region"); !slices.Contains([]string{"ap-beijing", "ap-guangzhou", "ap-nanjing"}, region) {
		return cloudError("UnsupportedRegion", "The request region is not supported.")
	}
	for name, v := range map[string]string{"SmsSdkAppId": in.SmsSdkAppId, "TemplateId": in.TemplateId} {
		if v == "" {
			return cloudError("MissingParameter", "The request is missing a required parameter `"+name+"`.")
		}
	}
	switch n := len(in.PhoneNumberSet); {
	case n == 0:
		return cloudError("MissingParameter", "The request is missing a required parameter `PhoneNumberSet`.")
	case n > 200:
		return cloudError("LimitExceeded.PhoneNumberCountLimit", "phone number count exceeds the limit")
	}
	if _, perPhone := smsTexts[c.fault]; c.fault != "" && !perPhone {
		return cloudError(c.fault, "模拟的拒绝")
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	refusal, text := s.smsText(in.SmsSdkAppId, in.SignName, in.TemplateId, in.TemplateParamSet)
	if c.fault != "" {
		refusal = c.fault
	}
	var set []map[string]any
	for _, raw := range in.PhoneNumberSet {
		set = append(set, s.sendOneLocked(c, raw, in.SessionContext, refusal, SMS{Text: text, Params: in.TemplateParamSet, Template: in.TemplateId}))
	}
	a := cloudJSON(map[string]any{"SendStatusSet": set})
	if code := set[0]["Code"]; code != "Ok" {
		a.code = fmt.Sprint(code)
	}
	return a
}

// smsText fills the template, or names the refusal.
func (s *Simulator) smsText(app, sign, template string, params []string) (refusal, text string) {
	if app != smsAppID {
		return "UnauthorizedOperation.SmsSdkAppIdVerifyFail", ""
	}
	if sign != s.cloud.sign {
		return "FailedOperation.SignatureIncorrectOrUnapproved", ""
	}
	i := slices.IndexFunc(s.cloud.templates, func(t SMSTemplate) bool { return t.ID == template })
	if i < 0 {
		return "FailedOperation.TemplateIncorrectOrUnapproved", ""
	}
	text = s.cloud.templates[i].Text
	if len(placeholder.FindAllString(text, -1)) != len(params) {
		return "FailedOperation.TemplateParamSetNotMatchApprovedTemplate", ""
	}
	for n, p := range params {
		if len([]rune(p)) > 30 {
			return "InvalidParameterValue.TemplateParameterLengthLimit", ""
		}
		text = strings.ReplaceAll(text, fmt.Sprintf("{%d}", n+1), p)
	}
	return "", "【" + sign + "】" + text
}

func (s *Simulator) sendOneLocked(c *call, raw, session, refusal string, m SMS) map[string]any {
	p := phoneE164.FindStringSubmatch(raw)
	if p == nil {
		refusal = "InvalidParameterValue.IncorrectPhoneNumber"
	} else {
		m.Phone = "+86" + p[2]
		if c.note == "" {
			c.note = "短信 " + maskPhone(p[2])
		}
		if refusal == "" {
			refusal = s.smsLimitLocked(m.Phone)
		}
	}
	out := map[string]any{"SerialNo": "", "PhoneNumber": raw, "Fee": 0, "SessionContext": session, "IsoCode": "CN"}
	if m.Phone != "" {
		out["PhoneNumber"] = m.Phone
	}
	if refusal != "" {
		out["Code"], out["Message"] = refusal, smsTexts[refusal]
		return out
	}
	s.seq++
	m.ID, m.Time = s.seq, s.now()
	s.cloud.sms = append(s.cloud.sms, m)
	if c.twice {
		s.cloud.sms = append(s.cloud.sms, m)
	}
	out["SerialNo"], out["Fee"], out["Code"], out["Message"] = "2019:"+randomDigits(19), 1, "Ok", "send success"
	return out
}

// smsLimitLocked applies the provider's frequency limits, when they are on.
func (s *Simulator) smsLimitLocked(phone string) string {
	now, day, recent := s.now(), 0, 0
	for _, m := range s.cloud.sms {
		if m.Phone != phone {
			continue
		}
		if m.Time.In(beijing).Format(time.DateOnly) == now.In(beijing).Format(time.DateOnly) {
			day++
		}
		if now.Sub(m.Time) < 30*time.Second {
			recent++
		}
	}
	switch {
	case s.cloud.thirty && recent > 0:
		return "LimitExceeded.PhoneNumberThirtySecondLimit"
	case s.cloud.daily > 0 && day >= s.cloud.daily:
		return "LimitExceeded.PhoneNumberDailyLimit"
	}
	return ""
}

// LimitSMS sets the provider's limits: one SMS in 30 s to a phone, and so
// many a day (0 is none). Both are off at first.
func (s *Simulator) LimitSMS(thirtySeconds bool, daily int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cloud.thirty, s.cloud.daily = thirtySeconds, daily
}

// SMS lists what arrived on a phone, newest first; everybody's for "".
func (s *Simulator) SMS(phone string) []SMS {
	want := ""
	if p := phoneE164.FindStringSubmatch(strings.ReplaceAll(phone, " ", "+")); p != nil {
		want = "+86" + p[2]
	} else if phone != "" {
		return []SMS{}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	out := []SMS{}
	for _, m := range slices.Backward(s.cloud.sms) {
		if want == "" || m.Phone == want {
			out = append(out, m)
		}
	}
	return out
}

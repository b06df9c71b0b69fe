package sms

import (
	"errors"
	"strings"
	"time"

	"ruxue/repo/tencent"
	"ruxue/service/fault"
	"ruxue/service/notice"
)

// translate gives a refusal its fault kind. Codes: the SendSms page of the
// provider's manual.
func translate(err error) error {
	var r *tencent.Refusal
	if !errors.As(err, &r) {
		return err
	}
	switch r.Code {
	case "LimitExceeded.PhoneNumberThirtySecondLimit":
		return fault.Wrap(fault.TooMany, "获取验证码太频繁，请30秒后再试", r).On("phone").After(30 * time.Second)
	case "LimitExceeded.PhoneNumberOneHourLimit":
		return fault.Wrap(fault.TooMany, "该手机号一小时内获取验证码次数已达上限，请一小时后再试", r).On("phone").After(time.Hour)
	case "LimitExceeded.PhoneNumberDailyLimit", "LimitExceeded.PhoneNumberSameContentDailyLimit":
		return fault.Wrap(fault.TooMany, "该手机号今日获取验证码次数已达上限，请明日再试，或联系学校老师获取一次性登录码", r).On("phone")
	case "LimitExceeded.PhoneNumberCountLimit", "LimitExceeded.DeliveryFrequencyLimit":
		return fault.Wrap(fault.TooMany, "短信发送太频繁，请稍后再试", r).After(time.Minute)
	case "InvalidParameterValue.IncorrectPhoneNumber", "UnsupportedOperation.ChineseMainlandTemplateToGlobalPhone":
		return fault.Wrap(fault.Invalid, "手机号不正确，请核对后重新填写", r).On("phone")
	case "FailedOperation.PhoneNumberInBlacklist":
		return fault.Wrap(fault.Invalid, "该手机号已退订或拒收短信，请换一个手机号，或联系学校老师", r).On("phone")
	}
	if strings.HasPrefix(r.Code, "LimitExceeded") {
		return fault.Wrap(fault.TooMany, "今日短信发送量已达上限，请明日再试，或联系学校老师获取一次性登录码", r)
	}
	return fault.Wrap(fault.Unavailable, "短信暂时无法发送，请稍后再试", r)
}

// refused is a refusal of a message of the outbox. An SMS goes out at most
// once, so all that matters is that it did not.
type refused struct {
	error
	code string
}

func (r refused) Unwrap() error { return r.error }

// Class implements notice.Classified.
func (r refused) Class() notice.Class { return notice.Permanent }

// Code implements notice.Classified.
func (r refused) Code() string { return r.code }

// Reason implements notice.Classified.
func (r refused) Reason() string {
	switch {
	case strings.HasPrefix(r.code, "LimitExceeded"):
		return "短信发送次数已达上限"
	case r.code == "InvalidParameterValue.IncorrectPhoneNumber":
		return "手机号不正确"
	case r.code == "FailedOperation.PhoneNumberInBlacklist":
		return "该手机号已退订或拒收短信"
	case r.code == "FailedOperation.InsufficientBalanceInSmsPackage":
		return "短信套餐余额不足"
	case strings.HasPrefix(r.code, "AuthFailure"):
		return "短信接口密钥不正确，请核对配置"
	case r.code == "FailedOperation.SignatureIncorrectOrUnapproved":
		return "短信签名未通过审核"
	case r.code == "FailedOperation.TemplateIncorrectOrUnapproved", strings.HasPrefix(r.code, "FailedOperation.TemplateParam"):
		return "短信模板未通过审核或参数不符"
	default:
		return "短信服务商拒绝发送"
	}
}

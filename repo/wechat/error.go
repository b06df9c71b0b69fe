package wechat

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strconv"

	"ruxue/service/fault"
	"ruxue/service/notice"
)

// Error is a refusal by WeChat. WeChat's own text is left out on purpose: it
// quotes tokens and openids.
type Error struct {
	API string
	Num int // errcode
}

// Error implements error.
func (e *Error) Error() string { return fmt.Sprintf("wechat %s: errcode %d", e.API, e.Num) }

// Code returns the errcode in decimal.
func (e *Error) Code() string { return strconv.Itoa(e.Num) }

// Class says what the code means for a message; an unlisted one is a refusal
// that will not change by itself.
func (e *Error) Class() notice.Class {
	switch e.Num {
	case -1: // system busy: WeChat does not say whether before or after its work
		return notice.Uncertain
	case 45009, 45047:
		return notice.Quota
	case 40001, 40014, 42001, 40125, 45011, 50002, 61004, 40164:
		// Credentials, frequency, addresses: refused at the door and mendable.
		return notice.Temporary
	default:
		return notice.Permanent
	}
}

var reasons = map[int]string{
	-1:    "微信系统繁忙",
	40001: "公众号接口凭证失效",
	40003: "接收人的微信标识无效",
	40014: "公众号接口凭证失效",
	40037: "消息模板编号无效，请核对模板配置",
	40125: "公众号密钥不正确，请核对配置",
	40164: "服务器地址不在公众号的接口白名单内",
	42001: "公众号接口凭证失效",
	43004: "未关注公众号",
	43101: "用户拒收此消息",
	45009: "公众号当日发送量已达上限",
	45011: "公众号接口调用太频繁",
	45047: "公众号当日发送量已达上限",
	47003: "消息字段内容不符合模板要求",
	48001: "公众号没有模板消息权限",
	50002: "公众号接口权限受限",
}

// Reason is the refusal in Chinese, for staff.
func (e *Error) Reason() string {
	if s, ok := reasons[e.Num]; ok {
		return s
	}
	return "微信返回错误码 " + e.Code()
}

// staleToken reports whether the access token was refused.
func (e *Error) staleToken() bool { return e.Num == 40001 || e.Num == 40014 || e.Num == 42001 }

var (
	errcodePattern = regexp.MustCompile(`errcode=(-?\d+)`)
	statusPattern  = regexp.MustCompile(`statusCode=(\d+)`)
)

// translate turns an error of the SDK into one that may be logged: the SDK's
// texts hold addresses with secret=, code= and access_token=.
func translate(api string, err error) error {
	if m := errcodePattern.FindStringSubmatch(err.Error()); m != nil {
		if n, convErr := strconv.Atoi(m[1]); convErr == nil && n != 0 {
			return &Error{API: api, Num: n}
		}
	}
	return fault.Wrap(fault.Unavailable, "微信服务暂时没有应答，请稍后再试", fmt.Errorf("calling wechat %s: %w", api, outage(err)))
}

// outage keeps of a transport error what holds no address with a query.
func outage(err error) error {
	var u *url.Error
	var op *net.OpError
	switch {
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.As(err, &op):
		return op
	case errors.As(err, &u):
		return errors.New("the connection failed")
	}
	if m := statusPattern.FindStringSubmatch(err.Error()); m != nil {
		return errors.New("HTTP status " + m[1])
	}
	return errors.New("the answer is not what was expected")
}

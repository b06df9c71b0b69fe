package wechat

import (
	"context"
	"errors"
	"strconv"

	"github.com/silenceper/wechat/v2/officialaccount/message"

	"ruxue/service/notice"
)

// Template is a template message.
type Template = notice.Template

const templatePath = "/cgi-bin/message/template/send"

// SendTemplate hands the message to WeChat and returns WeChat's id of it. Its
// fields are cut to WeChat's limits. Success is acceptance only; delivery is
// told by a TEMPLATESENDJOBFINISH push. An *Error, or a failure to get a token,
// carries its class; after any other error WeChat may have taken the message.
func (c *Client) SendTemplate(ctx context.Context, t Template) (string, error) {
	m := &message.TemplateMessage{
		ToUser: t.OpenID, TemplateID: t.TemplateID, URL: t.URL, ClientMsgID: t.ClientMsgID,
		Data: make(map[string]*message.TemplateDataItem, len(t.Data)),
	}
	for field, value := range t.Data {
		m.Data[field] = &message.TemplateDataItem{Value: CutField(field, value)}
	}
	var out struct {
		MsgID int64 `json:"msgid"`
	}
	if err := c.call(ctx, templatePath, m, &out); err != nil {
		if _, ok := errors.AsType[tokenError](err); ok {
			return "", unsentError{err}
		}
		return "", err
	}
	return strconv.FormatInt(out.MsgID, 10), nil
}

// unsentError is a failure before the message left: it may be tried again.
type unsentError struct{ error }

func (e unsentError) Unwrap() error       { return e.error }
func (e unsentError) Class() notice.Class { return notice.Temporary }

func (e unsentError) Code() string {
	if refused, ok := errors.AsType[*Error](e.error); ok {
		return refused.Code()
	}
	return ""
}

func (e unsentError) Reason() string {
	if refused, ok := errors.AsType[*Error](e.error); ok {
		return refused.Reason()
	}
	return "取不到公众号接口凭证"
}

package notice

import (
	"context"
	"errors"
)

// Template is a WeChat template message ready to go.
type Template struct {
	OpenID     string
	TemplateID string
	URL        string
	// ClientMsgID makes WeChat drop a repetition to the same openid within 10
	// minutes.
	ClientMsgID string
	// Data holds the account's field names (thing2, time4 …).
	Data map[string]string
}

// SMS is a text message ready to go.
type SMS struct {
	Phone      string // 11 digits of the mainland, or +<country><number>
	TemplateID string
	Params     []string
}

// TemplateSender hands a template message to WeChat and returns WeChat's id of
// it. An error that has a Class says how to go on; any other leaves open
// whether WeChat took the message.
type TemplateSender interface {
	SendTemplate(ctx context.Context, t Template) (msgID string, err error)
}

// SMSSender hands a text message to the provider.
type SMSSender interface {
	SendSMS(ctx context.Context, s SMS) (msgID string, err error)
}

// Class says what a failure means for the message. The zero value is
// Uncertain: nobody knows whether it went out.
type Class int

// The classes.
const (
	Uncertain Class = iota // it may have gone out
	Permanent              // it was refused and always will be
	Temporary              // it was refused, later it may be taken
	Quota                  // it was refused because today's quota is used up
)

// Classified is an error whose class is known.
type Classified interface {
	error
	Class() Class
	Code() string   // the provider's code
	Reason() string // simplified Chinese, for staff; no personal datum
}

func classOf(err error) (Class, string, string) {
	if c, ok := errors.AsType[Classified](err); ok {
		return c.Class(), c.Code(), c.Reason()
	}
	return Uncertain, "", "发送接口没有应答"
}

// Recipients finds where a person is reached. Both return "" when there is no
// such address.
type Recipients interface {
	// OpenID returns the latest WeChat openid of the row's person.
	OpenID(ctx context.Context, row Row) (string, error)
	// Phone returns the phone number of the row's person.
	Phone(ctx context.Context, row Row) (string, error)
}

// Package sms sends text messages through Tencent Cloud (SendSms, 2021-01-11).
// Nothing it logs or returns holds a phone number or a code.
package sms

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"time"

	"ruxue/repo/tencent"
	"ruxue/service/notice"
)

// Config is the SMS application.
type Config struct {
	SecretID     string
	SecretKey    string
	Region       string // default ap-guangzhou
	BaseURL      string // default https://sms.tencentcloudapi.com
	SDKAppID     string
	SignName     string
	TemplateCode string // the template of login codes: {1} code, {2} minutes
	Timeout      time.Duration
}

// Client sends. It is safe for concurrent use.
type Client struct {
	cfg   Config
	cloud tencent.Cloud
}

// New returns a client. It calls nobody.
func New(cfg Config) (*Client, error) {
	if cfg.SecretID == "" || cfg.SecretKey == "" || cfg.SDKAppID == "" || cfg.SignName == "" {
		return nil, errors.New("sms: secret id, secret key, application and signature must be set")
	}
	if cfg.Region == "" {
		cfg.Region = "ap-guangzhou"
	}
	if cfg.Timeout <= 0 {
		cfg.Timeout = 10 * time.Second
	}
	c, err := tencent.New(cfg.SecretID, cfg.SecretKey, cfg.Region, cfg.BaseURL, cfg.Timeout)
	if err != nil {
		return nil, errors.New("sms: " + err.Error())
	}
	return &Client{cfg: cfg, cloud: c}, nil
}

// SendCode sends a login code that is good for the minutes. A quota is
// fault.TooMany with its own sentence, a wrong number fault.Invalid on phone,
// anything else the provider's failure: fault.Unavailable.
func (c *Client) SendCode(ctx context.Context, phone, code string, minutes int) error {
	_, err := c.send(ctx, phone, c.cfg.TemplateCode, []string{code, strconv.Itoa(minutes)})
	return err
}

// SendSMS sends a message of the outbox and returns the provider's id of it. An
// error by which the provider refused it has a class.
func (c *Client) SendSMS(ctx context.Context, s notice.SMS) (string, error) {
	id, err := c.send(ctx, s.Phone, s.TemplateID, s.Params)
	var r *tencent.Refusal
	if errors.As(err, &r) && !strings.HasPrefix(r.Code, "ClientError") {
		return "", refused{err, r.Code}
	}
	return id, err
}

func (c *Client) send(ctx context.Context, phone, template string, params []string) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	var out struct {
		SendStatusSet []struct{ Code, SerialNo string }
	}
	err := c.cloud.Call(ctx, "sms", "2021-01-11", "SendSms", map[string]any{
		"PhoneNumberSet": []string{international(phone)}, "SmsSdkAppId": c.cfg.SDKAppID,
		"SignName": c.cfg.SignName, "TemplateId": template, "TemplateParamSet": params,
	}, &out)
	if err != nil {
		return "", translate(err)
	}
	if len(out.SendStatusSet) != 1 {
		return "", translate(&tencent.Refusal{Action: "SendSms", Code: "ClientError.Answer"})
	}
	if s := out.SendStatusSet[0]; s.Code != "Ok" {
		return "", translate(&tencent.Refusal{Action: "SendSms", Code: s.Code})
	}
	return out.SendStatusSet[0].SerialNo, nil
}

// international returns the number in E.164; one without a country is mainland.
func international(phone string) string {
	if strings.HasPrefix(phone, "+") {
		return phone
	}
	return "+86" + phone
}

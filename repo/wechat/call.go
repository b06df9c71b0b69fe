package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"

	"github.com/silenceper/wechat/v2/util"
)

// apiHost is only a name: the HTTP client replaces it by the configured base.
const apiHost = "https://api.weixin.qq.com"

// call posts body as JSON (or gets, without a body) with the access token and
// decodes the answer into out. A refused token is dropped, if it is still the
// cached one, and the call made once more.
func (c *Client) call(ctx context.Context, path string, body, out any) error {
	ctx, cancel := c.within(ctx)
	defer cancel()
	for again := true; ; again = false {
		token, err := c.token(ctx)
		if err != nil {
			return err
		}
		err = c.once(ctx, path, token, body, out)
		var refused *Error
		if !again || !errors.As(err, &refused) || !refused.staleToken() {
			return err
		}
		if err := c.cache.DeleteIf(c.tokenKey(), token); err != nil {
			return fmt.Errorf("dropping a refused access token: %w", err)
		}
	}
}

func (c *Client) once(ctx context.Context, path, token string, body, out any) error {
	uri := apiHost + path + "?access_token=" + url.QueryEscape(token)
	var raw []byte
	var err error
	if body == nil {
		raw, err = util.HTTPGetContext(ctx, uri)
	} else {
		raw, err = util.PostJSONContext(ctx, uri, body)
	}
	if err != nil {
		return translate(path, err)
	}
	var head struct {
		ErrCode int `json:"errcode"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return translate(path, errors.New("no JSON"))
	}
	if head.ErrCode != 0 {
		return &Error{API: path, Num: head.ErrCode}
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return translate(path, errors.New("another JSON than documented"))
	}
	return nil
}

// tokenError is a failure to get an access token: nothing else was sent.
type tokenError struct{ error }

func (e tokenError) Unwrap() error { return e.error }

// token returns the access token shared by all replicas.
func (c *Client) token(ctx context.Context) (string, error) {
	token, err := c.oa.GetAccessTokenContext(ctx)
	if err != nil {
		return "", tokenError{translate("access token", err)}
	}
	return token, nil
}

// Check reports whether the account's credentials work: it gets an access token
// (from the cache where there is one).
func (c *Client) Check(ctx context.Context) error {
	ctx, cancel := c.within(ctx)
	defer cancel()
	_, err := c.token(ctx)
	return err
}

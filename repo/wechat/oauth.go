package wechat

import (
	"context"
	"errors"
	"net/url"
	"regexp"

	"ruxue/service/fault"
)

// Scopes of web authorization.
const (
	ScopeBase     = "snsapi_base"     // silent: only the openid
	ScopeUserInfo = "snsapi_userinfo" // asks the user
)

// User is who authorized.
type User struct {
	OpenID  string
	UnionID string
	// Snapshot marks the virtual user of WeChat's snapshot page: it must never
	// be registered or charged.
	Snapshot bool
}

// AuthorizeURL returns where to send the browser for a code. The SDK's own
// builder hard-codes the host and leaves state unescaped.
func (c *Client) AuthorizeURL(redirectURI, scope, state string) string {
	// WeChat wants this order of parameters and the fragment.
	return c.cfg.OpenBase + "/connect/oauth2/authorize?appid=" + url.QueryEscape(c.cfg.AppID) +
		"&redirect_uri=" + url.QueryEscape(redirectURI) + "&response_type=code&scope=" + url.QueryEscape(scope) +
		"&state=" + url.QueryEscape(state) + "#wechat_redirect"
}

// codePattern is what a code may look like: the SDK puts it into a query
// unescaped, so a foreign character could add a parameter.
var codePattern = regexp.MustCompile(`^[0-9A-Za-z_-]{1,128}$`)

// Exchange trades a code for the user. A used or expired code is fault.Gone
// (the back button, a double load), a wrong one fault.Invalid.
func (c *Client) Exchange(ctx context.Context, code string) (User, error) {
	if !codePattern.MatchString(code) {
		return User{}, fault.New(fault.Invalid, "微信授权信息不完整，请从公众号菜单重新进入").On("code")
	}
	ctx, cancel := c.within(ctx)
	defer cancel()
	res, err := c.oauth.GetUserAccessTokenContext(ctx, code)
	if err != nil {
		return User{}, oauthFault(translate("oauth", err))
	}
	if res.OpenID == "" {
		return User{}, translate("oauth", errors.New("no openid"))
	}
	return User{OpenID: res.OpenID, UnionID: res.UnionID, Snapshot: res.IsSnapShotUser == 1}, nil
}

func oauthFault(err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	switch e.Num {
	case 40163, 42003:
		return fault.Wrap(fault.Gone, "微信授权已失效，请从公众号菜单重新进入", err)
	case 40029:
		return fault.Wrap(fault.Invalid, "微信授权信息无效，请从公众号菜单重新进入", err).On("code")
	case -1, 45009, 45011:
		return fault.Wrap(fault.Unavailable, "微信服务繁忙，请稍后再试", err)
	default:
		return err
	}
}

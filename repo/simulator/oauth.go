package simulator

import (
	"net"
	"net/url"
	"strings"
	"time"
)

// oauthCode is a code of the web authorisation: five minutes, one use.
type oauthCode struct {
	openid, scope string
	issued        time.Time
	used          bool
}

// webToken is what a code was changed into. A refresh token lives 30 days.
type webToken struct {
	openid, scope string
	expires       time.Time
	refresh       bool
}

const codeLife = 5 * time.Minute

// newCode issues a code for the user.
func (s *Simulator) newCode(openid, scope string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := "0" + randomText(31)
	s.wx.codes[code] = &oauthCode{openid: openid, scope: scope, issued: s.now()}
	return code
}

// oauthToken is GET /sns/oauth2/access_token.
func (s *Simulator) oauthToken(c *call) answer {
	if code := s.credentials(c.query("appid"), c.query("secret")); code != 0 {
		return wechatError(code)
	}
	if c.query("grant_type") != "authorization_code" {
		return wechatError(40002)
	}
	if c.query("code") == "" {
		return wechatError(41008)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	code := s.wx.codes[c.query("code")]
	switch {
	case code == nil:
		return wechatError(40029)
	case code.used:
		return wechatError(40163)
	case s.now().Sub(code.issued) > codeLife:
		return wechatError(42003)
	}
	code.used = true
	user := s.userLocked(code.openid)
	if user == nil {
		return wechatError(40029)
	}
	c.note = "网页授权 " + code.scope
	return wechatJSON(s.grantLocked(user, code.scope))
}

// grantLocked makes a pair of web tokens.
func (s *Simulator) grantLocked(user *User, scope string) map[string]any {
	now := s.now()
	access, refresh := "97_"+randomText(86), "97_"+randomText(86)
	s.wx.webTokens[access] = webToken{openid: user.OpenID, scope: scope, expires: now.Add(tokenLife)}
	s.wx.webTokens[refresh] = webToken{openid: user.OpenID, scope: scope, expires: now.Add(30 * 24 * time.Hour), refresh: true}
	out := map[string]any{
		"access_token": access, "expires_in": int(tokenLife.Seconds()), "refresh_token": refresh,
		"openid": user.OpenID, "scope": scope,
	}
	if user.Snapshot {
		out["is_snapshotuser"] = 1
	}
	return out
}

// oauthRefresh is GET /sns/oauth2/refresh_token.
func (s *Simulator) oauthRefresh(c *call) answer {
	if c.query("appid") != s.keys.AppID {
		return wechatError(40013)
	}
	if c.query("grant_type") != "refresh_token" {
		return wechatError(40002)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.wx.webTokens[c.query("refresh_token")]
	if !ok || !t.refresh {
		return wechatError(40030)
	}
	if !s.now().Before(t.expires) {
		return wechatError(42002)
	}
	user := s.userLocked(t.openid)
	if user == nil {
		return wechatError(40030)
	}
	return wechatJSON(s.grantLocked(user, t.scope))
}

// snsUserInfo is GET /sns/userinfo, for snsapi_userinfo only.
func (s *Simulator) snsUserInfo(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.wx.webTokens[c.query("access_token")]
	switch {
	case !ok || t.refresh:
		return wechatError(40001)
	case !s.now().Before(t.expires):
		return wechatError(42001)
	case t.openid != c.query("openid"):
		return wechatError(40003)
	case !strings.Contains(t.scope, "snsapi_userinfo"):
		return wechatError(48001)
	}
	user := s.userLocked(t.openid)
	if user == nil {
		return wechatError(40003)
	}
	return wechatJSON(map[string]any{
		"openid": user.OpenID, "nickname": user.Nickname, "sex": 0, "language": "", "city": "", "province": "",
		"country": "", "headimgurl": "", "privilege": []string{},
	})
}

// snsAuth is GET /sns/auth: is this web token still good.
func (s *Simulator) snsAuth(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	t, ok := s.wx.webTokens[c.query("access_token")]
	if !ok || t.refresh || t.openid != c.query("openid") {
		return wechatError(40003)
	}
	if !s.now().Before(t.expires) {
		return wechatError(42001)
	}
	return wechatOK()
}

// redirectAllowed tells whether the account's authorised domain covers the
// address: the product's host or a device of the desk. Without a product any
// loopback address will do.
func (s *Simulator) redirectAllowed(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return false
	}
	s.mu.Lock()
	product, d := s.product, s.desk
	s.mu.Unlock()
	if d != nil && d.owns(u.Host) {
		return true
	}
	if p, err := url.Parse(product); err == nil && p.Host != "" {
		return strings.EqualFold(u.Host, p.Host)
	}
	host := u.Hostname()
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

package simulator

import (
	"bytes"
	"embed"
	"html/template"
	"net/http"
	"net/url"
	"strings"
)

//go:embed web
var webFiles embed.FS

var pages = template.Must(template.New("").ParseFS(webFiles, "web/*.tmpl"))

// page renders one of the simulator's own Chinese pages.
func page(status int, name string, data any) answer {
	var b bytes.Buffer
	if err := pages.ExecuteTemplate(&b, name+".tmpl", data); err != nil {
		return answer{status: http.StatusInternalServerError, code: "template"}
	}
	return answer{status: status, kind: "text/html; charset=utf-8", body: b.Bytes(), header: http.Header{"Cache-Control": {"no-store"}}}
}

type pageMessage struct{ Title, Text string }

// authorizePage is what the choice of a WeChat user shows.
type authorizePage struct {
	Scope string
	Users []authorizeChoice
	Deny  string
}

type authorizeChoice struct {
	User User
	Href string
}

// authorize is GET /connect/oauth2/authorize on open.weixin.qq.com. Who the
// WeChat user is comes from the query sim_openid, the header X-Sim-Openid or
// the cookie sim_user; without any of them a page asks.
func (s *Simulator) authorize(c *call) answer {
	scope := c.query("scope")
	switch {
	case c.query("appid") != s.keys.AppID:
		return oauthPage("AppID 参数错误", "错误码：10006")
	case c.query("response_type") != "code":
		return oauthPage("参数错误", "错误码：10001")
	case scope != "snsapi_base" && scope != "snsapi_userinfo":
		return oauthPage("Scope 参数错误或没有 Scope 权限", "错误码：10005")
	case len(c.query("state")) > 128:
		return oauthPage("state 参数过长", "错误码：10016")
	case !s.redirectAllowed(c.query("redirect_uri")):
		return oauthPage("redirect_uri域名与后台配置不一致", "错误码：10003")
	}
	if c.query("sim_deny") != "" {
		return redirectTo(c.query("redirect_uri"), "", c.query("state"))
	}
	openid, chosen := simUser(c.r)
	if !chosen && !strings.Contains(c.r.UserAgent(), "MicroMessenger") {
		return oauthPage("请在微信客户端打开链接", "")
	}
	s.mu.Lock()
	user := s.userLocked(openid)
	s.mu.Unlock()
	if user != nil {
		c.note = scope + " " + user.Nickname
		a := redirectTo(c.query("redirect_uri"), s.newCode(user.OpenID, scope), c.query("state"))
		a.header.Add("Set-Cookie", (&http.Cookie{Name: simCookie, Value: user.OpenID, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}).String())
		return a
	}
	return page(http.StatusOK, "authorize", s.choices(c, scope))
}

func (s *Simulator) choices(c *call, scope string) authorizePage {
	with := func(name, value string) string {
		q := c.r.URL.Query()
		q.Del("sim_openid")
		q.Set(name, value)
		return "?" + q.Encode()
	}
	p := authorizePage{Scope: scope}
	if scope == "snsapi_userinfo" { // snsapi_base never asks, so it cannot be denied
		p.Deny = with("sim_deny", "1")
	}
	for _, u := range s.Users() {
		p.Users = append(p.Users, authorizeChoice{User: u, Href: with("sim_openid", u.OpenID)})
	}
	return p
}

const simCookie = "sim_user"

// simUser is who the browser says its WeChat user is.
func simUser(r *http.Request) (string, bool) {
	if v := r.URL.Query().Get("sim_openid"); v != "" {
		return v, true
	}
	if v := r.Header.Get("X-Sim-Openid"); v != "" {
		return v, true
	}
	if ck, err := r.Cookie(simCookie); err == nil {
		return ck.Value, true
	}
	return "", false
}

func oauthPage(title, text string) answer {
	a := page(http.StatusOK, "message", pageMessage{Title: title, Text: text})
	a.code = title
	return a
}

// redirectTo sends the browser back with code and state; a denial has no code.
func redirectTo(address, code, state string) answer {
	u, err := url.Parse(address)
	if err != nil {
		return oauthPage("redirect_uri 参数错误", "错误码：10003")
	}
	q := u.Query()
	if code != "" {
		q.Set("code", code)
	}
	q.Set("state", state)
	u.RawQuery, u.Fragment = q.Encode(), ""
	return answer{status: http.StatusFound, header: http.Header{"Location": {u.String()}, "Cache-Control": {"no-store"}}}
}

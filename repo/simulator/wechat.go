package simulator

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// wechatState is the Official Account; Simulator.mu guards it.
type wechatState struct {
	users     []*User
	codes     map[string]*oauthCode
	webTokens map[string]webToken
	tokens    []*apiToken
	stable    *apiToken
	jsTicket  string
	jsExpires time.Time
	menu      json.RawMessage // as the product posted it; nil when deleted
	// menuConsole tells that the menu was made in the console, not kept over a restart.
	menuConsole bool
	tickets     map[string]ticket
	templates   []Template
	inbox       []*Message
	sent        map[string]sentMessage // openid + client_msg_id
}

func newWechatState(opt Options) wechatState {
	templates := opt.Templates
	if templates == nil {
		templates = defaultTemplates()
	}
	return wechatState{
		users: defaultUsers(opt.Clock()), codes: map[string]*oauthCode{}, webTokens: map[string]webToken{},
		tickets: map[string]ticket{}, templates: templates, sent: map[string]sentMessage{},
	}
}

// wechatMessages are the texts of error codes as WeChat sends them.
var wechatMessages = map[int]string{
	-1: "system error", 40001: "invalid credential, access_token is invalid or not latest",
	40002: "invalid grant_type", 40003: "invalid openid", 40013: "invalid appid",
	40014: "invalid access_token", 40016: "invalid button size", 40017: "invalid button type",
	40018: "invalid button name size", 40019: "invalid button key size", 40020: "invalid button url size",
	40023: "invalid sub button size", 40029: "invalid code", 40030: "invalid refresh_token",
	40037: "invalid template_id", 40054: "invalid sub button url", 40053: "invalid action info", 40097: "invalid args", 40055: "invalid button url domain", 40125: "invalid appsecret",
	40163: "code been used", 41001: "access_token missing", 41002: "appid missing", 41004: "appsecret missing",
	41008: "missing code", 41009: "missing openid", 42001: "access_token expired", 42002: "refresh_token expired",
	42003: "code expired", 43002: "require POST method", 43004: "require subscribe", 43101: "user refuse to accept the msg",
	44002: "empty post data", 45009: "reach max api daily quota limit", 46003: "menu no exist",
	47001: "data format error", 47003: "argument invalid!", 48001: "api unauthorized",
}

// wechatError answers an error as the Official Account API does: status 200.
func wechatError(code int, detail ...string) answer {
	text, ok := wechatMessages[code]
	if !ok {
		text = "error"
	}
	if len(detail) > 0 {
		text += " " + detail[0]
	}
	a := wechatJSON(map[string]any{"errcode": code, "errmsg": fmt.Sprintf("%s rid: %s-%s-%s", text, randomHex(4), randomHex(4), randomHex(4))})
	a.code = fmt.Sprint(code)
	return a
}

func wechatOK() answer { return wechatJSON(map[string]any{"errcode": 0, "errmsg": "ok"}) }

func wechatJSON(v any) answer {
	return jsonAnswer(http.StatusOK, v)
}

// withToken lets h run for a caller with a good access_token only.
func (s *Simulator) withToken(h handlerFunc) handlerFunc {
	return func(c *call) answer {
		if code := s.checkToken(c.query("access_token")); code != 0 {
			return wechatError(code)
		}
		return h(c)
	}
}

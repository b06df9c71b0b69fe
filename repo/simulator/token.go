package simulator

import (
	"slices"
	"time"
)

// tokenLife is how long an access token lives.
const tokenLife = 2 * time.Hour

// apiToken is one access token of the account.
type apiToken struct {
	value   string
	issued  time.Time
	expires time.Time
}

func newToken(now time.Time) *apiToken {
	return &apiToken{value: "98_" + randomText(133), issued: now, expires: now.Add(tokenLife)}
}

// credentials checks an app id and secret; 0 is right.
func (s *Simulator) credentials(appid, secret string) int {
	switch {
	case appid == "":
		return 41002
	case secret == "":
		return 41004
	case appid != s.keys.AppID:
		return 40013
	case secret != s.keys.AppSecret:
		return 40125
	}
	return 0
}

// token is GET /cgi-bin/token: each call makes a new token, and the one
// before works for five minutes more.
func (s *Simulator) token(c *call) answer {
	if c.query("grant_type") != "client_credential" {
		return wechatError(40002)
	}
	if code := s.credentials(c.query("appid"), c.query("secret")); code != 0 {
		return wechatError(code)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for _, t := range s.wx.tokens {
		if soon := now.Add(5 * time.Minute); t.expires.After(soon) {
			t.expires = soon
		}
	}
	t := newToken(now)
	s.wx.tokens = append(s.wx.tokens, t)
	return tokenAnswer(t, now)
}

// stableToken is POST /cgi-bin/stable_token: every caller gets the same token
// until five minutes before its end. force_refresh makes a new one and voids
// the old, but not twice within 30 s.
func (s *Simulator) stableToken(c *call) answer {
	var in struct {
		GrantType    string `json:"grant_type"`
		AppID        string `json:"appid"`
		Secret       string `json:"secret"`
		ForceRefresh bool   `json:"force_refresh"`
	}
	if !c.json(&in) {
		return wechatError(47001)
	}
	if in.GrantType != "client_credential" {
		return wechatError(40002)
	}
	if code := s.credentials(in.AppID, in.Secret); code != 0 {
		return wechatError(code)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	old := s.wx.stable
	switch {
	case old == nil || !now.Before(old.expires):
		s.wx.stable = newToken(now)
	case in.ForceRefresh && now.Sub(old.issued) >= 30*time.Second:
		old.expires = now.Add(-time.Second)
		s.wx.tokens = append(s.wx.tokens, &apiToken{value: old.value}) // void, not expired
		s.wx.stable = newToken(now)
	case !now.Before(old.expires.Add(-5 * time.Minute)):
		s.wx.tokens = append(s.wx.tokens, old)
		s.wx.stable = newToken(now)
	}
	return tokenAnswer(s.wx.stable, now)
}

func tokenAnswer(t *apiToken, now time.Time) answer {
	return wechatJSON(map[string]any{"access_token": t.value, "expires_in": int(t.expires.Sub(now).Seconds())})
}

// checkToken is the error code of an access token; 0 is a good one.
func (s *Simulator) checkToken(value string) int {
	if value == "" {
		return 41001
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	all := s.wx.tokens
	if s.wx.stable != nil {
		all = append(slices.Clip(all), s.wx.stable)
	}
	for _, t := range all {
		if t.value != value {
			continue
		}
		switch {
		case t.expires.IsZero():
			return 40001
		case !now.Before(t.expires):
			return 42001
		}
		return 0
	}
	return 40001
}

// SpoilTokens makes every access token issued so far useless: expired (42001)
// or, otherwise, no longer the latest (40001). Clients have to fetch again.
func (s *Simulator) SpoilTokens(expired bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.wx.stable != nil {
		s.wx.tokens = append(s.wx.tokens, s.wx.stable)
		s.wx.stable = nil
	}
	for _, t := range s.wx.tokens {
		t.expires = time.Time{}
		if expired {
			t.expires = s.now().Add(-time.Second)
		}
	}
}

// jsTicket is GET /cgi-bin/ticket/getticket.
func (s *Simulator) jsTicket(c *call) answer {
	if c.query("type") != "jsapi" {
		return wechatError(40097)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if s.wx.jsTicket == "" || !now.Before(s.wx.jsExpires) {
		s.wx.jsTicket, s.wx.jsExpires = randomText(86), now.Add(tokenLife)
	}
	return wechatJSON(map[string]any{
		"errcode": 0, "errmsg": "ok", "ticket": s.wx.jsTicket, "expires_in": int(s.wx.jsExpires.Sub(now).Seconds()),
	})
}

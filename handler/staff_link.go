package handler

import (
	"net/http"
	"net/url"

	"ruxue/h5"
	"ruxue/service/audit"
	"ruxue/service/fault"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// staffLink opens the link of a template message: in WeChat, and only for the
// WeChat that is bound to the account, it starts a session that may review and
// nothing else. WeChat is asked anew each time who opens it.
func (h *Handler) staffLink(k *call) error {
	if err := h.furnish(k); err != nil {
		return err
	}
	a, target, err := h.StaffLinks.Read(k.ctx(), k.Param("token"))
	if err != nil {
		return err
	}
	if err := h.staffSession(k); err != nil {
		return err
	}
	if k.account != nil && k.account.ID == a.ID && (k.staffSession.ReviewOnly || k.unfinished() == "") {
		return redirect{target}
	}
	if k.device != h5.DeviceWeChat {
		return redirect{"/staff/login?next=" + url.QueryEscape(target)}
	}
	path := k.Request.URL.Path
	fresh := k.Query("fresh")
	if back := path + "?fresh=" + fresh; fresh == "" || k.session.OAuthNext != back || k.session.OAuthState != "" {
		return h.askWho(k, path)
	}
	openID := k.session.OpenID
	if err := h.edit(k, func(s *student.Session) { s.OAuthNext = "" }); err != nil {
		return err
	}
	if a.OpenID == "" || openID != a.OpenID || k.session.AppID != h.AppID {
		return fault.New(fault.Forbidden, "这个链接只能用绑定的微信打开，请用绑定的微信，或登录后处理")
	}
	now := h.Now()
	k.staffSession = staff.Session{StaffID: a.ID, Epoch: a.Epoch, Proven: true, ReviewOnly: true, OpenID: openID, LoginAt: now, SeenAt: now}
	// The session stands in Redis: its entry is written first, so that there is
	// none without.
	if err := h.Audit.Add(k.ctx(), audit.Entry{Actor: "staff:" + a.Ref, Action: "staff.link", Subject: "staff:" + a.Ref,
		Detail: "从消息链接打开审核页"}); err != nil {
		return err
	}
	if k.staffToken, err = h.StaffSessions.Start(k.ctx(), "", k.staffSession); err != nil {
		return err
	}
	h.setStaffCookie(k, k.staffToken)
	return redirect{target}
}

// askWho sends the phone through OAuth, to come back here with a fresh openid.
func (h *Handler) askWho(k *call, path string) error {
	state, next := h.NewToken(), path+"?fresh="+h.NewToken()[:16]
	if err := h.edit(k, func(s *student.Session) { s.OAuthState, s.OAuthNext = state, next }); err != nil {
		return err
	}
	k.Redirect(http.StatusFound, h.WeChat.AuthorizeURL(h.oauthURL(k), state))
	return nil
}

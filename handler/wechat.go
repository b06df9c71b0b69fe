package handler

import (
	"context"
	"net/http"
	"time"

	"ruxue/h5"
	"ruxue/service/fault"
	"ruxue/service/student"
)

// WeChat is the Official Account as the handlers need it.
type WeChat interface {
	// AuthorizeURL returns where a browser gets a code silently (snsapi_base).
	AuthorizeURL(redirectURI, state string) string
	// Exchange trades a code for the openid. snapshot marks the virtual user
	// of a snapshot page, who is never registered or charged.
	Exchange(ctx context.Context, code string) (openid string, snapshot bool, err error)
	// Echo checks the signature of the address check and returns its echostr.
	Echo(r *http.Request) (string, error)
	// Push reads a signed, encrypted message from WeChat.
	Push(r *http.Request) (Push, error)
	// SceneQR returns what a QR code of the account holds whose scan is reported
	// with the scene, for so long.
	SceneQR(ctx context.Context, scene string, life time.Duration) (string, error)
	// FollowQR returns what a QR code holds that follows the account.
	FollowQR(ctx context.Context, scene string) (string, error)
	Replier
}

// Push is what WeChat says of a user or of a message.
type Push struct {
	Type, Event, OpenID, EventKey, MsgID, Status, DedupeKey string
	CreateTime                                              time.Time
	Text, Account                                           string // of a text message; the account's original id
	Raw                                                     []byte // the body as it came
}

// oauthURL is where WeChat brings the browser back to the session that asked.
func (h *Handler) oauthURL(k *call) string {
	path := "/wechat/oauth"
	if k.at != "" {
		path = "/c/" + k.at + "/oauth"
	}
	return h.BaseURL.String() + path
}

// askOpenID sends a phone in WeChat through OAuth once, so that login links
// the account that gets the messages. done means that the answer is written.
func (h *Handler) askOpenID(k *call, next string) (done bool, err error) {
	if k.device != h5.DeviceWeChat || (k.session.OpenID != "" && k.session.AppID == h.AppID) {
		return false, nil
	}
	state := h.NewToken()
	if err := h.edit(k, func(s *student.Session) { s.OAuthState, s.OAuthNext = state, next }); err != nil {
		return false, err
	}
	h.sendTo(k, h.WeChat.AuthorizeURL(h.oauthURL(k), state))
	return true, nil
}

// oauth takes the code, keeps the openid and goes on at an address without the
// code. The back button and a double load bring a used code: when the session
// knows the openid already nothing is asked again.
func (h *Handler) oauth(k *call) error {
	next, code := k.session.OAuthNext, k.Query("code")
	if !isLocal(next) {
		next = "/"
	}
	if k.session.OpenID != "" && k.session.OAuthState == "" {
		return redirect{next}
	}
	switch state := k.Query("state"); {
	case state == "" || state != k.session.OAuthState:
		return h.oauthMessage(k, "请重新进入", "这个页面已经失效，请重新进入，填过的内容都在", next)
	case code == "":
		return h.oauthMessage(k, "您取消了微信授权", "需要微信授权才能在微信中办理和收到通知，可以重新进入再次授权", next)
	}
	openid, snapshot, err := h.WeChat.Exchange(k.ctx(), code)
	switch {
	case fault.Is(err, fault.Gone), fault.Is(err, fault.Invalid):
		return h.oauthMessage(k, "请重新进入", "微信授权已失效，请重新进入，填过的内容都在", next)
	case err != nil:
		return err
	case snapshot:
		return h.oauthMessage(k, "请使用完整服务", "当前是快照页，不能办理注册。请点击页面下方的“使用完整服务”，再重新进入", next)
	}
	asked := k.session.OAuthState
	err = h.edit(k, func(s *student.Session) {
		s.AppID, s.OpenID = h.AppID, openid
		if s.OAuthState == asked { // else another page asked meanwhile
			s.OAuthState = ""
		}
	})
	if err != nil {
		return err
	}
	return redirect{next}
}

func (h *Handler) oauthMessage(k *call, heading, text, next string) error {
	k.session.OAuthState = ""
	h.render(k, http.StatusOK, h5.Message{Frame: k.frame(heading), Kind: h5.NoticeWarn, Heading: heading, Text: text,
		Action: h5.Action{Label: "重新进入", Href: next}})
	return nil
}

// wechatEcho answers the check of the server address.
func (h *Handler) wechatEcho(k *call) error {
	echo, err := h.WeChat.Echo(k.Request)
	if err != nil {
		return err
	}
	k.String(http.StatusOK, echo)
	return nil
}

// wechatPush takes a message from WeChat and answers within its 5 seconds; a
// repetition changes nothing.
func (h *Handler) wechatPush(k *call) error {
	p, err := h.WeChat.Push(k.Request)
	if err != nil {
		return err
	}
	if p.Event == "TEMPLATESENDJOBFINISH" {
		if err := h.Delivery.Delivered(k.ctx(), p.MsgID, p.Status); err != nil {
			return err // WeChat asks again
		}
	}
	if ours, err := h.staffPush(k, p); ours || err != nil {
		return err
	}
	answer, err := h.wechatAnswer(k, p)
	if err != nil {
		return err
	}
	k.Data(http.StatusOK, "text/xml; charset=utf-8", answer)
	return nil
}

package handler

import (
	"context"
	"net/http"

	"ruxue/service/reply"
)

// Replier answers messages to the account.
type Replier interface {
	// Reply is the body that answers the push with a text.
	Reply(p Push, text string) ([]byte, error)
}

// Forwarder passes on what is not ours, as it came, and returns the other
// system's answer, nil for none.
type Forwarder interface {
	Forward(ctx context.Context, query string, raw []byte) ([]byte, error)
}

// Replies are the account's own answers and the system that gets the rest.
type Replies struct {
	Rules reply.Rules
	// Elsewhere gets what no rule answers; nil when nobody else listens.
	Elsewhere Forwarder
	// Forwarded tells that a request came through a forwarder: it goes no
	// further, so that two systems pointed at each other end.
	Forwarded func(r *http.Request) bool
}

// wechatAnswer is the body that answers a push: by rule, else by the other
// system, else the institution's sentence for everything, else nothing. A
// failing other system is only logged: WeChat would ask us again.
func (h *Handler) wechatAnswer(k *call, p Push) ([]byte, error) {
	text, known := "", false
	switch {
	case p.Type == "text":
		text, known = h.Replies.Rules.ToText(p.Text)
	case p.Event == "CLICK": // a button with a key asks like a text
		if text, known = h.Replies.Rules.ToText(p.EventKey); !known {
			text = ""
		}
	case p.Event == "subscribe":
		text, known = h.Replies.Rules.ToFollow()
	}
	if !known && h.Replies.Elsewhere != nil && !h.Replies.Forwarded(k.Request) {
		answer, err := h.Replies.Elsewhere.Forward(k.ctx(), k.Request.URL.RawQuery, p.Raw)
		if err != nil {
			h.Log.WarnContext(k.ctx(), "the other system did not take a message", "error", scrub(err.Error()))
		}
		if answer != nil {
			return answer, nil
		}
	}
	if text == "" {
		return []byte("success"), nil
	}
	return h.WeChat.Reply(p, text)
}

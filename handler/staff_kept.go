package handler

import (
	"mime"
	"net/http"
	"net/url"
	"strings"

	"ruxue/h5"
)

// A form that is sent after its session ended is not lost: the login page
// carries what was typed, through the second factor too, and afterwards the
// person sends it again with one button.

// keptPrefix begins the names of fields that a login carries along.
const keptPrefix = "kept."

// maxKept bounds what is carried: a browser that sends more keeps it itself.
const maxKept = 200_000

// keep collects the posted form, nil where there is nothing to carry: a file
// cannot be, and a script keeps its page.
func (k *call) keep() *h5.Kept {
	kind, _, _ := mime.ParseMediaType(k.ContentType())
	if k.Request.Method != http.MethodPost || k.wantsJSON() || kind != "application/x-www-form-urlencoded" ||
		k.Request.ContentLength > maxKept || k.Request.ContentLength < 0 {
		return nil
	}
	if err := k.Request.ParseForm(); err != nil || len(k.Request.PostForm) == 0 {
		return nil
	}
	return keptFields(k.Request.URL.RequestURI(), k.Request.PostForm, "")
}

// kept reads what a login page carried, nil without it.
func (k *call) kept() *h5.Kept {
	action := k.PostForm("resume")
	if action == "" || staffNext(action) != action || k.Request.ContentLength > 4*maxKept {
		return nil
	}
	return keptFields(action, k.Request.PostForm, keptPrefix)
}

// secretField reports whether a form's field holds what nobody else at this
// screen may read or send: passwords, codes, an authenticator's secret.
func secretField(name string) bool {
	switch name {
	case "old", "again", "code", "sealed":
		return true
	}
	return strings.Contains(name, "password")
}

func keptFields(action string, form url.Values, prefix string) *h5.Kept {
	out := &h5.Kept{Action: action}
	for name, values := range form {
		bare, ok := strings.CutPrefix(name, prefix)
		if !ok || secretField(bare) { // a password is typed again
			continue
		}
		for _, v := range values {
			out.Fields = append(out.Fields, h5.Pair{Label: bare, Value: v})
		}
	}
	return out
}

// loginAgain answers a form whose session has ended, true when it did.
func (h *Handler) loginAgain(k *call) bool {
	kept := k.keep()
	if kept == nil {
		return false
	}
	page := h5.StaffLogin{Console: k.console("工作人员登录", ""), Next: "/staff", Kept: kept}
	page.Notice = &h5.Notice{Kind: h5.NoticeWarn, Title: "登录已过期", Text: "刚才填写的内容还在，登录后可以继续提交"}
	h.render(k, http.StatusUnauthorized, page)
	return true
}

// afterLogin is where a login leads: to the step it lacks, or on.
func (h *Handler) afterLogin(k *call, next string) string {
	next = staffNext(next)
	if to := k.unfinished(); to != "" {
		if to == "/staff/factor" && next != "/staff" {
			to += "?next=" + url.QueryEscape(next)
		}
		return to
	}
	return next
}

// goOn leads on after a step of the login; what was kept is offered again.
func (h *Handler) goOn(k *call, next string) error {
	kept := k.kept()
	if kept == nil || k.wantsJSON() {
		h.sendTo(k, h.afterLogin(k, next))
		return nil
	}
	if err := h.withHalf(k); err != nil {
		return err
	}
	switch k.unfinished() {
	case "":
		return h.show(k, h5.StaffResume{Console: k.console("继续提交", ""), Kept: kept})
	case "/staff/factor":
		return h.show(k, h.factorView(k, next))
	}
	h.sendTo(k, h.afterLogin(k, next))
	return nil
}

// withHalf fills the call of a login that just happened, for a page's frame.
func (h *Handler) withHalf(k *call) error {
	actor := k.account.Actor()
	k.staff, k.nav = &actor, nil
	return h.furnish(k)
}

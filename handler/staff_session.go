package handler

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"ruxue/service/fault"
	"ruxue/service/staff"
)

// StaffSessions keeps the sessions of staff.
type StaffSessions interface {
	Get(ctx context.Context, token string) (staff.Session, bool, error)
	Edit(ctx context.Context, token string, change func(*staff.Session)) (staff.Session, error)
	Start(ctx context.Context, old string, s staff.Session) (token string, err error)
	Delete(ctx context.Context, token string) error
}

// seenEvery is how exactly the time of the last act is kept.
const seenEvery = 20 * time.Second

// backgroundHeader marks what a page's script asks by itself: it is no sign
// that somebody sits there.
const backgroundHeader = "X-Ruxue-Background"

const errNotAllowed = "您的账号没有这项权限，需要时请联系管理员"

func (h *Handler) staffCookie() string {
	if h.secure {
		return "__Host-ruxue-staff"
	}
	return "ruxue-staff"
}

func (h *Handler) setStaffCookie(k *call, token string) {
	c := &http.Cookie{Name: h.staffCookie(), Value: token, Path: "/", HttpOnly: true, Secure: h.secure, SameSite: http.SameSiteLaxMode}
	if token == "" {
		c.MaxAge = -1
	}
	http.SetCookie(k.Writer, c)
}

// staffSession reads the session of the cookie and the account behind it. A
// session that has ended is the same as none.
func (h *Handler) staffSession(k *call) error {
	token, err := k.Cookie(h.staffCookie())
	if err != nil || token == "" {
		return nil
	}
	s, ok, err := h.StaffSessions.Get(k.ctx(), token)
	if err != nil || !ok {
		return err
	}
	a, err := h.Staff.Current(k.ctx(), s)
	if fault.Is(err, fault.Unauthorized) {
		return h.StaffSessions.Delete(k.ctx(), token)
	}
	if err != nil {
		return err
	}
	k.staffToken, k.staffSession, k.account = token, s, a
	if now := h.Now(); now.Sub(s.SeenAt) >= seenEvery && k.GetHeader(backgroundHeader) == "" {
		k.staffSession, err = h.StaffSessions.Edit(k.ctx(), token, func(s *staff.Session) { s.SeenAt = now })
		if fault.Is(err, fault.Unauthorized) { // logged out meanwhile
			k.account = nil
			return nil
		}
		return err
	}
	return nil
}

// withStaff demands a complete login and the permission.
func (h *Handler) withStaff(needs staff.Permission) endpoint {
	return func(k *call) error {
		if err := h.withHalfStaff(k); err != nil {
			return err
		}
		if to := k.unfinished(); to != "" {
			if k.wantsJSON() || k.Request.Method != http.MethodGet {
				return fault.New(fault.Unauthorized, errHalf)
			}
			return redirect{h.afterLogin(k, k.Request.URL.RequestURI())}
		}
		if !k.staff.May(needs) {
			return fault.New(fault.Forbidden, errNotAllowed)
		}
		return nil
	}
}

// withHalfStaff demands a login that may yet lack a step.
func (h *Handler) withHalfStaff(k *call) error {
	if err := h.staffSession(k); err != nil {
		return err
	}
	if k.account == nil {
		if err := h.furnish(k); err != nil {
			return err
		}
		return h.demandLogin(k)
	}
	return h.recognise(k)
}

// recognise makes the account's holder who acts, and finds out what her pages
// show around themselves.
func (h *Handler) recognise(k *call) error {
	actor := k.account.Actor()
	actor.ReviewOnly = k.staffSession.ReviewOnly
	k.staff = &actor
	return h.furnish(k)
}

// knownStaff recognises who is logged in, if anybody is.
func (h *Handler) knownStaff(k *call) error {
	if err := h.staffSession(k); err != nil {
		return err
	}
	if k.account == nil || k.unfinished() != "" {
		return h.furnish(k)
	}
	return h.recognise(k)
}

// errAnswered ends the chain when the answer is written already.
var errAnswered = errors.New("answered")

// demandLogin sends a person to the login page, which leads back; a script gets 401.
func (h *Handler) demandLogin(k *call) error {
	if k.wantsJSON() || k.Request.Method != http.MethodGet {
		if h.loginAgain(k) {
			return errAnswered
		}
		return fault.New(fault.Unauthorized, "登录已过期，请重新登录，填过的内容都在")
	}
	to := "/staff/login"
	if next := k.Request.URL.RequestURI(); next != "/staff" && next != "/staff/" {
		to += "?next=" + url.QueryEscape(next)
	}
	return redirect{to}
}

// Pages of the steps of a login.
const (
	factorPath   = "/staff/factor"
	passwordPath = "/staff/password"
	setupPath    = "/staff/factor/setup"
)

// unfinished is the page of the step that the login still lacks, "" when it is
// complete.
func (k *call) unfinished() string {
	switch {
	case k.staffSession.ReviewOnly:
		return ""
	case k.account.DemandsFactor() && !k.staffSession.Proven:
		return factorPath
	case !k.account.PasswordOwn:
		return passwordPath
	case k.account.MustSetUp():
		return setupPath
	}
	return ""
}

// staffNext is where a login leads: back into the console, nowhere else.
func staffNext(next string) string {
	if isLocal(next) && strings.HasPrefix(next, "/staff/") && !strings.HasPrefix(next, "/staff/login") && !strings.HasPrefix(next, "/staff/logout") && len(next) < 1000 {
		return next
	}
	return "/staff"
}

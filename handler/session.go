package handler

import (
	"net/http"
	"strings"
	"time"
	"unicode"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/student"
)

// graceAfterWindow is how long who logged in before the window closed may go
// on (design §4).
const graceAfterWindow = 2 * time.Hour

// cookieName names the cookie of the session at a campaign, and of "" that of a
// phone which acts for a PC or opens a staff message's link. A browser holds one
// of each: a login at one campaign ends none at another.
func (h *Handler) cookieName(campaign string) string {
	name := "ruxue"
	if campaign != "" {
		name += "-c-" + campaign
	}
	if h.secure {
		return "__Host-" + name
	}
	return name
}

func (h *Handler) setCookie(k *call, token string) {
	http.SetCookie(k.Writer, &http.Cookie{Name: h.cookieName(k.at), Value: token, Path: "/", HttpOnly: true,
		Secure: h.secure, SameSite: http.SameSiteLaxMode})
}

// withCampaign finds the campaign of the address.
func (h *Handler) withCampaign(k *call) error {
	c, err := h.Campaigns.ByCode(k.ctx(), k.Param("campaign"))
	if err != nil {
		return err
	}
	k.campaign = c
	return nil
}

// withSession reads the session of the cookie, if there is one: the campaign's
// where the address names one.
func (h *Handler) withSession(k *call) error {
	if k.campaign != nil {
		k.at = k.campaign.Code
	}
	token, err := k.Cookie(h.cookieName(k.at))
	if err != nil {
		return nil
	}
	get := h.Sessions.Get
	if k.GetHeader(backgroundHeader) != "" {
		get = h.Sessions.Peek
	}
	s, ok, err := get(k.ctx(), token)
	if err != nil {
		return err
	}
	if ok {
		k.token, k.session = token, s
	}
	return nil
}

// withStudent demands a logged-in student of this campaign and loads her
// progress. Without one a person goes to the login page, a script gets 401.
func (h *Handler) withStudent(k *call) error {
	if !k.session.LoggedIn() || k.session.Campaign != k.campaign.Code {
		if k.wantsJSON() || k.Request.Method != http.MethodGet {
			return fault.New(fault.Unauthorized, "")
		}
		return redirect{k.base() + "/login"}
	}
	e, err := h.Students.Enrolment(k.ctx(), k.session.EnrolmentID)
	if err != nil {
		return err
	}
	if e.CampaignID != k.campaign.ID {
		return fault.New(fault.Unauthorized, "")
	}
	if err := h.attach(k, e); err != nil {
		return err
	}
	if k.session.PasswordMark != k.progress.PasswordMark {
		return h.expel(k, "密码已在别处修改，请重新登录")
	}
	ended, err := h.ended(k, k.session.LoginAt)
	if err != nil {
		return err
	}
	if ended {
		return h.expel(k, "手机号已由老师更换，请重新登录")
	}
	return h.inTime(k)
}

// ended reports whether staff ended the student's logins since this one.
func (h *Handler) ended(k *call, loginAt time.Time) (bool, error) {
	until, err := h.Sessions.EndedUntil(k.ctx(), k.enrolment.ID)
	return !loginAt.After(until), err
}

// expel ends a session that began under a password or a phone that was replaced
// since: who has it replaced because it is somebody else's is rid of them
// everywhere. why is told to scripts.
func (h *Handler) expel(k *call, why string) error {
	k.enrolment = nil
	old := k.session
	if err := h.endHandoffs(k, old); err != nil {
		return err
	}
	err := h.edit(k, func(s *student.Session) {
		*s = student.Session{AppID: s.AppID, OpenID: s.OpenID, SeenBefore: true}
	})
	if err != nil {
		return err
	}
	if k.wantsJSON() || k.Request.Method != http.MethodGet {
		return fault.New(fault.Unauthorized, why)
	}
	return redirect{k.base() + "/login"}
}

// inTime ends a session that outlived the window by its grace. Money that was
// begun in time still settles; that needs no session.
func (h *Handler) inTime(k *call) error {
	now, w := h.Now(), k.campaign.Window
	if k.enrolment.State == student.Registered || (k.enrolment.ExtendedUntil != nil && now.Before(*k.enrolment.ExtendedUntil)) {
		return nil
	}
	if w.Open(now) {
		held, err := h.Starts.Held(k.ctx(), k.campaign)
		if err == nil && held {
			return fault.New(fault.Closed, campaign.HeldSentence)
		}
		return err
	}
	_, end, err := w.Bounds()
	if err != nil {
		return err
	}
	loginAt := k.session.LoginAt
	if k.lent() {
		loginAt = k.handoff.LoginAt
	}
	if !loginAt.After(end) && now.Before(end.Add(graceAfterWindow)) {
		return nil
	}
	return fault.New(fault.Closed, w.ClosedSentence(now))
}

// edit changes the session, giving the browser a cookie when it had none.
// change touches nothing but what its request is about: it may run again on
// what a parallel request of the session stored.
func (h *Handler) edit(k *call, change func(s *student.Session)) (err error) {
	if k.token == "" {
		change(&k.session)
		k.token = h.NewToken()
		h.setCookie(k, k.token)
		return h.Sessions.Put(k.ctx(), k.token, k.session)
	}
	k.session, err = h.Sessions.Edit(k.ctx(), k.token, change)
	return err
}

// logout forgets the student and keeps what OAuth found out, so that 切换学生
// in WeChat asks for no second authorisation.
func (h *Handler) logout(k *call) error {
	if k.token != "" {
		old := k.session
		if err := h.endHandoffs(k, old); err != nil {
			return err
		}
		if err := h.rename(k, student.Session{SeenBefore: true}); err != nil {
			return err
		}
	}
	return redirect{k.base() + "/login"}
}

// rename goes on as next under a new cookie. What OAuth found out stays.
func (h *Handler) rename(k *call, next student.Session) error {
	read := k.session
	token, s, err := h.Sessions.Rename(k.ctx(), k.token, func(last student.Session, found bool) student.Session {
		if !found { // a double click: the first request has renamed it
			last = read
		}
		next.AppID, next.OpenID, next.OAuthNext = last.AppID, last.OpenID, last.OAuthNext
		return next
	})
	if err != nil {
		return err
	}
	k.token, k.session = token, s
	h.setCookie(k, token)
	return nil
}

// endHandoffs closes the bridges to phones that a login's pages left open.
func (h *Handler) endHandoffs(k *call, s student.Session) error {
	if !s.LoggedIn() {
		return nil
	}
	return h.Handoffs.CancelSession(k.ctx(), s.EnrolmentID, s.Hash)
}

// isLocal reports whether an address may be a redirect's target. Browsers drop
// control characters, so that "/\t/host" would be another site.
func isLocal(to string) bool {
	return !strings.ContainsFunc(to, unicode.IsControl) && strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") && !strings.HasPrefix(to, "/\\")
}

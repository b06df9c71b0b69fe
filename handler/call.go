package handler

import (
	"context"
	"io"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/journey"
	"ruxue/service/registration"
	"ruxue/service/signing"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// call is one request with what the middleware found out about it.
type call struct {
	*gin.Context
	body      io.ReadCloser // as it comes, unbounded: see allow
	device    string
	token     string // of the session cookie, "" without one
	session   student.Session
	at        string // the campaign that the session is of, "" for none in particular
	campaign  *campaign.Campaign
	enrolment *student.Enrolment // of the logged-in student
	progress  journey.Progress
	handoff   signing.Handoff // on a phone that acts for a PC page
	frozen    bool            // paid or bound: the form can be read and not changed

	staff        *staff.Actor // set behind the staff's login
	account      *staff.Account
	staffToken   string
	staffSession staff.Session
	house        house
	nav          []navEntry
	waiting      func(navEntry) int // how much waits there, once nav is filled
}

const callKey = "call"

func callOf(c *gin.Context) *call {
	if v, ok := c.Get(callKey); ok {
		if k, ok := v.(*call); ok {
			k.Context = c
			return k
		}
	}
	k := &call{Context: c, device: deviceOf(c.Request.UserAgent())}
	c.Set(callKey, k)
	return k
}

// ctx is the request's context, which ends when the client goes away.
func (k *call) ctx() context.Context { return k.Request.Context() }

// base is the campaign's address, "/c/<code>".
func (k *call) base() string { return "/c/" + k.campaign.Code }

// wantsJSON reports whether a script asked.
func (k *call) wantsJSON() bool {
	return strings.Contains(k.GetHeader("Accept"), "application/json")
}

// ip is the client's address, through trusted proxies only.
func (k *call) ip() string { return k.ClientIP() }

func (k *call) isPhone() bool { return k.device != h5.DevicePC }

// lent reports whether a phone acts for a PC page: it may be anybody's.
func (k *call) lent() bool { return k.handoff.Ref != "" }

// login is the hash of the login session that an act belongs to: the PC's when
// a phone acts for it.
func (k *call) login() string {
	if k.lent() {
		return k.handoff.SessionHash
	}
	return k.session.Hash
}

// frame fills what stands around every page.
func (k *call) frame(title string) h5.Frame {
	f := h5.Frame{Title: title, Device: k.device}
	c := k.campaign
	if c == nil {
		return f
	}
	f.Campaign, f.Institution, f.ShortName = c.Code, c.Institution, c.ShortName
	f.PlatformTitle, f.Theme = c.Platform, c.Theme
	for _, o := range c.Contacts {
		f.Contacts = append(f.Contacts, h5.Contact{Office: o.Office, Person: o.Person, Phone: o.Phone, Hours: o.Hours, Mail: o.Mail, QQ: o.QQ})
	}
	if k.enrolment != nil && !k.lent() {
		f.Student = student.MaskName(k.enrolment.Person.Name)
	}
	return f
}

// steps fills the frame's row of form steps.
func (k *call) steps(kind, name string) []h5.Step {
	var out []h5.Step
	next := journey.Next(k.campaign, k.progress)
	passed := false // the due step was seen: what follows is still to do
	for _, s := range journey.Steps(k.campaign, k.progress) {
		if s.Kind == next.Kind && s.Name == next.Name {
			passed = true
		}
		if s.Kind != "form" && s.Kind != "attachments" {
			continue
		}
		st := h5.Step{Label: s.Label, State: h5.StepTodo}
		switch {
		case s.Kind == kind && s.Name == name:
			st.State = h5.StepCurrent
		case !passed:
			st.State, st.Href = h5.StepDone, stepHref(k.campaign.Code, s)
		}
		out = append(out, st)
	}
	return out
}

// stepHref is the page of a step.
func stepHref(code string, s campaign.Step) string {
	base := "/c/" + code
	switch s.Kind {
	case "choice":
		return base + "/choices"
	case "check":
		return base + "/verify"
	case "form":
		return base + "/form/" + s.Name
	case "sign":
		return base + "/sign/" + s.Name
	case "pay":
		return "/pay/" + code
	case "application":
		return base + "/apply/" + s.Name
	}
	return base + "/" + s.Kind
}

// due is the page of the step whose duty is not met.
func (k *call) due() string {
	return stepHref(k.campaign.Code, journey.Next(k.campaign, k.progress))
}

// prev is the page before a step, "" when it is the first.
func (k *call) prev(kind, name string) string {
	if s, ok := journey.Before(k.campaign, k.progress, kind, name); ok {
		return stepHref(k.campaign.Code, s)
	}
	return ""
}

// after is the page that follows once a step's duty is met: the next one in
// order, so that who goes back to change something walks forward again.
func (k *call) after(kind, name string) string {
	steps := journey.Steps(k.campaign, k.progress)
	for i, s := range steps {
		if s.Kind == kind && s.Name == name && i+1 < len(steps) &&
			journey.Reached(k.campaign, k.progress, steps[i+1].Kind, steps[i+1].Name) {
			return stepHref(k.campaign.Code, steps[i+1])
		}
	}
	return k.due()
}

// refresh recomputes the progress after an act. An act after which only a fee
// of 0 is due completes the registration; reading a page never does.
func (h *Handler) refresh(k *call) error {
	if err := h.reload(k); err != nil || k.Request.Method == http.MethodGet {
		return err
	}
	settled, err := h.settleFree(k)
	if err != nil || !settled {
		return err
	}
	return h.reload(k)
}

func (h *Handler) reload(k *call) error {
	e, err := h.Students.Enrolment(k.ctx(), k.enrolment.ID)
	if err != nil {
		return err
	}
	return h.attach(k, e)
}

// attach puts the enrolment and its progress into the call.
func (h *Handler) attach(k *call, e *student.Enrolment) error {
	p, err := h.Registration.Progress(k.ctx(), k.campaign, e, k.login())
	if err != nil {
		return err
	}
	p.Captcha, p.Facts["device"] = k.session.Captcha, factOfDevice(k.device)
	if k.lent() { // the PC's page was open, so its slider was solved
		p.Captcha, p.Facts["device"] = true, h5.DevicePC
	}
	k.enrolment, k.progress = e, p
	k.frozen = registration.Frozen(e, p)
	return nil
}

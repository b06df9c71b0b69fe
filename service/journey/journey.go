// Package journey owns the order of a campaign's duties. It is pure: progress
// is computed from records elsewhere, and the same progress always leads to the
// same step, on every device.
package journey

import (
	"ruxue/service/campaign"
)

// Progress is what a student has done, as the records say.
type Progress struct {
	// Facts are compared with the steps' conditions: choice, level, ….
	Facts map[string]string
	// Registered is true once the student number was given: no duty is left.
	Registered bool
	// Bound is true once an application of another kind was submitted: the
	// other doors are shut.
	Bound bool
	// Granted is true once such an application was approved: no duty is left.
	Granted bool
	// Face is true when this login passed the face check, or when an archived
	// photo lets the student go on.
	Face     bool
	FaceEver bool // some login passed the face check
	Captcha  bool // this login solved the slider, or proved the phone instead
	Password bool // the initial password was replaced
	// PasswordMark names the password in force, "" under the initial one. A
	// session that began under another one has ended.
	PasswordMark string
	Approved     bool // staff confirmed the student's data
	Verified     bool
	Sections     map[string]bool // submitted and not returned
	Attachments  bool            // every required slot is filled, none was sent back
	// Returned is what staff sent back, "form:<section>" or "attachments": it
	// leads even a registered student to that step.
	Returned map[string]bool
	Signed   map[string]bool // final signatures by document
	Paid     bool            // or nothing to pay
	Free     bool            // nothing to pay
}

// Steps returns the steps that apply to the student, in order.
func Steps(c *campaign.Campaign, p Progress) []campaign.Step {
	var out []campaign.Step
	for _, s := range c.StepsFor(p.Facts["choice"]) {
		if campaign.Matches(s.When, p.Facts) {
			out = append(out, s)
		}
	}
	return out
}

// Next returns the first step whose duty is not met. A registered student, or
// one whose application was approved, is at the end, whatever a later version
// of the campaign asks, unless staff sent something back; nor does a login with
// an approved application show the face any more.
func Next(c *campaign.Campaign, p Progress) campaign.Step {
	if p.Registered && len(p.Returned) > 0 {
		for _, s := range Steps(c, p) {
			if sentBack(s, p) {
				return s
			}
		}
	}
	return due(c, p)
}

func sentBack(s campaign.Step, p Progress) bool {
	return (s.Kind == "attachments" && p.Returned["attachments"]) || (s.Kind == "form" && p.Returned["form:"+s.Name])
}

// due is Next apart from what staff sent back to who is registered.
func due(c *campaign.Campaign, p Progress) campaign.Step {
	steps := Steps(c, p)
	if p.Registered {
		for _, s := range steps {
			if s.Kind == "done" || s.Kind == "home" {
				return s
			}
		}
	}
	for _, s := range steps {
		if p.Granted && s.Kind == "application" {
			return s
		}
	}
	for _, s := range steps {
		if !met(s, p) {
			return s
		}
	}
	if len(steps) == 0 {
		return campaign.Step{}
	}
	return steps[len(steps)-1]
}

// Reached reports whether the student may see the step: it is due, or earlier
// than the one that is. What staff sent back shuts nothing that a registered
// student could see.
func Reached(c *campaign.Campaign, p Progress, kind, name string) bool {
	next := due(c, p)
	for _, s := range Steps(c, p) {
		if s.Kind == kind && s.Name == name {
			return true
		}
		if s.Kind == next.Kind && s.Name == next.Name {
			return false
		}
	}
	return false
}

// Before returns the step before the given one, among those that apply; ok is
// false where there is none.
func Before(c *campaign.Campaign, p Progress, kind, name string) (prev campaign.Step, ok bool) {
	for _, s := range Steps(c, p) {
		if s.Kind == kind && s.Name == name {
			return prev, ok
		}
		prev, ok = s, true
	}
	return campaign.Step{}, false
}

// Complete reports whether every duty but the number itself is met.
func Complete(c *campaign.Campaign, p Progress) bool {
	for _, s := range Steps(c, p) {
		if !ofLogin(s.Kind) && s.Kind != "done" && s.Kind != "home" && !met(s, p) {
			return false
		}
	}
	return true
}

// ofLogin reports whether the duty belongs to each login rather than to the
// registration.
func ofLogin(kind string) bool { return kind == "captcha" || kind == "password" || kind == "face" }

func met(s campaign.Step, p Progress) bool {
	switch s.Kind {
	case "choice":
		return p.Facts["choice"] != ""
	case "captcha":
		return p.Captcha
	case "password":
		return p.Password
	case "approval":
		return p.Approved
	case "face":
		return p.Face
	case "check":
		return p.Verified
	case "form":
		return p.Sections[s.Name]
	case "attachments":
		return p.Attachments
	case "sign":
		return p.Signed[s.Name]
	case "pay":
		return p.Paid
	case "application":
		return p.Bound
	}
	return false
}

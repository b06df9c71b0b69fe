package roster

import (
	"slices"

	"ruxue/service/campaign"
	"ruxue/service/student"
)

// The keys of a due duty besides the campaign's own steps.
const (
	KeyLogin      = "login"      // she never logged in
	KeyRegistered = "registered" // the number was given
	KeyBound      = "bound"      // a deferral or waiver was submitted
	KeyEntering   = "entering"   // an application to enter waits for staff
)

// Duty is one step of the campaign as the records tell whether it is met. What
// belongs to one login (the slider) is nobody's standing duty and left out.
type Duty struct {
	Key   string // "<kind>" or "<kind>:<name>"
	Label string
	campaign.Step
	Slots []campaign.Slot // required ones, of the step attachments
}

// Duties are the campaign's duties in order; the first is to log in at all, the
// last, where there may be such students, the application of who comes back to
// a kept place.
func Duties(c *campaign.Campaign) []Duty {
	out := []Duty{{Key: KeyLogin, Label: "未登录", Step: campaign.Step{Kind: KeyLogin}}}
	steps := c.Steps
	if c.TakesEntries() {
		steps = append(slices.Clip(steps), campaign.EntryStep())
	}
	for _, s := range steps {
		if _, perDevice := s.When["device"]; perDevice || s.Kind == "captcha" {
			continue
		}
		d := Duty{Key: s.Kind, Label: s.Label, Step: s}
		if s.Name != "" {
			d.Key += ":" + s.Name
		}
		if s.Kind == "attachments" {
			for _, slot := range c.Attachments {
				if slot.Required {
					d.Slots = append(d.Slots, slot)
				}
			}
		}
		out = append(out, d)
	}
	return out
}

// DueLabel is what stands for a key of Duties on a page.
func DueLabel(c *campaign.Campaign, key string) string {
	switch key {
	case KeyRegistered:
		return "注册完成"
	case KeyBound:
		return "保留或放弃"
	case KeyEntering:
		return "入学申请待审核"
	case "done":
		return "等待审核"
	case "home":
		return "已办完"
	}
	for _, d := range Duties(c) {
		if d.Key == key {
			return d.Label
		}
	}
	return ""
}

// StateLabel is what stands for a state on a page.
func StateLabel(s student.State) string {
	switch s {
	case student.Admitted:
		return "未注册"
	case student.Registered:
		return "注册完成"
	case student.DeferralPending:
		return "保留申请待审核"
	case student.Deferred:
		return "已保留资格"
	case student.WaiverPending:
		return "放弃申请待审核"
	case student.Waived:
		return "已放弃资格"
	case student.Kept:
		return "保留资格待入学"
	case student.EntryPending:
		return "入学申请待审核"
	}
	return ""
}

// States are all states in the order in which filters list them.
func States() []student.State {
	return []student.State{student.Admitted, student.Registered, student.DeferralPending, student.Deferred,
		student.WaiverPending, student.Waived, student.Kept, student.EntryPending}
}

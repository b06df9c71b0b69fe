package campaign

import "slices"

// Enter is the choice of who asks to enter a place that was kept for her in an
// earlier campaign. No campaign file names it: whoever was carried over gets it
// in every campaign that has a choice.
const Enter = "enter"

// EntryStep is the step at which the application to enter is written.
func EntryStep() Step {
	return Step{Kind: "application", Name: Enter, Label: "填写入学申请", When: map[string]string{"choice": Enter}}
}

// BeforeEntry reports whether the step stands before an application to enter
// too: the choice itself and what belongs to a login. All others belong to the
// registration that begins once the application is approved.
func (s Step) BeforeEntry() bool {
	switch s.Kind {
	case "choice", "captcha", "password", "approval", "face":
		return true
	}
	return false
}

// TakesEntries reports whether students whose place was kept can apply to enter
// the campaign: there has to be a choice.
func (c *Campaign) TakesEntries() bool { return c.hasStep("choice") }

// StepsFor returns the campaign's steps for who made the choice; their
// conditions are still to be asked.
func (c *Campaign) StepsFor(choice string) []Step {
	if choice != Enter {
		return c.Steps
	}
	var out []Step
	for _, s := range c.Steps {
		if s.BeforeEntry() {
			out = append(out, s)
		}
	}
	return append(out, EntryStep())
}

// Grants reports whether students apply here for what is named: defer or waive.
func (c *Campaign) Grants(application string) bool {
	return slices.ContainsFunc(c.Steps, func(s Step) bool { return s.Kind == "application" && s.Name == application })
}

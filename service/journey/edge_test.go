package journey_test

import (
	"testing"

	"ruxue/service/campaign"
	"ruxue/service/journey"
)

// TestWhatStaffSendBackLeadsEvenWhoIsRegistered: she mends it, and meanwhile
// sees all that she could see before.
func TestWhatStaffSendBackLeadsEvenWhoIsRegistered(t *testing.T) {
	facts := map[string]string{"choice": "register", "level": "本科"}
	returned := func(what ...string) map[string]bool {
		out := map[string]bool{}
		for _, w := range what {
			out[w] = true
		}
		return out
	}
	for name, x := range map[string]struct {
		registered bool
		returned   map[string]bool
		kind       string
	}{
		"a page of the form":                    {true, returned("form:basic"), "form"},
		"a paper":                               {true, returned("attachments"), "attachments"},
		"both, in the order of the steps":       {true, returned("attachments", "form:basic"), "form"},
		"a page that the campaign has no more":  {true, returned("form:gone"), "done"},
		"nothing":                               {true, returned(), "done"},
		"who is not registered goes on in turn": {false, returned("attachments"), "face"},
	} {
		p := journey.Progress{Facts: facts, Registered: x.registered, Returned: x.returned}
		if got := journey.Next(hhu(), p).Kind; got != x.kind {
			t.Errorf("%s: %s is due, want %s", name, got, x.kind)
		}
		if x.registered && (!journey.Reached(hhu(), p, "pay", "") || !journey.Reached(hhu(), p, "done", "")) {
			t.Errorf("%s: it shuts what she could see", name)
		}
	}
}

// TestAnApprovedApplicationIsTheEnd: no login asks for the face any more.
func TestAnApprovedApplicationIsTheEnd(t *testing.T) {
	c := hhu()
	c.Steps = append(c.Steps, campaign.Step{Kind: "application", Name: "waive", When: map[string]string{"choice": "waive"}})
	waive := map[string]string{"choice": "waive"}
	for name, x := range map[string]struct {
		p    journey.Progress
		want string
	}{
		"granted":                 {journey.Progress{Facts: waive, Bound: true, Granted: true}, "application"},
		"waiting, at a new login": {journey.Progress{Facts: waive, Bound: true}, "face"},
	} {
		if got := journey.Next(c, x.p).Kind; got != x.want {
			t.Errorf("%s: %s is due, want %s", name, got, x.want)
		}
	}
}

// TestACampaignWithoutSteps, or whose steps are none of hers, stops nobody and
// shows nothing.
func TestACampaignWithoutSteps(t *testing.T) {
	none := &campaign.Campaign{}
	others := &campaign.Campaign{Steps: []campaign.Step{{Kind: "pay", When: map[string]string{"level": "专升本"}}}}
	p := journey.Progress{Facts: map[string]string{"level": "本科"}}
	for name, c := range map[string]*campaign.Campaign{"none": none, "others'": others} {
		if got := journey.Next(c, p); got.Kind != "" {
			t.Errorf("%s: %s is due", name, got.Kind)
		}
		if journey.Reached(c, p, "pay", "") || !journey.Complete(c, p) {
			t.Errorf("%s: a step of another's is reached, or keeps her", name)
		}
		if prev, ok := journey.Before(c, p, "pay", ""); ok {
			t.Errorf("%s: before it stands %v", name, prev)
		}
	}
	if prev, ok := journey.Before(hhu(), p, "choice", ""); ok {
		t.Errorf("before the first step stands %v", prev)
	}
}

// TestALaterStepWaitsForItsOwnPage: each page of the form, and each document,
// is a duty of its own.
func TestALaterStepWaitsForItsOwnPage(t *testing.T) {
	c := &campaign.Campaign{Steps: []campaign.Step{{Kind: "form", Name: "basic"}, {Kind: "form", Name: "family"}, {Kind: "sign", Name: "pledge"},
		{Kind: "sign", Name: "commitment"}, {Kind: "done"}}}
	done := func(names ...string) map[string]bool {
		out := map[string]bool{}
		for _, n := range names {
			out[n] = true
		}
		return out
	}
	for name, x := range map[string]struct {
		sections, signed map[string]bool
		want             string
		complete         bool
	}{
		"nothing":                {nil, nil, "basic", false},
		"the second page first":  {done("family"), nil, "basic", false},
		"one page":               {done("basic"), nil, "family", false},
		"one document":           {done("basic", "family"), done("pledge"), "commitment", false},
		"an unknown document":    {done("basic", "family"), done("old"), "pledge", false},
		"a page that came later": {done("basic"), done("pledge", "commitment"), "family", false},
		"all":                    {done("basic", "family"), done("pledge", "commitment"), "", true},
	} {
		p := journey.Progress{Sections: x.sections, Signed: x.signed}
		if got := journey.Next(c, p).Name; got != x.want || journey.Complete(c, p) != x.complete {
			t.Errorf("%s: %q is due, want %q; complete: %v", name, got, x.want, journey.Complete(c, p))
		}
	}
}

package journey_test

import (
	"testing"

	"ruxue/service/campaign"
	"ruxue/service/journey"
)

func hhu() *campaign.Campaign {
	reg := map[string]string{"choice": "register"}
	up := map[string]string{"choice": "register", "level": "专升本"}
	return &campaign.Campaign{Steps: []campaign.Step{
		{Kind: "choice"}, {Kind: "face"}, {Kind: "check", When: reg},
		{Kind: "form", Name: "basic", When: reg}, {Kind: "attachments", When: reg},
		{Kind: "sign", Name: "pledge", When: up}, {Kind: "pay", When: reg}, {Kind: "done", When: reg},
	}}
}

func TestNextIsTheFirstUnmetDuty(t *testing.T) {
	type p = journey.Progress
	facts := func(level string) map[string]string {
		return map[string]string{"choice": "register", "level": level}
	}
	basic := map[string]bool{"basic": true}
	for name, c := range map[string]struct {
		p          p
		kind, step string
	}{
		"nothing done":               {p{}, "choice", ""},
		"chosen":                     {p{Facts: facts("专升本")}, "face", ""},
		"face passed":                {p{Facts: facts("专升本"), Face: true}, "check", ""},
		"verified":                   {p{Facts: facts("专升本"), Face: true, Verified: true}, "form", "basic"},
		"form":                       {p{Facts: facts("专升本"), Face: true, Verified: true, Sections: basic}, "attachments", ""},
		"专升本 signs":                  {p{Facts: facts("专升本"), Face: true, Verified: true, Sections: basic, Attachments: true}, "sign", "pledge"},
		"本科 pays":                    {p{Facts: facts("本科"), Face: true, Verified: true, Sections: basic, Attachments: true}, "pay", ""},
		"a new login looks again":    {p{Facts: facts("本科"), Verified: true, Sections: basic, Attachments: true, Paid: true}, "face", ""},
		"registered is never asked":  {p{Facts: facts("本科"), Registered: true}, "done", ""},
		"a returned section reopens": {p{Facts: facts("本科"), Face: true, Verified: true, Attachments: true, Paid: true}, "form", "basic"},
	} {
		if got := journey.Next(hhu(), c.p); got.Kind != c.kind || got.Name != c.step {
			t.Errorf("%s: next = %s:%s, want %s:%s", name, got.Kind, got.Name, c.kind, c.step)
		}
	}
}

func TestDutiesOfALogin(t *testing.T) {
	c := &campaign.Campaign{Steps: []campaign.Step{{Kind: "captcha", When: map[string]string{"device": "pc"}}, {Kind: "password"},
		{Kind: "approval"}, {Kind: "face"}, {Kind: "sign", Name: "commitment"}, {Kind: "home"}}}
	on := func(device string) map[string]string { return map[string]string{"device": device} }
	signed := map[string]bool{"commitment": true}
	for name, x := range map[string]struct {
		p    journey.Progress
		want string
	}{
		"on a PC the slider comes first": {journey.Progress{Facts: on("pc")}, "captcha"},
		"a phone has none":               {journey.Progress{Facts: on("phone")}, "password"},
		"then the password":              {journey.Progress{Facts: on("pc"), Captcha: true}, "password"},
		"then the approval":              {journey.Progress{Facts: on("pc"), Captcha: true, Password: true}, "approval"},
		"then the face":                  {journey.Progress{Facts: on("phone"), Password: true, Approved: true}, "face"},
		"then the signature":             {journey.Progress{Facts: on("phone"), Password: true, Approved: true, Face: true}, "sign"},
		"then home":                      {journey.Progress{Facts: on("phone"), Password: true, Approved: true, Face: true, Signed: signed}, "home"},
		"every login solves the slider":  {journey.Progress{Facts: on("pc"), Password: true, Approved: true, Signed: signed}, "captcha"},
	} {
		if got := journey.Next(c, x.p).Kind; got != x.want {
			t.Errorf("%s: %s is due, want %s", name, got, x.want)
		}
	}
	if !journey.Complete(c, journey.Progress{Approved: true, Signed: signed}) {
		t.Error("what belongs to a login keeps the registration open")
	}
}

func TestAKeptPlaceIsAppliedForFirst(t *testing.T) {
	c := hhu()
	c.Steps = append(c.Steps, campaign.Step{Kind: "application", Name: "waive", When: map[string]string{"choice": "waive"}})
	enter := map[string]string{"choice": campaign.Enter, "level": "本科"}
	for name, x := range map[string]struct {
		p    journey.Progress
		want string
	}{
		"first the door":         {journey.Progress{Facts: map[string]string{"choice": ""}}, "choice"},
		"then the face":          {journey.Progress{Facts: enter}, "face"},
		"then the application":   {journey.Progress{Facts: enter, Face: true}, "application"},
		"while it waits":         {journey.Progress{Facts: enter, Face: true, Bound: true}, "application"},
		"or the waiver":          {journey.Progress{Facts: map[string]string{"choice": "waive"}, Face: true}, "application"},
		"once in, choosing anew": {journey.Progress{Facts: map[string]string{"choice": ""}, Face: true}, "choice"},
	} {
		if got := journey.Next(c, x.p).Kind; got != x.want {
			t.Errorf("%s: %s is due, want %s", name, got, x.want)
		}
	}
	p := journey.Progress{Facts: enter, Face: true}
	for _, kind := range []string{"check", "attachments", "pay", "done"} {
		if journey.Reached(c, p, kind, "") || journey.Reached(c, p, "form", "basic") {
			t.Errorf("%s is reached before the place was entered", kind)
		}
	}
	if !journey.Reached(c, p, "application", campaign.Enter) || journey.Reached(c, p, "application", "waive") {
		t.Error("her application is not the one that is reached")
	}
	if prev, ok := journey.Before(c, p, "application", campaign.Enter); !ok || prev.Kind != "face" {
		t.Errorf("before the application: %v", prev)
	}
}

func TestReachedNeverJumpsAhead(t *testing.T) {
	p := journey.Progress{Facts: map[string]string{"choice": "register", "level": "本科"}, Face: true, Verified: true}
	for kind, want := range map[string]bool{"choice": true, "face": true, "check": true, "attachments": false, "pay": false, "done": false} {
		if got := journey.Reached(hhu(), p, kind, ""); got != want {
			t.Errorf("reached %s = %v, want %v", kind, got, want)
		}
	}
	if journey.Reached(hhu(), p, "sign", "pledge") {
		t.Error("a step whose condition fails is never reached")
	}
	prev, ok := journey.Before(hhu(), p, "pay", "")
	if !ok || prev.Kind != "attachments" {
		t.Errorf("before pay for 本科 = %v, want attachments", prev)
	}
}

func TestCompleteLooksAtRecordsNotAtTheLogin(t *testing.T) {
	p := journey.Progress{Facts: map[string]string{"choice": "register", "level": "本科"}, Verified: true,
		Sections: map[string]bool{"basic": true}, Attachments: true, Paid: true}
	if !journey.Complete(hhu(), p) {
		t.Error("the face pass belongs to a login; the records are complete")
	}
	p.Paid = false
	if journey.Complete(hhu(), p) {
		t.Error("complete without payment")
	}
}

package registration_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/journey"
	"ruxue/service/registration"
	"ruxue/service/student"
)

// desk is everything around a Service: one student, her records, the counters.
// What a transaction would undo is not undone here: repo/mysql tests that.
type desk struct {
	campaign campaign.Campaign
	student  student.Enrolment
	records  registration.Records
	counter  map[string]int64
	taken    map[string]bool
	lost     bool  // somebody else moved the state meanwhile
	broken   error // what the part named by at answers
	at       string
	calls    []string
	told     []string
}

func (d *desk) call(name string) error {
	d.calls = append(d.calls, name)
	if d.at == name {
		return d.broken
	}
	return nil
}

func (d *desk) Lock(context.Context, int64) (*student.Enrolment, error) {
	e := d.student
	return &e, d.call("lock")
}

func (d *desk) Enrolment(context.Context, int64) (*student.Enrolment, error) {
	e := d.student
	return &e, d.call("enrolment")
}

func (d *desk) Records(context.Context, int64) (registration.Records, error) {
	return d.records, d.call("records")
}

func (d *desk) NextNumber(_ context.Context, _ int64, prefix string) (int64, error) {
	d.counter[prefix]++
	return d.counter[prefix], d.call("counter")
}

func (d *desk) Taken(_ context.Context, _ int64, number string) (bool, error) {
	return d.taken[number], d.call("taken")
}

func (d *desk) Register(_ context.Context, _ int64, number string) (bool, error) {
	if err := d.call("register"); err != nil || d.lost {
		return false, err
	}
	d.student.State, d.student.Number = student.Registered, number
	return true, nil
}

func (d *desk) ByID(context.Context, int64) (*campaign.Campaign, error) {
	return &d.campaign, d.call("campaign")
}

func (d *desk) Registered(_ context.Context, _ *campaign.Campaign, e *student.Enrolment) error {
	d.told = append(d.told, e.Number)
	return d.call("announce")
}

func (d *desk) service() *registration.Service {
	return registration.New(d, d, d, slog.New(slog.DiscardHandler))
}

// newDesk is a student who met every duty of a small campaign.
func newDesk() *desk {
	day := time.Date(2026, 3, 12, 6, 0, 0, 0, time.UTC)
	reg := map[string]string{"choice": "register"}
	return &desk{
		campaign: campaign.Campaign{Code: "hhu", Steps: []campaign.Step{{Kind: "choice"}, {Kind: "face"}, {Kind: "check", When: reg},
			{Kind: "form", Name: "basic", When: reg}, {Kind: "attachments", When: reg}, {Kind: "pay", When: reg}, {Kind: "done", When: reg}},
			Sections: []campaign.Section{{Name: "basic"}},
			Attachments: []campaign.Slot{{Name: "portrait", Required: true}, {Name: "extra"},
				{Name: "diploma", Required: true, When: map[string]string{"level": "专升本"}}},
			Number: campaign.NumberRule{Kind: "pattern", Prefix: "{grade}{level_code}", Digits: 4, Codes: map[string]string{"本科": "BK", "专升本": "ZB"}}},
		student: student.Enrolment{ID: 7, Ref: "r", State: student.Admitted, Choice: "register", Grade: "2026级", Level: "本科", VerifiedAt: &day},
		records: registration.Records{Sections: map[string]bool{"basic": true}, Slots: map[string]bool{"portrait": true}, Paid: true, FacePassed: true},
		counter: map[string]int64{}, taken: map[string]bool{}}
}

func TestCompleteGivesTheNumber(t *testing.T) {
	for name, c := range map[string]struct {
		change func(d *desk)
		want   string // "" when nothing is given
	}{
		"every duty is met":               {func(*desk) {}, "26BK0001"},
		"numbers that are listed":         {func(d *desk) { d.taken["26BK0001"], d.taken["26BK0002"] = true, true }, "26BK0003"},
		"a listed number is revealed":     {func(d *desk) { d.student.ImportedNumber = "26108001" }, "26108001"},
		"another level, another counter":  {func(d *desk) { d.student.Level = "专升本"; d.records.Slots["diploma"] = true }, "26ZB0001"},
		"nothing to pay":                  {func(d *desk) { d.records.Free = true }, "26BK0001"},
		"a photo that staff approved":     {func(d *desk) { d.records.FacePassed, d.records.FaceApproved = false, true }, "26BK0001"},
		"an archived photo waits":         {func(d *desk) { d.records.FacePassed, d.records.FaceArchived = false, true }, ""},
		"no face":                         {func(d *desk) { d.records.FacePassed = false }, ""},
		"no face is asked":                {func(d *desk) { d.records.FacePassed, d.campaign.Steps = false, slices.Delete(d.campaign.Steps, 1, 2) }, "26BK0001"},
		"not paid":                        {func(d *desk) { d.records.Paid = false }, ""},
		"not verified":                    {func(d *desk) { d.student.VerifiedAt = nil }, ""},
		"a section is open":               {func(d *desk) { d.records.Sections = nil }, ""},
		"a required file is missing":      {func(d *desk) { d.records.Slots = nil }, ""},
		"one that her level asks":         {func(d *desk) { d.student.Level = "专升本" }, ""},
		"an optional file was sent back":  {func(d *desk) { d.records.Returned = map[string]bool{"slot:extra": true} }, ""},
		"one of another level":            {func(d *desk) { d.records.Returned = map[string]bool{"slot:diploma": true} }, "26BK0001"},
		"another choice":                  {func(d *desk) { d.student.Choice = "waive" }, ""},
		"an application waits":            {func(d *desk) { d.student.State = student.DeferralPending }, ""},
		"she has a number":                {func(d *desk) { d.student.State = student.Registered }, ""},
		"her kept place is not confirmed": {func(d *desk) { d.student.State = student.Kept }, ""},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk()
			c.change(d)
			if err := d.service().Complete(t.Context(), 7); err != nil {
				t.Fatal(err)
			}
			if d.student.Number != c.want {
				t.Errorf("the number is %q, want %q", d.student.Number, c.want)
			}
			if want := c.want != ""; len(d.told) > 0 != want || want && d.told[0] != c.want {
				t.Errorf("told %q, the number is %q", d.told, c.want)
			}
			if d.calls[0] != "lock" {
				t.Errorf("the enrolment is the first lock, not %s", d.calls[0])
			}
		})
	}
}

// TestCompleteTellsWhatFailed: nothing is announced that did not happen, and
// what broke reaches the caller, whose transaction then ends.
func TestCompleteTellsWhatFailed(t *testing.T) {
	broken := errors.New("the connection is gone")
	for _, at := range []string{"lock", "campaign", "records", "counter", "taken", "register", "announce"} {
		t.Run(at, func(t *testing.T) {
			d := newDesk()
			d.at, d.broken = at, broken
			if err := d.service().Complete(t.Context(), 7); !errors.Is(err, broken) {
				t.Errorf("it ended with %v", err)
			}
			if at != "announce" && len(d.told) > 0 {
				t.Errorf("told %q", d.told)
			}
		})
	}
	for name, c := range map[string]struct {
		change func(d *desk)
		ok     func(err error) bool
	}{
		"the state moved meanwhile": {func(d *desk) { d.lost = true }, func(err error) bool { return fault.Is(err, fault.Conflict) }},
		"no number is listed": {func(d *desk) { d.campaign.Number.Kind = "imported" },
			func(err error) bool { _, known := fault.As(err); return err != nil && !known }},
		"a level without a code": {func(d *desk) { d.student.Level = "博士" }, func(err error) bool { return err != nil }},
		"every number is listed": {func(d *desk) {
			for i := range 2000 {
				d.taken[fmt.Sprintf("26BK%04d", i)] = true
			}
		}, func(err error) bool { return err != nil && strings.Contains(err.Error(), "1000") }},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk()
			c.change(d)
			if err := d.service().Complete(t.Context(), 7); !c.ok(err) {
				t.Errorf("it ended with %v", err)
			}
			if len(d.told) > 0 || d.student.Number != "" {
				t.Errorf("told %q, number %q", d.told, d.student.Number)
			}
		})
	}
}

// TestTheFaceBelongsToALogin: a check lets the login go on that passed it, a
// photo that staff approved every login, one that they sent back none.
func TestTheFaceBelongsToALogin(t *testing.T) {
	mine := map[string]bool{"pc": true}
	for name, c := range map[string]struct {
		records registration.Records
		login   string
		want    bool
	}{
		"the login that passed":           {registration.Records{FacePassed: true, FaceLogins: mine}, "pc", true},
		"a later login":                   {registration.Records{FacePassed: true, FaceLogins: mine}, "phone", false},
		"nobody asks":                     {registration.Records{FacePassed: true, FaceLogins: map[string]bool{"": true}}, "", false},
		"a photo was archived in it":      {registration.Records{FaceArchived: true, FaceLogins: mine}, "pc", true},
		"it was approved":                 {registration.Records{FaceArchived: true, FaceApproved: true}, "phone", true},
		"it was sent back":                {registration.Records{FaceRejected: true, FaceLogins: mine}, "pc", false},
		"sent back, but another login is": {registration.Records{FaceRejected: true, FacePassed: true, FaceLogins: mine}, "pc", true},
	} {
		d := newDesk()
		d.records = c.records
		p, err := d.service().Progress(t.Context(), &d.campaign, &d.student, c.login)
		if err != nil || p.Face != c.want {
			t.Errorf("%s: face %v, %v, want %v", name, p.Face, err, c.want)
		}
	}
}

func TestProgressSaysWhatWasSentBack(t *testing.T) {
	for name, c := range map[string]struct {
		returned map[string]bool
		want     []string
		files    bool
	}{
		"nothing":                       {nil, nil, true},
		"a section":                     {map[string]bool{"form:basic": true}, []string{"form:basic"}, true},
		"a file":                        {map[string]bool{"slot:portrait": true}, []string{"attachments"}, false},
		"both":                          {map[string]bool{"form:basic": true, "slot:extra": true}, []string{"attachments", "form:basic"}, false},
		"what the campaign has no more": {map[string]bool{"form:hobby": true, "slot:selfie": true}, nil, true},
	} {
		d := newDesk()
		d.records.Returned = c.returned
		p, err := d.service().Progress(t.Context(), &d.campaign, &d.student, "")
		if got := slices.Sorted(maps.Keys(p.Returned)); err != nil || !slices.Equal(got, c.want) || p.Attachments != c.files {
			t.Errorf("%s: %v, attachments %v, %v", name, got, p.Attachments, err)
		}
	}
}

// TestStatesShutTheDoors says of each state whether the registration is bound,
// granted, and what may still be changed.
func TestStatesShutTheDoors(t *testing.T) {
	for _, c := range []struct {
		state                              student.State
		bound, granted, editable, mendable bool
	}{
		{student.Admitted, false, false, true, true},
		{student.Registered, false, false, false, true},
		{student.DeferralPending, true, false, false, false},
		{student.Deferred, true, true, false, false},
		{student.WaiverPending, true, false, false, false},
		{student.Waived, true, true, false, false},
		{student.Kept, false, false, true, false},
		{student.EntryPending, true, false, false, false},
	} {
		t.Run(string(c.state), func(t *testing.T) {
			d := newDesk()
			d.student.State, d.records.Paid = c.state, false
			p, err := d.service().Progress(t.Context(), &d.campaign, &d.student, "")
			if err != nil || p.Bound != c.bound || p.Granted != c.granted || p.Registered != (c.state == student.Registered) {
				t.Errorf("progress: bound %v, granted %v, registered %v, %v", p.Bound, p.Granted, p.Registered, err)
			}
			for what, x := range map[string]struct {
				err error
				may bool
			}{"edit": {d.service().Editable(t.Context(), 7), c.editable}, "mend": {d.service().Mendable(t.Context(), 7), c.mendable}} {
				if x.may != (x.err == nil) || x.err != nil && !fault.Is(x.err, fault.Conflict) {
					t.Errorf("%s: %v, want it allowed: %v", what, x.err, x.may)
				}
			}
		})
	}
}

func TestWhatWasPaidForIsFrozen(t *testing.T) {
	for _, c := range []struct{ paid, free, want bool }{{false, false, false}, {true, false, true}, {true, true, false}} {
		d := newDesk()
		d.records.Paid, d.records.Free = c.paid, c.free
		if got := registration.Frozen(&d.student, journey.Progress{Paid: c.paid, Free: c.free}); got != c.want {
			t.Errorf("paid %v, free %v: frozen %v", c.paid, c.free, got)
		}
		if err := d.service().Editable(t.Context(), 7); fault.Is(err, fault.Conflict) != c.want {
			t.Errorf("paid %v, free %v: %v", c.paid, c.free, err)
		}
	}
}

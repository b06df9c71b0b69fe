package redis_test

import (
	"errors"
	"testing"
	"time"

	"ruxue/service/signing"
)

// A phone that photographed something can write for 20 minutes more, then the
// upload is done by itself; a signature waits for its confirmation.
func TestAnUploadIsDoneAfterItsLastPhoto(t *testing.T) {
	h, c, _ := bridge(t)
	for kind, want := range map[signing.Kind]signing.State{signing.KindUpload: signing.Done, signing.KindSign: signing.Submitted} {
		ticket, ho := reach(t, h, c, kind, signing.Submitted)
		c.add(19 * time.Minute)
		if _, err := h.Submitted(t.Context(), ticket, mine); err != nil {
			t.Fatalf("%s: another one after 19 minutes: %v", kind, err)
		}
		c.add(20 * time.Minute)
		got, err := h.State(t.Context(), ho.Ref, enrolment)
		if err != nil || got.State != want {
			t.Errorf("%s: 20 minutes after the last one it is %s, want %s (%v)", kind, got.State, want, err)
		}
	}
}

func TestTheConsentIsKeptWithTheHandoff(t *testing.T) {
	h, _, _ := bridge(t)
	ticket, ho := createFor(t, h, signing.KindFace)
	if _, err := h.Agree(t.Context(), ticket, mine, "face"); !errors.Is(err, signing.ErrNotYours) {
		t.Errorf("agreeing before the scan: %v", err)
	}
	if _, err := h.Scan(t.Context(), ticket, mine); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Agree(t.Context(), ticket, theirs, "documents"); !errors.Is(err, signing.ErrTaken) {
		t.Errorf("another phone agrees: %v", err)
	}
	for _, way := range []string{"face", "documents"} {
		if _, err := h.Agree(t.Context(), ticket, mine, way); err != nil {
			t.Fatal(err)
		}
		got, err := h.State(t.Context(), ho.Ref, enrolment)
		if err != nil || got.Consent != way || got.State != signing.Active {
			t.Errorf("after agreeing to %s: %q in %s, %v", way, got.Consent, got.State, err)
		}
	}
}

// Logging out ends what this login's pages opened, and nothing else.
func TestASessionsHandoffsEndWithIt(t *testing.T) {
	h, _, _ := bridge(t)
	open := map[string]signing.State{}
	for _, kind := range []signing.Kind{signing.KindSign, signing.KindFace} {
		_, ho := createFor(t, h, kind)
		open[ho.Ref] = signing.Cancelled
	}
	ticket, ho := createFor(t, h, signing.KindUpload)
	if _, err := h.Scan(t.Context(), ticket, mine); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Submitted(t.Context(), ticket, mine); err != nil {
		t.Fatal(err)
	}
	open[ho.Ref] = signing.Done
	in := input(signing.KindSign, "agreement")
	in.SessionHash = "session-b"
	_, other, err := h.Create(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	open[other.Ref] = signing.Waiting
	for range 2 { // the second finds all of them ended
		if err := h.CancelSession(t.Context(), enrolment, "session-a"); err != nil {
			t.Fatal(err)
		}
	}
	if err := h.CancelSession(t.Context(), enrolment, "a session without any"); err != nil {
		t.Error(err)
	}
	for ref, want := range open {
		if got, err := h.State(t.Context(), ref, enrolment); err != nil || got.State != want {
			t.Errorf("one became %s, want %s (%v)", got.State, want, err)
		}
	}
}

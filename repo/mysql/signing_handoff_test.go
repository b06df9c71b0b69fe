package mysql_test

import (
	"errors"
	"testing"
	"time"

	"ruxue/service/fault"
	"ruxue/service/signing"
)

// scanned makes a handoff for the desk's subject that the phone has scanned.
func (d *desk) scanned(t *testing.T) (ticket string, h signing.Handoff) {
	t.Helper()
	ticket, _, err := d.handoffs.Create(t.Context(), signing.HandoffInput{Kind: signing.KindSign, EnrolmentID: d.subject.EnrolmentID,
		EnrolmentRef: d.subject.EnrolmentRef, CampaignID: d.subject.CampaignID, CampaignCode: "c", Subject: "pledge",
		SessionHash: "s", StudentMasked: "张*", DocumentVersionID: d.subject.Document.ID, Confirm: d.subject.Confirm})
	if err != nil {
		t.Fatal(err)
	}
	if h, err = d.handoffs.Scan(t.Context(), ticket, signPhone); err != nil {
		t.Fatal(err)
	}
	return ticket, h
}

func (d *desk) state(t *testing.T, ref string) signing.State {
	t.Helper()
	h, err := d.handoffs.State(t.Context(), ref, d.subject.EnrolmentID)
	if err != nil {
		t.Fatal(err)
	}
	return h.State
}

func TestPhoneSignsForThePC(t *testing.T) {
	for confirm, want := range map[bool]signing.State{false: signing.Done, true: signing.Submitted} {
		d := newDesk(t, confirm)
		ticket, h := d.scanned(t)
		got, err := d.signing.SubmitHandoff(t.Context(), ticket, signPhone, li(t), signTrace)
		if err != nil || got.HandoffRef != h.Ref || got.Signer != signTrace || got.DocumentVersionID != d.subject.Document.ID {
			t.Fatalf("confirm %v: %+v, %v", confirm, got, err)
		}
		if s := d.state(t, h.Ref); s != want {
			t.Fatalf("confirm %v: the PC sees %s", confirm, s)
		}
		if again, err := d.signing.SubmitHandoff(t.Context(), ticket, signPhone, li(t), signTrace); err != nil || again.Ref != got.Ref {
			t.Fatalf("the repeated submit: %v", err)
		}
		if !confirm {
			if _, err := d.signing.SubmitHandoff(t.Context(), ticket, signPhone, wang(t), signTrace); !errors.Is(err, signing.ErrSigned) {
				t.Fatalf("other strokes: %v", err)
			}
			continue
		}
		if _, err := d.signing.ConfirmDraft(t.Context(), d.subject.EnrolmentID, "pledge", got.Ref, signing.Trace{IP: "10.0.0.9"}); err != nil {
			t.Fatal(err)
		}
		if s := d.state(t, h.Ref); s != signing.Done {
			t.Fatalf("after 确认签署 other tabs see %s", s)
		}
	}
}

func TestSigningAnewWakesThePCAndAgainCancels(t *testing.T) {
	d := newDesk(t, true)
	ticket, h := d.scanned(t)
	if _, err := d.signing.SubmitHandoff(t.Context(), ticket, signPhone, wang(t), signTrace); err != nil {
		t.Fatal(err)
	}
	before, _ := d.handoffs.State(t.Context(), h.Ref, d.subject.EnrolmentID)
	if _, err := d.signing.SubmitHandoff(t.Context(), ticket, signPhone, li(t), signTrace); err != nil {
		t.Fatal(err)
	}
	after, _ := d.handoffs.State(t.Context(), h.Ref, d.subject.EnrolmentID)
	if after.State != signing.Submitted || after.Rev == before.Rev {
		t.Fatalf("%s, revision %d after %d", after.State, after.Rev, before.Rev)
	}
	if err := d.signing.Again(t.Context(), d.subject.EnrolmentID, "pledge"); err != nil {
		t.Fatal(err)
	}
	if s := d.state(t, h.Ref); s != signing.Cancelled {
		t.Fatalf("after 重新签名: %s", s)
	}
	if _, err := d.signing.SubmitHandoff(t.Context(), ticket, signPhone, wang(t), signTrace); !errors.Is(err, signing.ErrCancelled) {
		t.Fatalf("the old phone: %v", err)
	}
}

// MySQL has the signature, then the process dies. The PC has been told nothing;
// the phone, which got no answer, submits again and all is well.
func TestCrashBetweenMySQLAndRedis(t *testing.T) {
	for _, confirm := range []bool{false, true} {
		d := newDesk(t, confirm)
		ticket, h := d.scanned(t)
		d.redis.broken.Store(true)
		if _, err := d.signing.SubmitHandoff(t.Context(), ticket, signPhone, li(t), signTrace); !errors.Is(err, errRedisDied) {
			t.Fatal(err)
		}
		d.redis.broken.Store(false)
		if s := d.state(t, h.Ref); s != signing.Scanned {
			t.Fatalf("the PC was told %s", s)
		}
		if _, err := d.signing.SubmitHandoff(t.Context(), ticket, signPhone, li(t), signTrace); err != nil {
			t.Fatalf("confirm %v: the repeated submit: %v", confirm, err)
		}
		want := map[bool]signing.State{false: signing.Done, true: signing.Submitted}[confirm]
		if s := d.state(t, h.Ref); s != want {
			t.Fatalf("repaired to %s", s)
		}
		if n := d.rows(t, "final") + d.rows(t, "draft"); n != 1 {
			t.Fatalf("%d signatures", n)
		}
	}
}

func TestStoredSignatureCountsAfterTheHandoffRanOut(t *testing.T) {
	d := newDesk(t, false)
	ticket, h := d.scanned(t)
	d.redis.broken.Store(true)
	_, _ = d.signing.SubmitHandoff(t.Context(), ticket, signPhone, li(t), signTrace)
	d.redis.broken.Store(false)
	d.ms.Add((20 * time.Minute).Milliseconds())
	if got, err := d.signing.SubmitHandoff(t.Context(), ticket, signPhone, li(t), signTrace); err != nil || got.HandoffRef != h.Ref {
		t.Fatalf("its own signature: %v", err)
	}
	if _, err := d.signing.SubmitHandoff(t.Context(), ticket, signPhone, wang(t), signTrace); !errors.Is(err, signing.ErrExpired) {
		t.Fatalf("other strokes: %v", err)
	}
	thief := signTrace
	thief.OpenID = "oThief"
	if _, err := d.signing.SubmitHandoff(t.Context(), ticket, "oThief", li(t), thief); !errors.Is(err, signing.ErrExpired) {
		t.Fatalf("another phone: %v", err)
	}
}

func TestSubmitIsRefused(t *testing.T) {
	d := newDesk(t, true)
	ticket, h := d.scanned(t)
	thief := signTrace
	thief.OpenID = "oThief"
	try := func(ticket string, tr signing.Trace) error {
		_, err := d.signing.SubmitHandoff(t.Context(), ticket, tr.OpenID, li(t), tr)
		return err
	}
	if err := try(ticket, thief); !errors.Is(err, signing.ErrTaken) {
		t.Errorf("a second openid: %v", err)
	}
	if err := try("stolen", signTrace); !errors.Is(err, signing.ErrUnknown) {
		t.Errorf("no such ticket: %v", err)
	}
	if _, err := d.signing.SubmitHandoff(t.Context(), ticket, "", li(t), signing.Trace{}); err == nil {
		t.Error("outside WeChat: accepted")
	}
	if _, err := d.signing.SubmitHandoff(t.Context(), ticket, signPhone, li(t), thief); err == nil || fault.KindOf(err) != fault.Internal {
		t.Errorf("a trace of another phone: %v", err)
	}
	if _, err := d.handoffs.Cancel(t.Context(), h.Ref, d.subject.EnrolmentID); err != nil {
		t.Fatal(err)
	}
	if err := try(ticket, signTrace); !errors.Is(err, signing.ErrCancelled) {
		t.Errorf("cancelled: %v", err)
	}
	if n := d.rows(t, "draft") + d.rows(t, "final"); n != 0 {
		t.Errorf("%d rows", n)
	}
	up, _, err := d.handoffs.Create(t.Context(), signing.HandoffInput{Kind: signing.KindUpload, EnrolmentID: d.subject.EnrolmentID, Subject: "id_front"})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := d.handoffs.Scan(t.Context(), up, signPhone); err != nil {
		t.Fatal(err)
	}
	if err := try(up, signTrace); !errors.Is(err, signing.ErrUnknown) {
		t.Errorf("a ticket for an upload: %v", err)
	}
}

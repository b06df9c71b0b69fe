package mysql_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/service/evidence"
	"ruxue/service/fault"
	"ruxue/service/signing"
)

func TestFinalSignaturesAreQueuedForEvidence(t *testing.T) {
	d := newDesk(t, true)
	store := d.db.Evidence()
	draft, err := d.signing.Sign(t.Context(), d.subject, li(t), signTrace)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.BySignature(t.Context(), draft.ID); !fault.Is(err, fault.NotFound) {
		t.Fatalf("a draft is evidence: %v", err)
	}
	final, err := d.signing.ConfirmDraft(t.Context(), d.subject.EnrolmentID, "pledge", draft.Ref, signTrace)
	if err != nil {
		t.Fatal(err)
	}
	r, err := store.BySignature(t.Context(), final.ID)
	if err != nil || r.State != evidence.Queued || r.SignatureHash != final.RowHash || evidence.ParseNumber(r.Number) != r.Number {
		t.Fatalf("%+v %v", r, err)
	}
	if missing, err := store.Missing(t.Context(), 0, 10); err != nil || len(missing) != 0 {
		t.Errorf("missing: %v %v", missing, err)
	}
	if err := store.Queue(t.Context(), final.ID, evidence.NewNumber()); err != nil { // a second time changes nothing
		t.Error(err)
	}
	if again, err := store.ByNumber(t.Context(), r.Number); err != nil || again.ID != r.ID {
		t.Errorf("%+v %v", again, err)
	}
	if _, err := d.sql.ExecContext(t.Context(), `DELETE FROM evidence`); err != nil {
		t.Fatal(err)
	}
	if missing, err := store.Missing(t.Context(), 0, 10); err != nil || len(missing) != 1 || missing[0] != final.ID {
		t.Errorf("a signature from before there was evidence: %v %v", missing, err)
	}
}

func TestEvidenceIsClaimedOnce(t *testing.T) {
	d := newDesk(t, false)
	store := d.db.Evidence()
	sig, err := d.signing.Sign(t.Context(), d.subject, li(t), signTrace)
	if err != nil || sig.State != signing.Final {
		t.Fatal(sig.State, err)
	}
	now := d.now()
	var mu sync.Mutex
	var wg sync.WaitGroup
	var got []evidence.Record
	winner := ""
	for _, holder := range []string{"a", "b", "c", "d"} {
		wg.Go(func() {
			rows, err := store.Claim(t.Context(), holder, now, now.Add(time.Minute), 5)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if len(rows) > 0 {
				winner = holder
			}
			got = append(got, rows...)
		})
	}
	wg.Wait()
	if len(got) != 1 {
		t.Fatalf("%d workers make one paper", len(got))
	}
	r := got[0]
	r.State, r.SHA256, r.Bytes, r.BlobKey, r.MadeAt = evidence.Made, strings.Repeat("a", 64), 70000, "evidence/x", now
	r.RowHash = r.Hash()
	if ok, err := store.Finish(t.Context(), r, "another"); ok || err != nil {
		t.Errorf("who has no lease finished it: %v", err)
	}
	if rows, err := store.Claim(t.Context(), "late", now.Add(2*time.Minute), now.Add(3*time.Minute), 5); err != nil || len(rows) != 1 || rows[0].Tries != 1 {
		t.Fatalf("a lease that ran out is not taken over: %v %v", rows, err)
	}
	if ok, err := store.Finish(t.Context(), r, winner); ok || err != nil {
		t.Errorf("who lost the lease finished it: %v", err)
	}
	if err := store.Postpone(t.Context(), r.ID, "late", now.Add(10*time.Minute)); err != nil {
		t.Fatal(err)
	}
	if rows, _ := store.Claim(t.Context(), "x", now.Add(9*time.Minute), now.Add(10*time.Minute), 5); len(rows) != 0 {
		t.Error("a postponed row is due at once")
	}
	if rows, _ := store.Claim(t.Context(), "x", now.Add(10*time.Minute), now.Add(11*time.Minute), 5); len(rows) != 1 {
		t.Error("a postponed row is never due")
	}
	if ok, err := store.Finish(t.Context(), r, "x"); !ok || err != nil {
		t.Fatal(ok, err)
	}
	kept, err := store.ByID(t.Context(), r.ID)
	if err != nil || kept.Hash() != kept.RowHash || kept.SHA256 != r.SHA256 || kept.State != evidence.Made {
		t.Errorf("%+v %v", kept, err)
	}
}

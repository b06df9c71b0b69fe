package mysql_test

import (
	"testing"
	"time"

	"ruxue/service/audit"
)

func TestSignedHeadsAreKeptOneADay(t *testing.T) {
	d := newDesk(t, false)
	seals := d.db.Seals()
	if _, ok, err := seals.Last(t.Context()); ok || err != nil {
		t.Fatalf("an empty chain has a head: %v", err)
	}
	d.log(t, 3)
	tick(t, d.sealer("a"), 3)
	last, ok, err := seals.Last(t.Context())
	if err != nil || !ok || last.Seq != 3 || last.Hash != last.Link() {
		t.Fatalf("%+v %v %v", last, ok, err)
	}
	at := time.Date(2026, 9, 1, 23, 0, 0, 123456000, time.UTC)
	h := audit.Head{Day: "2026-09-02", Seq: last.Seq, Hash: last.Hash, At: at, Certificate: "Y2VydA==", Signature: "c2ln"}
	for i, want := range []bool{true, false} {
		if has, err := seals.HasHead(t.Context(), h.Day); err != nil || has == want {
			t.Errorf("before head %d the day has one: %v %v", i, has, err)
		}
		if added, err := seals.AddHead(t.Context(), h); err != nil || added != want {
			t.Errorf("head %d: %v %v", i, added, err)
		}
	}
	earlier := h
	earlier.Day = "2026-09-01"
	if _, err := seals.AddHead(t.Context(), earlier); err != nil {
		t.Fatal(err)
	}
	list, err := seals.Heads(t.Context())
	if err != nil || len(list) != 2 || list[0].Day != earlier.Day || list[1].Text() != h.Text() || list[1].Signature != h.Signature {
		t.Errorf("read back: %+v %v", list, err)
	}
}

package embedded_test

import (
	"testing"
	"time"

	"ruxue/service/audit"
)

// TestTheSealerOnTheStandIn seals nothing without an error, and then something.
func TestTheSealerOnTheStandIn(t *testing.T) {
	ctx, db := t.Context(), standIn(t)
	var kinds []audit.Provable
	for _, k := range []string{"audit", "signature", "payment", "review", "evidence", "application"} {
		kinds = append(kinds, audit.Provable{Name: k})
	}
	s := audit.NewSealer(db.Seals(), kinds, "test", time.Now)
	if n, err := s.Tick(ctx); n != 0 || err != nil {
		t.Fatal(n, err)
	}
	if err := audit.NewLog(db.Audits(), time.Now).Add(ctx, audit.Entry{Actor: "system", Action: "test", Subject: "test"}); err != nil {
		t.Fatal(err)
	}
	for _, want := range []int{1, 0} {
		if n, err := s.Tick(ctx); n != want || err != nil {
			t.Errorf("%d rows sealed, %v; want %d", n, err, want)
		}
	}
}

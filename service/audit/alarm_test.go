package audit_test

import (
	"errors"
	"testing"
	"time"

	"ruxue/service/audit"
)

// TestUnsealedRowsAreAnAlarm after 60 s, whoever should have sealed them.
func TestUnsealedRowsAreAnAlarm(t *testing.T) {
	m := &memory{held: "another replica, which stands still"}
	now := time.Date(2026, 9, 1, 8, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	log := audit.NewLog(m, clock)
	s := audit.NewSealer(m, []audit.Provable{{Name: audit.Kind}}, "a", clock)
	alarm := audit.NewAlarm(s)
	rows := func(want int) {
		t.Helper()
		if n, err := s.Tick(t.Context()); err != nil || (m.held != "" && n != 0) {
			t.Fatal(n, err)
		}
		list, err := alarm.Check(t.Context())
		if err != nil || len(list) != 1 || list[0].Kind != audit.Kind || list[0].Rows != want {
			t.Fatalf("%+v %v, want %d late rows", list, err, want)
		}
	}
	rows(0)
	for range 2 {
		_ = log.Add(t.Context(), audit.Entry{Action: "x"})
	}
	rows(0)
	now = now.Add(59 * time.Second)
	_ = log.Add(t.Context(), audit.Entry{Action: "x"})
	rows(0)
	now = now.Add(time.Second)
	rows(2)
	now = now.Add(time.Minute)
	rows(3)
	m.held = "" // the lease ended
	rows(0)
	now = now.Add(time.Hour)
	rows(0)
	m.err = errors.New("away")
	if _, err := alarm.Check(t.Context()); !errors.Is(err, m.err) {
		t.Errorf("an alarm that cannot look is silent: %v", err)
	}
}

package mysql_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"ruxue/service/reference"
	"ruxue/service/signing"
)

func TestTwentySubmitsAtOnceLeaveOneFinal(t *testing.T) {
	d := newDesk(t, false)
	hands := []signing.Strokes{li(t), wang(t)}
	var ok, refused atomic.Int32
	var wg sync.WaitGroup
	for i := range 20 {
		wg.Go(func() {
			switch _, err := d.signing.Sign(t.Context(), d.subject, hands[i%2], signTrace); {
			case err == nil:
				ok.Add(1)
			case errors.Is(err, signing.ErrSigned):
				refused.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if ok.Load() != 10 || refused.Load() != 10 || d.rows(t, "final") != 1 || d.registrar.calls.Load() != 1 {
		t.Fatalf("%d ok, %d refused, %d final, %d completions", ok.Load(), refused.Load(), d.rows(t, "final"), d.registrar.calls.Load())
	}
}

// The unique key holds even against a writer that takes no lock.
func TestTheDatabaseRefusesASecondFinal(t *testing.T) {
	d := newDesk(t, false)
	got, err := d.signing.Sign(t.Context(), d.subject, li(t), signTrace)
	if err != nil {
		t.Fatal(err)
	}
	got.Ref = reference.New()
	if _, err := d.db.Signatures().Insert(t.Context(), got); !errors.Is(err, signing.ErrSigned) {
		t.Fatal(err)
	}
	if err := d.db.Signatures().Supersede(t.Context(), got.ID, d.now()); !errors.Is(err, signing.ErrSigned) {
		t.Fatalf("a final one was superseded: %v", err)
	}
}

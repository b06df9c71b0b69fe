package mysql_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	driver "github.com/go-sql-driver/mysql"
)

func newCounters(t *testing.T) *roll {
	r := newRoll(t)
	r.raw.MustExec(`CREATE TABLE tally (id INT PRIMARY KEY, n INT NOT NULL)`)
	r.raw.MustExec(`INSERT INTO tally VALUES (1, 0), (2, 0)`)
	return r
}

func (r *roll) add(ctx context.Context, id int) error {
	return r.db.Exec(ctx, `UPDATE tally SET n=n+1 WHERE id=?`, id)
}

func (r *roll) wantTally(a, b int) {
	r.t.Helper()
	var got []int
	if err := r.raw.Select(&got, `SELECT n FROM tally ORDER BY id`); err != nil || got[0] != a || got[1] != b {
		r.t.Errorf("tally %v (%v), want %d %d", got, err, a, b)
	}
}

var errRefused = errors.New("refused")

func TestAnErrorUndoesEverything(t *testing.T) {
	r := newCounters(t)
	err := r.db.InTx(t.Context(), func(ctx context.Context) error {
		if err := r.add(ctx, 1); err != nil {
			return err
		}
		return errRefused
	})
	if !errors.Is(err, errRefused) {
		t.Errorf("got %v", err)
	}
	r.wantTally(0, 0)
}

func TestAPanicUndoesEverything(t *testing.T) {
	r := newCounters(t)
	func() {
		defer func() { _ = recover() }()
		_ = r.db.InTx(t.Context(), func(ctx context.Context) error {
			_ = r.add(ctx, 1)
			panic("a defect")
		})
	}()
	r.wantTally(0, 0)
	if used := r.raw.Stats().InUse; used != 0 {
		t.Errorf("%d connections are still held", used)
	}
}

func TestANestedTransactionJoins(t *testing.T) {
	r := newCounters(t)
	nested := func(outer error) error {
		return r.db.InTx(t.Context(), func(ctx context.Context) error {
			if err := r.add(ctx, 1); err != nil {
				return err
			}
			if err := r.db.InTx(ctx, func(ctx context.Context) error { return r.add(ctx, 2) }); err != nil {
				return err
			}
			return outer
		})
	}
	if err := nested(errRefused); !errors.Is(err, errRefused) {
		t.Error(err)
	}
	r.wantTally(0, 0)
	if err := nested(nil); err != nil {
		t.Error(err)
	}
	r.wantTally(1, 1)
}

func TestADeadlockRunsAgain(t *testing.T) {
	r := newCounters(t)
	var runs atomic.Int32
	var meet, wg sync.WaitGroup
	meet.Add(2)
	for i := range 2 {
		wg.Go(func() {
			first := true
			err := r.db.InTx(t.Context(), func(ctx context.Context) error {
				runs.Add(1)
				if err := r.add(ctx, 1+i); err != nil {
					return err
				}
				if first { // both hold one row before either asks for the other
					first = false
					meet.Done()
					meet.Wait()
				}
				return r.add(ctx, 2-i)
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if runs.Load() < 3 {
		t.Errorf("%d runs: there was no deadlock", runs.Load())
	}
	r.wantTally(2, 2)
}

func TestRetriesEnd(t *testing.T) {
	r := newCounters(t)
	for number, again := range map[uint16]bool{1213: true, 1205: true, 1062: false} {
		runs := 0
		err := r.db.InTx(t.Context(), func(ctx context.Context) error {
			runs++
			if err := r.add(ctx, 1); err != nil {
				return err
			}
			return &driver.MySQLError{Number: number, Message: "as the server says"}
		})
		if err == nil || (runs > 1) != again || runs > 50 || again != strings.Contains(err.Error(), "giving up") {
			t.Errorf("%d: %d runs, %v", number, runs, err)
		}
	}
	r.wantTally(0, 0)
}

func TestACancelledTransactionEnds(t *testing.T) {
	r := newCounters(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	begun := time.Now()
	err := r.db.InTx(ctx, func(ctx context.Context) error {
		if err := r.add(ctx, 1); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	})
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) > 5*time.Second {
		t.Errorf("got %v after %s", err, time.Since(begun))
	}
	r.wantTally(0, 0)
}

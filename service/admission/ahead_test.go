package admission_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"ruxue/service/admission"
	"ruxue/service/campaign"
)

// endless is a table of n good rows, then err. It fails the test when two read
// it at once or one reads after it was closed.
type endless struct {
	t      *testing.T
	n, at  int
	err    error
	busy   chan struct{}
	closed bool
}

func (e *endless) Next() (admission.Row, error) {
	select {
	case e.busy <- struct{}{}:
		defer func() { <-e.busy }()
	default:
		e.t.Error("two read the table at once")
	}
	if e.closed {
		e.t.Error("the table is read after it was closed")
	}
	e.at++
	switch {
	case e.at == 1:
		return admission.Row{Line: 1, Cells: []string{"姓名", "证件类型", "身份证号"}}, nil
	case e.at > e.n+1:
		return admission.Row{}, e.err
	}
	return admission.Row{Line: e.at, Cells: []string{"李雯雯", "护照", fmt.Sprintf("E%08d", e.at)}}, nil
}
func (e *endless) Rows() int     { return e.n }
func (e *endless) Sheet() string { return "" }
func (e *endless) Close() error  { e.closed = true; return nil }

// nobody is a store that holds no student; it is slow when told so.
type nobody struct{ wait time.Duration }

func (n nobody) InTx(ctx context.Context, fn func(ctx context.Context) error) error { return fn(ctx) }
func (n nobody) Standings(_ context.Context, _ int64, e []admission.Entry, _ bool) ([]admission.Standing, error) {
	time.Sleep(n.wait)
	return make([]admission.Standing, len(e)), nil
}
func (nobody) Create(context.Context, int64, []admission.Decision) error { return nil }
func (nobody) Update(context.Context, []admission.Decision) error        { return nil }

func TestRowsAreDecidedInTheirOrderWhileMoreAreRead(t *testing.T) {
	in := &endless{t: t, n: 5*admission.BatchRows + 7, err: io.EOF, busy: make(chan struct{}, 1)}
	var done []int
	rep, err := admission.NewImporter(nobody{wait: time.Millisecond}).Check(t.Context(), &campaign.Campaign{}, in, nil,
		admission.Hooks{Progress: func(n int) error { done = append(done, n); return nil }})
	if err != nil || rep.New != in.n || !slices.Equal(done, []int{500, 1000, 1500, 2000, 2500, 2507}) {
		t.Errorf("%v %v %+v", err, done, rep)
	}
	_ = in.Close()
}

func TestTheTableIsFreeOnceAnImportEnds(t *testing.T) {
	stopped := errors.New("stopped")
	for name, c := range map[string]struct {
		rows  int
		err   error
		after int // rows at which a hook ends the import
		want  string
	}{
		"a hook":       {1 << 30, io.EOF, 1000, "stopped"},
		"a broken row": {1300, errors.New("broken"), 0, "broken"},
		"the end":      {1300, io.EOF, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := &endless{t: t, n: c.rows, err: c.err, busy: make(chan struct{}, 1)}
			rep, err := admission.NewImporter(nobody{}).Apply(t.Context(), &campaign.Campaign{}, in, nil, admission.Hooks{Progress: func(n int) error {
				if n == c.after {
					return stopped
				}
				return nil
			}})
			_ = in.Close()
			if c.want == "" && err == nil && rep.Rows == c.rows {
				return
			}
			if err == nil || c.want == "" || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v after %d rows", err, rep.Rows)
			}
		})
	}
}

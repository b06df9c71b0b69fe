package admission

import (
	"io"
	"testing"

	"ruxue/service/fault"
)

// few is a table of n rows, every second one blank.
type few struct{ n, at int }

func (f *few) Next() (Row, error) {
	if f.at++; f.at > 2*f.n {
		return Row{}, io.EOF
	}
	return Row{Line: f.at, Cells: []string{[]string{" ", "x"}[f.at%2]}}, nil
}
func (f *few) Rows() int     { return 2 * f.n }
func (f *few) Sheet() string { return "" }
func (f *few) Close() error  { return nil }

// A list may have as many rows as it may have, and not one more; blank ones do
// not count.
func TestTooLongAListIsRefused(t *testing.T) {
	for n, want := range map[int]bool{6: true, 7: true, 8: false} {
		b, last := nextRows(&few{n: n}, 7)
		if !last || (b.err == nil) != want || len(b.rows) != min(n, 7) || (b.err != nil && !fault.Is(b.err, fault.Invalid)) {
			t.Errorf("%d rows of 7: %d, %v, %v", n, len(b.rows), last, b.err)
		}
	}
	if b, last := nextRows(&few{n: BatchRows}, MaxRows); last || len(b.rows) != BatchRows {
		t.Errorf("a full batch: %d, %v", len(b.rows), last)
	}
}

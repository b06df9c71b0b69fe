package admission

import (
	"errors"
	"io"
	"sync"

	"ruxue/service/fault"
)

// batch is some rows with what was checked about each; the problems of one at
// an index mean that its entry is of no use. err is why the table could not be
// read on; the rows before it in the batch are of no use then.
type batch struct {
	rows     []Row
	entries  []Entry
	problems [][]Problem
	err      error
}

// cut divides the batch behind its first n rows.
func (b batch) cut(n int) (first, rest batch) {
	n = min(n, len(b.rows))
	return batch{rows: b.rows[:n], entries: b.entries[:n], problems: b.problems[:n]},
		batch{rows: b.rows[n:], entries: b.entries[n:], problems: b.problems[n:]}
}

// ahead reads and checks a table while what was read before is looked up or
// stored, so that file, rules and database take their time together and not one
// after the other. Few batches wait, so that little is held in memory.
type ahead struct {
	batches chan batch // closed after the last one
	quit    chan struct{}
	done    sync.WaitGroup
}

// readAhead begins to read the rows below the headings, and to check them in
// their order. Nobody else may use the table until stop.
func (c *Checker) readAhead(t Table) *ahead {
	a := &ahead{batches: make(chan batch, 1), quit: make(chan struct{})}
	read := make(chan batch, 1)
	a.done.Go(func() {
		defer close(read)
		for count := 0; ; {
			b, last := nextRows(t, MaxRows-count)
			count += len(b.rows)
			if !a.pass(read, b) || last {
				return
			}
		}
	})
	a.done.Go(func() {
		defer close(a.batches)
		for b := range read {
			c.check(&b)
			if !a.pass(a.batches, b) {
				return
			}
		}
	})
	return a
}

// pass hands a batch on; false once nobody wants it any more.
func (a *ahead) pass(to chan<- batch, b batch) bool {
	select {
	case to <- b:
		return true
	case <-a.quit:
		return false
	}
}

// stop ends the reading and returns when the table is free.
func (a *ahead) stop() {
	close(a.quit)
	a.done.Wait()
}

// nextRows reads up to BatchRows rows that are not blank, and whether they are
// the last ones. More than most are refused.
func nextRows(t Table, most int) (b batch, last bool) {
	b.rows = make([]Row, 0, BatchRows)
	for len(b.rows) < BatchRows {
		row, err := t.Next()
		switch {
		case errors.Is(err, io.EOF):
			return b, true
		case err != nil:
			b.err = err
			return b, true
		case row.Blank():
			continue
		case len(b.rows) == most:
			b.err = fault.Newf(fault.Invalid, "名单超过 %d 行，请分成几个文件导入", MaxRows)
			return b, true
		}
		b.rows = append(b.rows, row)
	}
	return b, false
}

func (c *Checker) check(b *batch) {
	b.entries, b.problems = make([]Entry, len(b.rows)), make([][]Problem, len(b.rows))
	for n, row := range b.rows {
		b.entries[n], b.problems[n] = c.Check(row)
	}
}

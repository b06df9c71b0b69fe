package fiscal

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"ruxue/service/audit"
	"ruxue/service/fault"
	"ruxue/service/tabular"
)

// BatchRows is how many rows are looked up, and stored in one transaction.
const BatchRows = 500

// MaxRows bounds a list: one that is checked while a person waits.
const MaxRows = 20_000

// Hooks are told about an import while it runs. Each may be nil.
type Hooks struct {
	// Begin gets the headings' row once.
	Begin func(header []string) error
	// Bad gets every row that is not imported, as it stood in the file.
	Bad func(row tabular.Row, problems []tabular.Problem) error
}

// Options are an Importer's parts.
type Options struct {
	Store  Store
	Audit  Auditor
	Teller Teller // nil tells nobody
	Now    func() time.Time
}

// Importer checks and applies lists of receipts.
type Importer struct{ Options }

// NewImporter returns an Importer.
func NewImporter(o Options) *Importer { return &Importer{o} }

// Check reads the whole table and reports what importing it would do. It
// changes nothing.
func (i *Importer) Check(ctx context.Context, t Target, table tabular.Table, h Hooks) (Report, error) {
	return i.run(ctx, table, h, func(ctx context.Context, r *reading, b batch) ([]decision, error) {
		return i.look(ctx, t, r, b, false)
	})
}

// Apply imports every good row: BatchRows of them in one transaction, with the
// note of it in the audit log and what the students are told. actor is such as
// "staff:<ref>". Run again it finds what is in, and changes nothing.
func (i *Importer) Apply(ctx context.Context, t Target, actor string, table tabular.Table, h Hooks) (Report, error) {
	return i.run(ctx, table, h, func(ctx context.Context, r *reading, b batch) ([]decision, error) {
		return i.write(ctx, t, actor, r, b)
	})
}

type batch struct {
	rows     []tabular.Row
	entries  []Entry
	problems [][]tabular.Problem
}

// reading is the state of one run.
type reading struct {
	checker *checker
	report  Report
}

func (i *Importer) run(ctx context.Context, table tabular.Table, h Hooks, do func(context.Context, *reading, batch) ([]decision, error)) (Report, error) {
	r := &reading{}
	head, hs, err := header(table)
	r.report.Sheet, r.report.Headings = table.Sheet(), hs
	if err != nil {
		return r.report, err
	}
	if h.Begin != nil {
		if err := h.Begin(head.Cells); err != nil {
			return r.report, err
		}
	}
	r.checker = newChecker(hs, i.Now())
	for more := true; more; {
		b, err := r.next(table)
		if err != nil && !errors.Is(err, io.EOF) {
			return r.report, err
		}
		more = err == nil
		if len(b.rows) == 0 {
			continue
		}
		if err := ctx.Err(); err != nil {
			return r.report, err
		}
		decisions, err := do(ctx, r, b)
		if err != nil {
			return r.report, err
		}
		for n, d := range decisions {
			r.report.note(d)
			if d.outcome == Bad && h.Bad != nil {
				if err := h.Bad(b.rows[n], d.problems); err != nil {
					return r.report, err
				}
			}
		}
	}
	if r.report.Rows == 0 {
		return r.report, fault.New(fault.Invalid, "表头下面没有票据")
	}
	return r.report, nil
}

// next reads and checks up to BatchRows rows; io.EOF comes with the last ones.
func (r *reading) next(t tabular.Table) (batch, error) {
	var b batch
	for len(b.rows) < BatchRows {
		row, err := t.Next()
		if err != nil {
			return b, err
		}
		if row.Blank() {
			continue
		}
		if r.report.Rows+len(b.rows) >= MaxRows {
			return b, fault.Newf(fault.Invalid, "票据超过 %d 行，请分成几个文件导入", MaxRows)
		}
		e, problems := r.checker.check(row)
		b.rows, b.entries, b.problems = append(b.rows, row), append(b.entries, e), append(b.problems, problems)
	}
	return b, nil
}

// look decides about a batch.
func (i *Importer) look(ctx context.Context, t Target, r *reading, b batch, lock bool) ([]decision, error) {
	var good []Entry
	for n, e := range b.entries {
		if len(b.problems[n]) == 0 {
			good = append(good, e)
		}
	}
	var standings []Standing
	if len(good) > 0 {
		var err error
		if standings, err = i.Store.Standings(ctx, t, good, lock); err != nil {
			return nil, fmt.Errorf("looking for the payments of a list: %w", err)
		}
	}
	out := make([]decision, 0, len(b.rows))
	for n, e := range b.entries {
		if len(b.problems[n]) > 0 {
			out = append(out, decision{outcome: Bad, entry: e, problems: b.problems[n]})
			continue
		}
		out = append(out, r.checker.decide(b.rows[n], e, standings[0]))
		standings = standings[1:]
	}
	return out, nil
}

// maxRaces is how often a batch is tried again that another import disturbed.
const maxRaces = 4

// write decides about a batch and stores it, in one transaction.
func (i *Importer) write(ctx context.Context, t Target, actor string, r *reading, b batch) (out []decision, err error) {
	for range maxRaces {
		err = i.Store.InTx(ctx, func(ctx context.Context) error {
			r.checker.forget(b)
			if out, err = i.look(ctx, t, r, b, true); err != nil {
				return err
			}
			return i.store(ctx, t, actor, out)
		})
		if !fault.Is(err, fault.Conflict) {
			break
		}
	}
	if err != nil {
		return nil, fmt.Errorf("storing rows %d to %d: %w", b.rows[0].Line, b.rows[len(b.rows)-1].Line, err)
	}
	return out, nil
}

// forget takes back what an undone transaction noted about a batch.
func (c *checker) forget(b batch) {
	first := b.rows[0].Line
	for id, line := range c.bills {
		if line >= first {
			delete(c.bills, id)
		}
	}
}

// store writes what was decided, says so in the log, and tells the students.
func (i *Importer) store(ctx context.Context, t Target, actor string, list []decision) error {
	var created, updated []Receipt
	var told []Receipt
	for _, d := range list {
		switch d.outcome {
		case New:
			created, told = append(created, d.receipt), append(told, d.receipt)
		case Changed:
			updated = append(updated, d.receipt)
			if d.renumbered() {
				told = append(told, d.receipt)
			}
		}
	}
	if len(created)+len(updated) == 0 {
		return nil
	}
	if err := i.Store.Update(ctx, updated); err != nil {
		return err
	}
	if err := i.Store.Create(ctx, created); err != nil {
		return err
	}
	for _, d := range list {
		if !d.renumbered() {
			continue
		}
		if err := i.Audit.Add(ctx, audit.Entry{Actor: actor, Action: "receipt.change", Subject: "bill:" + d.bill.Ref,
			Detail: "财政电子票据由 " + full(d.before) + " 改为 " + full(d.receipt)}); err != nil {
			return err
		}
	}
	if i.Teller != nil {
		for _, x := range told {
			if err := i.Teller.Issued(ctx, t.Campaign, x); err != nil {
				return err
			}
		}
	}
	return i.Audit.Add(ctx, audit.Entry{Actor: actor, Action: "receipt.import", Subject: "campaign:" + t.Campaign,
		Detail: fmt.Sprintf("导入财政电子票据第 %d 至 %d 行：新增 %d，更改 %d", list[0].entry.Line, list[len(list)-1].entry.Line, len(created), len(updated))})
}

// full is a receipt's code and number.
func full(r Receipt) string {
	if r.Code == "" {
		return r.Number
	}
	return r.Code + "-" + r.Number
}

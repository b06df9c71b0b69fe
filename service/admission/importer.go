package admission

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// Store holds the students that a list is compared with.
type Store interface {
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
	// Standings returns what the records hold about each entry. lock holds the
	// enrolments found until the transaction ends.
	Standings(ctx context.Context, campaignID int64, entries []Entry, lock bool) ([]Standing, error)
	// Create stores the persons that are not there and their enrolments.
	// fault.Conflict means that another import was faster.
	Create(ctx context.Context, campaignID int64, new []Decision) error
	// Update stores what Changes name, where the student has bound nothing yet.
	Update(ctx context.Context, changed []Decision) error
}

// Hooks are told about an import while it runs. Each may be nil.
type Hooks struct {
	// Begin gets the headings' row once.
	Begin func(header []string) error
	// Bad gets every row that is not imported, as it stood in the file.
	Bad func(row Row, problems []Problem) error
	// Stored gets what the import has come to with a batch, in the transaction
	// that stores it and at its end: an error undoes the batch and ends the
	// import. It may be called again for the same batch.
	Stored func(ctx context.Context, sofar Report) error
	// Progress gets how many rows are done, after each batch; an error ends
	// the import between two batches.
	Progress func(done int) error
}

// Importer checks and applies lists.
type Importer struct {
	store Store
	now   func() time.Time // nil: no campaign counts as begun
}

// NewImporter returns an Importer.
func NewImporter(store Store) *Importer { return &Importer{store: store} }

// At has the importer know the time: while a campaign is open, a student for
// whom neither the list nor a rule says a fee is refused. She would come as far
// as the payment and no further.
func (i *Importer) At(now func() time.Time) *Importer {
	i.now = now
	return i
}

// Check reads the whole table and reports what importing it would do. It
// changes nothing.
func (i *Importer) Check(ctx context.Context, c *campaign.Campaign, t Table, taught map[string]Column, h Hooks) (Report, error) {
	return i.run(ctx, c, t, taught, h, Report{}, func(ctx context.Context, r *reading, b batch) ([]Decision, Report, error) {
		out, err := i.look(ctx, r, b, false)
		return out, r.with(out), err
	})
}

// Apply imports every good row, in transactions of BatchRows. Run again after
// an interruption it finds the rows that are in, and goes on with the others.
func (i *Importer) Apply(ctx context.Context, c *campaign.Campaign, t Table, taught map[string]Column, h Hooks) (Report, error) {
	return i.Resume(ctx, c, t, taught, h, Report{})
}

// Resume is Apply of a table whose first rows an earlier run has stored: done is
// the last report that its Stored kept. Those rows are not stored again, and
// count as they did then; only the file of bad rows is made anew, so a row that
// was changed in the console since may be in it.
func (i *Importer) Resume(ctx context.Context, c *campaign.Campaign, t Table, taught map[string]Column, h Hooks, done Report) (Report, error) {
	return i.run(ctx, c, t, taught, h, done, i.write)
}

// reading is the state of one run.
type reading struct {
	campaign *campaign.Campaign
	rules    Rules
	checker  *Checker
	report   Report
	hooks    Hooks
}

// step decides about a batch and returns what the import has come to with it.
type step func(ctx context.Context, r *reading, b batch) ([]Decision, Report, error)

// with is what the import has come to with these decisions.
func (r *reading) with(decisions []Decision) Report {
	next := r.report.clone()
	for _, d := range decisions {
		next.note(d, r.rules)
	}
	return next
}

func (i *Importer) run(ctx context.Context, c *campaign.Campaign, t Table, taught map[string]Column, h Hooks, stored Report, do step) (Report, error) {
	r := &reading{campaign: c, rules: RulesOf(c), hooks: h, report: stored}
	head, headings, err := header(t, taught)
	r.report.Sheet, r.report.Headings = t.Sheet(), headings
	if err != nil {
		return r.report, err
	}
	if lacks := missing(headings, r.rules.needed(headings)); len(lacks) > 0 {
		return r.report, missingFault(lacks)
	}
	if h.Begin != nil {
		if err := h.Begin(head.Cells); err != nil {
			return r.report, err
		}
	}
	r.checker = NewChecker(r.rules, headings)
	if err := i.all(ctx, r, t, do); err != nil {
		return r.report, err
	}
	if r.report.Rows == 0 {
		return r.report, fault.New(fault.Invalid, "表头下面没有学生")
	}
	return r.report, nil
}

// all has the batches decided in their order, while the next one is read.
func (i *Importer) all(ctx context.Context, r *reading, t Table, do step) error {
	ahead := r.checker.readAhead(t)
	defer ahead.stop()
	stored := r.report.Rows
	for b := range ahead.batches {
		if b.err != nil {
			return b.err
		}
		passed, rest := b.cut(stored)
		stored -= len(passed.rows)
		if err := i.pass(ctx, r, passed); err != nil {
			return err
		}
		if err := r.do(ctx, rest, do); err != nil {
			return err
		}
	}
	return nil
}

// pass notes which rows were bad of those that an earlier run is done with.
func (i *Importer) pass(ctx context.Context, r *reading, b batch) error {
	if err := ctx.Err(); err != nil || len(b.rows) == 0 {
		return err
	}
	decisions, err := i.look(ctx, r, b, false)
	if err != nil {
		return err
	}
	return r.tell(b, decisions)
}

// do has a batch decided and tells the hooks.
func (r *reading) do(ctx context.Context, b batch, do step) error {
	if err := ctx.Err(); err != nil || len(b.rows) == 0 {
		return err
	}
	decisions, report, err := do(ctx, r, b)
	if err != nil {
		return err
	}
	r.report = report
	return r.tell(b, decisions)
}

// tell tells the hooks of the rows that are not imported, and how far it is.
func (r *reading) tell(b batch, decisions []Decision) error {
	for n, d := range decisions {
		if d.Outcome == Bad && r.hooks.Bad != nil {
			if err := r.hooks.Bad(b.rows[n], d.Problems); err != nil {
				return err
			}
		}
	}
	if r.hooks.Progress == nil {
		return nil
	}
	return r.hooks.Progress(r.report.Rows)
}

// look decides about a batch.
func (i *Importer) look(ctx context.Context, r *reading, b batch, lock bool) ([]Decision, error) {
	var good []Entry
	for n, e := range b.entries {
		if len(b.problems[n]) == 0 {
			good = append(good, e)
		}
	}
	var standings []Standing
	if len(good) > 0 {
		var err error
		if standings, err = i.store.Standings(ctx, r.campaign.ID, good, lock); err != nil {
			return nil, fmt.Errorf("looking for the listed students: %w", err)
		}
	}
	out := make([]Decision, 0, len(b.rows))
	for n, e := range b.entries {
		if len(b.problems[n]) > 0 {
			out = append(out, Decision{Outcome: Bad, Entry: e, Problems: b.problems[n]})
			continue
		}
		d := decide(r.checker, b.rows[n], e, standings[0])
		if i.now != nil && d.Outcome != Bad && r.campaign.Window.Open(i.now()) && !r.rules.owes(d) {
			d = r.checker.unpaid(b.rows[n], d)
		}
		out = append(out, d)
		standings = standings[1:]
	}
	return out, nil
}

// maxRaces is how often a batch is tried again that another import disturbed.
const maxRaces = 4

// write decides about a batch and stores it, in one transaction.
func (i *Importer) write(ctx context.Context, r *reading, b batch) (out []Decision, report Report, err error) {
	for range maxRaces {
		err = i.store.InTx(ctx, func(ctx context.Context) error {
			if out, err = i.look(ctx, r, b, true); err != nil {
				return err
			}
			var created, updated []Decision
			for _, d := range out {
				switch d.Outcome {
				case New:
					created = append(created, d)
				case Updated:
					updated = append(updated, d)
				}
			}
			if err := i.store.Create(ctx, r.campaign.ID, created); err != nil {
				return err
			}
			if err := i.store.Update(ctx, updated); err != nil {
				return err
			}
			report = r.with(out)
			if r.hooks.Stored == nil {
				return nil
			}
			return r.hooks.Stored(ctx, report)
		})
		if !fault.Is(err, fault.Conflict) {
			break
		}
	}
	if err != nil {
		return nil, report, fmt.Errorf("storing rows %d to %d: %w", b.rows[0].Line, b.rows[len(b.rows)-1].Line, err)
	}
	return out, report, nil
}

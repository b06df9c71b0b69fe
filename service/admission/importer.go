package admission

import (
	"context"
	"fmt"

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
	// Update stores what Changes name, where the student is still admitted.
	Update(ctx context.Context, changed []Decision) error
}

// Hooks are told about an import while it runs. Each may be nil.
type Hooks struct {
	// Begin gets the headings' row once.
	Begin func(header []string) error
	// Bad gets every row that is not imported, as it stood in the file.
	Bad func(row Row, problems []Problem) error
	// Progress gets how many rows are done, after each batch; an error ends
	// the import between two batches.
	Progress func(done int) error
}

// Importer checks and applies lists.
type Importer struct{ store Store }

// NewImporter returns an Importer.
func NewImporter(store Store) *Importer { return &Importer{store} }

// Check reads the whole table and reports what importing it would do. It
// changes nothing.
func (i *Importer) Check(ctx context.Context, c *campaign.Campaign, t Table, taught map[string]Column, h Hooks) (Report, error) {
	return i.run(ctx, c, t, taught, h, func(ctx context.Context, r *reading, b batch) ([]Decision, error) {
		return i.look(ctx, r, b, false)
	})
}

// Apply imports every good row, in transactions of BatchRows. Run again after
// an interruption it finds the rows that are in, and goes on with the others.
func (i *Importer) Apply(ctx context.Context, c *campaign.Campaign, t Table, taught map[string]Column, h Hooks) (Report, error) {
	return i.run(ctx, c, t, taught, h, i.write)
}

// reading is the state of one run.
type reading struct {
	campaign *campaign.Campaign
	rules    Rules
	checker  *Checker
	report   Report
	hooks    Hooks
}

type step func(ctx context.Context, r *reading, b batch) ([]Decision, error)

func (i *Importer) run(ctx context.Context, c *campaign.Campaign, t Table, taught map[string]Column, h Hooks, do step) (Report, error) {
	r := &reading{campaign: c, rules: RulesOf(c), hooks: h}
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
	if err := r.all(ctx, t, do); err != nil {
		return r.report, err
	}
	if r.report.Rows == 0 {
		return r.report, fault.New(fault.Invalid, "表头下面没有学生")
	}
	return r.report, nil
}

// all has the batches decided in their order, while the next one is read.
func (r *reading) all(ctx context.Context, t Table, do step) error {
	ahead := r.checker.readAhead(t)
	defer ahead.stop()
	for b := range ahead.batches {
		if len(b.rows) > 0 {
			if err := r.do(ctx, b, do); err != nil {
				return err
			}
		}
		if b.err != nil {
			return b.err
		}
	}
	return nil
}

// do has a batch decided and tells the hooks.
func (r *reading) do(ctx context.Context, b batch, do step) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	decisions, err := do(ctx, r, b)
	if err != nil {
		return err
	}
	for n, d := range decisions {
		r.report.note(d, r.rules)
		if d.Outcome == Bad && r.hooks.Bad != nil {
			if err := r.hooks.Bad(b.rows[n], d.Problems); err != nil {
				return err
			}
		}
	}
	if r.hooks.Progress != nil {
		return r.hooks.Progress(r.report.Rows)
	}
	return nil
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
		out = append(out, decide(r.checker, b.rows[n], e, standings[0]))
		standings = standings[1:]
	}
	return out, nil
}

// maxRaces is how often a batch is tried again that another import disturbed.
const maxRaces = 4

// write decides about a batch and stores it, in one transaction.
func (i *Importer) write(ctx context.Context, r *reading, b batch) (out []Decision, err error) {
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
			return i.store.Update(ctx, updated)
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

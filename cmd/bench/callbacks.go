package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"
)

// plan is the size of a bench of callbacks.
type plan struct {
	bills, concurrency, rounds int
	duplicates, forged         int // percent of the bills, on top of them
	durable                    bool
	seed                       uint64
}

func callbacks() *cobra.Command {
	p := plan{}
	c := &cobra.Command{Use: "callbacks", Args: cobra.NoArgs,
		Short: "Payment callbacks, duplicates and forgeries among them, beside the bare verification and statements",
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := p.run(cmd.Context(), cmd.OutOrStdout())
			return err
		}}
	f := c.Flags()
	f.IntVar(&p.bills, "bills", 5000, "bills, each paid by one callback")
	f.IntVar(&p.duplicates, "duplicates", 10, "callbacks that arrive twice, in percent")
	f.IntVar(&p.forged, "forged", 5, "forged callbacks, in percent")
	f.IntVar(&p.concurrency, "concurrency", 16, "callbacks at a time")
	f.IntVar(&p.rounds, "rounds", 6, "rounds of each, alternating")
	f.BoolVar(&p.durable, "durable", false, "every commit reaches the disk: closer to production, further from our code")
	f.Uint64Var(&p.seed, "seed", 1, "of the order of arrival")
	return c
}

// outcome is what a bench found: rates in callbacks per second.
type outcome struct{ app, floor []float64 }

// ratio is the median of the rounds' ratios: what else the machine does changes
// from one minute to the next, and hits both turns of a round alike.
func (o outcome) ratio() float64 {
	each := make([]float64, len(o.app))
	for i := range each {
		each[i] = o.app[i] / o.floor[i]
	}
	return median(each)
}

func median(v []float64) float64 {
	v = slices.Sorted(slices.Values(v))
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}

// run prepares a world, lets the App take everything once unmeasured, which
// warms it and makes the floor's messages, and then measures by turns.
func (p plan) run(ctx context.Context, out io.Writer) (o outcome, err error) {
	if p.bills < 1 || p.concurrency < 1 || p.rounds < 1 || min(p.duplicates, p.forged) < 0 || max(p.duplicates, p.forged) > 100 {
		return o, errors.New("bills, concurrency and rounds start at 1, percentages go from 0 to 100")
	}
	w, err := newWorld(ctx, p.durable)
	if err != nil {
		return o, err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	r := &rounds{plan: p, world: w}
	notify, err := w.serve(ctx, &r.box)
	if err != nil {
		return o, err
	}
	if r.db, err = w.open(ctx); err != nil {
		return o, err
	}
	start := time.Now()
	if r.orders, err = w.prepare(ctx, r.db, p.bills, notify); err != nil {
		return o, fmt.Errorf("preparing the bills: %w", err)
	}
	if err := reset(ctx, r.db); err != nil {
		return o, err
	}
	if err := w.startApp(ctx); err != nil {
		return o, err
	}
	fmt.Fprintf(out, "%d bills, prepared in %s\n", p.bills, time.Since(start).Round(time.Second))
	if _, err := r.round(ctx, w.base+"/pay/notify"); err != nil {
		return o, fmt.Errorf("warming: %w", err)
	}
	f, err := newFloor(ctx, r.db, w.sim.Config())
	if err != nil {
		return o, err
	}
	bare, err := w.serve(ctx, f)
	if err != nil {
		return o, err
	}
	for n := range p.rounds {
		app, floor, err := r.turns(ctx, n, w.base+"/pay/notify", bare)
		if err != nil {
			return o, fmt.Errorf("round %d: %w", n+1, err)
		}
		o.app, o.floor = append(o.app, app), append(o.floor, floor)
		fmt.Fprintf(out, "round %d: App %.0f/s, floor %.0f/s, ratio %.2f\n", n+1, app, floor, app/floor)
	}
	fmt.Fprintf(out, "callbacks: App %.0f/s, floor %.0f/s (medians of %d), ratio %.2f (median of the rounds'); all answers and records right\n",
		median(o.app), median(o.floor), p.rounds, o.ratio())
	return o, nil
}

// rounds is what the turns share.
type rounds struct {
	plan
	*world
	box    mailbox
	db     *pool
	orders []string
}

// turns measures both, the one first in even rounds and the other in odd ones.
func (r *rounds) turns(ctx context.Context, n int, appAddress, floorAddress string) (app, floor float64, err error) {
	first, second := appAddress, floorAddress
	if n%2 == 1 {
		first, second = second, first
	}
	if app, err = r.round(ctx, first); err == nil {
		floor, err = r.round(ctx, second)
	}
	if n%2 == 1 {
		app, floor = floor, app
	}
	return app, floor, err
}

// round makes everything unpaid, has fresh callbacks signed, sends them and
// checks every answer and the records. It returns callbacks per second.
func (r *rounds) round(ctx context.Context, address string) (float64, error) {
	if err := reset(ctx, r.db); err != nil {
		return 0, err
	}
	r.seed++
	all, err := r.box.mix(r.sim, r.orders, r.duplicates, r.forged, r.seed)
	if err != nil {
		return 0, err
	}
	took, err := deliver(ctx, address, all, r.concurrency)
	if err != nil {
		return 0, err
	}
	return float64(len(all)) / took.Seconds(), right(ctx, r.db, r.bills)
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
	"ruxue/config"
	"ruxue/repo/local"
	"ruxue/repo/mysql"
	"ruxue/repo/simulator"
)

const database = "ruxue_bench"

// world is a private database, Redis and simulator, and later an App on them.
type world struct {
	cfg     config.Config
	sim     *simulator.Simulator
	base    string // of the App
	listen  net.Listener
	closers []func() error // in the order of opening
}

// newWorld starts the engines in a folder of their own, which close removes.
func newWorld(ctx context.Context, durable bool) (_ *world, err error) {
	w := &world{}
	defer func() {
		if err != nil {
			err = errors.Join(err, w.close())
		}
	}()
	dir, err := os.MkdirTemp("", "ruxue-bench-")
	if err != nil {
		return nil, fmt.Errorf("making a folder: %w", err)
	}
	w.onClose(func() error { return os.RemoveAll(dir) })
	var opts []local.Option
	if durable {
		opts = append(opts, local.Durable())
	}
	m, err := local.StartMySQL(ctx, filepath.Join(dir, "mysql"), opts...)
	if err != nil {
		return nil, err
	}
	w.onClose(m.Close)
	if err := m.CreateDatabase(ctx, database); err != nil {
		return nil, err
	}
	r, err := local.StartRedis(ctx, filepath.Join(dir, "redis"), opts...)
	if err != nil {
		return nil, err
	}
	w.onClose(r.Close)
	if w.listen, err = app.Listen(ctx, "127.0.0.1:0"); err != nil {
		return nil, err
	}
	w.onClose(func() error { _ = w.listen.Close(); return nil }) // closed already when an App served on it
	w.base = "http://" + w.listen.Addr().String()
	if err := w.startSimulator(ctx); err != nil {
		return nil, err
	}
	w.cfg, err = stage.Config(w.sim.Config(), stage.Place{BaseURL: w.base, DSN: m.DSN(database), Redis: r.Addr(), Data: dir})
	return w, err
}

func (w *world) startSimulator(ctx context.Context) error {
	sim, err := simulator.New(simulator.Options{Product: w.base, CallbackSchedule: []time.Duration{}})
	if err != nil {
		return fmt.Errorf("starting the simulator: %w", err)
	}
	w.onClose(func() error { sim.Close(); return nil })
	address, err := w.serve(ctx, sim.Handler())
	if err != nil {
		return err
	}
	sim.SetBase(address)
	w.sim = sim
	return nil
}

// serve answers on a free port of this machine until close.
func (w *world) serve(ctx context.Context, h http.Handler) (address string, err error) {
	l, err := app.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	s := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = s.Serve(l) }() // ends with Close
	w.onClose(s.Close)
	return "http://" + l.Addr().String(), nil
}

// startApp runs the whole server, workers included, until close. Its log is
// written, and goes nowhere.
func (w *world) startApp(ctx context.Context) error {
	a, err := app.New(ctx, w.cfg, app.Options{Listener: w.listen, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	run, stop := context.WithCancel(context.WithoutCancel(ctx))
	done := make(chan error, 1)
	go func() { done <- a.Run(run) }()
	w.onClose(func() error { stop(); return <-done })
	return nil
}

// open connects to the database, with as many connections as the App keeps.
func (w *world) open(ctx context.Context) (*pool, error) {
	db, err := mysql.Open(ctx, mysql.Options{DSN: w.cfg.MySQL.DSN, MaxOpenConns: w.cfg.MySQL.MaxOpenConns})
	if err != nil {
		return nil, err
	}
	w.onClose(db.Close)
	return db, nil
}

func (w *world) onClose(fn func() error) { w.closers = append(w.closers, fn) }

// close ends everything, the latest first.
func (w *world) close() error {
	var errs []error
	for _, c := range slices.Backward(w.closers) {
		errs = append(errs, c())
	}
	w.closers = nil
	return errors.Join(errs...)
}

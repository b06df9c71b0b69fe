package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
	"ruxue/config"
	"ruxue/repo/simulator"
)

// run starts the engines and the simulator, and serves the product until ctx
// ends.
func run(ctx context.Context, o options, out io.Writer) error {
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return fmt.Errorf("making the data folder: %w", err)
	}
	data, err := filepath.Abs(o.data)
	if err != nil {
		return fmt.Errorf("finding the data folder: %w", err)
	}
	product, err := app.Listen(ctx, o.listen)
	if err != nil {
		return err
	}
	defer func() { _ = product.Close() }()
	simListener, err := app.Listen(ctx, o.simulator)
	if err != nil {
		return err
	}
	defer func() { _ = simListener.Close() }()

	e, err := startEngines(ctx, data, o.embedded)
	if err != nil {
		return err
	}
	defer e.close()
	sim, err := newSimulator(simListener, product, data, e)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: sim.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(simListener) }()
	defer func() {
		sim.Close() // first: it ends the requests that a fault holds
		_ = server.Close()
	}()
	return serve(ctx, o, out, place{e, sim, product, data})
}

// newSimulator makes the simulator that answers on one listener for the
// product on the other.
func newSimulator(l, product net.Listener, data string, e *engines) (*simulator.Simulator, error) {
	if e.standIn {
		data = "" // nothing else is kept either
	}
	base := "http://" + product.Addr().String()
	return simulator.New(simulator.Options{Product: base, Base: "http://" + l.Addr().String(), StateDir: data,
		AccountName: "河海大学远程与继续教育学院", DeskEntries: []simulator.DeskEntry{{Name: "河海大学新生注册", URL: base + "/c/hhu/"},
			{Name: "武汉科技大学同等学力", URL: base + "/studentLogin"}, {Name: "工作人员控制台", URL: base + "/staff", PC: true}}})
}

// place is what the product is served from.
type place struct {
	engines  *engines
	sim      *simulator.Simulator
	listener net.Listener
	data     string
}

// serve prepares the world, starts the product in it, says where to go, and
// returns when ctx ends.
func serve(ctx context.Context, o options, out io.Writer, p place) error {
	base, e := "http://"+p.listener.Addr().String(), p.engines
	cfg, err := stage.Config(p.sim.Config(), stage.Place{BaseURL: base, DSN: e.dsn, Redis: e.redis, Data: p.data, Keep: !e.standIn})
	if err != nil {
		return err
	}
	if e.standIn {
		cfg.MySQL.MaxOpenConns = 1 // facts/engines.md: GMS loses updates with more
	}
	cfg.Listen = p.listener.Addr().String()
	settings, err := keepSettings(cfg, p)
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(settings) }() // its engines are gone by then
	students, err := stage.Prepare(ctx, cfg, p.sim.Config(), 30)
	if err != nil {
		return err
	}
	a, err := app.New(ctx, cfg, app.Options{Listener: p.listener, Log: logger(o.verbose, cfg)})
	if err != nil {
		return err
	}
	w := welcome{base: base, desk: p.sim.Config().Base, standIn: e.standIn, students: students, settings: settings}
	if w.menu, err = pushMenu(ctx, a, cfg); err != nil {
		return errors.Join(err, a.Close())
	}
	if w.people, err = stage.SampleStaff(ctx, a.DB, cfg.WeChat.AppID); err != nil {
		return errors.Join(err, a.Close())
	}
	if w.pc, w.phone, err = p.sim.OpenDesk(); err != nil {
		return errors.Join(fmt.Errorf("opening the desk: %w", err), a.Close())
	}
	w.print(out)
	return a.Run(ctx)
}

// keepSettings writes the demonstration's configuration beside its data, so
// that the operator's commands can be tried on it, and returns the file's name.
// The stand-ins bear no second program: "" there. The file holds the demo's
// keys: nobody else may read it.
func keepSettings(cfg config.Config, p place) (string, error) {
	file := filepath.Join(p.data, "config.yaml")
	if p.engines.standIn {
		if err := os.Remove(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", fmt.Errorf("removing an earlier demo's configuration: %w", err)
		}
		return "", nil
	}
	raw, err := stage.File(cfg)
	if err != nil {
		return "", err
	}
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		return "", fmt.Errorf("writing the demo's configuration: %w", err)
	}
	return file, nil
}

func logger(verbose bool, cfg config.Config) *slog.Logger {
	cfg.Log = config.Log{Level: "warn", Format: "text"}
	if verbose {
		cfg.Log.Level = "info"
	}
	return app.NewLogger(cfg.Log)
}

// pushMenu labels the account's menu by the campaigns, as `ruxue menu push`, and
// returns the entry of each campaign by its code.
func pushMenu(ctx context.Context, a *app.App, cfg config.Config) (map[string]string, error) {
	list, err := a.DB.Campaigns().All(ctx)
	if err != nil {
		return nil, err
	}
	labels := map[string]string{}
	for _, c := range list {
		labels[c.Code] = c.MenuLabel
	}
	return labels, app.PushMenu(ctx, cfg, list)
}

package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"sync"
	"syscall"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"
	goredis "github.com/redis/go-redis/v9"

	"ruxue/config"
)

// Run serves until ctx ends, then lets open requests finish for
// config.ShutdownTime, ends the workers and closes every connection.
func (a *App) Run(ctx context.Context) error {
	l := a.listener
	if l == nil {
		var err error
		if l, err = Listen(ctx, a.cfg.Listen); err != nil {
			return errors.Join(err, a.Close())
		}
	}
	servers := []*http.Server{{Handler: a.handler, ReadHeaderTimeout: 10 * time.Second, ReadTimeout: 2 * time.Minute,
		WriteTimeout: 2 * time.Minute, IdleTimeout: 2 * time.Minute}}
	failed := make(chan error, 2)
	go func() { failed <- servers[0].Serve(l) }()
	if a.cfg.MetricsListen != "" {
		ml, err := Listen(ctx, a.cfg.MetricsListen)
		if err != nil {
			return errors.Join(err, servers[0].Close(), a.Close())
		}
		m := &http.Server{Handler: a.metrics(), ReadHeaderTimeout: 10 * time.Second}
		servers = append(servers, m)
		go func() { failed <- m.Serve(ml) }()
	}
	work, stopWork := context.WithCancel(context.WithoutCancel(ctx))
	var wg sync.WaitGroup
	for _, w := range a.workers {
		wg.Go(func() { w(work) })
	}
	a.log.InfoContext(ctx, "serving", "listen", l.Addr().String())
	var err error
	select {
	case <-ctx.Done():
	case err = <-failed:
		err = fmt.Errorf("serving: %w", err)
	}
	close(a.stopping)
	end, cancel := context.WithTimeout(context.WithoutCancel(ctx), config.ShutdownTime)
	defer cancel()
	for _, s := range servers {
		if e := s.Shutdown(end); e != nil {
			_ = s.Close()
		}
	}
	stopWork()
	wg.Wait()
	a.log.InfoContext(ctx, "stopped")
	return errors.Join(err, a.Close())
}

func (a *App) metrics() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/metrics", promhttp.HandlerFor(a.registry, promhttp.HandlerOpts{}))
	return mux
}

// Listen opens a TCP address and says plainly when it is taken.
func Listen(ctx context.Context, address string) (net.Listener, error) {
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, fmt.Errorf("%s is taken by another program; stop it or choose another address", address)
	}
	if err != nil {
		return nil, fmt.Errorf("listening on %s: %w", address, err)
	}
	return l, nil
}

// NewLogger returns a logger to stderr of the configured level and format.
func NewLogger(c config.Log) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		level = slog.LevelInfo
	}
	o := &slog.HandlerOptions{Level: level}
	if c.Format == "text" {
		return slog.New(slog.NewTextHandler(os.Stderr, o))
	}
	return slog.New(slog.NewJSONHandler(os.Stderr, o))
}

type pingRedis struct{ rdb goredis.UniversalClient }

// Ping implements handler.Pinger.
func (p pingRedis) Ping(ctx context.Context) error { return p.rdb.Ping(ctx).Err() }

// Package app wires every part together, and nothing else does: a program is
// the value that New returns, which tests start as well as main.
package app

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	goredis "github.com/redis/go-redis/v9"

	"ruxue/config"
	"ruxue/handler"
	"ruxue/repo/blob"
	"ruxue/repo/keyring"
	"ruxue/repo/mysql"
	"ruxue/repo/redis"
	"ruxue/repo/wxpay"
	"ruxue/service/payment"
)

// Options are what a caller may put in place of the world.
type Options struct {
	Log *slog.Logger     // default: by the configuration, to stderr
	Now func() time.Time // default time.Now
	// Rand is where slider puzzles get their places from, default crypto/rand.
	Rand io.Reader
	// Listener takes the place of the configuration's listen address.
	Listener net.Listener
	// AlarmEvery is how often somebody looks whether the seal chain keeps up,
	// default 20 seconds.
	AlarmEvery time.Duration
}

// App is the whole server, not yet listening.
type App struct {
	cfg      config.Config
	log      *slog.Logger
	now      func() time.Time
	rand     io.Reader
	listener net.Listener
	alarm    time.Duration
	registry *prometheus.Registry

	DB    *mysql.DB
	rdb   goredis.UniversalClient
	blobs *blob.Store
	ring  *keyring.Ring

	money *payment.Service
	pay   *wxpay.Client

	handler  http.Handler
	stopping chan struct{}
	workers  []func(ctx context.Context)
	closers  []io.Closer
}

// New connects to everything that the configuration names and wires the parts.
// It refuses a database whose schema is not this program's.
func New(ctx context.Context, cfg config.Config, opts Options) (*App, error) {
	a := &App{cfg: cfg, log: opts.Log, now: opts.Now, rand: opts.Rand, listener: opts.Listener,
		alarm: cmp.Or(opts.AlarmEvery, 20*time.Second), registry: prometheus.NewRegistry(), stopping: make(chan struct{})}
	if a.log == nil {
		a.log = NewLogger(cfg.Log)
	}
	a.log = slog.New(scrubber{a.log.Handler()})
	if a.rand == nil {
		a.rand = rand.Reader
	}
	if a.now == nil {
		a.now = time.Now
	}
	if err := a.open(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	if err := a.wire(ctx); err != nil {
		return nil, errors.Join(err, a.Close())
	}
	return a, nil
}

// open connects to the systems that hold data.
func (a *App) open(ctx context.Context) (err error) {
	if a.ring, err = keyring.New(a.cfg.Keys.Keyset, a.cfg.Keys.Lookup); err != nil {
		return fmt.Errorf("reading the keys: %w", err)
	}
	db, err := mysql.Open(ctx, mysql.Options{DSN: a.cfg.MySQL.DSN, MaxOpenConns: a.cfg.MySQL.MaxOpenConns})
	if err != nil {
		return err
	}
	a.closers = append(a.closers, db)
	if err := mysql.CheckSchema(ctx, db); err != nil {
		return err
	}
	a.DB = mysql.New(db, a.ring, a.now)
	r := a.cfg.Redis
	if a.rdb, err = redis.Open(ctx, redis.Options{Addrs: r.Addrs, MasterName: r.MasterName, Password: r.Password,
		DB: r.DB, Cluster: r.Cluster}); err != nil {
		return err
	}
	a.closers = append(a.closers, a.rdb)
	if a.blobs, err = blob.Open(ctx, a.cfg.Blob.URL); err != nil {
		return err
	}
	a.closers = append(a.closers, a.blobs)
	return nil
}

// wire builds the services and the handler.
func (a *App) wire(ctx context.Context) error {
	base, err := url.Parse(a.cfg.BaseURL)
	if err != nil {
		return fmt.Errorf("reading base_url: %w", err)
	}
	if err := checkReplies(a.cfg); err != nil {
		return err
	}
	s, err := a.services(ctx)
	if err != nil {
		return err
	}
	s.deps.BaseURL, s.deps.Proxies, s.deps.VerifyFiles = base, a.cfg.Proxies, a.cfg.WeChat.VerifyFiles
	s.deps.AppID, s.deps.MchID, s.deps.FollowScene = a.cfg.WeChat.AppID, a.cfg.WeChatPay.MchID, a.cfg.WeChat.FollowScene
	s.deps.Ready = map[string]handler.Pinger{"mysql": a.DB, "redis": pingRedis{a.rdb}}
	s.deps.Now, s.deps.Log, s.deps.Registry, s.deps.Stopping = a.now, a.log, a.registry, a.stopping
	a.workers = s.workers
	if a.handler, err = handler.New(s.deps); err != nil {
		return err
	}
	if a.cfg.Seal.PrivateKey == "" {
		a.log.WarnContext(ctx, "no seal is configured: evidence PDFs wait for it")
	}
	return nil
}

// Handler is the server's HTTP handler, for tests that need no port.
func (a *App) Handler() http.Handler { return a.handler }

// Close gives back every connection. Run calls it; who never ran calls it.
func (a *App) Close() error {
	var errs []error
	for _, c := range slices.Backward(a.closers) {
		errs = append(errs, c.Close())
	}
	a.closers = nil
	return errors.Join(errs...)
}

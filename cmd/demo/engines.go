package main

import (
	"context"
	"fmt"
	"io"
	"path/filepath"
	"slices"

	"ruxue/repo/embedded"
	"ruxue/repo/local"
)

const database = "ruxue"

// engines are the database and Redis that the demonstration runs on.
type engines struct {
	dsn, redis string
	standIn    bool // embedded: one transaction at a time, nothing is kept
	closers    []io.Closer
}

// startEngines starts private MariaDB and Redis where they are installed and
// start, else the embedded stand-ins.
func startEngines(ctx context.Context, data string, forceEmbedded bool) (*engines, error) {
	if !forceEmbedded && local.HaveMySQL() && local.HaveRedis() {
		e, err := startLocal(ctx, data)
		if err == nil {
			return e, nil
		}
		if local.InUse(filepath.Join(data, "mysql")) {
			return nil, fmt.Errorf("the data folder %s is in use by another demo: %w", data, err)
		}
		fmt.Printf("MariaDB 或 Redis 已安装但没有启动，改用内置替身：%v\n", err)
	}
	e := &engines{standIn: true}
	m, err := embedded.StartMySQL(ctx, database)
	if err != nil {
		return nil, fmt.Errorf("starting the embedded database: %w", err)
	}
	e.closers = append(e.closers, m)
	r, err := embedded.StartRedis(ctx)
	if err != nil {
		e.close()
		return nil, fmt.Errorf("starting the embedded Redis: %w", err)
	}
	e.closers = append(e.closers, r)
	e.dsn, e.redis = m.DSN(database), r.Addr()
	return e, nil
}

func startLocal(ctx context.Context, data string) (*engines, error) {
	e := &engines{}
	m, err := local.StartMySQL(ctx, filepath.Join(data, "mysql"), local.Durable())
	if err != nil {
		return nil, err
	}
	e.closers = append(e.closers, m)
	if err := m.CreateDatabase(ctx, database); err != nil {
		e.close()
		return nil, err
	}
	r, err := local.StartRedis(ctx, filepath.Join(data, "redis"), local.Durable())
	if err != nil {
		e.close()
		return nil, err
	}
	e.closers = append(e.closers, r)
	e.dsn, e.redis = m.DSN(database), r.Addr()
	return e, nil
}

func (e *engines) close() {
	for _, c := range slices.Backward(e.closers) {
		_ = c.Close()
	}
}

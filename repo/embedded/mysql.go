// Package embedded stands in for MariaDB and Redis inside this process, for a
// demonstration on a machine that has neither. Only cmd/demo may import it.
//
// The database (go-mysql-server) is correct for one connection alone: with more
// it loses committed updates, hands out one id twice and ignores FOR UPDATE. So
// its pool must be limited to MaxConns, and then a query that goes past an open
// transaction waits for it for ever. Nothing is kept after Close. miniredis does
// what a single Redis does, except for what a Cluster would refuse.
package embedded

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"regexp"
	"sync"
	"time"

	sqle "github.com/dolthub/go-mysql-server"
	"github.com/dolthub/go-mysql-server/memory"
	"github.com/dolthub/go-mysql-server/server"
	gmssql "github.com/dolthub/go-mysql-server/sql"
	"github.com/go-sql-driver/mysql"
	"github.com/sirupsen/logrus"
)

// MaxConns is the number of connections at which the embedded database is
// correct. A pool on it must be limited to this.
const MaxConns = 1

// MySQL is an in-memory database server on a loopback port.
type MySQL struct {
	addr   string
	server *server.Server
	engine *sqle.Engine
	pro    *memory.DbProvider
	done   chan struct{}
	once   sync.Once
	err    error
}

// StartMySQL starts a server that has the one database dbname, empty. Any
// account without a password may connect to it from this machine.
func StartMySQL(ctx context.Context, dbname string) (*MySQL, error) {
	// The server reports every connection to this process-wide logger.
	logrus.SetOutput(io.Discard)
	pro := memory.NewDBProvider()
	pro.WithOption(memory.NativeIndexProvider(true))
	engine := sqle.NewDefault(pro)
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("opening a port for the embedded database: %w", err)
	}
	// The version is that of the MySQL whose behaviour it copies; the driver
	// wants to see one.
	cfg := server.Config{Protocol: "tcp", Address: l.Addr().String(), Listener: l, Version: "8.0.33"}
	srv, err := server.NewServer(cfg, engine, gmssql.NewContext, memory.NewSessionBuilder(pro), nil)
	if err != nil {
		_ = l.Close()
		return nil, fmt.Errorf("starting the embedded database: %w", err)
	}
	m := &MySQL{addr: cfg.Address, server: srv, engine: engine, pro: pro, done: make(chan struct{})}
	go func() {
		defer close(m.done)
		_ = srv.Start() // returns when the listener closes
	}()
	if err := m.CreateDatabase(ctx, dbname); err != nil {
		_ = m.Close()
		return nil, err
	}
	return m, nil
}

// DSN returns the data source name of a database on this server, with the
// settings that the product's own configuration uses.
func (m *MySQL) DSN(dbname string) string {
	cfg := mysql.NewConfig()
	cfg.User, cfg.Net, cfg.Addr, cfg.DBName = "root", "tcp", m.addr, dbname
	cfg.ParseTime, cfg.Loc, cfg.InterpolateParams = true, time.UTC, true
	cfg.Collation = "utf8mb4_unicode_ci"
	cfg.Params = map[string]string{"time_zone": "'+00:00'"}
	_ = cfg.Apply(mysql.Charset("utf8mb4", "utf8mb4_unicode_ci")) // known names
	return cfg.FormatDSN()
}

var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// CreateDatabase makes the database when there is none of that name. The name
// is lower-case letters, digits and underscores.
func (m *MySQL) CreateDatabase(ctx context.Context, dbname string) error {
	if !plainName.MatchString(dbname) {
		return fmt.Errorf("creating a database: %q is not a plain lower-case name", dbname)
	}
	sctx := gmssql.NewContext(ctx, gmssql.WithSession(memory.NewSession(gmssql.NewBaseSession(), m.pro)))
	if m.pro.HasDatabase(sctx, dbname) {
		return nil
	}
	if err := m.pro.CreateDatabase(sctx, dbname); err != nil {
		return fmt.Errorf("creating database %s: %w", dbname, err)
	}
	return nil
}

// Close ends the server; its data are gone. It may be called more than once.
func (m *MySQL) Close() error {
	m.once.Do(func() {
		m.err = m.server.Close()
		<-m.done
		// The engine reports its own background threads' end as a cancellation.
		if err := m.engine.Close(); m.err == nil && !errors.Is(err, context.Canceled) {
			m.err = err
		}
	})
	return m.err
}

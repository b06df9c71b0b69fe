package local

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/go-sql-driver/mysql"
)

// MySQL is a private MariaDB or MySQL server.
type MySQL struct {
	addr    string
	child   *child
	release func()
	once    sync.Once
	err     error
}

// HaveMySQL reports whether a MariaDB or MySQL server is installed here with
// what it needs to make a data folder.
func HaveMySQL() bool {
	_, err := findMySQL()
	return err == nil
}

// StartMySQL starts a server on the folder dir, making its data there when
// there are none yet, and returns when it answers queries. ctx bounds the start
// only; Close, or the end of this program, ends the server.
func StartMySQL(ctx context.Context, dir string, opts ...Option) (*MySQL, error) {
	o := collect(opts)
	prog, err := findMySQL()
	if err != nil {
		return nil, err
	}
	dir, release, err := claim(dir)
	if err != nil {
		return nil, err
	}
	if err := prog.initialise(ctx, dir); err != nil {
		release()
		return nil, err
	}
	for range startAttempts {
		var m *MySQL
		if m, err = prog.boot(ctx, dir, o); err == nil {
			m.release = release
			return m, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	release()
	return nil, fmt.Errorf("starting a private database in %s: %w", dir, err)
}

// boot makes one attempt on one port.
func (p mysqlProgram) boot(ctx context.Context, dir string, o options) (*MySQL, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	onDeath := syscall.SIGKILL
	if o.durable {
		onDeath = syscall.SIGTERM // time for a clean end, so that the next start has nothing to recover
	}
	c, err := spawn(p.server, p.serverArgs(dir, port, o), dir, filepath.Join(dir, "server.log"), onDeath)
	if err != nil {
		return nil, err
	}
	m := &MySQL{addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), child: c}
	if err := c.await(ctx, m.ping); err != nil {
		c.kill()
		return nil, err
	}
	return m, nil
}

func (m *MySQL) ping(ctx context.Context) error {
	return m.exec(ctx, "DO 1")
}

// exec runs one statement outside any database on a connection of its own.
func (m *MySQL) exec(ctx context.Context, stmt string) error {
	cfg, err := mysql.ParseDSN(m.DSN(""))
	if err != nil {
		return err
	}
	cfg.Logger = &mysql.NopLogger{} // refused connections are expected while it boots
	conn, err := mysql.NewConnector(cfg)
	if err != nil {
		return err
	}
	db := sql.OpenDB(conn)
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, stmt)
	return err
}

// DSN returns the data source name of a database on this server, with the
// settings that the product's own configuration uses: UTC times, utf8mb4,
// parameters interpolated by the driver.
func (m *MySQL) DSN(dbname string) string { return DSN(m.addr, "root", dbname) }

// DSN writes a data source name for an account without a password.
func DSN(addr, user, dbname string) string {
	cfg := mysql.NewConfig()
	cfg.User, cfg.Net, cfg.Addr, cfg.DBName = user, "tcp", addr, dbname
	cfg.ParseTime, cfg.Loc, cfg.InterpolateParams = true, time.UTC, true
	cfg.Collation = "utf8mb4_unicode_ci"
	cfg.Params = map[string]string{"time_zone": "'+00:00'"}
	_ = cfg.Apply(mysql.Charset("utf8mb4", "utf8mb4_unicode_ci"))
	return cfg.FormatDSN()
}

var plainName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,62}$`)

// CreateDatabase makes the database when there is none of that name. The name
// is lower-case letters, digits and underscores.
func (m *MySQL) CreateDatabase(ctx context.Context, dbname string) error {
	if !plainName.MatchString(dbname) {
		return fmt.Errorf("creating a database: %q is not a plain lower-case name", dbname)
	}
	stmt := "CREATE DATABASE IF NOT EXISTS `" + dbname + "` CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci"
	if err := m.exec(ctx, stmt); err != nil {
		return fmt.Errorf("creating database %s: %w", dbname, err)
	}
	return nil
}

// Pid is the server's process id.
func (m *MySQL) Pid() int { return m.child.cmd.Process.Pid }

// Close ends the server, letting it write its data first. It may be called
// more than once.
func (m *MySQL) Close() error {
	m.once.Do(func() {
		m.err = m.child.stop()
		m.release()
	})
	return m.err
}

// Kill ends the server at once, as a power cut would, and gives the folder
// back. A later Close does nothing.
func (m *MySQL) Kill() {
	m.once.Do(func() {
		m.child.kill()
		m.release()
	})
}

// exists reports whether there is a file or folder at path.
func exists(path string) (bool, error) {
	_, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

package local

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Databases is how many logical databases a private Redis has: enough for every
// test of a package to have its own.
const Databases = 1024

// Redis is a private Redis server.
type Redis struct {
	addr    string
	child   *child
	release func()
	once    sync.Once
	err     error
}

// HaveRedis reports whether a Redis server is installed here.
func HaveRedis() bool { return findRedis() != "" }

func findRedis() string { return find("redis-server", "valkey-server") }

// StartRedis starts a server that keeps its files in dir and returns when it
// answers. Without Durable nothing is kept between starts. ctx bounds the start
// only; Close, or the end of this program, ends the server.
func StartRedis(ctx context.Context, dir string, opts ...Option) (*Redis, error) {
	o := collect(opts)
	bin := findRedis()
	if bin == "" {
		return nil, fmt.Errorf("redis-server: %w", ErrNotInstalled)
	}
	dir, release, err := claim(dir)
	if err != nil {
		return nil, err
	}
	for range startAttempts {
		var r *Redis
		if r, err = bootRedis(ctx, bin, dir, o); err == nil {
			r.release = release
			return r, nil
		}
		if ctx.Err() != nil {
			break
		}
	}
	release()
	return nil, fmt.Errorf("starting a private Redis in %s: %w", dir, err)
}

func bootRedis(ctx context.Context, bin, dir string, o options) (*Redis, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	onDeath := syscall.SIGKILL
	appendOnly := "no"
	if o.durable {
		onDeath, appendOnly = syscall.SIGTERM, "yes"
	}
	args := []string{
		"--bind", "127.0.0.1", "--port", strconv.Itoa(port), "--dir", dir,
		"--databases", strconv.Itoa(Databases), "--save", "", "--appendonly", appendOnly, "--appendfsync", "everysec", "--daemonize", "no",
	}
	c, err := spawn(bin, args, dir, filepath.Join(dir, "server.log"), onDeath)
	if err != nil {
		return nil, err
	}
	r := &Redis{addr: net.JoinHostPort("127.0.0.1", strconv.Itoa(port)), child: c}
	if err := c.await(ctx, r.ping); err != nil {
		c.kill()
		return nil, err
	}
	return r, nil
}

// ping speaks the inline form of the protocol, so that this package needs no
// Redis client. A server that is still loading its file answers with an error.
func (r *Redis) ping(ctx context.Context) error {
	d := net.Dialer{Timeout: time.Second}
	conn, err := d.DialContext(ctx, "tcp", r.addr)
	if err != nil {
		return err
	}
	defer func() { _ = conn.Close() }()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	line, err := bufio.NewReader(conn).ReadString('\n')
	if err != nil {
		return err
	}
	if line = strings.TrimSpace(line); line != "+PONG" {
		return fmt.Errorf("answered %q", line)
	}
	return nil
}

// Addr is the server's host and port.
func (r *Redis) Addr() string { return r.addr }

// Pid is the server's process id.
func (r *Redis) Pid() int { return r.child.cmd.Process.Pid }

// Close ends the server, letting it write its data first. It may be called
// more than once.
func (r *Redis) Close() error {
	r.once.Do(func() {
		r.err = r.child.stop()
		r.release()
	})
	return r.err
}

// Kill ends the server at once, as a power cut would, and gives the folder
// back. A later Close does nothing.
func (r *Redis) Kill() {
	r.once.Do(func() {
		r.child.kill()
		r.release()
	})
}

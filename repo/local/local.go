// Package local runs a private MariaDB (or MySQL) and a private Redis as child
// processes of this program, for the demonstration and for tests.
//
// Both listen on a free port of the loopback address only, keep their files in
// the one folder they are given, and end with the program that started them.
// The folder is locked while a server runs on it, so two programs never share
// one. The database accounts have no password: whoever can open a loopback
// connection on this machine can read the data, so nothing real belongs here.
package local

import (
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// ErrNotInstalled says that the server's programs are not on this machine.
var ErrNotInstalled = errors.New("not installed on this machine")

// ErrBusy says that another process is running a server on the same folder.
var ErrBusy = errors.New("folder is in use by another process")

// startTimeout bounds one start when the caller's context does not. Recovery
// of a kept folder after a crash is what takes longest.
const startTimeout = 60 * time.Second

// startAttempts is how many ports are tried: between choosing a free port and
// the server's taking it another program may come first.
const startAttempts = 3

// Option changes how a private server is started.
type Option func(*options)

type options struct {
	durable bool
}

// Durable makes the server keep what it has acknowledged through a crash of
// the machine: every commit reaches the disk (MySQL), or the append-only file
// within a second (Redis). Without it the server is faster, and its data are
// only safe after Close.
func Durable() Option { return func(o *options) { o.durable = true } }

func collect(opts []Option) options {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	return o
}

// sbinDirs are searched after PATH: servers are often installed where an
// ordinary user's PATH does not look.
var sbinDirs = []string{
	"/usr/sbin", "/usr/local/sbin", "/usr/local/bin", "/usr/libexec",
	"/opt/homebrew/bin", "/usr/local/mysql/bin",
}

// find returns the path of the first of the named programs that is installed,
// or "".
func find(names ...string) string {
	for _, name := range names {
		if p, err := exec.LookPath(name); err == nil {
			if abs, err := filepath.Abs(p); err == nil {
				return abs
			}
		}
		for _, dir := range sbinDirs {
			p := filepath.Join(dir, name)
			if fi, err := os.Stat(p); err == nil && fi.Mode().IsRegular() && fi.Mode()&0o111 != 0 {
				return p
			}
		}
	}
	return ""
}

// freePort returns a loopback TCP port that was free a moment ago.
func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // nothing to wait for
	if err != nil {
		return 0, fmt.Errorf("looking for a free port: %w", err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	return port, l.Close()
}

// claim creates the folder when it is missing and locks it. The returned
// function gives the lock back.
func claim(dir string) (abs string, release func(), err error) {
	abs, err = filepath.Abs(dir)
	if err != nil {
		return "", nil, fmt.Errorf("resolving folder %s: %w", dir, err)
	}
	if err := os.MkdirAll(abs, 0o700); err != nil {
		return "", nil, fmt.Errorf("creating folder: %w", err)
	}
	release, err = lockFile(filepath.Join(abs, "lock"))
	if err != nil {
		return "", nil, fmt.Errorf("locking %s: %w", abs, err)
	}
	return abs, release, nil
}

// InUse reports whether a process is running a server on the folder dir.
func InUse(dir string) bool {
	if ok, err := exists(filepath.Join(dir, "lock")); !ok {
		return err != nil // what cannot be read is better left alone
	}
	release, err := lockFile(filepath.Join(dir, "lock"))
	if err != nil {
		return true
	}
	release()
	return false
}

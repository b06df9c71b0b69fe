package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// stopTimeout is how long a server may take to write its data before it is
// killed.
const stopTimeout = 20 * time.Second

// child is one running server process.
type child struct {
	name    string
	cmd     *exec.Cmd
	log     string // path of the file that holds its output
	done    chan struct{}
	waitErr error // set before done is closed
}

// spawn starts a server whose output goes to the file log.
//
// The parent-death signal of Linux is bound to the thread that forked, not to
// the process, so the thread stays locked to a goroutine that lives as long as
// the child: otherwise the Go runtime could retire it and take the server down.
func spawn(bin string, args []string, dir, log string, onParentDeath syscall.Signal) (*child, error) {
	out, err := os.OpenFile(log, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the server's log: %w", err)
	}
	cmd := exec.Command(bin, args...) //nolint:noctx // outlives the context of its start; Close ends it
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, out, out
	cmd.SysProcAttr = procAttr(onParentDeath)
	c := &child{name: bin, cmd: cmd, log: log, done: make(chan struct{})}
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		defer func() { _ = out.Close() }()
		if err := cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		c.waitErr = cmd.Wait()
		close(c.done)
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("starting %s: %w", bin, err)
	}
	return c, nil
}

// await calls ready until it succeeds, the child ends, or ctx does.
func (c *child) await(ctx context.Context, ready func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	last := errors.New("not asked yet")
	for {
		select {
		case <-c.done:
			return fmt.Errorf("%s ended while starting (%w); its last words: %s", c.name, c.exit(), c.tail())
		case <-ctx.Done():
			return fmt.Errorf("%s did not answer: %w (%w); its last words: %s", c.name, ctx.Err(), last, c.tail())
		case <-tick.C:
			if last = ready(ctx); last == nil {
				return nil
			}
		}
	}
}

func (c *child) exit() error {
	if c.waitErr != nil {
		return c.waitErr
	}
	return errors.New("exit status 0")
}

// stop asks the server to end, waits, and kills it when it does not. Stopping
// a server that has ended is not an error.
func (c *child) stop() error {
	if err := c.cmd.Process.Signal(syscall.SIGTERM); err != nil {
		_ = c.cmd.Process.Kill() // also where there is no SIGTERM (Windows)
	}
	select {
	case <-c.done:
		return nil
	case <-time.After(stopTimeout):
	}
	_ = c.cmd.Process.Kill()
	<-c.done
	return fmt.Errorf("%s did not end within %s and was killed", c.name, stopTimeout)
}

// kill ends the server at once; its data are not wanted any more.
func (c *child) kill() {
	_ = c.cmd.Process.Kill()
	<-c.done
}

// tail returns the last lines of the server's output, for an error message.
func (c *child) tail() string {
	b, err := os.ReadFile(c.log)
	if err != nil {
		return "(none)"
	}
	return lastLines(string(b), 6)
}

func lastLines(s string, n int) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	if len(lines) == 1 && lines[0] == "" {
		return "(none)"
	}
	return strings.Join(lines, " | ")
}

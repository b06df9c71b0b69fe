package local

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// mysqlProgram is what was found installed.
type mysqlProgram struct {
	server  string
	install string // MariaDB's script that makes a data folder; MySQL's server does it itself
}

func (p mysqlProgram) mariadb() bool { return p.install != "" }

// findMySQL looks for MariaDB first. A program called mysqld may be either, and
// only its version line tells.
func findMySQL() (mysqlProgram, error) {
	server := find("mariadbd", "mysqld")
	if server == "" {
		return mysqlProgram{}, fmt.Errorf("mariadbd or mysqld: %w", ErrNotInstalled)
	}
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	out, err := exec.CommandContext(ctx, server, "--no-defaults", "--version").Output()
	if err != nil {
		return mysqlProgram{}, fmt.Errorf("asking %s for its version: %w", server, err)
	}
	if !strings.Contains(string(out), "MariaDB") {
		return mysqlProgram{server: server}, nil
	}
	install := find("mariadb-install-db", "mysql_install_db")
	if install == "" {
		return mysqlProgram{}, fmt.Errorf("mariadb-install-db: %w", ErrNotInstalled)
	}
	return mysqlProgram{server: server, install: install}, nil
}

// initialise makes the data folder when it is missing. It is made under
// another name and renamed when complete, so a start that was interrupted
// leaves nothing that a later one would take for data.
func (p mysqlProgram) initialise(ctx context.Context, dir string) error {
	data := filepath.Join(dir, "data")
	if ok, err := exists(data); ok || err != nil {
		return err
	}
	tmp := filepath.Join(dir, "data.new")
	if err := os.RemoveAll(tmp); err != nil {
		return fmt.Errorf("clearing an unfinished data folder: %w", err)
	}
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	bin, args := p.installCommand(tmp)
	cmd := exec.CommandContext(ctx, bin, args...)
	cmd.Dir = dir
	cmd.WaitDelay = 2 * time.Second // its own children may hold the pipe
	out, err := cmd.CombinedOutput()
	if err != nil {
		return errors.Join(
			fmt.Errorf("making a database folder with %s: %w; its last words: %s", bin, err, lastLines(string(out), 6)),
			os.RemoveAll(tmp))
	}
	if err := os.Rename(tmp, data); err != nil {
		return fmt.Errorf("keeping the new database folder: %w", err)
	}
	return nil
}

func (p mysqlProgram) installCommand(data string) (bin string, args []string) {
	if !p.mariadb() {
		args = []string{"--no-defaults", "--initialize-insecure", "--datadir=" + data}
		return p.server, append(args, asRoot()...)
	}
	args = []string{
		"--no-defaults", "--datadir=" + data, "--auth-root-authentication-method=normal",
		"--skip-test-db", "--skip-name-resolve", "--innodb-log-file-size=8M",
	}
	return p.install, append(args, asRoot()...)
}

// serverArgs names everything that differs from the defaults; --no-defaults
// keeps the machine's own configuration out. The socket's name is relative to
// the data folder because the length of a socket's path is limited.
func (p mysqlProgram) serverArgs(dir string, port int, o options) []string {
	flush := "0"
	if o.durable {
		flush = "1"
	}
	args := []string{
		"--no-defaults", "--datadir=" + filepath.Join(dir, "data"), "--socket=s.sock",
		"--port=" + strconv.Itoa(port), "--bind-address=127.0.0.1",
		"--pid-file=" + filepath.Join(dir, "pid"),
		"--skip-log-bin", "--innodb-flush-log-at-trx-commit=" + flush,
		"--innodb-buffer-pool-size=64M", "--performance-schema=OFF", "--max-connections=500",
		"--character-set-server=utf8mb4", "--collation-server=utf8mb4_unicode_ci",
	}
	if p.mariadb() {
		// Without name resolution no slow or broken resolver delays a connection.
		args = append(args, "--skip-name-resolve", "--innodb-log-file-size=8M")
	} else {
		// MySQL makes root@localhost alone, so 127.0.0.1 has to be resolved to it.
		args = append(args, "--mysqlx=OFF")
	}
	if !o.durable {
		args = append(args, "--innodb-doublewrite=0")
	}
	return append(args, asRoot()...)
}

// asRoot is the consent that both servers demand before they run as root.
func asRoot() []string {
	if os.Geteuid() == 0 {
		return []string{"--user=root"}
	}
	return nil
}

//go:build linux

package local_test

import (
	"bufio"
	"context"
	"database/sql"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql"

	"ruxue/repo/local"
)

// need skips a test whose server is not installed, or fails it where the test
// command demands all of them (see .ci/test).
func need(t *testing.T, have bool, what string) {
	t.Helper()
	if have {
		return
	}
	if os.Getenv("RUXUE_TEST_REQUIRE") == "1" {
		t.Fatalf("%s is not installed", what)
	}
	t.Skipf("%s is not installed", what)
}

func open(t *testing.T, dsn string) *sql.DB {
	t.Helper()
	db, err := sql.Open("mysql", dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

func exec1(t *testing.T, db *sql.DB, stmts ...string) {
	t.Helper()
	for _, s := range stmts {
		if _, err := db.ExecContext(t.Context(), s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

func TestMySQLKeepsItsFolder(t *testing.T) {
	need(t, local.HaveMySQL(), "MariaDB")
	dir := filepath.Join(t.TempDir(), "db")
	m, err := local.StartMySQL(t.Context(), dir, local.Durable())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	for range 2 { // a second time is no error
		if err := m.CreateDatabase(t.Context(), "ruxue"); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := local.StartMySQL(t.Context(), dir); !errors.Is(err, local.ErrBusy) {
		t.Errorf("a second server on one folder: %v, want ErrBusy", err)
	}
	if !local.InUse(dir) {
		t.Error("a folder with a running server counts as unused")
	}
	db := open(t, m.DSN("ruxue"))
	exec1(t, db, "CREATE TABLE note (body VARCHAR(40), at DATETIME(6))")
	at := time.Date(2026, 11, 22, 3, 4, 5, 6000, time.UTC)
	if _, err := db.ExecContext(t.Context(), "INSERT INTO note VALUES (?, ?)", "入学😀", at); err != nil {
		t.Fatal(err)
	}
	_ = db.Close()
	m.Kill() // what was acknowledged outlives a crash
	_ = m.Close()

	m, err = local.StartMySQL(t.Context(), dir, local.Durable())
	if err != nil {
		t.Fatal("second start:", err)
	}
	t.Cleanup(func() { _ = m.Close() })
	var body, zone string
	var got time.Time
	row := open(t, m.DSN("ruxue")).QueryRowContext(t.Context(), "SELECT body, at, @@session.time_zone FROM note")
	if err := row.Scan(&body, &got, &zone); err != nil {
		t.Fatal(err)
	}
	if body != "入学😀" || !got.Equal(at) || zone != "+00:00" {
		t.Errorf("read %q %v %s", body, got, zone)
	}
	if err := m.Close(); err != nil {
		t.Error("close:", err)
	}
	if err := m.Close(); err != nil {
		t.Error("second close:", err)
	}
	if local.InUse(dir) || local.InUse(filepath.Join(dir, "nowhere")) {
		t.Error("a folder without a server counts as used")
	}
	if alive(m.Pid()) {
		t.Error("the server outlived Close")
	}
}

func TestCreateDatabaseRefusesOddNames(t *testing.T) {
	m := &local.MySQL{}
	for _, name := range []string{"", "a`b", "Upper", "a b", "1a", "a;drop", strings.Repeat("a", 64)} {
		if err := m.CreateDatabase(t.Context(), name); err == nil || !strings.Contains(err.Error(), "plain") {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func TestUnfinishedFolderIsMadeAnew(t *testing.T) {
	need(t, local.HaveMySQL(), "MariaDB")
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "data.new", "mysql"), 0o700); err != nil {
		t.Fatal(err)
	}
	m, err := local.StartMySQL(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	m.Kill()
}

func TestBrokenFolderIsExplained(t *testing.T) {
	need(t, local.HaveMySQL(), "MariaDB")
	dir := t.TempDir()
	if err := os.MkdirAll(filepath.Join(dir, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	_, err := local.StartMySQL(t.Context(), dir)
	if err == nil || !strings.Contains(err.Error(), "last words") {
		t.Fatalf("got %v", err)
	}
	// The folder is free again after a start that failed.
	if err := os.Remove(filepath.Join(dir, "data")); err != nil {
		if err := os.RemoveAll(filepath.Join(dir, "data")); err != nil {
			t.Fatal(err)
		}
	}
	m, err := local.StartMySQL(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	m.Kill()
}

func TestStartGivesUpWithItsContext(t *testing.T) {
	need(t, local.HaveMySQL(), "MariaDB")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := local.StartMySQL(ctx, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func TestDSN(t *testing.T) {
	dsn := local.DSN("127.0.0.1:3306", "root", "ruxue")
	for _, want := range []string{
		"root@tcp(127.0.0.1:3306)/ruxue?", "parseTime=true", "time_zone=%27%2B00%3A00%27",
		"interpolateParams=true", "charset=utf8mb4", "collation=utf8mb4_unicode_ci",
	} {
		if !strings.Contains(dsn, want) {
			t.Errorf("%s lacks %s", dsn, want)
		}
	}
}

// command sends one inline Redis command and returns the reply's last line.
func command(t *testing.T, addr, line string, replyLines int) string {
	t.Helper()
	var d net.Dialer
	conn, err := d.DialContext(t.Context(), "tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write([]byte(line + "\r\n")); err != nil {
		t.Fatal(err)
	}
	r, out := bufio.NewReader(conn), ""
	for range replyLines {
		if out, err = r.ReadString('\n'); err != nil {
			t.Fatal(err)
		}
	}
	return strings.TrimSpace(out)
}

func TestRedis(t *testing.T) {
	need(t, local.HaveRedis(), "Redis")
	for _, c := range []struct {
		name string
		opts []local.Option
		want string
	}{
		{"durable", []local.Option{local.Durable()}, "7"},
		{"fleeting", nil, "$-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := t.TempDir()
			r, err := local.StartRedis(t.Context(), dir, c.opts...)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(r.Kill)
			if _, err := local.StartRedis(t.Context(), dir); !errors.Is(err, local.ErrBusy) {
				t.Errorf("a second server on one folder: %v, want ErrBusy", err)
			}
			if got := command(t, r.Addr(), "SET k 7", 1); got != "+OK" {
				t.Fatal(got)
			}
			if err := r.Close(); err != nil {
				t.Error(err)
			}
			if r, err = local.StartRedis(t.Context(), dir, c.opts...); err != nil {
				t.Fatal(err)
			}
			t.Cleanup(r.Kill)
			lines := 2
			if c.want == "$-1" {
				lines = 1
			}
			if got := command(t, r.Addr(), "GET k", lines); got != c.want {
				t.Errorf("after a restart: %s, want %s", got, c.want)
			}
		})
	}
}

func alive(pid int) bool { return syscall.Kill(pid, 0) == nil }

// TestServersDieWithTheirParent runs this test program again as a parent that
// starts both servers and is then killed without a chance to clean up.
func TestServersDieWithTheirParent(t *testing.T) {
	if dir := os.Getenv("RUXUE_LOCAL_PARENT"); dir != "" {
		m, err := local.StartMySQL(t.Context(), filepath.Join(dir, "db"))
		if err != nil {
			t.Fatal(err)
		}
		r, err := local.StartRedis(t.Context(), filepath.Join(dir, "redis"))
		if err != nil {
			t.Fatal(err)
		}
		pids := strconv.Itoa(m.Pid()) + " " + strconv.Itoa(r.Pid()) + "\n"
		if _, err := os.Stdout.WriteString(pids); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Minute)
		return
	}
	need(t, local.HaveMySQL() && local.HaveRedis(), "MariaDB or Redis")
	cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServersDieWithTheirParent$")
	cmd.Env = append(os.Environ(), "RUXUE_LOCAL_PARENT="+t.TempDir())
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	// Threads come and go meanwhile; the servers must not go with one of them.
	time.Sleep(300 * time.Millisecond)
	var pids []int
	for f := range strings.FieldsSeq(line) {
		pid, err := strconv.Atoi(f)
		if err != nil || !alive(pid) {
			t.Fatalf("no server is running: %q", line)
		}
		pids = append(pids, pid)
	}
	_ = cmd.Process.Kill()
	_ = cmd.Wait()
	deadline := time.Now().Add(20 * time.Second)
	for _, pid := range pids {
		for running(pid) {
			if time.Now().After(deadline) {
				t.Fatalf("process %d outlived its parent", pid)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// running is false for a zombie that nobody has reaped yet.
func running(pid int) bool {
	b, err := os.ReadFile("/proc/" + strconv.Itoa(pid) + "/stat")
	if err != nil {
		return alive(pid)
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	return !strings.HasPrefix(rest, "Z")
}

// Package repotest gives a test a database and a Redis of its own, on real
// engines.
//
// TEST_MYSQL_DSN and TEST_REDIS_ADDR name servers that are given over to tests
// (an account that may create databases; a Redis whose numbered databases may
// be flushed). Where they are not set, one private MariaDB and one private Redis
// are started for the test process, on a RAM disk where there is one, and end
// with it; RUXUE_TEST_DIR names another place for their files. Where the programs are not installed either the test is skipped, or
// fails when RUXUE_TEST_REQUIRE=1, as the project's test command sets it.
package repotest

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"ruxue/repo/local"
)

// folderPrefix begins the names of the folders that hold private servers.
const folderPrefix = "ruxue-test-"

// staleAfter is the age at which a folder that no server uses is taken for the
// remains of a test process that was killed. A younger one may be about to get
// its server.
const staleAfter = time.Minute

var folder = sync.OnceValues(func() (string, error) {
	base := os.Getenv("RUXUE_TEST_DIR")
	if base == "" {
		base = tempBase()
	}
	sweep(base, time.Now())
	dir, err := os.MkdirTemp(base, folderPrefix)
	if err != nil {
		return "", fmt.Errorf("making a folder for private servers: %w", err)
	}
	AtExit(func() { _ = os.RemoveAll(dir) })
	return dir, nil
})

// sweep removes what earlier test processes left behind: most packages have no
// TestMain, so nothing runs at their end.
func sweep(base string, now time.Time) {
	dirs, err := filepath.Glob(filepath.Join(base, folderPrefix+"*"))
	if err != nil {
		return
	}
	for _, dir := range dirs {
		fi, err := os.Stat(dir)
		if err != nil || now.Sub(fi.ModTime()) < staleAfter {
			continue
		}
		if !local.InUse(filepath.Join(dir, "mysql")) && !local.InUse(filepath.Join(dir, "redis")) {
			_ = os.RemoveAll(dir)
		}
	}
}

var (
	exitMu  sync.Mutex
	exitFns []func()
)

// AtExit has Main run fn when the tests are over, the last one given first.
func AtExit(fn func()) {
	exitMu.Lock()
	defer exitMu.Unlock()
	exitFns = append(exitFns, fn)
}

// Main runs a package's tests, ends the private servers, removes their folder
// and exits. A package that wants this says
//
//	func TestMain(m *testing.M) { repotest.Main(m) }
//
// Without it the servers end with the process all the same, and their folder is
// removed by a later run.
func Main(m *testing.M) {
	code := m.Run()
	exitMu.Lock()
	for _, exitFn := range slices.Backward(exitFns) { // the folder was registered first
		exitFn()
	}
	exitMu.Unlock()
	os.Exit(code)
}

// missing ends a test that cannot have its server.
func missing(t testing.TB, what, env string, err error) {
	t.Helper()
	if os.Getenv("RUXUE_TEST_REQUIRE") == "1" {
		t.Fatalf("this test needs %s and RUXUE_TEST_REQUIRE=1 forbids skipping: %v", what, err)
	}
	t.Skipf("needs %s: install it or set %s", what, env)
}

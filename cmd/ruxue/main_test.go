package main

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"ruxue/config"
	"ruxue/repo/repotest"
)

// asProgram makes the test binary the program itself, so that tests see what a
// shell would: the exit code and both outputs.
const asProgram = "TEST_AS_PROGRAM"

func TestMain(m *testing.M) {
	if os.Getenv(asProgram) == "1" {
		main()
		os.Exit(0)
	}
	repotest.Main(m)
}

// ran is how a run of the program ended.
type ran struct {
	code           int
	stdout, stderr string
}

// run runs the program as a process of its own.
func run(t testing.TB, args ...string) ran {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0], args...)
	cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, config.EnvPrefix) })
	cmd.Env = append(cmd.Env, asProgram+"=1")
	out, err := cmd.Output()
	r := ran{stdout: string(out)}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		r.code, r.stderr = exit.ExitCode(), string(exit.Stderr)
	} else if err != nil {
		t.Fatal(err)
	}
	return r
}

package app_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/config"
	"ruxue/repo/repotest"
)

// server is the production binary as a process of its own.
type server struct {
	t      *testing.T
	w      *world
	binary string
	config string
	base   string // its own address
	cmd    *exec.Cmd
}

var built = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "ruxue-binary-")
	if err != nil {
		return "", err
	}
	repotest.AtExit(func() { _ = os.RemoveAll(dir) })
	binary := filepath.Join(dir, "ruxue")
	if out, err := exec.Command("go", "build", "-o", binary, "ruxue/cmd/ruxue").CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w\n%s", err, out)
	}
	return binary, nil
})

// build compiles the production binary, once for all tests.
func build(t testing.TB) string {
	t.Helper()
	binary, err := built()
	if err != nil {
		t.Fatal("building cmd/ruxue: ", err)
	}
	return binary
}

func newServer(t *testing.T, w *world) *server {
	t.Helper()
	return newServerOn(t, w, build(t), strings.TrimPrefix(w.base, "http://"))
}

// newServerOn starts a server on the address; base_url stays the world's.
func newServerOn(t *testing.T, w *world, binary, address string) *server {
	t.Helper()
	s := &server{t: t, w: w, binary: binary, config: filepath.Join(t.TempDir(), "config.yaml"), base: "http://" + address}
	cfg := w.cfg
	cfg.Listen = address
	raw, err := stage.File(cfg)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(s.config, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	s.start()
	t.Cleanup(func() { s.kill() })
	return s
}

func (s *server) start() {
	s.t.Helper()
	s.cmd = exec.Command(s.binary, "serve", "--config", s.config)
	s.cmd.Env = slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, config.EnvPrefix) })
	var stderr bytes.Buffer
	s.cmd.Stderr = &stderr
	if err := s.cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	for range 1200 {
		res, err := http.Get(s.base + "/readyz")
		if err == nil {
			_ = res.Body.Close()
			if res.StatusCode == http.StatusOK {
				return
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	s.kill()
	s.t.Fatalf("the server does not get ready: %s", stderr.String())
}

func (s *server) kill() {
	_ = s.cmd.Process.Signal(syscall.SIGKILL)
	_ = s.cmd.Wait()
}

// duePages are the pages in the order of the journey of 专升本.
var duePages = []string{"/c/hhu/login", "/c/hhu/choices", "/c/hhu/face", "/c/hhu/verify", "/c/hhu/form/basic", "/c/hhu/form/family",
	"/c/hhu/form/graduation", "/c/hhu/attachments", "/c/hhu/sign/pledge", "/pay/hhu", "/c/hhu/done"}

// dueAfter is the page that is due once a step was answered with success.
var dueAfter = map[string]string{"login": "/c/hhu/choices", "choose": "/c/hhu/face", "face": "/c/hhu/verify",
	"verify": "/c/hhu/form/basic", "basic": "/c/hhu/form/family", "family": "/c/hhu/form/graduation",
	"graduation": "/c/hhu/attachments", "attachments": "/c/hhu/sign/pledge", "sign": "/pay/hhu", "pay": "/pay/hhu",
	"settled": "/c/hhu/done"}

// TestKilledAtAnyMoment kills the server (SIGKILL) at 30 random moments of
// journeys and goes on: what was answered with success is there, and nothing
// happens twice.
func TestKilledAtAnyMoment(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: this test builds and kills the production binary")
	}
	const kills, perStudent = 30, 5
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 0))
	w := prepareWorld(t, 12)
	s := newServer(t, w)
	walked := 0
	for done := 0; done < kills; walked++ {
		i := []int{0, 2, 4, 6, 8, 10}[walked%6] // the sample's 专升本 students
		moments := rnd.Perm(len(stage.Steps()))[:perStudent]
		done += perStudent
		number := walkKilled(t, s, rnd, w.student(i), moments)
		w.wantRegistered(t, w.student(i), number)
	}
	if n := w.count(t, `SELECT COUNT(*) FROM payment`); n != walked {
		t.Errorf("%d payments for %d students", n, walked)
	}
	if n := w.count(t, `SELECT COUNT(*) FROM refund`); n != 0 {
		t.Errorf("%d refunds: somebody was charged twice", n)
	}
}

func walkKilled(t *testing.T, s *server, rnd *rand.Rand, st stage.Student, moments []int) string {
	t.Helper()
	phone := s.w.phone()
	for n, step := range stage.Steps() {
		if slices.Contains(moments, n) {
			s.interrupt(rnd, func(ctx context.Context) error { return step.Act(ctx, phone, st) })
		}
		if err := again(t.Context(), func(ctx context.Context) error { return step.Act(ctx, phone, st) }); err != nil {
			t.Fatalf("%s after a kill: %v", step.Name, err)
		}
		wantReached(t, phone, dueAfter[step.Name])
	}
	number, err := stage.Number(t.Context(), phone)
	if err != nil {
		t.Fatal(err)
	}
	return number
}

// interrupt kills the server while the act is on its way, and starts it again.
func (s *server) interrupt(rnd *rand.Rand, act func(ctx context.Context) error) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), 20*time.Second)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- act(ctx) }()
	time.Sleep(time.Duration(rnd.IntN(120)) * time.Millisecond)
	s.kill()
	s.start()
	if err := <-ended; err != nil { // nil where the answer was faster than the kill
		s.t.Logf("interrupted: %v", err)
	}
}

// again repeats an act as a patient student does, as the page tells her: a code
// that was used by the login whose answer was lost can be asked for anew after
// a minute, and the lease of a cashier that was being opened ends after 40 s.
func again(ctx context.Context, act func(ctx context.Context) error) (err error) {
	for range 8 {
		if err = act(ctx); err == nil {
			return nil
		}
		if !strings.Contains(err.Error(), "login") && !strings.Contains(err.Error(), "请稍候几秒再试") {
			return err
		}
		time.Sleep(10 * time.Second)
	}
	return err
}

func wantReached(t *testing.T, w *stage.Walker, page string) {
	t.Helper()
	a, err := w.Get(t.Context(), "/c/hhu/")
	if err != nil {
		t.Fatal(err)
	}
	if slices.Index(duePages, a.Path) < slices.Index(duePages, page) {
		t.Fatalf("answered with success and lost: %s is due, want %s or later", a.Path, page)
	}
}

func (w *world) count(t testing.TB, query string) int {
	t.Helper()
	var n int
	if err := w.db(t).GetContext(t.Context(), &n, query); err != nil {
		t.Fatal(fmt.Errorf("%s: %w", query, err))
	}
	return n
}

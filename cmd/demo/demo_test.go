package main

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
)

// output is the demo's, read while it is written.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// TestDemoOnTheStandIns runs the demo as on a machine with only Go: one student
// registers on the embedded database, and the console works there.
func TestDemoOnTheStandIns(t *testing.T) {
	product, sim := free(t), free(t)
	ctx, stop := context.WithCancel(t.Context())
	out, ended := &output{}, make(chan error, 1)
	go func() {
		ended <- run(ctx, options{listen: product, simulator: sim, data: t.TempDir(), embedded: true}, out)
	}()
	defer func() {
		stop()
		if err := <-ended; err != nil {
			t.Error("the demo does not stop cleanly: ", err)
		}
	}()
	for range 300 {
		if strings.Contains(out.String(), "Ctrl+C") {
			break
		}
		time.Sleep(100 * time.Millisecond)
	}
	text := out.String()
	for _, want := range []string{"只供演示", "都由本机的模拟器应答", "在手机上点公众号菜单“2026新生注册”", "菜单“同等学力”", "http://" + sim + "/desk", "李晓雯", "/ws/app/login/toRegister", "guanli", "备用码"} {
		if !strings.Contains(text, want) {
			t.Fatalf("the welcome lacks %q:\n%s", want, text)
		}
	}
	w := stage.NewWalker("http://"+product, "http://"+sim, stage.AgentWeChat, "oSim0student1xChenLiChuan000")
	face := pigoSample(t)
	number, err := stage.Walk(t.Context(), w, stage.Student{Admission: app.SampleStudents(1)[0], Face: face, Photo: face})
	if err != nil {
		t.Fatal(err)
	}
	if !regexp.MustCompile(`^26100CS1\d{4}$`).MatchString(number) {
		t.Errorf("number = %s", number)
	}
	pc := stage.NewWalker("http://"+product, "http://"+sim, stage.AgentPC, "")
	loginAdministrator(t, pc, text)
	everyConsolePage(t, pc)
	importThree(t, pc)
}

// TestTakenPort says plainly that the address is taken.
func TestTakenPort(t *testing.T) {
	l, err := app.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	err = run(t.Context(), options{listen: l.Addr().String(), simulator: free(t), data: t.TempDir()}, &output{})
	if err == nil || !strings.Contains(err.Error(), "is taken by another program") {
		t.Fatalf("err = %v", err)
	}
}

func free(t *testing.T) string {
	t.Helper()
	l, err := app.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// pigoSample is the portrait that the pigo module carries.
func pigoSample(t *testing.T) []byte {
	t.Helper()
	dir, err := exec.CommandContext(t.Context(), "go", "list", "-m", "-f", "{{.Dir}}", "github.com/esimov/pigo").Output()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(dir)), "testdata", "sample.jpg"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

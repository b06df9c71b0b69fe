package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/repotest"
	"ruxue/repo/simulator"
)

// TestCampaignFiles: what is in force is exported with its version, an edited
// file is compared line by line before it is applied, and one that was made from
// another version is refused.
func TestCampaignFiles(t *testing.T) {
	sim, err := simulator.New(simulator.Options{Product: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	sim.SetBase("http://127.0.0.1:2")
	cfg, err := stage.Config(sim.Config(), stage.Place{BaseURL: "http://127.0.0.1:1", DSN: repotest.MySQLDSN(t), Redis: "127.0.0.1:3", Data: t.TempDir(), Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stage.Prepare(t.Context(), cfg, sim.Config(), 1); err != nil {
		t.Fatal(err)
	}
	raw, err := stage.File(cfg)
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	settings, file := filepath.Join(folder, "config.yaml"), filepath.Join(folder, "hhu.yaml")
	write := func(path, body string) {
		t.Helper()
		if err := os.WriteFile(path, []byte(body), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write(settings, string(raw))
	campaign := func(code int, args ...string) ran {
		t.Helper()
		r := run(t, append(append([]string{"campaign"}, args...), "--config", settings)...)
		if r.code != code {
			t.Fatalf("%v ends with %d: %s%s", args, r.code, r.stdout, r.stderr)
		}
		return r
	}
	out := campaign(0, "export", "hhu")
	if !strings.Contains(out.stdout, "minutes: 15\n") {
		t.Fatalf("exported: %.300s", out.stdout)
	}
	write(file, out.stdout)
	if r := campaign(0, "apply", file, "--base", "1"); r.stdout != "与第 1 版相同\nhhu 第 1 版\n" {
		t.Errorf("the same file: %s", r.stdout)
	}
	write(file, strings.Replace(out.stdout, "minutes: 15\n", "minutes: 20\n", 1))
	r := campaign(0, "apply", file, "--base", "1")
	for _, want := range []string{"与第 1 版的差别：\n", "\n- minutes: 15\n+ minutes: 20\n", "hhu 第 2 版\n"} {
		if !strings.Contains(r.stdout, want) {
			t.Errorf("applying does not say %q: %s", want, r.stdout)
		}
	}
	if strings.Contains(r.stdout, "schema:") || strings.Count(r.stdout, "\n") > 10 {
		t.Errorf("what stays is printed too: %.500s", r.stdout)
	}
	write(file, strings.Replace(out.stdout, "minutes: 15\n", "minutes: 25\n", 1))
	if r := campaign(1, "apply", file, "--base", "1"); !strings.Contains(r.stderr, "第 2 版") {
		t.Errorf("from an older version: %s", r.stderr)
	}
	campaign(1, "export", "nothing")
}

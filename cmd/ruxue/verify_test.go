package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/keyring"
	"ruxue/repo/mysql"
	"ruxue/repo/repotest"
	"ruxue/repo/simulator"
	"ruxue/service/audit"
)

// TestVerifySignaturesExitCode: 0 while everything holds, 1 and the first row
// that fails otherwise, 1 where it cannot look.
func TestVerifySignaturesExitCode(t *testing.T) {
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
	file := filepath.Join(t.TempDir(), "config.yaml")
	if err := os.WriteFile(file, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	verify := func(code int, says string, more ...string) {
		t.Helper()
		r := run(t, append([]string{"verify-signatures", "--config", file}, more...)...)
		if r.code != code || !strings.Contains(r.stdout+r.stderr, says) || (code != 0 && r.stdout != "") {
			t.Errorf("exit %d, want %d with %q: %s%s", r.code, code, says, r.stdout, r.stderr)
		}
	}
	pool, err := mysql.Open(t.Context(), mysql.Options{DSN: cfg.MySQL.DSN})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = pool.Close() })
	ring, err := keyring.New(cfg.Keys.Keyset, cfg.Keys.Lookup)
	if err != nil {
		t.Fatal(err)
	}
	db := mysql.New(pool, ring, time.Now)
	log := audit.NewLog(db.Audits(), time.Now)
	for range 3 {
		if err := log.Add(t.Context(), audit.Entry{Actor: "system", Action: "test", Subject: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := audit.NewSealer(db.Seals(), []audit.Provable{{Name: audit.Kind}}, "test", time.Now).Tick(t.Context()); err != nil {
		t.Fatal(err)
	}
	verify(0, "封存环节、0 个每日签章全部相符")
	verify(1, "不符：link 9: the link that was signed as head on 2026-09-01 is gone", "--head", "2026-09-01:9:"+audit.Genesis)
	verify(1, "日期:序号:哈希", "--head", "9")
	exec := func(query string) {
		t.Helper()
		if _, err := pool.ExecContext(t.Context(), query); err != nil {
			t.Fatal(err)
		}
	}
	exec(`UPDATE audit SET detail='changed' WHERE action='test' ORDER BY id LIMIT 1`)
	verify(1, "不符：link 1 (audit row 1): the row's content was changed")
	exec(`UPDATE audit SET detail=''`)
	exec(`DELETE FROM seal WHERE seq=2`)
	verify(1, "不符：link 2: the link is missing")
	if r := run(t, "verify-signatures", "--config", filepath.Join(t.TempDir(), "none.yaml")); r.code != 1 || r.stderr == "" {
		t.Errorf("without a configuration it ends with %d: %s", r.code, r.stderr)
	}
	if r := run(t, "verify-signatures", "too", "many"); r.code != 1 {
		t.Errorf("with arguments it ends with %d", r.code)
	}
}

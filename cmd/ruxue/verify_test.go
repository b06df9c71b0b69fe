package main

import (
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ruxue/repo/keyring"
	"ruxue/repo/mysql"
	"ruxue/service/audit"
)

// TestVerifySignaturesExitCode: 0 while everything holds, 1 and the first row
// that fails otherwise, 1 where it cannot look.
func TestVerifySignaturesExitCode(t *testing.T) {
	s := settings(t, 1)
	verify := func(code int, says string, more ...string) {
		t.Helper()
		r := run(t, append([]string{"verify-signatures", "--config", s.file}, more...)...)
		if r.code != code || !strings.Contains(r.stdout+r.stderr, says) || (code != 0 && r.stdout != "") {
			t.Errorf("exit %d, want %d with %q: %s%s", r.code, code, says, r.stdout, r.stderr)
		}
	}
	pool := s.db(t)
	ring, err := keyring.New(s.cfg.Keys.Keyset, s.cfg.Keys.Lookup)
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
	pool.MustExec(`UPDATE audit SET detail='changed' WHERE action='test' ORDER BY id LIMIT 1`)
	verify(1, "不符：link 1 (audit row 1): the row's content was changed")
	pool.MustExec(`UPDATE audit SET detail=''`)
	pool.MustExec(`DELETE FROM seal WHERE seq=2`)
	verify(1, "不符：link 2: the link is missing")
	if r := run(t, "verify-signatures", "--config", filepath.Join(t.TempDir(), "none.yaml")); r.code != 1 || r.stderr == "" {
		t.Errorf("without a configuration it ends with %d: %s", r.code, r.stderr)
	}
	if r := run(t, "verify-signatures", "too", "many"); r.code != 1 {
		t.Errorf("with arguments it ends with %d", r.code)
	}
}

package main

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/jmoiron/sqlx"

	"ruxue/cmd/internal/stage"
	"ruxue/config"
	"ruxue/repo/mysql"
	"ruxue/repo/repotest"
	"ruxue/repo/simulator"
	"ruxue/service/student"
)

// setting is a prepared database and the file of the configuration that the
// commands read. Nothing listens where it points for Redis and the providers.
type setting struct {
	file     string
	cfg      config.Config
	sim      simulator.Config
	students []student.Admission
}

// settings prepares a database with n admitted students.
func settings(t *testing.T, n int) *setting {
	t.Helper()
	sim, err := simulator.New(simulator.Options{Product: "http://127.0.0.1:1"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	sim.SetBase("http://127.0.0.1:2")
	s := &setting{sim: sim.Config()}
	s.cfg, err = stage.Config(s.sim, stage.Place{BaseURL: "http://127.0.0.1:1", DSN: repotest.MySQLDSN(t), Redis: "127.0.0.1:3", Data: t.TempDir(), Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	if s.students, err = stage.Prepare(t.Context(), s.cfg, s.sim, n); err != nil {
		t.Fatal(err)
	}
	raw, err := stage.File(s.cfg)
	if err != nil {
		t.Fatal(err)
	}
	s.file = written(t, "config.yaml", string(raw))
	return s
}

// command runs a command with the configuration and demands its exit code.
func (s *setting) command(t *testing.T, code int, args ...string) ran {
	t.Helper()
	r := run(t, append(slices.Clip(args), "--config", s.file)...)
	if r.code != code {
		t.Fatalf("%v ends with %d: %s%s", args, r.code, r.stdout, r.stderr)
	}
	return r
}

// db is a connection to the database beside the commands'.
func (s *setting) db(t *testing.T) *sqlx.DB {
	t.Helper()
	db, err := mysql.Open(t.Context(), mysql.Options{DSN: s.cfg.MySQL.DSN, MaxOpenConns: 2})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// written is a file of its own folder that holds the text.
func written(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

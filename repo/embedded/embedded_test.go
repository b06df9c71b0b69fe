package embedded_test

import (
	"errors"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"ruxue/repo/embedded"
	"ruxue/repo/mysql"
	"ruxue/repo/redis"
)

// TestMySQL walks the product's own way: open, migrate twice, a transaction.
func TestMySQL(t *testing.T) {
	m, err := embedded.StartMySQL(t.Context(), "ruxue")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = m.Close() })
	db, err := mysql.Open(t.Context(), mysql.Options{DSN: m.DSN("ruxue"), MaxOpenConns: embedded.MaxConns})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	for range 2 {
		if err := mysql.Migrate(t.Context(), db); err != nil {
			t.Fatal(err)
		}
	}
	if err := mysql.CheckSchema(t.Context(), db); err != nil {
		t.Error(err)
	}
	db.MustExecContext(t.Context(), `CREATE TABLE note (
		id BIGINT AUTO_INCREMENT PRIMARY KEY, body VARCHAR(40) NOT NULL, at DATETIME(6) NOT NULL, UNIQUE KEY body (body))`)
	at := time.Date(2026, 11, 22, 3, 4, 5, 6000, time.UTC)
	tx := db.MustBeginTx(t.Context(), nil)
	tx.MustExecContext(t.Context(), "INSERT INTO note (body, at) VALUES (?, ?)", "kept", at)
	if err := tx.Commit(); err != nil {
		t.Fatal(err)
	}
	tx = db.MustBeginTx(t.Context(), nil)
	tx.MustExecContext(t.Context(), "INSERT INTO note (body, at) VALUES (?, ?)", "dropped", at)
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	var rows []struct {
		ID   int64
		Body string
		At   time.Time
	}
	if err := db.SelectContext(t.Context(), &rows, "SELECT id, body, at FROM note"); err != nil {
		t.Fatal(err)
	}
	if len(rows) != 1 || rows[0].Body != "kept" || !rows[0].At.Equal(at) {
		t.Errorf("rows: %+v", rows)
	}
	if _, err := db.ExecContext(t.Context(), "INSERT INTO note (body, at) VALUES ('kept', ?)", at); err == nil {
		t.Error("a second row under one unique key was accepted")
	}
}

func TestMySQLDatabases(t *testing.T) {
	m, err := embedded.StartMySQL(t.Context(), "a")
	if err != nil {
		t.Fatal(err)
	}
	if err := m.CreateDatabase(t.Context(), "a"); err != nil {
		t.Error("the same database again:", err)
	}
	if err := m.CreateDatabase(t.Context(), "b`"); err == nil {
		t.Error("an odd name was accepted")
	}
	for range 2 {
		if err := m.Close(); err != nil {
			t.Error("close:", err)
		}
	}
	if _, err := mysql.Open(t.Context(), mysql.Options{DSN: m.DSN("a")}); err == nil {
		t.Error("it answers after Close")
	}
}

func TestRedisKeysExpireByTheClock(t *testing.T) {
	r, err := embedded.StartRedis(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = r.Close() })
	rdb := goredis.NewClient(&goredis.Options{Addr: r.Addr()})
	t.Cleanup(func() { _ = rdb.Close() })
	if err := rdb.Set(t.Context(), "k", "v", 300*time.Millisecond).Err(); err != nil {
		t.Fatal(err)
	}
	if v, err := rdb.Get(t.Context(), "k").Result(); err != nil || v != "v" {
		t.Fatalf("%q %v", v, err)
	}
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		_, err := rdb.Get(t.Context(), "k").Result()
		if errors.Is(err, goredis.Nil) {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the key never expires")
		}
	}
	n, err := rdb.Eval(t.Context(), "return redis.call('INCR', KEYS[1])", []string{"n"}).Int()
	if err != nil || n != 1 {
		t.Errorf("script: %d %v", n, err)
	}
	l := redis.NewLimiter(rdb, "limit:")
	for i, want := range []bool{true, true, false, false} {
		ok, retry, err := l.Allow(t.Context(), "k", 2, time.Hour)
		if err != nil || ok != want || (!ok && (retry <= 0 || retry > time.Hour)) {
			t.Errorf("limiter, call %d: %v %s %v", i+1, ok, retry, err)
		}
	}
	_ = r.Close()
	if err := r.Close(); err != nil {
		t.Error("second close:", err)
	}
}

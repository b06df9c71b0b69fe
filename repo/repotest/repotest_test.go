package repotest_test

import (
	"os"
	"testing"
	"time"

	"ruxue/repo/local"
	"ruxue/repo/mysql"
	"ruxue/repo/repotest"
)

func TestMain(m *testing.M) { repotest.Main(m) }

func tableCount(t *testing.T, query func(dest any, q string, args ...any) error) int {
	t.Helper()
	var n int
	if err := query(&n, "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()"); err != nil {
		t.Fatal(err)
	}
	return n
}

func TestMySQLGivesEveryTestItsOwn(t *testing.T) {
	a, b := repotest.MySQL(t), repotest.MySQL(t)
	if err := mysql.CheckSchema(t.Context(), a); err != nil {
		t.Error("not migrated:", err)
	}
	if n := tableCount(t, a.Get); n < 2 {
		t.Errorf("%d tables", n)
	}
	a.MustExecContext(t.Context(), "CREATE TABLE only_here (id BIGINT PRIMARY KEY)")
	if tableCount(t, a.Get) == tableCount(t, b.Get) {
		t.Error("two calls share one database")
	}
	var zone string
	if err := a.GetContext(t.Context(), &zone, "SELECT @@session.time_zone"); err != nil || zone != "+00:00" {
		t.Errorf("time zone %q %v", zone, err)
	}
}

func TestMySQLIsDropped(t *testing.T) {
	var name string
	keep := repotest.MySQL(t)
	t.Run("inner", func(t *testing.T) {
		if err := repotest.MySQL(t).GetContext(t.Context(), &name, "SELECT DATABASE()"); err != nil {
			t.Fatal(err)
		}
	})
	var n int
	err := keep.GetContext(t.Context(), &n, "SELECT COUNT(*) FROM information_schema.schemata WHERE schema_name = ?", name)
	if err != nil || n != 0 || name == "" {
		t.Errorf("database %q is still there (%d) %v", name, n, err)
	}
}

func TestTruncate(t *testing.T) {
	db := repotest.MySQL(t)
	db.MustExecContext(t.Context(), "CREATE TABLE aa_parent (id BIGINT PRIMARY KEY)")
	db.MustExecContext(t.Context(), "CREATE TABLE ab_child (id BIGINT PRIMARY KEY, p BIGINT NOT NULL, FOREIGN KEY (p) REFERENCES aa_parent (id))")
	db.MustExecContext(t.Context(), "INSERT INTO aa_parent VALUES (1)")
	db.MustExecContext(t.Context(), "INSERT INTO ab_child VALUES (1, 1)")
	repotest.Truncate(t, db)
	for _, table := range []string{"aa_parent", "ab_child"} {
		var n int
		if err := db.GetContext(t.Context(), &n, "SELECT COUNT(*) FROM "+table); err != nil || n != 0 {
			t.Errorf("%s has %d rows, %v", table, n, err)
		}
	}
	if err := mysql.CheckSchema(t.Context(), db); err != nil {
		t.Error("Truncate took the schema's version too:", err)
	}
	// The check is on again for whoever gets the connection next.
	db.SetMaxOpenConns(1)
	if _, err := db.ExecContext(t.Context(), "INSERT INTO ab_child VALUES (2, 99)"); err == nil {
		t.Error("foreign keys are not checked after Truncate")
	}
}

func TestRedisGivesEveryTestItsOwn(t *testing.T) {
	a, b := repotest.Redis(t), repotest.Redis(t)
	if err := a.Set(t.Context(), "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if n, err := b.Exists(t.Context(), "k").Result(); err != nil || n != 0 {
		t.Errorf("two calls share one database: %d %v", n, err)
	}
}

func TestSharedRedis(t *testing.T) {
	if !local.HaveRedis() {
		repotest.Redis(t) // skips or fails, as it should
	}
	r, err := local.StartRedis(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(r.Kill)
	t.Setenv("TEST_REDIS_ADDR", r.Addr())
	seen := map[int]bool{}
	t.Run("inner", func(t *testing.T) {
		for range 15 {
			addr, n := repotest.RedisAddr(t)
			if addr != r.Addr() || n == 0 || seen[n] {
				t.Fatalf("got %s %d, already have %v", addr, n, seen)
			}
			seen[n] = true
		}
	})
	if _, n := repotest.RedisAddr(t); !seen[n] {
		t.Error("databases are not given back")
	}
}

func TestSweep(t *testing.T) {
	base := t.TempDir()
	for _, name := range []string{"ruxue-test-old", "ruxue-test-new", "other"} {
		if err := os.MkdirAll(base+"/"+name+"/mysql/data", 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(base+"/"+name, time.Time{}, time.Now().Add(-time.Hour)); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(base+"/ruxue-test-new", time.Time{}, time.Now()); err != nil {
		t.Fatal(err)
	}
	repotest.Sweep(base, time.Now())
	for name, want := range map[string]bool{"ruxue-test-old": false, "ruxue-test-new": true, "other": true} {
		if _, err := os.Stat(base + "/" + name); (err == nil) != want {
			t.Errorf("%s kept: %v, want %v", name, err == nil, want)
		}
	}
}

package repotest

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"ruxue/repo/local"
)

// sharedDatabases is how many logical databases a Redis has by default.
const sharedDatabases = 16

// claimFor is how long a database of a shared server stays claimed by a test
// that was killed.
const claimFor = 30 * time.Minute

var privateRedis = sync.OnceValues(func() (*local.Redis, error) {
	if !local.HaveRedis() {
		return nil, fmt.Errorf("redis-server: %w", local.ErrNotInstalled)
	}
	dir, err := folder()
	if err != nil {
		return nil, err
	}
	r, err := local.StartRedis(context.Background(), filepath.Join(dir, "redis"))
	if err == nil {
		AtExit(r.Kill)
	}
	return r, err
})

var nextDatabase atomic.Int64

// Redis returns a client of an empty logical database that no other running
// test uses; it is flushed when the test ends. Published messages are not
// divided by database: a test that publishes uses channel names of its own.
func Redis(t testing.TB) redis.UniversalClient {
	t.Helper()
	addr, n := RedisAddr(t)
	rdb := redis.NewClient(&redis.Options{Addr: addr, DB: n})
	t.Cleanup(func() { _ = rdb.Close() })
	return rdb
}

// RedisAddr is Redis for a test that starts the program: the address and the
// number of an empty logical database.
func RedisAddr(t testing.TB) (addr string, db int) {
	t.Helper()
	addr = os.Getenv("TEST_REDIS_ADDR")
	if addr != "" {
		db = claimDatabase(t, addr)
	} else {
		r, err := privateRedis()
		if err != nil {
			missing(t, "Redis", "TEST_REDIS_ADDR", err)
		}
		addr, db = r.Addr(), int(nextDatabase.Add(1)%local.Databases)
	}
	flush(t, addr, db)
	t.Cleanup(func() { flush(t, addr, db) })
	return addr, db
}

func flush(t testing.TB, addr string, db int) {
	t.Helper()
	rdb := redis.NewClient(&redis.Options{Addr: addr, DB: db})
	defer func() { _ = rdb.Close() }()
	if err := rdb.FlushDB(context.WithoutCancel(t.Context())).Err(); err != nil {
		t.Error("emptying the test's Redis database: ", err)
	}
}

// claimDatabase reserves one of a shared server's databases, waiting for one
// to be given back when all are taken. The claims are kept in database 0, which
// no test gets.
func claimDatabase(t testing.TB, addr string) int {
	t.Helper()
	rdb := redis.NewClient(&redis.Options{Addr: addr})
	ctx := context.WithoutCancel(t.Context())
	key := func(n int) string { return fmt.Sprintf("ruxue-test-claim:%d", n) }
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		for n := 1; n < sharedDatabases; n++ {
			ok, err := rdb.SetNX(ctx, key(n), os.Getpid(), claimFor).Result()
			if err != nil {
				t.Fatal("claiming a Redis database: ", err)
			}
			if ok {
				t.Cleanup(func() { _ = rdb.Del(ctx, key(n)).Err(); _ = rdb.Close() })
				return n
			}
		}
	}
	t.Fatal("every database of the Redis in TEST_REDIS_ADDR is in use")
	return 0
}

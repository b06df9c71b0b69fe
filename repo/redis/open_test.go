package redis_test

import (
	"context"
	"net"
	"strings"
	"testing"
	"time"

	goredis "github.com/redis/go-redis/v9"

	"ruxue/repo/redis"
	"ruxue/repo/repotest"
)

func TestOpen(t *testing.T) {
	addr, db := repotest.RedisAddr(t)
	rdb, err := redis.Open(t.Context(), redis.Options{Addrs: []string{addr}, DB: db})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = rdb.Close() }()
	if err := rdb.Set(t.Context(), "k", "v", time.Minute).Err(); err != nil {
		t.Fatal(err)
	}
	other := goredis.NewClient(&goredis.Options{Addr: addr, DB: db})
	defer func() { _ = other.Close() }()
	if v, err := other.Get(t.Context(), "k").Result(); err != nil || v != "v" {
		t.Errorf("the numbered database was not used: %q %v", v, err)
	}
}

func TestOpenSaysWhatIsWrong(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := l.Addr().String()
	_ = l.Close()
	for name, c := range map[string]struct {
		o    redis.Options
		want string
	}{
		"no address":         {redis.Options{}, "no address"},
		"both kinds":         {redis.Options{Addrs: []string{nobody}, MasterName: "m", Cluster: true}, "not both"},
		"numbered cluster":   {redis.Options{Addrs: []string{nobody}, Cluster: true, DB: 1}, "no numbered"},
		"numbered, by count": {redis.Options{Addrs: []string{nobody, nobody}, DB: 1}, "no numbered"},
		"nobody there":       {redis.Options{Addrs: []string{nobody}, Password: "s3cret"}, "reaching Redis"},
		"no sentinel there":  {redis.Options{Addrs: []string{nobody}, MasterName: "m", Password: "s3cret"}, "reaching Redis"},
	} {
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
		_, err := redis.Open(ctx, c.o)
		cancel()
		if err == nil || !strings.Contains(err.Error(), c.want) || strings.Contains(err.Error(), "s3cret") {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

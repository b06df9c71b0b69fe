package redis_test

import (
	"context"
	"crypto/rand"
	"net"
	"strings"
	"testing"

	goredis "github.com/redis/go-redis/v9"

	"ruxue/repo/redis"
	"ruxue/repo/repotest"
	"ruxue/service/signing"
)

// slots watches what is sent: a Redis Cluster refuses commands over several
// keys that do not share a hash tag, a single server lets them pass.
type slots struct {
	t       *testing.T
	scripts int
}

func (s *slots) DialHook(next goredis.DialHook) goredis.DialHook {
	return func(ctx context.Context, network, addr string) (net.Conn, error) { return next(ctx, network, addr) }
}

func (s *slots) ProcessPipelineHook(next goredis.ProcessPipelineHook) goredis.ProcessPipelineHook {
	return next
}

func (s *slots) ProcessHook(next goredis.ProcessHook) goredis.ProcessHook {
	return func(ctx context.Context, cmd goredis.Cmder) error {
		if strings.HasPrefix(cmd.Name(), "eval") {
			s.scripts++
			args := cmd.Args()
			n, _ := args[2].(int)
			tag := ""
			for _, k := range args[3 : 3+n] {
				_, rest, _ := strings.Cut(k.(string), "{")
				got, _, ok := strings.Cut(rest, "}")
				if !ok || got == "" || tag != "" && got != tag {
					s.t.Errorf("a script touches %v", args[3:3+n])
				}
				tag = got
			}
		}
		return next(ctx, cmd)
	}
}

func TestScriptsStayInOneSlot(t *testing.T) {
	rdb := repotest.Redis(t)
	watch := &slots{t: t}
	rdb.AddHook(watch)
	h := signing.NewHandoffs(redis.NewHandoffs(rdb), newClock().now, rand.Reader)
	create(t, h)
	ticket, ho := create(t, h) // replaces the first one
	if _, err := h.Scan(t.Context(), ticket, mine); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Cancel(t.Context(), ho.Ref, enrolment); err != nil {
		t.Fatal(err)
	}
	if watch.scripts < 4 {
		t.Fatalf("only %d scripts were seen", watch.scripts)
	}
}

package wechat_test

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"ruxue/repo/simulator"
	"ruxue/repo/wechat"
)

const (
	student  = "oSim0student1xChenLiChuan000"
	student2 = "oSim0student2xLinXiaoYu00000"
	stranger = "oSim0stranger1xZhouMing00000"
	snapshot = "oSim0snapshot1xVirtual000000"
)

// world is the client against the simulator, over real HTTP.
type world struct {
	sim    *simulator.Simulator
	cfg    simulator.Config
	client *wechat.Client
	cache  *memory
	base   string
}

func newWorld(t *testing.T, change ...func(*wechat.Config)) *world {
	t.Helper()
	sim, err := simulator.New(simulator.Options{SlowFor: 50 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	srv := httptest.NewServer(sim.Handler())
	t.Cleanup(srv.Close)
	sim.SetBase(srv.URL)
	w := &world{sim: sim, cfg: sim.Config(), cache: &memory{m: map[string]string{}}, base: srv.URL}
	cfg := wechat.Config{
		AppID: w.cfg.AppID, AppSecret: w.cfg.AppSecret, Token: w.cfg.Token, EncodingAESKey: w.cfg.EncodingAESKey,
		APIBase: srv.URL, OpenBase: srv.URL, MPBase: srv.URL, Timeout: 2 * time.Second,
	}
	for _, c := range change {
		c(&cfg)
	}
	if w.client, err = wechat.New(cfg, w.cache); err != nil {
		t.Fatal(err)
	}
	return w
}

// code runs the browser's part of the authorization as the user.
func (w *world) code(t *testing.T, openid string) string {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet,
		w.client.AuthorizeURL("http://127.0.0.1/wechat/oauth?next=a&b=c", wechat.ScopeBase, "s&t=1"), nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Sim-Openid", openid)
	c := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	res, err := c.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	to, err := res.Location()
	if err != nil {
		t.Fatalf("no redirect: %d %v", res.StatusCode, err)
	}
	if q := to.Query(); q.Get("state") != "s&t=1" || q.Get("next") != "a" || q.Get("b") != "c" {
		t.Fatalf("state or address were damaged: %s", to)
	}
	return to.Query().Get("code")
}

// memory is a cache as the Redis one behaves.
type memory struct {
	mu sync.Mutex
	m  map[string]string
}

func (c *memory) Get(key string) any {
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, ok := c.m[key]; ok {
		return v
	}
	return nil
}

func (c *memory) Set(key string, val any, _ time.Duration) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.m[key] = val.(string)
	return nil
}

func (c *memory) IsExist(key string) bool { return c.Get(key) != nil }

func (c *memory) Delete(key string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	delete(c.m, key)
	return nil
}

func (c *memory) DeleteIf(key, value string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.m[key] == value {
		delete(c.m, key)
	}
	return nil
}

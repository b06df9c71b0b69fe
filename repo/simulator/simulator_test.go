package simulator_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"ruxue/repo/simulator"
)

// clock is a time that a test moves.
type clock struct {
	mu     sync.Mutex
	offset time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.offset)
}

func (c *clock) add(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.offset += d
}

// world is a running simulator and a product that takes its calls.
type world struct {
	t       *testing.T
	sim     *simulator.Simulator
	cfg     simulator.Config
	url     string
	product *product
	clock   *clock
}

// product records what it is sent.
type product struct {
	*httptest.Server
	mu     sync.Mutex
	got    []received
	answer func(r *http.Request, body []byte) (int, string)
}

type received struct {
	path, query string
	header      http.Header
	body        []byte
}

func (p *product) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	p.mu.Lock()
	p.got = append(p.got, received{r.URL.Path, r.URL.RawQuery, r.Header.Clone(), body})
	fn := p.answer
	p.mu.Unlock()
	status, text := http.StatusOK, "success"
	if fn != nil {
		status, text = fn(r, body)
	}
	w.WriteHeader(status)
	if status != http.StatusNoContent {
		_, _ = io.WriteString(w, text)
	}
}

func (p *product) respond(fn func(r *http.Request, body []byte) (int, string)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.answer = fn
}

func (p *product) received(path string) []received {
	p.mu.Lock()
	defer p.mu.Unlock()
	var out []received
	for _, g := range p.got {
		if g.path == path {
			out = append(out, g)
		}
	}
	return out
}

// keyFile is the state of a fresh simulator, made once: generating RSA keys is
// what starting one spends its time on.
var keyFile = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "simulator")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	sim, err := simulator.New(simulator.Options{StateDir: dir})
	if err != nil {
		return nil, err
	}
	sim.Close()
	return os.ReadFile(filepath.Join(dir, "simulator.json"))
})

func newWorld(t *testing.T, change ...func(*simulator.Options)) *world {
	t.Helper()
	w := &world{t: t, product: &product{}, clock: &clock{}}
	w.product.Server = httptest.NewServer(w.product)
	t.Cleanup(w.product.Close)
	opt := simulator.Options{
		Product: w.product.URL, Clock: w.clock.now, PushTimeout: 3 * time.Second, SlowFor: 50 * time.Millisecond,
		CallbackSchedule: []time.Duration{20 * time.Millisecond, 20 * time.Millisecond, 20 * time.Millisecond},
	}
	keys, err := keyFile()
	if err != nil {
		t.Fatal(err)
	}
	opt.StateDir = t.TempDir()
	if err := os.WriteFile(filepath.Join(opt.StateDir, "simulator.json"), keys, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, fn := range change {
		fn(&opt)
	}
	sim, err := simulator.New(opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(sim.Close)
	server := httptest.NewServer(sim.Handler())
	t.Cleanup(server.Close)
	sim.SetBase(server.URL)
	w.sim, w.cfg, w.url = sim, sim.Config(), server.URL
	return w
}

// client sends every request to the simulator, whatever host it names, as a
// product's rewriting transport does.
func (w *world) client() *http.Client {
	return &http.Client{Transport: rewrite(w.url), Timeout: 5 * time.Second}
}

type rewrite string

func (r rewrite) RoundTrip(req *http.Request) (*http.Response, error) {
	to, err := url.Parse(string(r))
	if err != nil {
		return nil, err
	}
	req = req.Clone(req.Context())
	req.URL.Scheme, req.URL.Host, req.Host = to.Scheme, to.Host, to.Host
	return http.DefaultTransport.RoundTrip(req)
}

// call sends JSON (or a GET) and decodes the answer.
func (w *world) call(method, path string, body any) (int, map[string]any) {
	w.t.Helper()
	var r io.Reader
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			w.t.Fatal(err)
		}
		r = bytes.NewReader(raw)
	}
	req, err := http.NewRequest(method, w.url+path, r)
	if err != nil {
		w.t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer res.Body.Close()
	out := map[string]any{}
	if err := json.NewDecoder(res.Body).Decode(&out); err != nil {
		w.t.Fatalf("%s %s: %d, no JSON: %v", method, path, res.StatusCode, err)
	}
	return res.StatusCode, out
}

// must fails the test unless the control call succeeds.
func (w *world) must(method, path string, body any) map[string]any {
	w.t.Helper()
	status, out := w.call(method, path, body)
	if status != http.StatusOK {
		w.t.Fatalf("%s %s: %d %v", method, path, status, out)
	}
	return out
}

// eventually waits, long enough for a machine that is busy with all else.
func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if ok() {
			return
		}
	}
	t.Fatalf("never happened: %s", what)
}

const (
	student  = "oSim0student1xChenLiChuan000"
	student2 = "oSim0student2xLinXiaoYu00000"
	stranger = "oSim0stranger1xZhouMing00000"
	snapshot = "oSim0snapshot1xVirtual000000"
)

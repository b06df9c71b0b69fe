package app_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"io"
	"log/slog"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jmoiron/sqlx"
	xdraw "golang.org/x/image/draw"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
	"ruxue/config"
	"ruxue/repo/repotest"
	"ruxue/repo/simulator"
	"ruxue/service/student"
)

func TestMain(m *testing.M) { repotest.Main(m) }

// world is the demo's own App against the simulator on real engines.
type world struct {
	t        testing.TB
	sim      *simulator.Simulator
	simURL   string
	base     string
	cfg      config.Config
	students []student.Admission
	clock    *clock
	rand     io.Reader // of slider puzzles
	logs     *journal
	app      *app.App
	stop     func()
	pool     struct {
		sync.Mutex
		*sqlx.DB
	}
}

// clock is the wall clock, moved.
type clock struct {
	mu sync.Mutex
	by time.Duration
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return time.Now().Add(c.by)
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.by += d
}

// newWorld starts everything with n admitted students.
func newWorld(t testing.TB, n int) *world {
	t.Helper()
	w := prepareWorld(t, n)
	w.start()
	return w
}

// prepareWorld starts the simulator and prepares the database, not the App.
func prepareWorld(t testing.TB, n int) *world {
	t.Helper()
	ctx := t.Context()
	dsn := repotest.MySQLDSN(t)
	redis, db := repotest.RedisAddr(t)
	l, err := app.Listen(ctx, "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, base: "http://" + l.Addr().String(), clock: &clock{}, logs: &journal{}}
	_ = l.Close() // start listens there again
	w.sim, err = simulator.New(simulator.Options{Product: w.base, DeskEntries: []simulator.DeskEntry{{Name: "工作人员", URL: w.base + "/staff", PC: true}},
		CallbackSchedule: []time.Duration{time.Second, time.Second, 2 * time.Second}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(w.sim.Handler())
	w.sim.SetBase(server.URL)
	w.simURL = server.URL
	t.Cleanup(func() { w.sim.Close(); server.Close() })
	w.cfg, err = stage.Config(w.sim.Config(), stage.Place{BaseURL: w.base, DSN: dsn, Redis: redis, Data: t.TempDir(), Keep: true})
	if err != nil {
		t.Fatal(err)
	}
	w.cfg.Redis.DB = db
	if w.students, err = stage.Prepare(ctx, w.cfg, w.sim.Config(), n); err != nil {
		t.Fatal(err)
	}
	return w
}

// start runs an App on the world's address until the test or stop ends it.
func (w *world) start() {
	w.t.Helper()
	l, err := app.Listen(context.Background(), strings.TrimPrefix(w.base, "http://"))
	if err != nil {
		w.t.Fatal(err)
	}
	a, err := app.New(context.Background(), w.cfg, app.Options{Listener: l, Now: w.clock.now, Rand: w.rand, AlarmEvery: 50 * time.Millisecond,
		Log: slog.New(slog.NewJSONHandler(w.logs, &slog.HandlerOptions{Level: slog.LevelDebug}))})
	if err != nil {
		w.t.Fatal(err)
	}
	w.app = a
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	var once sync.Once
	w.stop = func() {
		once.Do(func() {
			cancel()
			if err := <-done; err != nil {
				w.t.Error("stopping: ", err)
			}
		})
	}
	w.t.Cleanup(func() { w.stop() })
}

// journal is what the server logs, read while it writes.
type journal struct {
	mu   sync.Mutex
	text strings.Builder
}

// Write implements io.Writer.
func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// phone is a WeChat phone of a fresh follower.
func (w *world) phone() *stage.Walker {
	w.t.Helper()
	u, err := w.sim.AddUser(simulator.User{Nickname: "学生", Follower: true})
	if err != nil {
		w.t.Fatal(err)
	}
	return stage.NewWalker(w.base, w.simURL, stage.AgentWeChat, u.OpenID)
}

func (w *world) pc() *stage.Walker { return stage.NewWalker(w.base, w.simURL, stage.AgentPC, "") }

// student is the i-th admitted student with pictures to upload.
func (w *world) student(i int) stage.Student {
	return stage.Student{Admission: w.students[i], Face: facePhoto(w.t), Photo: landscape(w.t)}
}

var pigoSample = sync.OnceValues(func() ([]byte, error) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/esimov/pigo").Output()
	if err != nil {
		return nil, err
	}
	return os.ReadFile(filepath.Join(strings.TrimSpace(string(out)), "testdata", "sample.jpg"))
})

// faceImage is pigo's sample portrait in the middle of a 640×480 picture.
func faceImage(t testing.TB, w, h int) *image.RGBA {
	t.Helper()
	raw, err := pigoSample()
	if err != nil {
		t.Fatal("reading pigo's sample portrait: ", err)
	}
	img, err := jpeg.Decode(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	out := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(out, out.Rect, image.NewUniform(color.RGBA{170, 175, 180, 255}), image.Point{}, draw.Src)
	iw := h * 320 / 400
	xdraw.CatmullRom.Scale(out, image.Rect((w-iw)/2, 0, (w+iw)/2, h), img, img.Bounds(), draw.Src, nil)
	return out
}

func facePhoto(t testing.TB) []byte {
	t.Helper()
	return encode(t, faceImage(t, 640, 480))
}

// landscape is a picture with some detail, as a photographed card.
func landscape(t testing.TB) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 1200, 800))
	for y := range 800 {
		for x := range 1200 {
			img.SetRGBA(x, y, color.RGBA{uint8(x / 5), uint8(y / 4), uint8((x ^ y) & 0xff), 255})
		}
	}
	return encode(t, img)
}

func encode(t testing.TB, img image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: 90}); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

package h5_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// portrait is pigo's own test picture, from the module cache.
func portrait(t *testing.T) image.Image {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/esimov/pigo").Output()
	if err != nil {
		t.Skipf("no go command to find pigo's test picture: %v", err)
	}
	f, err := os.Open(filepath.Join(strings.TrimSpace(string(dir)), "testdata", "sample.jpg"))
	if err != nil {
		t.Skipf("pigo's test picture is not in the module cache: %v", err)
	}
	defer f.Close()
	m, err := jpeg.Decode(f)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// film writes 640×480 video that shows the picture full height, with its
// brightness multiplied by light. Chromium takes it as its camera.
func film(t *testing.T, m image.Image, light float64) string {
	t.Helper()
	const w, h = 640, 480
	planes := [3][]byte{make([]byte, w*h), make([]byte, w*h/4), make([]byte, w*h/4)}
	b := m.Bounds()
	wide := b.Dx() * h / b.Dy()
	for y := range h {
		for x := range w {
			c := color.RGBA{200, 205, 210, 255}
			if i := x - (w-wide)/2; i >= 0 && i < wide {
				r, g, bl, _ := m.At(b.Min.X+i*b.Dx()/wide, b.Min.Y+y*b.Dy()/h).RGBA()
				c = color.RGBA{uint8(r >> 8), uint8(g >> 8), uint8(bl >> 8), 255}
			}
			dim := func(v uint8) uint8 { return uint8(math.Min(255, float64(v)*light)) }
			yy, cb, cr := color.RGBToYCbCr(dim(c.R), dim(c.G), dim(c.B))
			planes[0][y*w+x] = yy
			planes[1][y/2*w/2+x/2], planes[2][y/2*w/2+x/2] = cb, cr
		}
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n", w, h)
	for range 10 {
		out.WriteString("FRAME\n")
		for _, p := range planes {
			out.Write(p)
		}
	}
	name := filepath.Join(t.TempDir(), "camera.y4m")
	if err := os.WriteFile(name, out.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func camera(file string) []chromedp.ExecAllocatorOption {
	return []chromedp.ExecAllocatorOption{
		chromedp.Flag("use-fake-device-for-media-stream", true),
		chromedp.Flag("use-fake-ui-for-media-stream", true),
		chromedp.Flag("use-file-for-fake-video-capture", file),
	}
}

// checks answers the face page's requests and keeps what came.
type checks struct {
	sync.Mutex
	answer string
	source string
	photo  []byte
	at     time.Time
}

func (c *checks) take(w http.ResponseWriter, r *http.Request) {
	c.Lock()
	defer c.Unlock()
	if f, _, err := r.FormFile("photo"); err == nil {
		c.photo, _ = io.ReadAll(f)
	}
	c.source, c.at = r.FormValue("source"), time.Now()
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, c.answer)
}

func TestCameraTakesAPictureOfAFaceHeldStill(t *testing.T) {
	c := &checks{answer: `{"ok":true,"result":"passed","message":"人脸识别通过"}`}
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/face/check": c.take})
	ctx := browser(t, camera(film(t, portrait(t), 1))...)
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/face-camera"))
	begun := time.Now()
	until(t, ctx, "hold still", `/检测成功，正在拍照/.test(document.querySelector('[data-hint]').innerText) && document.querySelector('[data-lens].holding')`)
	shoot(t, ctx, "face-holding-wechat")
	until(t, ctx, "passed", `document.querySelector('[data-hint]').innerText === '人脸识别通过' && !document.querySelector('[data-next-box]').hidden`)
	shoot(t, ctx, "face-passed-live-wechat")
	c.Lock()
	defer c.Unlock()
	if c.at.Sub(begun) < 1900*time.Millisecond {
		t.Errorf("the picture came after %v, before two seconds", c.at.Sub(begun))
	}
	conf, kind, err := image.DecodeConfig(bytes.NewReader(c.photo))
	if err != nil || kind != "jpeg" || conf.Width != 640 || len(c.photo) > 1_000_000 || c.source != "camera" {
		t.Errorf("sent %s %d×%d, %d bytes, source %q (%v)", kind, conf.Width, conf.Height, len(c.photo), c.source, err)
	}
}

func TestCameraSaysWhatIsWrong(t *testing.T) {
	ctx := browser(t, camera(film(t, portrait(t), 0.2))...)
	server := site(t, nil)
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/face-camera"))
	until(t, ctx, "too dark", `document.querySelector('[data-hint]').innerText === '光线不足'`)
}

func TestWithoutCameraAFileIsJudged(t *testing.T) {
	c := &checks{answer: `{"ok":true,"result":"failed","message":"没有认出您","attempts_left":2,"archive":true}`}
	archive := &checks{answer: `{"ok":true,"next":"/g/wechat/verify"}`}
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/face/check": c.take, "POST /c/hhu/face/archive": archive.take})
	ctx := browser(t)
	photo := photograph(t, 1600, 1200)
	choose := chromedp.SetUploadFiles(chromedp.CSS("#face-file"), []string{photo})
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/face-camera"), chromedp.Sleep(300*time.Millisecond))
	until(t, ctx, "says why there is no camera", `/没有找到可用的摄像头/.test(document.querySelector('[data-fallback-text]').innerText)`)
	do(t, ctx, choose)
	until(t, ctx, "failure explained", `!document.querySelector('[data-view=failed]').hidden && document.querySelector('[data-left]').innerText === '还可以试 2 次' && !document.querySelector('[data-archive-card]').hidden`)
	shoot(t, ctx, "face-failed-live-wechat")
	do(t, ctx, press("[data-archive-card] [data-archive-start]"), chromedp.Sleep(300*time.Millisecond), choose)
	until(t, ctx, "looked at before it is sent", `!document.querySelector('[data-use]').hidden`)
	shoot(t, ctx, "face-preview-wechat")
	do(t, ctx, press("[data-use]"))
	until(t, ctx, "stored", `!document.querySelector('[data-view=archived]').hidden && document.querySelector('[data-view=archived] [data-next-link]').pathname === '/g/wechat/verify'`)
	if c.source != "file" || len(c.photo) == 0 || len(c.photo) > 1_000_000 || len(archive.photo) == 0 {
		t.Errorf("source %q, %d and %d bytes", c.source, len(c.photo), len(archive.photo))
	}
}

func TestNobodySeenMayTakeThePictureByHand(t *testing.T) {
	c := &checks{answer: `{"ok":true,"result":"passed","message":"人脸识别通过"}`}
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/face/check": c.take})
	ctx := browser(t, camera(film(t, image.NewGray(image.Rect(0, 0, 64, 48)), 1))...)
	do(t, ctx, chromedp.EmulateViewport(1280, 800), chromedp.Navigate(server.URL+"/g/pc/face-camera"))
	until(t, ctx, "the sentence of a PC", `document.querySelector('[data-hint]').innerText === '请正对摄像头' || document.querySelector('[data-hint]').innerText === '光线不足'`)
	until(t, ctx, "waiting", `performance.now() > 7000`)
	until(t, ctx, "nobody", `document.querySelector('[data-hint]').innerText === '没有看到人脸' && document.querySelector('[data-snap]').offsetHeight > 40`)
	shoot(t, ctx, "face-nobody-pc")
	do(t, ctx, press("[data-snap]"))
	until(t, ctx, "passed", `document.querySelector('[data-hint]').innerText === '人脸识别通过' && document.querySelector('[data-snap]').offsetHeight === 0`)
	if c.source != "camera" || len(c.photo) == 0 {
		t.Errorf("sent %d bytes of %q", len(c.photo), c.source)
	}
}

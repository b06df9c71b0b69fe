package h5_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// photograph writes a noisy JPEG that is hard to compress, turned by EXIF
// orientation 6 like a phone's.
func photograph(t *testing.T, width, height int) string {
	t.Helper()
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	r := rand.New(rand.NewPCG(1, 2))
	for y := range height {
		for x := range width {
			n := uint8(r.UintN(60))
			m.SetRGBA(x, y, color.RGBA{uint8(x*200/width) + n, uint8(y*200/height) + n, n * 3, 255})
		}
	}
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, &jpeg.Options{Quality: 80}); err != nil {
		t.Fatal(err)
	}
	exif := []byte("\xff\xe1\x00\x22Exif\x00\x00MM\x00\x2a\x00\x00\x00\x08\x00\x01\x01\x12\x00\x03\x00\x00\x00\x01\x00\x06\x00\x00\x00\x00\x00\x00")
	whole := append(append(append([]byte{}, b.Bytes()[:2]...), exif...), b.Bytes()[2:]...)
	name := filepath.Join(t.TempDir(), "photo.jpg")
	if err := os.WriteFile(name, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// uploads keeps the files that a page sent.
type uploads struct {
	sync.Mutex
	files [][]byte
}

func (u *uploads) take(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	f, _, err := r.FormFile("file")
	if err != nil {
		w.WriteHeader(http.StatusUnprocessableEntity)
		_, _ = io.WriteString(w, `{"error":{"kind":"invalid","message":"没有收到文件"}}`)
		return
	}
	b, _ := io.ReadAll(f)
	u.Lock()
	u.files = append(u.files, b)
	u.Unlock()
	_, _ = io.WriteString(w, `{"ok":true,"url":"/static/none.jpg","width":480,"height":640,"bytes":1,"name":"photo.jpg"}`)
}

func (u *uploads) wait(t *testing.T) []byte {
	t.Helper()
	for range 500 {
		u.Lock()
		if len(u.files) > 0 {
			defer u.Unlock()
			return u.files[0]
		}
		u.Unlock()
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("no file arrived")
	return nil
}

// use presses 使用这张.
func use(t *testing.T, ctx context.Context, slot string) {
	t.Helper()
	until(t, ctx, "使用这张", `!document.querySelector('[data-slot=`+slot+`] .assistant .button.primary').disabled`)
	eval[bool](t, ctx, `(() => { document.querySelector('[data-slot=`+slot+`] .button.primary').click(); return true; })()`)
}

func TestPhotoAssistantMakesAPortrait(t *testing.T) {
	up := &uploads{}
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/attachments/portrait": up.take})
	ctx := browser(t)
	photo := photograph(t, 4000, 3000)
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/attachments"), chromedp.Sleep(200*time.Millisecond),
		chromedp.SetUploadFiles(chromedp.CSS("#file-portrait"), []string{photo}))
	until(t, ctx, "adjusted", `/480×640/.test(document.querySelector('[data-slot=portrait] .assist').textContent)`)
	if words := eval[string](t, ctx, `document.querySelector('[data-slot=portrait] .assist').textContent`); !bytes.Contains([]byte(words), []byte("3000×4000")) {
		t.Errorf("the photo was not turned upright: %s", words)
	}
	if folder := os.Getenv("RUXUE_SHOTS"); folder != "" {
		do(t, ctx, chromedp.Sleep(600*time.Millisecond))
		b, err := chromedp.Run(ctx, chromedp.FullScreenshot(80))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "assistant-wechat.jpg"), b, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	before := eval[string](t, ctx, `document.querySelector('.assist-frame').style.left + ' ' + document.querySelector('.assist-frame').style.width`)
	eval[bool](t, ctx, `(() => { const f = document.querySelector('.assist-frame'); f.focus(); for (const key of ['+', '+', 'ArrowLeft']) f.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true, cancelable: true})); return true; })()`)
	if after := eval[string](t, ctx, `document.querySelector('.assist-frame').style.left + ' ' + document.querySelector('.assist-frame').style.width`); after == before {
		t.Error("the keyboard does not move the frame")
	}
	use(t, ctx, "portrait")
	file := up.wait(t)
	c, kind, err := image.DecodeConfig(bytes.NewReader(file))
	if err != nil || kind != "jpeg" || c.Width != 480 || c.Height != 640 {
		t.Errorf("sent %s %d×%d (%v), want jpeg 480×640", kind, c.Width, c.Height, err)
	}
	if len(file) > 50_000 {
		t.Errorf("sent %d bytes, the rule is 50,000", len(file))
	}
	if len(file) < 15_000 {
		t.Errorf("sent only %d bytes: quality was given away", len(file))
	}
	const state = `new Promise(done => setTimeout(() => done(document.querySelector('#state-portrait').textContent + '|' + document.querySelector('[data-missing]').textContent), 300))`
	if got := eval[string](t, ctx, state); got != "已上传|还差 2 项：国徽面、学历证明材料" {
		t.Errorf("after the upload the page says %q", got)
	}
}

func TestPhotoIsShrunkToItsRule(t *testing.T) {
	up := &uploads{}
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/attachments/id_back": up.take})
	ctx := browser(t)
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/attachments"), chromedp.Sleep(200*time.Millisecond),
		chromedp.SetUploadFiles(chromedp.CSS("#file-id_back"), []string{photograph(t, 3000, 2000)}))
	until(t, ctx, "adjusted", `document.querySelector('[data-slot=id_back] .assist-result').naturalWidth > 0`)
	use(t, ctx, "id_back")
	file := up.wait(t)
	if c, _, err := image.DecodeConfig(bytes.NewReader(file)); err != nil || c.Width > c.Height || len(file) > 500_000 {
		t.Errorf("sent %d×%d, %d bytes (%v)", c.Width, c.Height, len(file), err)
	}
}

func TestWrongFilesGetASentence(t *testing.T) {
	server := site(t, nil)
	ctx := browser(t)
	folder := t.TempDir()
	big, heic := filepath.Join(folder, "big.jpg"), filepath.Join(folder, "IMG_1.HEIC")
	for name, b := range map[string][]byte{big: make([]byte, 15_200_000), heic: []byte("ftypheic")} {
		if err := os.WriteFile(name, b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/attachments"), chromedp.Sleep(200*time.Millisecond))
	for file, want := range map[string]string{big: "照片不能超过 15 MB，这张有 15.2 MB", heic: "这张照片是 HEIC 格式"} {
		do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS("#file-id_front"), []string{file}), chromedp.Sleep(400*time.Millisecond))
		if got := eval[string](t, ctx, `document.querySelector('#error-id_front').innerText`); !bytes.Contains([]byte(got), []byte(want)) {
			t.Errorf("%s: %q", filepath.Base(file), got)
		}
	}
}

func TestNextNamesTheMissingTile(t *testing.T) {
	up := &uploads{}
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/attachments/id_back": up.take})
	ctx := browser(t)
	next := press("[data-attachments] [type=submit]")
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/attachments"), chromedp.Sleep(200*time.Millisecond), next)
	until(t, ctx, "the returned tile with its reason", `document.activeElement.id === 'file-id_back' && /照片模糊/.test(document.querySelector('#error-id_back').innerText)`)
	do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS("#file-id_back"), []string{photograph(t, 900, 600)}))
	until(t, ctx, "adjusted", `document.querySelector('[data-slot=id_back] .assist-result').naturalWidth > 0`)
	do(t, ctx, next)
	until(t, ctx, "the open preview", `document.querySelector('#error-id_back').innerText === '请点“使用这张”，国徽面才会上传' && document.activeElement.innerText === '使用这张'`)
	use(t, ctx, "id_back")
	up.wait(t)
	until(t, ctx, "stored", `document.querySelector('[data-slot=id_back]').dataset.state === 'uploaded'`)
	do(t, ctx, next)
	until(t, ctx, "the first missing tile", `document.querySelector('#error-portrait').innerText === '请上传个人证件照' && document.activeElement.id === 'file-portrait'`)
}

// encodings counts how often the page makes a JPEG, and makes it as slow as an
// old phone would.
const encodings = `(() => {
  window.encodings = 0;
  const real = HTMLCanvasElement.prototype.toBlob;
  HTMLCanvasElement.prototype.toBlob = function (done, ...rest) { window.encodings += 1; real.call(this, (blob) => setTimeout(() => done(blob), 150), ...rest); };
  return true;
})()`

// press clicks 使用这张 twice and returns what the button says at once.
const pressTwice = `(() => { const b = document.querySelector('[data-slot=id_back] .assistant .button.primary'); b.click(); b.click(); return b.getAttribute('aria-busy') + ' ' + b.innerText; })()`

func TestUseThisSaysSoAtOnceAndSendsOnce(t *testing.T) {
	up := &uploads{}
	free := make(chan struct{})
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/attachments/id_back": func(w http.ResponseWriter, r *http.Request) {
		up.take(w, r)
		<-free
	}})
	ctx := browser(t)
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/attachments"), chromedp.Sleep(200*time.Millisecond))
	eval[bool](t, ctx, encodings)
	do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS("#file-id_back"), []string{photograph(t, 900, 600)}))
	until(t, ctx, "adjusted", `document.querySelector('[data-slot=id_back] .assist-result').naturalWidth > 0`)
	// A change that is not rendered yet: the button waits for it and says so.
	eval[bool](t, ctx, `(() => { document.querySelector('[data-slot=id_back] .assist-tools button').click(); return true; })()`)
	if said := eval[string](t, ctx, pressTwice); said != "true 正在调整" {
		t.Errorf("while the picture is turned the button says %q", said)
	}
	if c, _, err := image.DecodeConfig(bytes.NewReader(up.wait(t))); err != nil || c.Width < c.Height {
		t.Errorf("sent %d×%d (%v), want it turned", c.Width, c.Height, err)
	}
	before := eval[int](t, ctx, `window.encodings`)
	if said := eval[string](t, ctx, pressTwice); said != "true 正在上传" {
		t.Errorf("while it is sent the button says %q", said)
	}
	close(free)
	until(t, ctx, "stored", `document.querySelector('[data-slot=id_back]').dataset.state === 'uploaded'`)
	if after := eval[int](t, ctx, `window.encodings`); after != before || len(up.files) != 1 {
		t.Errorf("sent %d times, %d encodings for pressing again", len(up.files), after-before)
	}
}

func TestAPictureThatIsReadyIsNotMadeAgain(t *testing.T) {
	up := &uploads{}
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/attachments/id_back": up.take})
	ctx := browser(t)
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/attachments"), chromedp.Sleep(200*time.Millisecond))
	eval[bool](t, ctx, encodings)
	do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS("#file-id_back"), []string{photograph(t, 900, 600)}))
	until(t, ctx, "adjusted", `document.querySelector('[data-slot=id_back] .assist-result').naturalWidth > 0`)
	before := eval[int](t, ctx, `window.encodings`)
	eval[string](t, ctx, pressTwice)
	up.wait(t)
	until(t, ctx, "stored", `document.querySelector('[data-slot=id_back]').dataset.state === 'uploaded'`)
	if after := eval[int](t, ctx, `window.encodings`); after != before || len(up.files) != 1 {
		t.Errorf("sent %d times, %d encodings of what is ready", len(up.files), after-before)
	}
}

func TestAVanishedFileIsNoNetworkFault(t *testing.T) {
	server := site(t, map[string]http.HandlerFunc{"POST /c/hhu/attachments/id_front": (&uploads{}).take})
	ctx := browser(t)
	photo := photograph(t, 300, 200)
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/attachments"), chromedp.Sleep(200*time.Millisecond))
	// The file is gone between the choice and the upload.
	eval[bool](t, ctx, `(() => { document.querySelector('#file-id_front').addEventListener('change', (e) => { window.held = e; e.stopImmediatePropagation(); }, { capture: true, once: true }); return true; })()`)
	do(t, ctx, chromedp.SetUploadFiles(chromedp.CSS("#file-id_front"), []string{photo}))
	until(t, ctx, "chosen", `window.held`)
	if err := os.Remove(photo); err != nil {
		t.Fatal(err)
	}
	eval[bool](t, ctx, `document.querySelector('#file-id_front').dispatchEvent(new Event('change', { bubbles: true }))`)
	until(t, ctx, "it is said of the file", `/^这个文件读不出来/.test(document.querySelector('#error-id_front').innerText.trim())`)
}

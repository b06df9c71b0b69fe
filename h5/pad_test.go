package h5_test

import (
	"encoding/json"
	"io"
	"math"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// signature is what the pad posts.
type signature struct {
	Width, Height float64
	Strokes       []struct{ Points [][4]float64 }
}

func (s signature) aspect() float64 {
	l, r, top, b := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, stroke := range s.Strokes {
		for _, p := range stroke.Points {
			l, r, top, b = math.Min(l, p[0]), math.Max(r, p[0]), math.Min(top, p[1]), math.Max(b, p[1])
		}
	}
	return (r - l) / (b - top)
}

// inbox keeps what a page posted.
type inbox struct {
	sync.Mutex
	bodies map[string][]string
}

func (b *inbox) answer(json string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		b.Lock()
		if b.bodies == nil {
			b.bodies = map[string][]string{}
		}
		b.bodies[r.URL.Path] = append(b.bodies[r.URL.Path], string(body))
		b.Unlock()
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, json)
	}
}

func (b *inbox) got(path string) []string {
	b.Lock()
	defer b.Unlock()
	return append([]string(nil), b.bodies[path]...)
}

// write draws two strokes on the pad with synthetic pointer events.
const write = `(async () => {
  const canvas = document.querySelector('[data-pad] canvas');
  const box = canvas.getBoundingClientRect();
  const send = (type, x, y) => canvas.ownerDocument.defaultView && (type === 'pointerdown' ? canvas : window).dispatchEvent(new PointerEvent(type, {
    pointerId: 1, pointerType: 'touch', isPrimary: true, bubbles: true, cancelable: true, pressure: 0.5, button: 0, buttons: type === 'pointerup' ? 0 : 1,
    clientX: box.left + x, clientY: box.top + y }));
  const pause = () => new Promise(r => setTimeout(r, 12));
  for (const [x1, y1, x2, y2] of [[40, 80, 300, 90], [60, 60, 200, 200]]) {
    send('pointerdown', x1, y1);
    for (let i = 1; i <= 20; i += 1) { send('pointermove', x1 + (x2 - x1) * i / 20, y1 + (y2 - y1) * i / 20); await pause(); }
    send('pointerup', x2, y2);
    await pause();
  }
  return document.querySelector('[data-pad]').classList.contains('used');
})()`

func post(t *testing.T, box *inbox, path string) signature {
	t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if got := box.got(path); len(got) > 0 {
			var s signature
			if err := json.Unmarshal([]byte(got[0]), &s); err != nil {
				t.Fatal(err)
			}
			return s
		}
	}
	t.Fatalf("nothing was posted to %s", path)
	return signature{}
}

// TestPadKeepsTheShapeThroughRotation writes upright, turns the phone, turns it
// back, and submits from either: the drawing must have the shape it was written
// in, inside the pad that is on the screen.
func TestPadKeepsTheShapeThroughRotation(t *testing.T) {
	for name, back := range map[string]bool{"turned": false, "turned and back": true} {
		t.Run(name, func(t *testing.T) { rotate(t, back) })
	}
}

func rotate(t *testing.T, back bool) {
	t.Helper()
	box := &inbox{}
	server := site(t, map[string]http.HandlerFunc{
		"POST /h/ticket/active": box.answer(`{"ok":true}`),
		"POST /h/ticket/sign":   box.answer(`{"ok":true}`),
	})
	ctx := browser(t)
	const ink = `document.querySelector('canvas').width + 'x' + document.querySelector('canvas').height`
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/handoff"), chromedp.Sleep(200*time.Millisecond))
	if !eval[bool](t, ctx, write) {
		t.Fatal("the pad took no strokes")
	}
	upright := eval[string](t, ctx, ink)
	do(t, ctx, phone(844, 390), chromedp.Sleep(400*time.Millisecond))
	if turned := eval[string](t, ctx, ink); turned == upright {
		t.Fatalf("the pad was not fitted to the turned phone: %s", turned)
	}
	if room := eval[float64](t, ctx, `document.querySelector('[data-pad]').clientHeight`); room < 300 {
		t.Errorf("turned, the pad is only %v px high", room)
	}
	if wide := eval[float64](t, ctx, `document.documentElement.scrollWidth`); wide > 844 {
		t.Errorf("turned, the page is %v px wide", wide)
	}
	if back {
		do(t, ctx, phone(390, 844), chromedp.Sleep(400*time.Millisecond))
		if again := eval[string](t, ctx, ink); again != upright {
			t.Errorf("turned back, the pad has %s, before %s", again, upright)
		}
	}
	do(t, ctx, press("[data-send]"))
	s := post(t, box, "/h/ticket/sign")
	want := 260.0 / 140
	if got := s.aspect(); math.Abs(got-want) > want*0.02 {
		t.Errorf("aspect %.3f, written as %.3f", got, want)
	}
	if len(s.Strokes) != 2 {
		t.Errorf("%d strokes, wrote 2", len(s.Strokes))
	}
	last := -1.0
	for _, stroke := range s.Strokes {
		for _, p := range stroke.Points {
			if p[0] < 0 || p[0] > s.Width || p[1] < 0 || p[1] > s.Height {
				t.Fatalf("point %v outside the pad %v×%v", p, s.Width, s.Height)
			}
			if p[2] < last {
				t.Fatalf("time runs back at %v", p)
			}
			last = p[2]
		}
	}
	if last < 200 || last > 20000 {
		t.Errorf("the last point is %v ms after the first", last)
	}
	if n := len(box.got("/h/ticket/active")); n != 1 {
		t.Errorf("told %d times that writing began", n)
	}
	if !eval[bool](t, ctx, `new Promise(r => setTimeout(() => r(!document.querySelector('[data-end]').hidden), 200))`) {
		t.Error("签名已提交 is not shown")
	}
}

func TestPadComesBackAfterGoingBack(t *testing.T) {
	server := site(t, map[string]http.HandlerFunc{"POST /h/ticket/active": (&inbox{}).answer(`{"ok":true}`)})
	// Without the browser's own page cache the page is loaded afresh.
	ctx := browser(t, chromedp.Flag("disable-features", "BackForwardCache"))
	do(t, ctx, phone(390, 844), chromedp.Navigate(server.URL+"/g/wechat/handoff"), chromedp.Sleep(200*time.Millisecond))
	eval[bool](t, ctx, write)
	do(t, ctx, chromedp.Navigate(server.URL+"/g/wechat/help"), chromedp.NavigateBack(), chromedp.Sleep(300*time.Millisecond))
	if !eval[bool](t, ctx, `document.querySelector('[data-pad]').classList.contains('used') && !document.querySelector('[data-send]').disabled`) {
		t.Error("the drawing is gone after going back")
	}
	do(t, ctx, press("[data-clear]"))
	if eval[bool](t, ctx, `document.querySelector('[data-pad]').classList.contains('used') || !document.querySelector('[data-send]').disabled || history.state !== null`) {
		t.Error("清空 left something")
	}
}

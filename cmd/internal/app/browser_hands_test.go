package app_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

// patience is how long anything may take to do what it should, on a machine that
// is busy with all the other tests.
const patience = 40 * time.Second

// eventually asks again until it is so; false when patience is at its end.
func eventually(so func() bool) bool {
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(40 * time.Millisecond) {
		if so() {
			return true
		}
	}
	return so()
}

func quote(s string) string {
	raw, _ := json.Marshal(s) // a string always encodes
	return string(raw)
}

func base64Reader(s string) io.Reader {
	return base64.NewDecoder(base64.StdEncoding, strings.NewReader(s))
}

// do runs actions and fails the test when they take too long.
func (d *screen) do(what string, actions ...chromedp.Action[chromedp.Void]) {
	d.Helper()
	ctx, cancel := context.WithTimeout(d.ctx, patience)
	defer cancel()
	if err := chromedp.Do(ctx, actions...); err != nil {
		d.Fatalf("%s: %v", what, err)
	}
}

// try evaluates JavaScript once; a navigation in between is an error.
func try[V any](d *screen, script string) (V, error) {
	ctx, cancel := context.WithTimeout(d.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[V](script, chromedp.EvalAwaitPromise))
}

func eval[V any](d *screen, script string) V {
	d.Helper()
	v, err := try[V](d, script)
	if err != nil {
		d.Fatalf("%v in %.200s", err, script)
	}
	return v
}

// until waits for a JavaScript condition, over navigations.
func (d *screen) until(what, condition string) {
	d.Helper()
	script := `(() => { try { return Boolean(` + condition + `); } catch (e) { return false; } })()`
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(40 * time.Millisecond) {
		if ok, err := try[bool](d, script); err == nil && ok {
			return
		}
	}
	text, _ := try[string](d, `location.pathname + ': ' + document.body.innerText.replace(/\s+/g, ' ').slice(0, 400)`)
	d.Fatalf("%s never happened; the page is %s", what, text)
}

// at waits until a page has come and its scripts run.
func (d *screen) at(path string) {
	d.Helper()
	d.until("arriving at "+path, `location.pathname === `+quote(path)+` && document.readyState === 'complete'`)
}

// says waits until the text is to be seen.
func (d *screen) says(text string) {
	d.Helper()
	d.until("saying "+text, `document.body.innerText.includes(`+quote(text)+`)`)
}

// goTo opens an address of the product, or elsewhere by a whole address.
func (d *screen) goTo(address string) {
	d.Helper()
	if strings.HasPrefix(address, "/") {
		address = d.home + address
	}
	d.do("opening "+address, chromedp.Navigate(address))
}

// point scrolls an element into view and returns its middle, when a finger
// there would hit it.
const point = `(() => {
	const e = [...document.querySelectorAll(%q)].find(x => x.checkVisibility());
	if (!e || e.disabled) return [];
	const middle = () => { const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; };
	const free = (p) => { const hit = document.elementFromPoint(p[0], p[1]); return Boolean(hit) && (e.contains(hit) || hit.closest('label')?.control === e); };
	if (free(middle())) return middle();
	e.scrollIntoView({ block: 'center', behavior: 'instant' });
	return free(middle()) ? middle() : [];
})()`

// middle waits until an element can be hit and has stopped moving: pages
// scroll by themselves when a field gets the focus.
func (d *screen) middle(selector string) (x, y float64) {
	d.Helper()
	script := strings.Replace(point, "%q", quote(selector), 1)
	var last []float64
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(40 * time.Millisecond) {
		p, err := try[[]float64](d, script)
		if err == nil && len(p) == 2 && slices.Equal(p, last) {
			return p[0], p[1]
		}
		last = p
	}
	text, _ := try[string](d, `location.pathname + ': ' + document.body.innerText.replace(/\s+/g, ' ').slice(0, 400)`)
	d.Fatalf("nobody can press %s; the page is %s", selector, text)
	return 0, 0
}

// pressing makes the page say whether the next click meets the element: window.met
// is empty until there is one, 'yes' or what was hit instead.
const pressing = `(() => {
	window.met = '';
	const meets = (e) => e.closest(%q) || e.closest('label')?.control?.matches(%q);
	addEventListener('click', (click) => { window.met = meets(click.target) ? 'yes' : click.target.outerHTML.slice(0, 120); }, { capture: true, once: true });
	return true;
})()`

// press taps or clicks in the middle of the first visible match. Where the page
// moved under the finger on a busy machine it presses again, as people do.
func (d *screen) press(selector string) {
	d.Helper()
	watch := strings.ReplaceAll(pressing, "%q", quote(selector))
	for range 3 {
		x, y := d.middle(selector)
		if _, err := try[bool](d, watch); err != nil {
			continue // the page is just being replaced
		}
		if d.touch {
			d.do("tapping "+selector, chromedp.TapXY(x, y))
		} else {
			d.do("clicking "+selector, chromedp.MouseClickXY(x, y))
		}
		met := d.met()
		if met == "yes" {
			return
		}
		d.Logf("pressing %s at %.0f,%.0f met %q", selector, x, y, met)
	}
}

// met waits for what the last press met; a page that is gone was met.
func (d *screen) met() string {
	met := ""
	for end := time.Now().Add(3 * time.Second); met == "" && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		met, _ = try[string](d, `window.met === undefined ? 'yes' : window.met`)
	}
	return met
}

// focusOn presses a field until it has the focus. On a machine that is busy with
// everything else the page may still scroll under the finger; people press again.
func (d *screen) focusOn(selector, focused string) {
	d.Helper()
	for range 3 {
		d.press(selector)
		for end := time.Now().Add(2 * time.Second); time.Now().Before(end); time.Sleep(40 * time.Millisecond) {
			if ok, err := try[bool](d, `Boolean(`+focused+`)`); err == nil && ok {
				return
			}
		}
	}
	d.until("focus on "+selector, focused)
}

// write puts the cursor into a field, empties it and types.
func (d *screen) write(name, text string) {
	d.Helper()
	selector := `[name="` + name + `"]`
	d.focusOn(selector, `document.activeElement && document.activeElement.name === `+quote(name))
	eval[bool](d, `(document.activeElement.select(), true)`)
	d.do("typing into "+name, chromedp.KeyEvent(text))
	d.until("the text in "+name, `document.querySelector(`+quote(selector)+`).value === `+quote(text))
}

// choose picks an option as the native list does.
func (d *screen) choose(selector, value string) {
	d.Helper()
	d.middle(selector)
	eval[bool](d, `(() => { const s = document.querySelector(`+quote(selector)+`); s.value = `+quote(value)+`;
		for (const type of ['input', 'change']) s.dispatchEvent(new Event(type, { bubbles: true })); return true; })()`)
	d.until("choosing "+value, `document.querySelector(`+quote(selector)+`).value === `+quote(value))
}

// touchAt sends the finger's events to the page.
func (d *screen) touchAt(kind input.DispatchTouchEventType, points ...*input.TouchPoint) {
	d.Helper()
	if points == nil {
		points = []*input.TouchPoint{}
	}
	command(d, input.DispatchTouchEvent, input.DispatchTouchEventParams{Type: kind, TouchPoints: points})
}

// penStrokes is 王 and a flourish on a pad of 1×1.
var penStrokes = [][][2]float64{
	{{.15, .2}, {.45, .2}}, {{.18, .45}, {.42, .45}}, {{.12, .75}, {.48, .75}}, {{.3, .2}, {.3, .75}},
	{{.6, .25}, {.85, .22}, {.8, .45}, {.62, .7}}, {{.58, .5}, {.9, .48}}, {{.75, .15}, {.74, .8}, {.68, .72}},
}

// sign writes on the pad with a finger.
func (d *screen) sign() {
	d.Helper()
	d.middle("[data-pad] canvas")
	eval[bool](d, `(window.stood = 0, true)`)
	d.until("the page to stand still", standsStill) // a page that scrolls takes the pad from under the finger
	box := eval[[]float64](d, `(() => { const r = document.querySelector('[data-pad] canvas').getBoundingClientRect(); return [r.left, r.top, r.width, r.height]; })()`)
	at := func(p [2]float64) *input.TouchPoint {
		return &input.TouchPoint{X: box[0] + p[0]*box[2], Y: box[1] + p[1]*box[3]}
	}
	for _, stroke := range penStrokes {
		d.touchAt("touchStart", at(stroke[0]))
		for i := range stroke[1:] {
			from, to := stroke[i], stroke[i+1]
			for k := 1; k <= 6; k++ {
				f := float64(k) / 6
				d.touchAt("touchMove", at([2]float64{from[0] + (to[0]-from[0])*f, from[1] + (to[1]-from[1])*f}))
				time.Sleep(8 * time.Millisecond)
			}
		}
		d.touchAt("touchEnd")
	}
	d.until("ink on the pad", `!document.querySelector('[data-clear]').disabled`)
	time.Sleep(350 * time.Millisecond) // sooner, the browser takes a tap for the second of a double tap
}

// keepHints remembers in window.hints what the face page said, however soon it
// said the next thing.
const keepHints = `document.addEventListener('DOMContentLoaded', () => {
	window.hints = [];
	const line = document.querySelector('[data-hint-more]');
	if (line) new MutationObserver(() => hints.push(line.textContent)).observe(line, { childList: true, characterData: true, subtree: true });
})`

// upload gives a file to a field as the system's dialog does.
func (d *screen) upload(selector, file string) {
	d.Helper()
	d.do("choosing a file for "+selector, chromedp.SetUploadFiles(chromedp.CSS(selector), []string{file}, chromedp.NodeReady))
}

func (d *screen) setCancel(on bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.cancel = on
}

package h5_test

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// patience is how long a page may take on a machine that is busy with all else.
const patience = 30 * time.Second

// point scrolls an element into view and returns its middle, when a finger there
// would hit it.
const point = `(() => {
  const e = [...document.querySelectorAll(%q)].find((x) => x.checkVisibility());
  if (!e || e.disabled) return [];
  const middle = () => { const r = e.getBoundingClientRect(); return [r.left + r.width / 2, r.top + r.height / 2]; };
  const free = (p) => { const hit = document.elementFromPoint(p[0], p[1]); return Boolean(hit) && (e.contains(hit) || hit.closest('label')?.control === e); };
  if (!free(middle())) e.scrollIntoView({ block: 'center', behavior: 'instant' });
  return free(middle()) ? middle() : [];
})()`

// pressing makes the page say whether the next click meets the element.
const pressing = `(() => {
  window.met = '';
  const meets = (e) => e.closest(%q) || e.closest('label')?.control?.matches(%q);
  addEventListener('click', (click) => { window.met = meets(click.target) ? 'yes' : click.target.outerHTML.slice(0, 120); }, { capture: true, once: true });
  return true;
})()`

// press clicks in the middle of the first visible match once that has stopped
// moving, and again where the page moved under the finger.
func press(selector string) chromedp.Action[chromedp.Void] {
	quoted, _ := json.Marshal(selector) // a string always encodes
	fill := func(script string) string { return strings.ReplaceAll(script, "%q", string(quoted)) }
	return func(ctx context.Context, page *chromedp.Target) (done chromedp.Void, err error) {
		met := ""
		for range 3 {
			var last, at []float64
			for end := time.Now().Add(patience); len(at) == 0; time.Sleep(40 * time.Millisecond) {
				p, err := chromedp.Evaluate[[]float64](fill(point))(ctx, page)
				if err == nil && len(p) == 2 && slices.Equal(p, last) {
					at = p
				}
				if last = p; time.Now().After(end) {
					return done, fmt.Errorf("nobody can press %s: %w", selector, err)
				}
			}
			if _, err := chromedp.Evaluate[bool](fill(pressing))(ctx, page); err != nil {
				continue // the page is just being replaced
			}
			if _, err := chromedp.MouseClickXY(at[0], at[1])(ctx, page); err != nil {
				return done, err
			}
			met = ""
			for end := time.Now().Add(3 * time.Second); met == "" && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
				met, _ = chromedp.Evaluate[string](`window.met === undefined ? 'yes' : window.met`)(ctx, page)
			}
			if met == "yes" {
				return done, nil
			}
		}
		return done, fmt.Errorf("pressing %s met %q", selector, met)
	}
}

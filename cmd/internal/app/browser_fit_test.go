package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"ruxue/cmd/internal/stage"
)

// controls is every element of the page that takes part in it, seen now.
const controls = `[...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]')].filter(e =>
	e.checkVisibility() && !e.disabled && e.getAttribute('tabindex') !== '-1' && getComputedStyle(e).visibility !== 'hidden')`

// unlabelled lists the controls that a screen reader has no words for.
const unlabelled = `(() => ` + controls + `.filter(e => {
	const words = (e.getAttribute('aria-label') || '') + [...(e.labels || [])].map(l => l.textContent).join('') +
		(e.getAttribute('aria-labelledby') || '').split(' ').map(id => document.getElementById(id)?.textContent || '').join('') +
		(e.matches('input, select, textarea') ? '' : e.textContent);
	return words.trim() === '';
}).map(e => e.outerHTML.slice(0, 120)).join('; '))()`

// tooWide lists what sticks out of the screen.
const tooWide = `(() => { const bad = []; const w = document.documentElement.scrollWidth;
	if (w > innerWidth || innerWidth !== 360) bad.push('the page is ' + w + ' px wide on ' + innerWidth);
	for (const e of document.querySelectorAll('main *')) { const r = e.getBoundingClientRect();
		if (r.width > 1 && r.height > 1 && r.right > innerWidth + 1 && !e.closest('.vh, .assist-stage, .steps, svg')) { bad.push(e.outerHTML.slice(0, 100) + ' ends at ' + r.right); break; } }
	const bar = [...document.querySelectorAll('.actions')].find(e => e.checkVisibility() && getComputedStyle(e).position === 'sticky');
	scrollTo(0, 1e6);
	if (bar && Math.abs(bar.getBoundingClientRect().bottom - innerHeight) > 1) bad.push('the bottom bar ends at ' + bar.getBoundingClientRect().bottom + ' of ' + innerHeight);
	scrollTo(0, 0);
	return bad.join('; '); })()`

// watchFocus remembers what had the focus; unreached lists what never had.
const (
	watchFocus = `(() => { window.focused = new Set(); document.addEventListener('focusin', e => focused.add(e.target)); document.activeElement.blur(); return true; })()`
	unreached  = `(() => ` + controls + `.filter(e => !focused.has(e)).map(e => e.outerHTML.slice(0, 120)).join('; '))()`
)

// standsStill is whether the page has not scrolled for some questions.
const standsStill = `(() => { window.stood = window.stoodAt === scrollY ? (window.stood || 0) + 1 : 0; window.stoodAt = scrollY; return window.stood > 2; })()`

// fits checks one page at 360 px.
func (d *screen) fits(page string) {
	d.Helper()
	if bad := eval[string](d, tooWide); bad != "" {
		d.Errorf("%s: %s", page, bad)
	}
	if bad := eval[string](d, unlabelled); bad != "" {
		d.Errorf("%s: no words for %s", page, bad)
	}
	eval[bool](d, watchFocus)
	steps := eval[int](d, controls+`.length`) + 6
	d.do("walking by keyboard", chromedp.KeyEvent(strings.Repeat(kb.Tab, steps)))
	if bad := eval[string](d, unreached); bad != "" {
		d.Errorf("%s: the Tab key never reaches %s", page, bad)
	}
	eval[bool](d, `(document.activeElement.blur(), true)`)
	d.until("the page to stand still", standsStill) // it scrolls to what had the focus
	eval[bool](d, `(scrollTo(0, 0), true)`)
	d.fine(page)
}

// TestPagesFitTheScreen walks the journey on the smallest phone and holds every
// page to its width, its labels, its keyboard and its silence on the console.
func TestPagesFitTheScreen(t *testing.T) {
	w := newWorld(t, 1)
	d := w.open(t, chromium(t), stage.AgentWeChat, 360, 740)
	s := w.students[0]
	seen := 0
	j := &tour{screen: d, student: s, phone: s.Phone}
	j.look = func(page string) {
		if page == "face" {
			return // it goes on by itself; face-passed is the same page
		}
		d.fits(page)
		d.picture("small-" + page)
		if page == "form-basic" {
			d.coldForm()
		}
		if page == "choices" {
			for _, p := range []string{"help", "notice", "privacy", "apply/defer", "nowhere"} {
				d.goTo("/c/hhu/" + p)
				d.allow("404")
				d.fits(p)
			}
			d.goTo("/c/hhu/choices")
		}
		seen++
	}
	j.arrive()
	j.login()
	j.upToForms()
	j.forms()
	j.signHere()
	j.payHere()
	j.number()
	if seen < 16 {
		t.Errorf("only %d pages were looked at", seen)
	}
}

// coldForm loads the form page with an empty cache: at most 40 KB on the wire.
func (d *screen) coldForm() {
	d.Helper()
	command(d, network.ClearBrowserCache, cdp.Empty{})
	d.mu.Lock()
	d.bytes = 0
	d.mu.Unlock()
	d.goTo("/c/hhu/form/basic")
	d.at("/c/hhu/form/basic")
	d.do("loading", chromedp.Sleep(500*time.Millisecond))
	d.mu.Lock()
	defer d.mu.Unlock()
	d.Logf("a cold form page: %.1f KB on the wire", d.bytes/1000)
	if d.bytes < 5000 || d.bytes > 40000 {
		d.Errorf("a cold form page takes %.0f bytes on the wire, want at most 40,000", d.bytes)
	}
}

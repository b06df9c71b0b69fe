package app_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ruxue/cmd/internal/stage"
	"ruxue/service/staff"
)

// TestBrowserStaff: after 30 idle minutes the login comes up in place and what
// the registrar had typed is still there.
func TestBrowserStaff(t *testing.T) {
	w := newWorld(t, 1)
	d := w.open(t, chromium(t), stage.AgentPC, 1280, 800)
	api, s := w.staffOn(w.pc(), staff.Registrar)
	if a := api.getJSON("/staff/session"); a.Status != http.StatusOK {
		t.Fatal(a.Body)
	}
	d.goTo("/staff/login?next=/staff/account")
	d.fill("#f-login", s.Login)
	d.fill("#f-password", s.Password)
	d.press("[data-submit]")
	d.at("/staff/account")

	d.goTo(w.base + "/staff/password")
	d.fill("#f-password", "xiang-dao-yi-ban")
	w.clock.move(31 * time.Minute)
	eval[bool](d, `window.dispatchEvent(new Event('focus')) || true`)
	d.until("the login in place", `Boolean(document.querySelector('dialog[open]'))`)
	d.picture("staff-again")
	d.fill("#again-login", s.Login)
	d.fill("#again-password", s.Password)
	d.press("dialog .button")
	d.until("the page", `!document.querySelector('dialog')`)
	if got := eval[string](d, `document.querySelector('#f-password').value`); got != "xiang-dao-yi-ban" {
		t.Errorf("what was typed is %q", got)
	}
	d.allow("401") // what told the page that the session is gone
	d.fine("the staff's session")
}

// fill types into the field that the selector names.
func (d *screen) fill(selector, text string) {
	d.Helper()
	d.focusOn(selector, `document.activeElement === document.querySelector(`+quote(selector)+`)`)
	d.do("typing into "+selector, chromedp.KeyEvent(text))
	d.until("the text in "+selector, `document.querySelector(`+quote(selector)+`).value === `+quote(text))
}

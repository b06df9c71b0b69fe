package app_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/chromedp/cdproto/network"

	"ruxue/cmd/internal/stage"
	"ruxue/service/staff"
)

// sessionOf gives the browser the session of a new staff member.
func (d *screen) sessionOf(role staff.Role) {
	d.Helper()
	who := d.w.staff(role)
	u, err := url.Parse(d.w.base)
	if err != nil {
		d.Fatal(err)
	}
	for _, c := range who.Cookies() {
		command(d, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, Domain: u.Hostname(), Path: "/"})
	}

}

// TestBrowserImport: an administrator uploads a list with 14 kinds of broken
// row, sees them, uploads the mended file and imports it, without a reload.
func TestBrowserImport(t *testing.T) {
	w := newWorld(t, 5)
	broken, mended := w.brokenList()
	d := w.open(t, chromium(t), stage.AgentPC, 1280, 800)
	d.sessionOf(staff.Administrator)
	d.goTo("/staff/import?c=hhu")
	d.picture("import-pc")
	d.upload("#f-file", d.file("录取名单.xlsx", xlsxOf(t, broken)))
	d.press(".give button[type=submit]")
	d.until("the result of the check", `document.querySelector('[data-bad]') !== null`)
	if n := eval[string](d, `document.querySelector('[data-bad]').textContent`); n != fmt.Sprint(len(brokenKinds)) {
		t.Errorf("%s rows are bad", n)
	}
	for _, k := range brokenKinds {
		d.says(k.says)
	}
	d.picture("import-pc-bad")
	d.goTo("/staff/import?c=hhu")
	d.upload("#f-file", d.file("改好.xlsx", xlsxOf(t, mended)))
	d.press(".give button[type=submit]")
	d.until("the way to import", `document.querySelector('.next form button.primary') !== null`)
	d.picture("import-pc-good")
	d.press(".next form button.primary")
	d.says(fmt.Sprintf("新增 %d 人，更新 0 人", len(mended)-1))
	d.picture("import-pc-done")
	if n := w.count(t, "SELECT COUNT(*) FROM enrolment WHERE major='会计学' AND fee_fen=320000 AND site_code='100'"); n < len(mended)-1 {
		t.Errorf("%d students are in", n)
	}
	d.fine("the import")
}

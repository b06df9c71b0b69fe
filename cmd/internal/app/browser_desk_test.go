package app_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"ruxue/cmd/internal/stage"
)

// desk is the simulator's window with a PC and a phone side by side, held by
// one WeChat user.
type desk struct {
	*screen
	pcURL string // the desk's PC, for a tab of its own: the cookies are the same
}

// deskOf opens the desk with the user's phone in it.
func (w *world) deskOf(t *testing.T, browser context.Context, openid string) desk {
	t.Helper()
	pc, _, err := w.sim.OpenDesk()
	if err != nil {
		t.Fatal(err)
	}
	d := desk{w.open(t, browser, stage.AgentPC, 1600, 1000), pc}
	d.goTo(w.simURL + "/desk")
	d.until("the desk", `document.querySelector('#user option')`)
	d.choose("#user", openid)
	return d
}

// in evaluates within the desk's pc or phone, which are pages of other origins.
func (d desk) in(device, script string) (result any, err error) {
	ctx, cancel := context.WithTimeout(d.ctx, patience)
	defer cancel()
	tree, err := chromedp.Call(ctx, page.GetFrameTree, cdp.Empty{})
	if err != nil {
		return nil, err
	}
	for _, f := range tree.FrameTree.ChildFrames {
		if f.Frame.Name != device {
			continue
		}
		world, err := chromedp.Call(ctx, page.CreateIsolatedWorld, page.CreateIsolatedWorldParams{FrameID: f.Frame.ID})
		if err != nil {
			return nil, err
		}
		yes := true
		r, err := chromedp.Call(ctx, runtime.Evaluate, runtime.EvaluateParams{Expression: script, ContextID: world.ExecutionContextID,
			ReturnByValue: &yes, AwaitPromise: &yes})
		if err != nil {
			return nil, err
		}
		if r.ExceptionDetails != nil {
			return nil, fmt.Errorf("%s in %.200s", r.ExceptionDetails.Text, script)
		}
		return result, json.Unmarshal(r.Result.Value, &result)
	}
	return nil, fmt.Errorf("the desk has no %s", device)
}

// untilIn waits for a condition within a device.
func (d desk) untilIn(device, what, condition string) {
	d.Helper()
	var last any
	script := `(() => { try { return Boolean(` + condition + `); } catch (e) { return false; } })()`
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(60 * time.Millisecond) {
		if last, _ = d.in(device, script); last == true {
			return
		}
	}
	text, err := d.in(device, `location.pathname + ': ' + document.body.innerText.replace(/\s+/g, ' ').slice(0, 400)`)
	d.Fatalf("%s never happened on the desk's %s, which shows %v (%v)", what, device, text, err)
}

// saysIn waits until the device shows the text.
func (d desk) saysIn(device, text string) {
	d.Helper()
	d.untilIn(device, "saying "+text, `document.body.innerText.includes(`+quote(text)+`)`)
}

// pressIn clicks what the device shows first of the selector.
func (d desk) pressIn(device, selector string) {
	d.Helper()
	d.untilIn(device, "pressing "+selector, `(() => { const e = [...document.querySelectorAll(`+quote(selector)+`)].find(x => x.checkVisibility() && !x.disabled);
		if (!e || document.readyState !== 'complete') return false; e.click(); return true; })()`)
}

// openMessage taps the newest message of the phone's inbox that has the title.
func (d desk) openMessage(title string) {
	d.Helper()
	d.press(`.tabs button[data-view=inbox]`)
	d.until("the message "+title, `(() => { const li = [...document.querySelectorAll('#inbox li')].find(x => x.innerText.includes(`+quote(title)+`));
		const b = li && li.querySelector('button'); if (!b) return false; b.click(); return true; })()`)
	d.until("the phone's page", `!document.querySelector('#view-web').hidden`)
}

package app_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	cdplog "github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"ruxue/cmd/internal/stage"
	"ruxue/repo/simulator"
)

// screen is one browser context with its own cookies: a phone or a PC.
type screen struct {
	*testing.T
	w      *world
	home   string // where paths lead: the product, or the desk's device that stands before it
	ctx    context.Context
	openid string // the WeChat user who holds the phone
	touch  bool
	cancel bool // the next payment is given up

	mu    sync.Mutex
	wrong []string // script errors and policy violations
	bytes float64  // received over the wire
}

// open returns a screen of the given size and user agent.
func (w *world) open(t *testing.T, browser context.Context, agent string, width, height int64) *screen {
	t.Helper()
	ctx, cancel := chromedp.NewContext(browser, chromedp.WithNewBrowserContext())
	d := &screen{T: t, w: w, home: w.base, ctx: ctx, touch: agent != stage.AgentPC}
	t.Cleanup(func() {
		if t.Failed() {
			d.shot(os.Getenv("RUXUE_SHOTS"), fmt.Sprintf("%s-%d", t.Name(), width))
		}
		cancel()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("opening a browser context: %v", err)
	}
	view := chromedp.EmulateViewport(width, height)
	if d.touch {
		view = chromedp.EmulateViewport(width, height, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2))
	}
	if err := chromedp.Listen(ctx, d.hear); err != nil {
		t.Fatal(err)
	}
	command(d, emulation.SetUserAgentOverride, emulation.SetUserAgentOverrideParams{UserAgent: agent})
	command(d, network.Enable, network.EnableParams{})
	command(d, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: keepHints})
	d.do("emulating the device", view)
	if agent == stage.AgentWeChat {
		u, err := w.sim.AddUser(simulator.User{Nickname: "学生" + t.Name(), Follower: true})
		if err != nil {
			t.Fatal(err)
		}
		d.openid = u.OpenID
		d.becomeWeChat()
	}
	return d
}

func command[P, R any](d *screen, cmd cdp.Command[P, R], params P) R {
	d.Helper()
	r, err := chromedp.Call(d.ctx, cmd, params)
	if err != nil {
		d.Fatal(err)
	}
	return r
}

// hear keeps what must not happen on any page, and counts the wire's bytes.
func (d *screen) hear(ev any) {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch e := ev.(type) {
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			text += " " + e.ExceptionDetails.Exception.Description
		}
		d.wrong = append(d.wrong, "exception: "+text)
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			d.wrong = append(d.wrong, fmt.Sprintf("console.%s", e.Type))
		}
	case *cdplog.EventEntryAdded:
		refused := strings.Contains(e.Entry.Text, "status of 422") // a form with a mistake
		if e.Entry.Level == cdplog.EntryLevelError && strings.HasPrefix(e.Entry.URL, d.home) && !refused {
			d.wrong = append(d.wrong, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventLoadingFinished:
		d.bytes += e.EncodedDataLength
	}
}

// becomeWeChat gives every page the bridge of the WeChat client, a moment late
// as there; the simulator checks the signature and lets the user pay.
func (d *screen) becomeWeChat() {
	d.Helper()
	d.do("exposing the cashier", chromedp.ExposeFunc("simulatorPay",
		func(_ context.Context, params map[string]any) (map[string]any, error) { return d.cashier(params) }))
	command(d, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: `setTimeout(() => {
		window.WeixinJSBridge = { on() {}, call() {}, invoke(name, params, done) {
			if (name === 'getBrandWCPayRequest') window.simulatorPay(params).then(done, () => done({ err_msg: name + ':fail' }));
			else if (done) done({ err_msg: name + ':fail' });
		} };
		document.dispatchEvent(new Event('WeixinJSBridgeReady'));
	}, 300)`})
}

func (d *screen) cashier(params map[string]any) (map[string]any, error) {
	d.mu.Lock()
	params["openid"], params["outcome"] = d.openid, "success"
	if d.cancel {
		params["outcome"] = "cancel"
	}
	d.mu.Unlock()
	body, err := json.Marshal(params)
	if err != nil {
		return nil, err
	}
	res, err := http.Post(d.w.simURL+"/_sim/bridge/pay", "application/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	out := map[string]any{}
	return out, json.NewDecoder(io.LimitReader(res.Body, 1<<16)).Decode(&out)
}

// fine fails when a page broke the policy or a script failed since the start.
func (d *screen) fine(where string) {
	d.Helper()
	d.mu.Lock()
	defer d.mu.Unlock()
	if len(d.wrong) > 0 {
		d.Errorf("%s: the browser complains: %s", where, strings.Join(d.wrong, "; "))
		d.wrong = nil
	}
}

// allow forgets complaints that hold the text.
func (d *screen) allow(text string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.wrong = slices.DeleteFunc(d.wrong, func(s string) bool { return strings.Contains(s, text) })
}

// shot saves a picture of what the screen shows, if folder is given.
func (d *screen) shot(folder, name string) {
	if folder == "" {
		return
	}
	ctx, cancel := context.WithTimeout(d.ctx, 10*time.Second)
	defer cancel()
	picture, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err == nil {
		err = os.WriteFile(filepath.Join(folder, strings.ReplaceAll(name, "/", "-")+".png"), picture, 0o644)
	}
	if err != nil {
		d.Logf("no picture of %s: %v", name, err)
	}
}

// picture keeps a page for people to look at: RUXUE_PICTURES=/some/folder.
func (d *screen) picture(name string) {
	if os.Getenv("RUXUE_PICTURES") == "" {
		return
	}
	time.Sleep(200 * time.Millisecond) // fonts and transitions
	d.shot(os.Getenv("RUXUE_PICTURES"), name)
}

// scan reads the QR code of an image on the page as a phone's camera does.
func (d *screen) scan(selector string) string {
	d.Helper()
	src := eval[string](d, `document.querySelector(`+quote(selector)+`).src`)
	raw, ok := strings.CutPrefix(src, "data:image/png;base64,")
	if !ok {
		d.Fatalf("%s shows no picture of a code: %.60s", selector, src)
	}
	text, err := simulator.ReadQR(base64Reader(raw))
	if err != nil {
		d.Fatal(err)
	}
	return text
}

// file keeps a picture where the browser can choose it.
func (d *screen) file(name string, data []byte) string {
	d.Helper()
	path := filepath.Join(d.TempDir(), name)
	if err := os.WriteFile(path, data, 0o600); err != nil {
		d.Fatal(err)
	}
	return path
}

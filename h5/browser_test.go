package h5_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"ruxue/h5"
)

// policy is the product's; a page that breaks it breaks in these tests.
const policy = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; frame-ancestors 'self'"

// watch collects what goes wrong in a page's scripts.
const watch = `window.wrong = [];
addEventListener('error', (e) => wrong.push(e.message || 'not loaded: ' + (e.target.src || e.target.href)), true);
addEventListener('unhandledrejection', (e) => wrong.push(String(e.reason)));`

// site serves the gallery at /g/<device>/<name>, the assets, and what a test
// adds: the addresses that pages post to.
func site(t testing.TB, backend map[string]http.HandlerFunc) *httptest.Server {
	t.Helper()
	set := newSet(t)
	mux := http.NewServeMux()
	mux.Handle("/static/", set.Handler())
	mux.HandleFunc("GET /g/{device}/{name}", func(w http.ResponseWriter, r *http.Request) {
		for _, s := range gallery(r.PathValue("device")) {
			if s.name == r.PathValue("name") {
				w.Header().Set("Content-Security-Policy", policy+"; report-uri /violation")
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				w.Header().Set("Cache-Control", "no-store")
				var out strings.Builder
				if err := set.Render(&out, s.page); err != nil {
					t.Error(err)
				}
				_, _ = io.WriteString(w, strings.Replace(out.String(), "<head>", `<head><script src="/watch.js"></script>`, 1))
				return
			}
		}
		http.NotFound(w, r)
	})
	mux.HandleFunc("POST /violation", func(_ http.ResponseWriter, r *http.Request) {
		report, _ := io.ReadAll(r.Body)
		t.Errorf("the page breaks the content security policy: %s", report)
	})
	mux.HandleFunc("GET /watch.js", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		_, _ = io.WriteString(w, watch)
	})
	for pattern, handle := range backend {
		mux.HandleFunc(pattern, handle)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server
}

// browser starts one Chromium for a test, or skips when there is none.
func browser(t *testing.T, extra ...chromedp.ExecAllocatorOption) context.Context {
	t.Helper()
	path := ""
	for _, p := range []string{"/usr/lib/chromium/chromium", "chromium", "chromium-browser", "google-chrome"} {
		if found, err := exec.LookPath(p); err == nil {
			path = found
			break
		}
	}
	if path == "" {
		if os.Getenv("RUXUE_TEST_REQUIRE") == "1" {
			t.Fatal("no chromium, and RUXUE_TEST_REQUIRE=1 asks for one")
		}
		t.Skip("no chromium on this machine: browser tests of the pages not run")
	}
	options := []chromedp.ExecAllocatorOption{chromedp.ExecPath(path), chromedp.NoFirstRun,
		chromedp.Headless, chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-background-networking", true),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("disable-sync", true),
		chromedp.Flag("hide-scrollbars", true), chromedp.UserDataDir(t.TempDir())}
	allocator, stop := chromedp.NewExecAllocator(context.Background(), append(options, extra...)...)
	ctx, cancel := chromedp.NewContext(allocator)
	ctx, timeout := context.WithTimeout(ctx, 3*time.Minute) // two hundred pages one after the other, on a busy machine
	t.Cleanup(func() {
		timeout()
		_ = chromedp.Cancel(ctx) // waits until the browser has let go of its folder
		cancel()
		stop()
	})
	if err := chromedp.Do(ctx); err != nil {
		t.Fatalf("starting %s: %v", path, err)
	}
	return ctx
}

func do(t *testing.T, ctx context.Context, actions ...chromedp.Action[chromedp.Void]) {
	t.Helper()
	if err := chromedp.Do(ctx, actions...); err != nil {
		t.Fatal(err)
	}
}

// eval runs JavaScript in the page and returns its value; promises are awaited.
func eval[T any](t *testing.T, ctx context.Context, script string) T {
	t.Helper()
	v, err := chromedp.Run(ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%v in %.200s", err, script)
	}
	return v
}

func phone(width, height int64) chromedp.Action[chromedp.Void] {
	return chromedp.EmulateViewport(width, height, chromedp.EmulateMobile, chromedp.EmulateTouch, chromedp.EmulateScale(2))
}

// tooWide lists what sticks out of the screen, at the usual and at 1.3× text.
const tooWide = `(() => {
  const bad = [];
  for (const scale of [16, 20.8]) {
    document.documentElement.style.fontSize = scale + 'px';
    dispatchEvent(new Event('resize'));
    const w = document.documentElement.scrollWidth;
    if (w > innerWidth) bad.push(scale + 'px text: page ' + w + ' wide');
    for (const b of document.querySelectorAll('.button, .tag, h1, .student-number')) {
      const r = b.getBoundingClientRect();
      if (r.width && (r.right > innerWidth + 1 || r.left < -1)) bad.push(scale + 'px text: ' + b.className + ' ' + b.textContent.trim());
      if (r.width && b.matches('.button, .student-number') && b.scrollWidth > b.clientWidth + 1) bad.push(scale + 'px text cut: ' + b.textContent.trim());
    }
  }
  return bad.join('; ');
})()`

// tooSmall lists what a thumb would miss.
const tooSmall = `(() => {
  const bad = [];
  document.documentElement.style.fontSize = '';
  for (const e of document.querySelectorAll('button, .button, summary, select, input:not([type=hidden]), .bar-link, .more')) {
    const r = e.getBoundingClientRect();
    if (r.width < 2 || e.classList.contains('vh') || e.disabled) continue;
    const target = e.matches('[type=checkbox], [type=radio]') ? (e.closest('label') || (e.labels && e.labels[0]) || e).getBoundingClientRect() : r;
    if (target.height < 47.5) bad.push((e.textContent || e.name).trim() + ' ' + target.height);
  }
  return bad.join('; ');
})()`

func TestNothingIsWiderThanAPhone(t *testing.T) {
	ctx, server := browser(t), site(t, nil)
	for _, s := range gallery(h5.DeviceWeChat) {
		do(t, ctx, phone(360, 740), chromedp.Navigate(server.URL+"/g/wechat/"+s.name))
		wide, small := eval[string](t, ctx, tooWide), eval[string](t, ctx, tooSmall)
		if wrong := eval[string](t, ctx, `wrong.join('; ')`); wrong != "" {
			t.Errorf("%s: scripts: %s", s.name, wrong)
		}
		if wide != "" {
			t.Errorf("%s at 360 px: %s", s.name, wide)
		}
		if small != "" {
			t.Errorf("%s: touch targets under 48 px: %s", s.name, small)
		}
	}
}

// TestShots writes a picture of every page for people to look at:
// RUXUE_SHOTS=/some/folder go test ./h5 -run Shots
func TestShots(t *testing.T) {
	folder := os.Getenv("RUXUE_SHOTS")
	if folder == "" {
		t.Skip("RUXUE_SHOTS names no folder for pictures")
	}
	only := os.Getenv("RUXUE_SHOTS_ONLY")
	ctx, server := browser(t), site(t, nil)
	for _, d := range []struct {
		device string
		w, h   int64
	}{{h5.DeviceWeChat, 390, 844}, {h5.DevicePC, 1280, 800}} {
		for _, s := range gallery(d.device) {
			if !strings.HasPrefix(s.name, only) {
				continue
			}
			view := phone(d.w, d.h)
			if d.device == h5.DevicePC {
				view = chromedp.EmulateViewport(d.w, d.h)
			}
			do(t, ctx, view, chromedp.Navigate(server.URL+"/g/"+d.device+"/"+s.name), chromedp.Sleep(150*time.Millisecond))
			picture, err := chromedp.Run(ctx, chromedp.FullScreenshot(80))
			if err != nil {
				t.Fatal(err)
			}
			name := filepath.Join(folder, fmt.Sprintf("%s-%s.jpg", s.name, d.device))
			if err := os.WriteFile(name, picture, 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

package app_test

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"

	"ruxue/cmd/internal/app"
	"ruxue/cmd/internal/stage"
)

// pair is two processes of the production binary behind one address: PCs are
// served by the first, phones by the second, and by the other one when theirs
// is not there.
type pair struct{ pc, phone *server }

func newPair(t *testing.T, w *world) pair {
	t.Helper()
	binary := build(t)
	p := pair{pc: newServerOn(t, w, binary, free(t)), phone: newServerOn(t, w, binary, free(t))}
	l, err := app.Listen(t.Context(), strings.TrimPrefix(w.base, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	front := &http.Server{Handler: p.front(t), ReadHeaderTimeout: time.Minute}
	go func() { _ = front.Serve(l) }()
	t.Cleanup(func() { _ = front.Close() })
	return p
}

func free(t *testing.T) string {
	t.Helper()
	l, err := app.Listen(t.Context(), "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

type preferred struct{}

func (p pair) front(t *testing.T) http.Handler {
	t.Helper()
	target, err := url.Parse(p.pc.w.base)
	if err != nil {
		t.Fatal(err)
	}
	dialer := net.Dialer{Timeout: time.Second}
	proxy := &httputil.ReverseProxy{FlushInterval: -1, ErrorLog: log.New(io.Discard, "", 0), ErrorHandler: func(w http.ResponseWriter, _ *http.Request, _ error) {
		w.WriteHeader(http.StatusBadGateway)
	}, Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.Out.Host = r.In.Host }, Transport: &http.Transport{DisableKeepAlives: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			order := []*server{p.pc, p.phone}
			if ctx.Value(preferred{}) == "phone" {
				order = []*server{p.phone, p.pc}
			}
			c, err := dialer.DialContext(ctx, "tcp", strings.TrimPrefix(order[0].base, "http://"))
			if err != nil {
				c, err = dialer.DialContext(ctx, "tcp", strings.TrimPrefix(order[1].base, "http://"))
			}
			return c, err
		}}}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.Contains(r.UserAgent(), "MicroMessenger") {
			r = r.WithContext(context.WithValue(r.Context(), preferred{}, "phone"))
		}
		proxy.ServeHTTP(w, r)
	})
}

// atSign brings a student on a PC to the document; the code by SMS takes the
// slider's place, whose randomness a process of its own does not share.
func (w *world) atSign(t *testing.T, s stage.Student) device {
	t.Helper()
	pc := on(t, w.pc())
	pc.get("/studentLogin")
	pc.post("/c/wust/login", account(s, initialPassword(s)))
	wantSays(t, pc.ask("/c/wust/captcha/sms", nil), 200)
	code, err := stage.LastCode(t.Context(), pc.Walker, s.Phone)
	if err != nil {
		t.Fatal(err)
	}
	pc.post("/c/wust/captcha", url.Values{"code": {code}})
	pc.post("/c/wust/password", url.Values{"password": {stage.NewPassword}, "again": {stage.NewPassword}})
	for _, step := range stage.PasswordSteps() {
		if step.Name == "face" {
			if err := step.Act(t.Context(), pc.Walker, s); err != nil {
				t.Fatal(err)
			}
		}
	}
	return pc
}

// TestEitherReplicaMayDie: the PC is served by one process, the phone by
// another; either is killed (SIGKILL) in each state of the handoff. The PC's
// page goes on by itself and the signature is final once.
func TestEitherReplicaMayDie(t *testing.T) {
	if testing.Short() {
		t.Skip("-short: this test builds and kills the production binary")
	}
	w := prepareWorld(t, 1)
	p := newPair(t, w)
	d := w.open(t, chromium(t), stage.AgentPC, 1280, 800)
	j := &tour{screen: d}
	candidates := []int{0, 2, 4, 6, 8, 3, 5, 7} // approved ones
	for i, state := range []string{"waiting", "scanned", "active", "submitted"} {
		for k, victim := range []*server{p.pc, p.phone} {
			name := state + ", the PC's"
			if k == 1 {
				name = state + ", the phone's"
			}
			t.Run(name, func(t *testing.T) {
				d.T = t
				s := w.candidate(candidates[2*i+k])
				d.become(w.atSign(t, s), "/c/wust/sign/commitment")
				d.survive(j, s, state, victim)
				w.wantFinals(t, s, 1)
			})
			victim.start()
		}
	}
}

// become takes over the cookies of a walker and opens a page with them.
func (d *screen) become(walker device, page string) {
	d.Helper()
	for _, c := range walker.Cookies() {
		command(d, network.SetCookie, network.SetCookieParams{Name: c.Name, Value: c.Value, URL: d.w.base})
	}
	d.goTo(page)
}

// survive signs from the QR code to the end and kills the victim in the state.
func (d *screen) survive(j *tour, s stage.Student, state string, victim *server) {
	d.Helper()
	j.press("#agree")
	j.until("the code", `!document.querySelector('section[data-state=waiting]').hidden && document.querySelector('[data-qr]').naturalWidth > 0`)
	ticket := strings.TrimPrefix(d.scan("[data-qr]"), d.w.base)
	phone := on(d.T, d.w.phone())
	var killed time.Time
	kill := func(at string) {
		if at == state {
			victim.kill()
			killed = time.Now()
		}
	}
	shown := func(what, condition string) {
		d.Helper()
		d.until(what, condition)
		if !killed.IsZero() {
			d.Logf("%s is shown %v after the kill", what, time.Since(killed).Round(time.Millisecond))
			killed = time.Time{}
		}
	}
	kill("waiting")
	wantSays(d.T, phone.get(ticket), 200, "学生签名")
	shown("已扫码", `/已扫码/.test(document.body.innerText)`)
	kill("scanned")
	wantSays(d.T, phone.ask(ticket+"/active", nil), 200)
	shown("书写中", `/正在手机上签名/.test(document.body.innerText)`)
	kill("active")
	wantSays(d.T, phone.askJSON(ticket+"/sign", stage.Handwriting()), 200)
	shown("the picture", `!document.querySelector('section[data-state=submitted]').hidden && document.querySelector('[data-picture]').naturalWidth > 0`)
	kill("submitted")
	d.says(s.Name)
	j.press("[data-confirm-form] button")
	shown("the home page", `location.pathname === '/c/wust/home' && document.readyState === 'complete'`)
}

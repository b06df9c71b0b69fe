package simulator_test

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"rsc.io/qr"

	"ruxue/repo/simulator"
)

// site is a small product with the things that a device has to change.
func site(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	secure := http.NewCrossOriginProtection()
	mux.HandleFunc("GET /page", func(w http.ResponseWriter, r *http.Request) {
		http.SetCookie(w, &http.Cookie{Name: "__Host-session", Value: "kept", Path: "/", Secure: true, HttpOnly: true})
		w.Header().Set("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'")
		w.Header().Set("X-Frame-Options", "DENY")
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = io.WriteString(w, `<html><head><title>页</title></head><body><a href="`+server.URL+`/next">下一步</a> `+server.URL+`/h/1</body></html>`)
	})
	mux.HandleFunc("GET /who", func(w http.ResponseWriter, r *http.Request) {
		out := map[string]string{"agent": r.UserAgent(), "next": server.URL + "/next", "host": r.Host}
		if ck, err := r.Cookie("__Host-session"); err == nil {
			out["session"] = ck.Value
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out)
	})
	mux.Handle("POST /form", secure.Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, r.Header.Get("Origin")+" "+r.Referer())
	})))
	mux.HandleFunc("GET /events", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: one\n\n")
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	mux.HandleFunc("GET /absolute", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, server.URL+"/page", http.StatusFound)
	})
	return server
}

func fetch(t *testing.T, method, address string, header ...string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequest(method, address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

func TestDevices(t *testing.T) {
	server := site(t)
	w := newWorld(t, func(o *simulator.Options) { o.Product = server.URL })
	pc, phone, err := w.sim.OpenDesk()
	if err != nil {
		t.Fatal(err)
	}

	res, body := fetch(t, "GET", phone+"/page")
	if !strings.Contains(body, `<head><script src="/__desk/bridge.js"></script>`) || !strings.Contains(body, `href="`+phone+`/next"`) || !strings.Contains(body, server.URL+"/h/1") {
		t.Errorf("page: %s", body)
	}
	if csp := res.Header.Get("Content-Security-Policy"); csp != "default-src 'self'" || res.Header.Get("X-Frame-Options") != "" || res.Header.Get("Set-Cookie") != "" {
		t.Errorf("headers: %v", res.Header)
	}
	var who map[string]string
	_, body = fetch(t, "GET", phone+"/who", "Cookie", "other=port")
	if err := json.Unmarshal([]byte(body), &who); err != nil {
		t.Fatal(err)
	}
	if who["session"] != "kept" || !strings.Contains(who["agent"], "MicroMessenger") || who["next"] != phone+"/next" || "http://"+who["host"] != server.URL {
		t.Errorf("the phone is %v", who)
	}
	_, body = fetch(t, "GET", pc+"/who")
	who = nil
	if err := json.Unmarshal([]byte(body), &who); err != nil {
		t.Fatal(err)
	}
	if who["session"] != "" || strings.Contains(who["agent"], "MicroMessenger") || !strings.Contains(who["agent"], "Windows") {
		t.Errorf("the PC is %v", who)
	}
	if _, body := fetch(t, "POST", pc+"/form", "Origin", pc, "Sec-Fetch-Site", "same-origin", "Referer", pc+"/page"); body != server.URL+" "+server.URL+"/page" {
		t.Errorf("origin and referer: %s", body)
	}
	if res, _ := fetch(t, "GET", pc+"/absolute"); res.Header.Get("Location") != pc+"/page" {
		t.Errorf("location: %s", res.Header.Get("Location"))
	}
	if _, script := fetch(t, "GET", pc+"/__desk/bridge.js"); !strings.Contains(script, `DEVICE = "pc"`) || !strings.Contains(script, w.url) {
		t.Error("bridge script")
	}
	// Another WeChat user on the phone has no cookies yet; 全部重来 has none at all.
	w.must("POST", "/desk/choose", map[string]any{"user": student2})
	if _, body := fetch(t, "GET", phone+"/who"); strings.Contains(body, "kept") {
		t.Error("one user's cookies were sent for another")
	}
	w.must("POST", "/desk/choose", map[string]any{"user": student})
	if _, body := fetch(t, "GET", phone+"/who"); !strings.Contains(body, "kept") {
		t.Error("the user's cookies are gone")
	}
	w.must("POST", "/desk/reset", nil)
	if _, body := fetch(t, "GET", phone+"/who"); strings.Contains(body, "kept") {
		t.Error("cookies outlived 全部重来")
	}
}

func TestDeviceStreams(t *testing.T) {
	server := site(t)
	w := newWorld(t, func(o *simulator.Options) { o.Product = server.URL })
	pc, _, err := w.sim.OpenDesk()
	if err != nil {
		t.Fatal(err)
	}
	res, err := (&http.Client{Timeout: 3 * time.Second}).Get(pc + "/events")
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	if line, err := bufio.NewReader(res.Body).ReadString('\n'); err != nil || line != "data: one\n" {
		t.Fatalf("%q %v", line, err)
	}
}

// The phone is sent through the authorisation and comes back to itself.
func TestDeviceAuthorizes(t *testing.T) {
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	w := newWorld(t, func(o *simulator.Options) { o.Product = server.URL })
	mux.HandleFunc("GET /start", func(rw http.ResponseWriter, r *http.Request) {
		http.Redirect(rw, r, w.url+"/connect/oauth2/authorize?appid="+w.cfg.AppID+"&redirect_uri="+server.URL+"/back&response_type=code&scope=snsapi_base&state=s#wechat_redirect", http.StatusFound)
	})
	_, phone, err := w.sim.OpenDesk()
	if err != nil {
		t.Fatal(err)
	}
	res, _ := fetch(t, "GET", phone+"/start")
	to := res.Header.Get("Location")
	res, _ = fetch(t, "GET", strings.TrimSuffix(to, "#wechat_redirect"))
	if back := res.Header.Get("Location"); !strings.HasPrefix(back, phone+"/back?code=") {
		t.Fatalf("came back to %q by %q", back, to)
	}
}

func TestDeskOpensAndScans(t *testing.T) {
	server := site(t)
	w := newWorld(t, func(o *simulator.Options) { o.Product = server.URL })
	pc, phone, err := w.sim.OpenDesk()
	if err != nil {
		t.Fatal(err)
	}
	code, err := qr.Encode(server.URL+"/h/ticket", qr.M)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := json.Marshal(map[string]any{"images": []string{"data:,", "data:image/png;base64," + base64.StdEncoding.EncodeToString(code.PNG())}})
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.Post(pc+"/__desk/scan", "application/json", bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var found struct{ Text string }
	if err := json.NewDecoder(res.Body).Decode(&found); err != nil || found.Text != server.URL+"/h/ticket" {
		t.Fatalf("scanned %q %v", found.Text, err)
	}
	for in, want := range map[string]string{
		found.Text:                            phone + "/h/ticket",
		"weixin://wxpay/bizpayurl?pr=Abczz":   w.url + "/cashier?code=weixin%3A%2F%2Fwxpay%2Fbizpayurl%3Fpr%3DAbczz&sim_openid=" + student,
		"https://elsewhere.example/something": "https://elsewhere.example/something",
	} {
		if out := w.must("POST", "/desk/open", map[string]any{"url": in}); out["url"] != want {
			t.Errorf("%s opens %v, want %s", in, out["url"], want)
		}
	}
	if status, _ := w.call("POST", "/desk/open", map[string]any{"url": "只是文字"}); status != http.StatusBadRequest {
		t.Errorf("text was opened: %d", status)
	}
	w.must("POST", "/desk/choose", map[string]any{"fault": "callback-lost", "face": "fail"})
	state := w.must("GET", "/desk/state", nil)
	if state["fault"] != "callback-lost" || state["face"] != "fail" || len(state["entries"].([]any)) != 1 {
		t.Errorf("state: %v", state)
	}
}

// A browser asks for an icon by itself; it finds one.
func TestTheDeskHasAnIcon(t *testing.T) {
	w := newWorld(t)
	res, body := fetch(t, "GET", w.url+"/favicon.ico")
	if to := res.Header.Get("Location"); to != "" {
		res, body = fetch(t, "GET", w.url+to)
	}
	if res.StatusCode != http.StatusOK || res.Header.Get("Content-Type") != "image/svg+xml" || !strings.HasPrefix(body, "<svg") {
		t.Errorf("%d %s %.40s", res.StatusCode, res.Header.Get("Content-Type"), body)
	}
}

func TestControlIsForThisMachine(t *testing.T) {
	w := newWorld(t)
	if res, _ := fetch(t, "POST", w.url+"/_sim/faults", "Origin", "https://evil.example", "Sec-Fetch-Site", "cross-site"); res.StatusCode != http.StatusForbidden {
		t.Errorf("from another site: %d", res.StatusCode)
	}
	req := httptest.NewRequest("GET", "/_sim/config", nil)
	req.RemoteAddr = "10.1.2.3:4"
	rec := httptest.NewRecorder()
	w.sim.Handler().ServeHTTP(rec, req)
	if rec.Code != http.StatusForbidden {
		t.Errorf("from another machine: %d", rec.Code)
	}
	req = httptest.NewRequest("GET", "http://rebound.example/_sim/config", nil)
	req.RemoteAddr = "127.0.0.1:4"
	rec = httptest.NewRecorder()
	w.sim.Handler().ServeHTTP(rec, req)
	if rec.Code != http.StatusForbidden {
		t.Errorf("under another name: %d", rec.Code)
	}
}

package app_test

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// TestHead: what asks with HEAD, a monitor or whoever previews a link, gets the
// answer of GET without its body, a manual's printed address included.
func TestHead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, 1)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	ask := func(method, path string) *http.Response {
		t.Helper()
		req, err := http.NewRequestWithContext(t.Context(), method, w.base+path, http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = res.Body.Close() })
		return res
	}
	for path, status := range map[string]int{"/ws/app/login/toRegister": 302, "/studentLogin": 302, "/live": 302, "/": 200,
		"/c/hhu/login": 200, "/c/hhu/help": 200, "/c/hhu/choices": 302, "/healthz": 200, "/staff/login": 200, "/nowhere": 404,
		"/c/hhu/handoff/x/events": 302} {
		head, get := ask(http.MethodHead, path), ask(http.MethodGet, path)
		if head.StatusCode != status || get.StatusCode != status || head.Header.Get("Location") != get.Header.Get("Location") {
			t.Errorf("%s: HEAD %d %q, GET %d %q, want %d", path, head.StatusCode, head.Header.Get("Location"),
				get.StatusCode, get.Header.Get("Location"), status)
		}
		if body, err := io.ReadAll(head.Body); err != nil || len(body) > 0 {
			t.Errorf("%s: HEAD answers a body of %d bytes, %v", path, len(body), err)
		}
		if head.Header.Get("Content-Type") != get.Header.Get("Content-Type") {
			t.Errorf("%s: HEAD says %q, GET %q", path, head.Header.Get("Content-Type"), get.Header.Get("Content-Type"))
		}
	}
	page := ask(http.MethodGet, "/c/hhu/login")
	body, err := io.ReadAll(page.Body)
	if err != nil {
		t.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(body), `href="/static/`)
	sheet, _, _ := strings.Cut(rest, `"`)
	if res := ask(http.MethodHead, "/static/"+sheet); res.StatusCode != http.StatusOK || !strings.Contains(res.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("HEAD of a style sheet: %d %v", res.StatusCode, res.Header)
	}
}

package handler

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// noCampaigns is a college that has applied no file yet.
type noCampaigns struct{}

func (noCampaigns) All(context.Context) ([]*campaign.Campaign, error) { return nil, nil }
func (noCampaigns) Versions(context.Context) (map[string]int, error)  { return nil, nil }

var testPages = sync.OnceValues(h5.New)

func testDeps(t *testing.T, log *bytes.Buffer) Deps {
	t.Helper()
	pages, err := testPages()
	if err != nil {
		t.Fatal(err)
	}
	base, _ := url.Parse("https://ruxue.example")
	return Deps{BaseURL: base, Pages: pages, Now: time.Now, Campaigns: campaign.NewService(noCampaigns{}, time.Now),
		Log: slog.New(slog.NewTextHandler(log, &slog.HandlerOptions{Level: slog.LevelDebug}))}
}

// answer is what a browser or a script gets when an endpoint fails with err.
func answer(t *testing.T, err error, accept string) (rec *httptest.ResponseRecorder, log string) {
	t.Helper()
	var out bytes.Buffer
	gin.SetMode(gin.ReleaseMode)
	h := &Handler{Deps: testDeps(t, &out), engine: gin.New(), metrics: newMetrics(nil)}
	h.engine.Use(gin.CustomRecoveryWithWriter(nil, h.recovered), headers)
	h.engine.GET("/x/:secret", h.do(func(*call) error {
		if err == nil {
			panic("secret 110101199001011234")
		}
		return err
	}))
	req := httptest.NewRequest(http.MethodGet, "/x/13800138000?code=SECRETQUERY", nil)
	req.Header.Set("Accept", accept)
	rec = httptest.NewRecorder()
	h.engine.ServeHTTP(rec, req)
	return rec, out.String()
}

var referenceShape = regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}`)

func TestEveryKindOfFaultHasAnAnswer(t *testing.T) {
	cause := errors.New("dial tcp 10.0.0.7:3306: refused")
	for kind := fault.Internal; kind <= fault.TooLarge; kind++ {
		a, ok := answers[kind]
		if !ok || a.heading == "" || a.sentence == "" || a.status < 400 {
			t.Errorf("%s: no answer", kind)
			continue
		}
		for _, accept := range []string{"text/html", "application/json"} {
			rec, _ := answer(t, fmt.Errorf("reading: %w", fault.Wrap(kind, "", cause)), accept)
			body := rec.Body.String()
			if rec.Code != a.status || !strings.Contains(body, a.sentence) {
				t.Errorf("%s as %s: %d %.200s", kind, accept, rec.Code, body)
			}
			if strings.Contains(body, "dial") || strings.Contains(body, "10.0.0.7") {
				t.Errorf("%s as %s shows its cause", kind, accept)
			}
		}
	}
}

func TestAnUnknownErrorIsBlandAndHasAReference(t *testing.T) {
	for _, err := range []error{errors.New("Error 1054: Unknown column secret"), nil, fault.New(fault.Kind(99), "")} {
		for _, accept := range []string{"text/html", "application/json"} {
			rec, log := answer(t, err, accept)
			body := rec.Body.String()
			if rec.Code != http.StatusInternalServerError || strings.Contains(body, "secret") || strings.Contains(body, "1054") {
				t.Errorf("%v as %s: %d %.300s", err, accept, rec.Code, body)
			}
			ref := referenceShape.FindString(log)
			if ref == "" || !strings.Contains(body, ref) {
				t.Errorf("%v as %s: the log says %q, the page does not", err, accept, ref)
			}
			for _, secret := range []string{"13800138000", "SECRETQUERY", "110101199001011234"} {
				if strings.Contains(log, secret) {
					t.Errorf("the log holds %s: %s", secret, log)
				}
			}
		}
	}
}

func TestAScriptLearnsFieldAndWait(t *testing.T) {
	rec, _ := answer(t, fault.New(fault.TooMany, "请 52 秒后再试").On("phone").After(51500*time.Millisecond), "application/json")
	var got struct {
		Error struct {
			Kind, Message, Field, Reference string
			Wait                            int
		}
	}
	if err := json.Unmarshal(rec.Body.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if e := got.Error; e.Kind != "too_many" || e.Message != "请 52 秒后再试" || e.Field != "phone" || e.Wait != 52 || e.Reference != "" {
		t.Errorf("%+v", e)
	}
	if rec.Header().Get("Retry-After") != "52" {
		t.Errorf("Retry-After %q", rec.Header().Get("Retry-After"))
	}
}

func TestABodyTooLargeIsSaidPlainly(t *testing.T) {
	rec, _ := answer(t, fmt.Errorf("reading: %w", &http.MaxBytesError{Limit: 15 << 20}), "application/json")
	if rec.Code != http.StatusRequestEntityTooLarge || !strings.Contains(rec.Body.String(), "15 MB") {
		t.Errorf("%d %s", rec.Code, rec.Body)
	}
}

func TestASentenceIsTextNotMarkup(t *testing.T) {
	rec, _ := answer(t, fault.New(fault.Invalid, `<script>alert(1)</script>`), "text/html")
	if strings.Contains(rec.Body.String(), "<script>alert") {
		t.Error("a sentence became markup")
	}
}

func TestScrubbedLogsHoldNothingPersonal(t *testing.T) {
	for in, want := range map[string]string{
		"phone 13800138000 refused":             "phone … refused",
		"id 11010519491231002X unknown":         "id … unknown",
		"code 123456":                           "code …",
		"openid oSim0student1xChenLiChuan000":   "openid …",
		"status 500 after 3 tries on port 3306": "status 500 after 3 tries on port 3306",
		"Error 1062 (23000): Duplicate entry '1-26100BK10002' for key 'enrolment_student_number'": "Error 1062 (23000): Duplicate entry '…' for key '…'",
		"Incorrect string value: '\\xF0\\x9F' for column 'name' at row 1":                         "Incorrect string value: '…' for column 'name' at row 1",
		"Duplicate entry 'it's' for key 'k'":                                                      "Duplicate entry '…' for key 'k'",
		"dial tcp 127.0.0.1:6379: connect: connection refused":                                    "dial tcp 127.0.0.1:6379: connect: connection refused",
		"读取 13800138000": "读取 …",
	} {
		if got := scrub(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

func TestReferencesAreReadableAloud(t *testing.T) {
	seen := map[string]bool{}
	for range 1000 {
		r := newReference()
		if len(r) != 9 || referenceShape.FindString(r) != r || seen[r] {
			t.Fatalf("reference %q", r)
		}
		seen[r] = true
	}
}

func TestEveryAnswerCarriesTheSafetyHeaders(t *testing.T) {
	var log bytes.Buffer
	h, err := New(testDeps(t, &log))
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{"/healthz", "/", "/nowhere", "/c/nobody", "/c/nobody/login", "/h/ticket"} {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, httptest.NewRequest(http.MethodGet, path, nil))
		hd := rec.Header()
		csp := hd.Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'self'") || !strings.Contains(csp, "frame-ancestors 'self'") || strings.Contains(csp, "unsafe") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if hd.Get("X-Content-Type-Options") != "nosniff" || hd.Get("Referrer-Policy") != "same-origin" || hd.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", path, hd)
		}
	}
}

func TestAnotherSitesPageCannotPost(t *testing.T) {
	var log bytes.Buffer
	h, err := New(testDeps(t, &log))
	if err != nil {
		t.Fatal(err)
	}
	for _, site := range []string{"cross-site", "same-site"} {
		req := httptest.NewRequest(http.MethodPost, "/c/hhu/login", strings.NewReader("name=x"))
		req.Header.Set("Sec-Fetch-Site", site)
		req.Header.Set("Origin", "https://evil.example")
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, req)
		if rec.Code != http.StatusForbidden || !strings.Contains(rec.Body.String(), "其他网站") {
			t.Errorf("%s: %d %s", site, rec.Code, rec.Body)
		}
	}
}

func TestOnlyOurOwnAddressesAreRedirectTargets(t *testing.T) {
	for to, want := range map[string]bool{"/c/hhu/": true, "/": true, "": false, "//evil.example": false, `/\evil.example`: false,
		"https://evil.example": false, "javascript:alert(1)": false, "c/hhu": false, "/\t/evil.example": false, "/\n/evil.example": false} {
		if got := isLocal(to); got != want {
			t.Errorf("%q: %v", to, got)
		}
	}
}

package stage

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"time"
)

// User agents of the devices that a Walker can be.
const (
	AgentWeChat = "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/130.0.0.0 Mobile Safari/537.36 MicroMessenger/8.0.54 XWEB/1300"
	AgentPhone  = "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
	AgentPC     = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
)

// Walker is one device over HTTP: it keeps cookies, follows redirects and
// speaks to the product as the pages do. It is not for concurrent use.
type Walker struct {
	Base   string // of the product
	Sim    string // of the simulator
	Agent  string
	OpenID string // the WeChat user who holds the phone
	client *http.Client
}

// NewWalker returns a device without cookies.
func NewWalker(base, sim, agent, openid string) *Walker {
	jar, _ := cookiejar.New(nil) // never fails without options
	return &Walker{Base: base, Sim: sim, Agent: agent, OpenID: openid,
		client: &http.Client{Jar: jar, Timeout: 60 * time.Second}}
}

// Cookies are what the device would send to the product.
func (w *Walker) Cookies() []*http.Cookie {
	u, err := url.Parse(w.Base)
	if err != nil {
		return nil
	}
	return w.client.Jar.Cookies(u)
}

// SetCookies gives the device cookies of the product, as a thief would.
func (w *Walker) SetCookies(cookies []*http.Cookie) {
	if u, err := url.Parse(w.Base); err == nil {
		w.client.Jar.SetCookies(u, cookies)
	}
}

// Answer is what came back, after redirects.
type Answer struct {
	Status int
	Path   string // of the last address, without its query
	Body   string
}

// JSON decodes the body.
func (a Answer) JSON() map[string]any {
	out := map[string]any{}
	_ = json.Unmarshal([]byte(a.Body), &out)
	return out
}

// Sentence is the message of a JSON error, "" without one.
func (a Answer) Sentence() string {
	e, _ := a.JSON()["error"].(map[string]any)
	s, _ := e["message"].(string)
	return s
}

// Do sends a request; json asks for JSON as the pages' scripts do.
func (w *Walker) Do(ctx context.Context, method, path, contentType string, body []byte, wantJSON bool) (Answer, error) {
	address := path
	if strings.HasPrefix(path, "/") {
		address = w.Base + path
	}
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return Answer{}, fmt.Errorf("preparing %s: %w", path, err)
	}
	req.Header.Set("User-Agent", w.Agent)
	req.Header.Set("X-Sim-Openid", w.OpenID)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	if wantJSON {
		req.Header.Set("Accept", "application/json")
	}
	res, err := w.client.Do(req)
	if err != nil {
		return Answer{}, fmt.Errorf("%s %s: %w", method, path, err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		return Answer{}, fmt.Errorf("reading the answer of %s: %w", path, err)
	}
	return Answer{Status: res.StatusCode, Path: res.Request.URL.Path, Body: string(raw)}, nil
}

// Get opens a page.
func (w *Walker) Get(ctx context.Context, path string) (Answer, error) {
	return w.Do(ctx, http.MethodGet, path, "", nil, false)
}

// Post submits a form as a page without script does.
func (w *Walker) Post(ctx context.Context, path string, form url.Values) (Answer, error) {
	return w.Do(ctx, http.MethodPost, path, "application/x-www-form-urlencoded", []byte(form.Encode()), false)
}

// Ask submits a form as the pages' scripts do.
func (w *Walker) Ask(ctx context.Context, path string, form url.Values) (Answer, error) {
	return w.Do(ctx, http.MethodPost, path, "application/x-www-form-urlencoded", []byte(form.Encode()), true)
}

// AskJSON sends a JSON body.
func (w *Walker) AskJSON(ctx context.Context, path string, v any) (Answer, error) {
	raw, err := json.Marshal(v)
	if err != nil {
		return Answer{}, fmt.Errorf("encoding for %s: %w", path, err)
	}
	return w.Do(ctx, http.MethodPost, path, "application/json", raw, true)
}

// Upload sends one file with form values as the pages' scripts do.
func (w *Walker) Upload(ctx context.Context, path, field, name string, data []byte, form url.Values) (Answer, error) {
	contentType, body, err := fileForm(field, name, data, form)
	if err != nil {
		return Answer{}, err
	}
	return w.Do(ctx, http.MethodPost, path, contentType, body, true)
}

// PostFile sends one file in the field "file" as a page without script does.
func (w *Walker) PostFile(ctx context.Context, path, name string, data []byte) (Answer, error) {
	contentType, body, err := fileForm("file", name, data, nil)
	if err != nil {
		return Answer{}, err
	}
	return w.Do(ctx, http.MethodPost, path, contentType, body, false)
}

// fileForm is a multipart body of one file and form values.
func fileForm(field, name string, data []byte, form url.Values) (contentType string, body []byte, err error) {
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range form {
		if err := m.WriteField(k, v[0]); err != nil {
			return "", nil, fmt.Errorf("writing a form: %w", err)
		}
	}
	f, err := m.CreateFormFile(field, name)
	if err == nil {
		_, err = f.Write(data)
	}
	if err = errors.Join(err, m.Close()); err != nil {
		return "", nil, fmt.Errorf("writing a form: %w", err)
	}
	return m.FormDataContentType(), b.Bytes(), nil
}

// Stream opens server-sent events and passes every line on until ctx or the
// stream ends.
func (w *Walker) Stream(ctx context.Context, path string, lines chan<- string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, w.Base+path, http.NoBody)
	if err != nil {
		return fmt.Errorf("preparing %s: %w", path, err)
	}
	req.Header.Set("User-Agent", w.Agent)
	res, err := w.client.Do(req)
	if err != nil {
		return fmt.Errorf("opening %s: %w", path, err)
	}
	defer func() { _ = res.Body.Close() }()
	for s := bufio.NewScanner(res.Body); s.Scan(); {
		select {
		case lines <- s.Text():
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

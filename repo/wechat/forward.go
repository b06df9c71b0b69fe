package wechat

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"time"
)

const (
	// forwardTime is how long the other system may take: WeChat waits 5 s.
	forwardTime = 4500 * time.Millisecond
	// forwardMark stands on what was forwarded: what carries it goes no further.
	forwardMark = "X-Ruxue-Forwarded"
)

// Forwarder passes messages that are not ours to another system of the same
// account, exactly as WeChat sent them: its signature holds there too, as long
// as that system has the same token and AES key.
type Forwarder struct {
	to     string
	client *http.Client
}

// NewForwarder returns a forwarder to the address.
func NewForwarder(to string) *Forwarder {
	return &Forwarder{to: to, client: &http.Client{Timeout: forwardTime,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// Forwarded reports whether the request came through a forwarder: it must not
// be forwarded again.
func Forwarded(r *http.Request) bool { return r.Header.Get(forwardMark) != "" }

// Forward sends the push with WeChat's query and returns the other system's
// answer (at most 64 KiB), nil when it has nothing to say.
func (f *Forwarder) Forward(ctx context.Context, query string, raw []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, forwardTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, f.to, bytes.NewReader(raw))
	if err != nil {
		return nil, errors.New("forwarding a message: the address is wrong")
	}
	if req.URL.RawQuery != "" {
		query = req.URL.RawQuery + "&" + query
	}
	req.URL.RawQuery = query
	req.Header.Set("Content-Type", "text/xml")
	req.Header.Set(forwardMark, "1")
	res, err := f.client.Do(req)
	if err != nil {
		return nil, fmt.Errorf("forwarding a message: %w", outage(err)) // the error quotes the query
	}
	defer func() { _ = res.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxPush))
	if err != nil || res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("forwarding a message: the other system answered %d", res.StatusCode)
	}
	if s := bytes.TrimSpace(answer); len(s) == 0 || string(s) == "success" {
		return nil, nil
	}
	return answer, nil
}

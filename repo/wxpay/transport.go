package wxpay

import (
	"io"
	"net/http"
	"net/url"
)

// maxAnswer bounds an answer in bytes: WeChat Pay's are a few KiB, and the SDK
// reads them whole.
const maxAnswer = 1 << 20

// transport sends requests to the configured scheme and host, whatever the SDK
// addressed: only path and query are signed.
type transport struct {
	base  *url.URL
	inner http.RoundTripper
	limit int64 // of an answer, bytes
}

// RoundTrip implements http.RoundTripper.
func (t *transport) RoundTrip(r *http.Request) (*http.Response, error) {
	out := r.Clone(r.Context())
	out.URL.Scheme, out.URL.Host, out.Host = t.base.Scheme, t.base.Host, ""
	res, err := t.inner.RoundTrip(out)
	if err != nil {
		return nil, err
	}
	res.Body = struct {
		io.Reader
		io.Closer
	}{io.LimitReader(res.Body, t.limit), res.Body}
	return res, nil
}

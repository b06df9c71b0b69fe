package simulator

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
)

// handler is the device's browser as a server: /__desk/* is the desk's own,
// all else is the product.
func (v *device) handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /__desk/bridge.js", v.bridgeScript)
	mux.HandleFunc("POST /__desk/bridge", v.bridgeCall)
	mux.HandleFunc("POST /__desk/scan", v.scan)
	mux.Handle("/", &httputil.ReverseProxy{
		Rewrite:        v.rewriteRequest,
		ModifyResponse: v.rewriteResponse,
		FlushInterval:  -1, // server-sent events go on at once
		ErrorHandler: func(w http.ResponseWriter, r *http.Request, _ error) {
			write(w, page(http.StatusBadGateway, "message", pageMessage{Title: "产品没有回答", Text: "请先启动产品，再刷新本页"}))
		},
	})
	return control(mux)
}

// jarURL is the product under https, so that Secure cookies are kept and sent
// although the product runs on plain loopback.
func (v *device) jarURL(path string) *url.URL {
	u, err := url.Parse(v.desk.sim.productURL())
	if err != nil {
		u = &url.URL{}
	}
	return &url.URL{Scheme: "https", Host: u.Host, Path: path}
}

// rewriteRequest makes the request one of this device to the product.
func (v *device) rewriteRequest(p *httputil.ProxyRequest) {
	base, err := url.Parse(v.desk.sim.productURL())
	if err != nil {
		return
	}
	p.SetURL(base)
	p.Out.Host = base.Host
	h := p.Out.Header
	h.Set("User-Agent", v.agent)
	h.Del("Accept-Encoding") // the transport asks for gzip and undoes it
	h.Del("Cookie")          // the browser's cookies are those of all ports
	for _, name := range []string{"Sec-Ch-Ua", "Sec-Ch-Ua-Mobile", "Sec-Ch-Ua-Platform"} {
		h.Del(name)
	}
	for _, ck := range v.jar().Cookies(v.jarURL(p.In.URL.Path)) {
		p.Out.AddCookie(ck)
	}
	product := v.desk.sim.productURL()
	if h.Get("Origin") == v.origin {
		h.Set("Origin", base.Scheme+"://"+base.Host)
	}
	if rest, ok := cutBase(h.Get("Referer"), v.origin); ok {
		h.Set("Referer", product+rest)
	} else {
		h.Del("Referer")
	}
}

// rewriteResponse keeps cookies here and makes the answer one of the device's
// origin.
func (v *device) rewriteResponse(res *http.Response) error {
	h := res.Header
	if cookies := res.Cookies(); len(cookies) > 0 {
		v.jar().SetCookies(v.jarURL(res.Request.URL.Path), cookies)
	}
	h.Del("Set-Cookie")
	h.Del("X-Frame-Options")
	h.Del("Strict-Transport-Security")
	h.Del("Cross-Origin-Opener-Policy")
	if csp := h.Get("Content-Security-Policy"); csp != "" {
		h.Set("Content-Security-Policy", v.policy(csp))
	}
	if to := h.Get("Location"); to != "" {
		h.Set("Location", v.localURL(to))
	}
	kind, _, _ := strings.Cut(h.Get("Content-Type"), ";")
	if kind != "text/html" && kind != "application/json" || res.Request.Method == http.MethodHead {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, 32<<20))
	res.Body.Close()
	if err != nil {
		return err
	}
	body = v.rewriteBody(kind, body)
	res.Body = io.NopCloser(bytes.NewReader(body))
	res.ContentLength = int64(len(body))
	h.Set("Content-Length", strconv.Itoa(len(body)))
	h.Del("Etag")
	return nil
}

// policy drops frame-ancestors, as the desk frames the page, and lets the
// product's own address stand for the device's.
func (v *device) policy(csp string) string {
	var keep []string
	for part := range strings.SplitSeq(csp, ";") {
		if part = strings.TrimSpace(part); part != "" && !strings.HasPrefix(part, "frame-ancestors") {
			keep = append(keep, strings.ReplaceAll(part, v.desk.sim.productURL(), v.origin))
		}
	}
	return strings.Join(keep, "; ")
}

const bridgeTag = `<script src="/__desk/bridge.js"></script>`

// rewriteBody moves absolute links of the product to the device and adds the
// bridge to a page. Text and QR codes keep the product's address.
func (v *device) rewriteBody(kind string, body []byte) []byte {
	base := v.desk.sim.productURL()
	if kind == "application/json" {
		return bytes.ReplaceAll(body, []byte(`"`+base+`/`), []byte(`"`+v.origin+`/`))
	}
	for _, attr := range []string{`href="`, `action="`, `src="`} {
		body = bytes.ReplaceAll(body, []byte(attr+base+`/`), []byte(attr+v.origin+`/`))
	}
	at := bytes.Index(body, []byte("<head>"))
	if at < 0 {
		return body
	}
	at += len("<head>")
	return append(append(append([]byte(nil), body[:at]...), bridgeTag...), body[at:]...)
}

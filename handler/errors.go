package handler

import (
	"crypto/rand"
	"errors"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
	"ruxue/service/fault"
)

// answers is the one table that turns a fault's kind into a status and, where
// the fault has no sentence of its own, a plain one.
var answers = map[fault.Kind]struct {
	status   int
	heading  string
	sentence string
}{
	fault.Internal:     {http.StatusInternalServerError, "系统暂时没有响应", "您填的内容已保存，请稍后重试"},
	fault.Invalid:      {http.StatusUnprocessableEntity, "有内容需要修改", "请检查填写的内容"},
	fault.NotFound:     {http.StatusNotFound, "没有找到这个页面", "请核对网址，或从公众号菜单重新进入"},
	fault.Unauthorized: {http.StatusUnauthorized, "请先登录", "登录已失效，请重新登录，填过的内容都在"},
	fault.Forbidden:    {http.StatusForbidden, "不能进行这项操作", "请从公众号菜单重新进入"},
	fault.Conflict:     {http.StatusConflict, "页面内容已变化", "请重新打开页面再试"},
	fault.Gone:         {http.StatusGone, "已经失效", "请重新获取"},
	fault.TooMany:      {http.StatusTooManyRequests, "操作太频繁", "请稍后再试"},
	fault.Closed:       {http.StatusForbidden, "不在开放时间", "现在不在开放时间内"},
	fault.Unavailable:  {http.StatusServiceUnavailable, "服务暂时不可用", "请稍后再试，填过的内容都在"},
	fault.TooLarge:     {http.StatusRequestEntityTooLarge, "文件太大", "请换一个小一些的文件"},
}

// endpoint is a handler that may fail.
type endpoint func(k *call) error

// do adapts an endpoint to gin and answers its error.
func (h *Handler) do(fn endpoint) gin.HandlerFunc {
	return func(c *gin.Context) {
		k := callOf(c)
		if err := fn(k); err != nil {
			h.fail(k, err)
		}
	}
}

// guard adapts an endpoint to a middleware: on an error the chain ends.
func (h *Handler) guard(fn endpoint) gin.HandlerFunc {
	return func(c *gin.Context) {
		k := callOf(c)
		if err := fn(k); err != nil {
			h.fail(k, err)
			c.Abort()
		}
	}
}

// redirect is returned as an error by code that must send the browser away.
type redirect struct{ to string }

func (r redirect) Error() string { return "redirect to " + r.to }

// tooLarge reports whether more came than the route takes.
func tooLarge(err error) bool {
	_, ok := errors.AsType[*http.MaxBytesError](err)
	return ok
}

// fail answers an error: a redirect, JSON for scripts, a page for people. Its
// cause goes to the log, scrubbed; the answer holds only safe sentences.
func (h *Handler) fail(k *call, err error) {
	if k.Writer.Written() {
		return
	}
	if r, ok := errors.AsType[redirect](err); ok {
		h.sendTo(k, r.to)
		return
	}
	kind, f := fault.KindOf(err), &fault.Error{}
	if x, ok := fault.As(err); ok {
		f = x
	} else if tooLarge(err) {
		kind, f = fault.TooLarge, &fault.Error{Sentence: "文件太大，请换一个不超过 15 MB 的文件"}
	}
	a, known := answers[kind]
	if !known {
		a = answers[fault.Internal]
	}
	text := f.Sentence
	if text == "" {
		text = a.sentence
	}
	reference := ""
	if a.status >= 500 {
		reference = newReference()
	}
	h.logError(k, err, kind, reference)
	if f.RetryAfter > 0 {
		k.Header("Retry-After", strconv.Itoa(int(f.RetryAfter.Seconds()+0.999)))
	}
	if k.wantsJSON() {
		body := gin.H{"kind": kind.String(), "message": text, "field": f.Field, "reference": reference}
		if f.RetryAfter > 0 {
			body["wait"] = int(f.RetryAfter.Seconds() + 0.999)
		}
		if kind == fault.Unauthorized && k.campaign != nil && k.enrolment == nil {
			body["next"] = k.base() + "/login"
		}
		if kind == fault.Unauthorized && k.atStaff() {
			body["next"] = "/staff/login"
		}
		k.JSON(a.status, gin.H{"error": body})
		return
	}
	if k.atStaff() {
		h.failStaff(k, a.status, a.heading, text, reference)
		return
	}
	page := h5.Error{Frame: k.frame(a.heading), Heading: a.heading, Text: text, Reference: reference}
	switch {
	case k.campaign == nil:
		page.Action = h5.Action{Label: "返回首页", Href: "/"}
	case kind == fault.Internal || kind == fault.Unavailable:
		page.Action = h5.Action{Label: "重试", Href: k.Request.URL.Path}
	default:
		page.Action = h5.Action{Label: "返回", Href: k.base() + "/"}
	}
	h.render(k, a.status, page)
}

func (h *Handler) logError(k *call, err error, kind fault.Kind, reference string) {
	h.metrics.faults.WithLabelValues(kind.String()).Inc()
	args := []any{"route", k.FullPath(), "kind", kind.String(), "error", scrub(err.Error())}
	if reference != "" {
		h.Log.ErrorContext(k.ctx(), "request failed", append(args, "reference", reference)...)
		return
	}
	h.Log.DebugContext(k.ctx(), "request refused", args...)
}

// notFound answers an address without a route: perhaps one that a manual prints.
func (h *Handler) notFound(c *gin.Context) {
	k := callOf(c)
	if c.Request.Method == http.MethodGet {
		if found, ok := h.Campaigns.ByEntry(k.ctx(), c.Request.URL.Path); ok {
			c.Redirect(http.StatusFound, "/c/"+found.Code+"/login")
			return
		}
	}
	if k.atStaff() { // with the way back into the console for who is logged in
		if err := h.knownStaff(k); err != nil {
			h.fail(k, err)
			return
		}
	}
	h.fail(k, fault.New(fault.NotFound, ""))
}

// crossOrigin answers a request that another site's page caused.
func (h *Handler) crossOrigin(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusForbidden)
	_, _ = fmt.Fprintln(w, "请求来自其他网站，已拒绝。请从公众号菜单重新进入。")
	h.Log.WarnContext(r.Context(), "cross-origin request refused")
}

// recovered answers a panic like any unknown error.
func (h *Handler) recovered(c *gin.Context, v any) {
	h.fail(callOf(c), fmt.Errorf("panic: %v", v))
	c.Abort()
}

var (
	secretLike = regexp.MustCompile(`[A-Za-z0-9_\-]{20,}`)
	numberLike = regexp.MustCompile(`[0-9]{5,}[0-9Xx]`)
	// MySQL repeats the value that it refused.
	valueLike = regexp.MustCompile(`(?s)(entry|value:?) '.*?' for `)
)

// scrub removes from a log line what could be a personal number, a token or a
// key, whoever wrote it into an error.
func scrub(s string) string {
	s = valueLike.ReplaceAllString(s, "$1 '…' for ")
	return numberLike.ReplaceAllString(secretLike.ReplaceAllString(s, "…"), "…")
}

// Scrub is scrub, for what logs beside the handlers.
func Scrub(s string) string { return scrub(s) }

// newReference is the number that an error page shows and the log repeats:
// eight characters without look-alikes, as 7K3M-20Q8.
func newReference() string {
	const alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	var b [8]byte
	_, _ = rand.Read(b[:])
	var out strings.Builder
	for i, x := range b {
		if i == 4 {
			out.WriteByte('-')
		}
		out.WriteByte(alphabet[x%32])
	}
	return out.String()
}

package handler

import (
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

type metrics struct {
	requests *prometheus.HistogramVec
	faults   *prometheus.CounterVec
	notifies *prometheus.CounterVec
}

func newMetrics(r prometheus.Registerer) *metrics {
	m := &metrics{
		requests: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "ruxue_http_request_seconds",
			Help: "Time to answer, by route template, method and status."}, []string{"route", "method", "status"}),
		faults: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ruxue_faults_total",
			Help: "Refused or failed requests by fault kind."}, []string{"kind"}),
		notifies: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "ruxue_pay_notifications_total",
			Help: "WeChat Pay callbacks by outcome."}, []string{"outcome"}),
	}
	if r != nil {
		r.MustRegister(m.requests, m.faults, m.notifies)
	}
	return m
}

// observe times and logs each request: the route template, never the path,
// query or body.
func (h *Handler) observe(c *gin.Context) {
	start := time.Now()
	c.Next()
	route, status := c.FullPath(), strconv.Itoa(c.Writer.Status())
	if route == "" {
		route = "none"
	}
	took := time.Since(start)
	method := knownMethod(c.Request.Method)
	h.metrics.requests.WithLabelValues(route, method, status).Observe(took.Seconds())
	h.Log.LogAttrs(c.Request.Context(), slog.LevelInfo, "request", slog.String("route", route),
		slog.String("method", method), slog.Int("status", c.Writer.Status()),
		slog.Duration("took", took), slog.String("device", deviceOf(c.Request.UserAgent())))
}

// knownMethod is the method, "other" for one that a client made up: each new
// label would be kept for as long as the process runs.
func knownMethod(m string) string {
	switch m {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
		return m
	}
	return "other"
}

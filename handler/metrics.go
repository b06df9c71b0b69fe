package handler

import (
	"log/slog"
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
	h.metrics.requests.WithLabelValues(route, c.Request.Method, status).Observe(took.Seconds())
	h.Log.LogAttrs(c.Request.Context(), slog.LevelInfo, "request", slog.String("route", route),
		slog.String("method", c.Request.Method), slog.Int("status", c.Writer.Status()),
		slog.Duration("took", took), slog.String("device", deviceOf(c.Request.UserAgent())))
}

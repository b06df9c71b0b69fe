package handler

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
)

// TestMadeUpMethodsAreOneLabel: a stranger cannot fill the memory with series.
func TestMadeUpMethodsAreOneLabel(t *testing.T) {
	reg := prometheus.NewRegistry()
	h := &Handler{Deps: Deps{Log: slog.New(slog.DiscardHandler)}, metrics: newMetrics(reg)}
	e := gin.New()
	e.Use(h.observe)
	for _, method := range []string{"GET", "POST", "AAAA", "AAAB", "get", "TRACE", strings.Repeat("X", 500)} {
		e.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(method, "/nowhere", nil))
	}
	families, err := reg.Gather()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range families {
		if f.GetName() == "ruxue_http_request_seconds" && len(f.GetMetric()) != 3 {
			t.Errorf("%d series of three kinds of method", len(f.GetMetric()))
		}
	}
}

// TestSecretsAreNotCarried: what a login page carries along holds no password.
func TestSecretsAreNotCarried(t *testing.T) {
	kept := keptFields("/staff/password", map[string][]string{"old": {"a"}, "password": {"b"}, "again": {"c"}, "new_password": {"d"},
		"code": {"e"}, "sealed": {"f"}, "reason": {"g"}}, "")
	if len(kept.Fields) != 1 || kept.Fields[0].Label != "reason" {
		t.Errorf("carried: %+v", kept.Fields)
	}
}

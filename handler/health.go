package handler

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

// healthz says that the process runs.
func (h *Handler) healthz(c *gin.Context) { c.String(http.StatusOK, "ok\n") }

// readyz says whether the systems the pages need answer; each gets a second.
func (h *Handler) readyz(c *gin.Context) {
	status, body := http.StatusOK, gin.H{}
	for name, p := range h.Ready {
		ctx, cancel := context.WithTimeout(c.Request.Context(), time.Second)
		err := p.Ping(ctx)
		cancel()
		body[name] = err == nil
		if err != nil {
			status = http.StatusServiceUnavailable
		}
	}
	c.JSON(status, body)
}

package handler

import (
	"net/http"

	"github.com/gin-gonic/gin"

	"ruxue/h5"
)

// policy is the pages' content security policy: nothing inline, nothing foreign.
const policy = "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; " +
	"frame-ancestors 'self'; base-uri 'none'; form-action 'self'; object-src 'none'"

// headers are set on every answer. Personal pages are never stored.
func headers(c *gin.Context) {
	hd := c.Writer.Header()
	hd.Set("Content-Security-Policy", policy)
	hd.Set("X-Content-Type-Options", "nosniff")
	hd.Set("Referrer-Policy", "same-origin")
	hd.Set("Permissions-Policy", "camera=(self), microphone=(), geolocation=()")
	hd.Set("Cache-Control", "no-store")
}

func (h *Handler) render(k *call, status int, page h5.Page) {
	k.Header("Content-Type", "text/html; charset=utf-8")
	k.Status(status)
	if err := h.Pages.Render(k.Writer, page); err != nil {
		h.Log.ErrorContext(k.ctx(), "rendering failed", "route", k.FullPath(), "error", scrub(err.Error()))
	}
}

// show renders a page with status 200.
func (h *Handler) show(k *call, page h5.Page) error {
	h.render(k, http.StatusOK, page)
	return nil
}

// sendTo sends the browser to another page of ours; scripts get the address.
func (h *Handler) sendTo(k *call, to string) {
	switch {
	case k.wantsJSON() && k.Request.Method != http.MethodGet:
		k.JSON(http.StatusOK, gin.H{"ok": true, "next": to})
	case k.Request.Method == http.MethodGet:
		k.Redirect(http.StatusFound, to)
	default:
		k.Redirect(http.StatusSeeOther, to)
	}
}

func (h *Handler) ok(k *call, body gin.H) error {
	body["ok"] = true
	k.JSON(http.StatusOK, body)
	return nil
}

package handler

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// maxBody is what the server reads of a request that brings no file, in bytes:
// the largest form, with a handwriting in it. Beyond it a body ends in an error,
// so that nobody fills the server's memory, or its folder of temporary files,
// by sending without end.
const maxBody = 4 << 20

// bodies bounds every request's body by maxBody.
func (h *Handler) bodies(c *gin.Context) {
	k := callOf(c)
	k.body = c.Request.Body
	c.Request.Body = http.MaxBytesReader(c.Writer, k.body, maxBody)
}

// allow takes n bytes of a body in place of maxBody. It is called before
// anything was read.
func (k *call) allow(n int64) { k.Request.Body = http.MaxBytesReader(k.Writer, k.body, n) }

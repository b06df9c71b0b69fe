package handler

import (
	"encoding/json"
	"fmt"
	"net/http"
	"time"
)

// pingEvery keeps proxies from closing a quiet stream.
const pingEvery = 15 * time.Second

// handoffEvents streams the handoff's states to the PC page until it ends, the
// browser leaves or the server stops; EventSource then reconnects by itself,
// to another replica if need be, and gets the present state first.
func (h *Handler) handoffEvents(k *call) error {
	states, err := h.Handoffs.Watch(k.ctx(), k.Param("ref"), k.enrolment.ID)
	if err != nil {
		return err
	}
	hd := k.Writer.Header()
	hd.Set("Content-Type", "text/event-stream")
	hd.Set("X-Accel-Buffering", "no")
	ctl := http.NewResponseController(k.Writer)
	if err := ctl.SetWriteDeadline(time.Time{}); err != nil {
		return fmt.Errorf("clearing the write deadline: %w", err)
	}
	k.Status(http.StatusOK)
	if k.ctx().Value(headOnly{}) != nil {
		return nil // a stream that nobody reads would never end
	}
	if _, err := fmt.Fprint(k.Writer, "retry: 2000\n\n"); err != nil {
		return nil // the browser left
	}
	k.Writer.Flush()
	ping := time.NewTicker(pingEvery)
	defer ping.Stop()
	for {
		var line string
		select {
		case <-h.Stopping:
			return nil
		case <-k.ctx().Done():
			return nil
		case <-ping.C:
			line = ": ping\n\n"
		case ho, open := <-states:
			if !open {
				return nil
			}
			news, err := h.handoffJSON(k, ho)
			if err != nil {
				return nil // the page reconnects and asks again
			}
			raw, err := json.Marshal(news)
			if err != nil {
				return nil
			}
			line = "event: state\ndata: " + string(raw) + "\n\n"
		}
		if _, err := fmt.Fprint(k.Writer, line); err != nil {
			return nil
		}
		k.Writer.Flush()
	}
}

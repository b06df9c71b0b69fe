package app

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

// TestWorkersLogNoNumbers: what a worker logs of a failure holds no number of a
// student, however the error came to hold it.
func TestWorkersLogNoNumbers(t *testing.T) {
	var out bytes.Buffer
	log := slog.New(scrubber{slog.NewJSONHandler(&out, nil)})
	failed := errors.New("storing rows 2 to 9: Error 1062 (23000): Duplicate entry '7-李雯' for key 'x', 110105194912310021 and 13800138000")
	log.Error("an import failed", "error", failed.Error(), "rows", 12345678)
	log.Warn("a file was not deleted", "err", failed)
	log.With("cause", failed).WithGroup("g").Info("again", "error", failed)
	text := out.String()
	for _, secret := range []string{"110105194912310021", "13800138000", "李雯"} {
		if strings.Contains(text, secret) {
			t.Errorf("the log holds %s: %s", secret, text)
		}
	}
	if !strings.Contains(text, "storing rows 2 to 9") || !strings.Contains(text, "12345678") {
		t.Errorf("the log says too little: %s", text)
	}
}

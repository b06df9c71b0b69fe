package main

import (
	"strings"
	"testing"
)

// TestServeWarnsOfOtherProviders: a server that was left pointing at a simulator
// says so in its log, a line a setting.
func TestServeWarnsOfOtherProviders(t *testing.T) {
	r := settings(t, 1).command(t, 1, "serve") // there is no Redis where the configuration points
	if n := strings.Count(r.stderr, "a provider's address is not the real one"); n != 6 || !strings.Contains(r.stderr, `"setting":"face.base_url"`) {
		t.Errorf("%d warnings: %s", n, r.stderr)
	}
}

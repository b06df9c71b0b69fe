package app_test

import (
	"strings"
	"testing"

	"ruxue/cmd/internal/stage"
)

// TestTheTemplatesOfTheCampaignsAreTheAccounts: the sample campaigns name the
// simulator's templates, so that what the product sends is accepted.
func TestTheTemplatesOfTheCampaignsAreTheAccounts(t *testing.T) {
	t.Parallel()
	w := prepareWorld(t, 1)
	known := map[string]bool{}
	for _, template := range w.sim.Config().Templates {
		known[template.ID] = true
	}
	for _, code := range []string{"hhu", "wust"} {
		body, err := stage.Campaign(code, w.sim.Config())
		if err != nil {
			t.Fatal(err)
		}
		ids := 0
		for line := range strings.Lines(string(body)) {
			if id, ok := strings.CutPrefix(strings.TrimSpace(line), "id: "); ok {
				ids++
				if !known[id] {
					t.Errorf("%s names the template %s, which the account has not", code, id)
				}
			}
		}
		if ids == 0 {
			t.Errorf("%s names no template", code)
		}
	}
}

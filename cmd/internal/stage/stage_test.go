package stage

import (
	"testing"
	"time"

	"ruxue/config/campaigns"
	"ruxue/service/campaign"
)

// TestTheSampleIsOpenInAnyYear: the demonstration outlives its sample dates.
func TestTheSampleIsOpenInAnyYear(t *testing.T) {
	body, err := campaigns.Files.ReadFile("hhu.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for year, end := range map[int]string{2025: "2026-12-31", 2026: "2026-12-31", 2027: "2027-12-31", 2031: "2031-12-31"} {
		c, err := campaign.Parse(inYear(body, year))
		if err != nil {
			t.Fatal(year, err)
		}
		if c.Window.To != end {
			t.Errorf("in %d it ends %s, want %s", year, c.Window.To, end)
		}
		if year > 2025 && !c.Window.Open(time.Date(year, 11, 30, 0, 0, 0, 0, campaign.Shanghai)) {
			t.Errorf("it is shut in %d", year)
		}
	}
}

package student_test

import (
	"time"

	"ruxue/service/campaign"
)

// openCampaign is open today.
func openCampaign() *campaign.Campaign {
	today := time.Now().In(campaign.Shanghai)
	return &campaign.Campaign{ID: 1, Code: "any", Login: campaign.Login{Kind: "password"},
		Window: campaign.Window{From: today.AddDate(0, 0, -1).Format(time.DateOnly), To: today.AddDate(0, 0, 1).Format(time.DateOnly)}}
}

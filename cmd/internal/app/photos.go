package app

import (
	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/photo"
)

// photos are the pictures that come with the admitted list.
func (a *App) photos(campaigns *campaign.Service) *photo.Desk {
	return photo.NewDesk(photo.Options{Store: a.DB.Photos(), Jobs: a.DB.PhotoJobs(), Files: a.files(),
		Audit: audit.NewLog(a.DB.Audits(), a.now), Campaigns: campaigns, Now: a.now, Log: a.log})
}

package app

import "ruxue/service/campaign"

// wireCampaigns adds the editor of campaigns to the handler's parts.
func (a *App) wireCampaigns(b *built, live *campaign.Service) {
	b.deps.CampaignEditor = campaign.NewEditor(a.DB.Campaigns(), live, a.DB.Campaigns())
}

package app

import (
	"context"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/loop"
)

const (
	sweepEvery = time.Hour
	// receiptsKept is how long delivery reports and push keys are kept: WeChat
	// repeats a push within seconds.
	receiptsKept = 24 * time.Hour
)

// purger removes a campaign's pictures of faces that were kept before the time.
type purger interface {
	Purge(ctx context.Context, campaignID int64, before time.Time) (int, error)
}

// janitor removes what may not be kept longer: pictures of faces after the
// campaign's retention, and bookkeeping of messages.
func (a *App) janitor(campaigns *campaign.Service, faces ...purger) func(ctx context.Context) {
	return func(ctx context.Context) {
		loop.Every(ctx, a.log, "sweeping delivery reports failed", sweepEvery, func(ctx context.Context) error {
			err := a.DB.Outbox().Sweep(ctx, a.now().Add(-receiptsKept))
			a.purgeFaces(ctx, campaigns, faces)
			return err
		})
	}
}

// purgeFaces removes the pictures of campaigns whose window ended longer ago
// than their retention; 0 days keeps them.
func (a *App) purgeFaces(ctx context.Context, campaigns *campaign.Service, faces []purger) {
	list, err := campaigns.List(ctx)
	if err != nil {
		if ctx.Err() == nil {
			a.log.ErrorContext(ctx, "listing campaigns failed", "error", err.Error())
		}
		return
	}
	for _, c := range list {
		_, end, err := c.Window.Bounds()
		if err != nil || c.Retention.FaceDays <= 0 {
			continue
		}
		if a.now().Before(end.AddDate(0, 0, c.Retention.FaceDays)) {
			continue
		}
		n := 0
		for _, f := range faces {
			m, err := f.Purge(ctx, c.ID, a.now())
			if err != nil && ctx.Err() == nil {
				a.log.ErrorContext(ctx, "purging face pictures failed", "error", err.Error())
			}
			n += m
		}
		if n > 0 {
			a.log.InfoContext(ctx, "purged face pictures", "campaign", c.Code, "count", n)
		}
	}
}

package app

import (
	"context"
	"time"

	"ruxue/repo/mysql"
	"ruxue/service/admission"
	"ruxue/service/audit"
	"ruxue/service/campaign"
)

// ListCarry are places kept in one campaign, to be carried into another by the
// campaigns' codes.
type ListCarry struct {
	Campaign, From string
	Grade          string // 年级 that all get, "" keeps each one's own
	Apply          bool
	// Each is told about every kept place.
	Each func(admission.Carried) error
}

// CarryDeferrals says which places would be carried or, asked for it, carries
// them.
func CarryDeferrals(ctx context.Context, db *mysql.DB, in ListCarry) (admission.CarryReport, error) {
	campaigns := campaign.NewService(db.Campaigns(), time.Now)
	order := admission.CarryOrder{Grade: in.Grade, Actor: "system", Each: in.Each}
	var err error
	if order.Into, err = campaigns.ByCode(ctx, in.Campaign); err != nil {
		return admission.CarryReport{}, err
	}
	if order.From, err = campaigns.ByCode(ctx, in.From); err != nil {
		return admission.CarryReport{}, err
	}
	k := carrier(db, campaigns, time.Now)
	if in.Apply {
		return k.Apply(ctx, order)
	}
	return k.Check(ctx, order)
}

// carrier builds what carries kept places.
func carrier(db *mysql.DB, campaigns *campaign.Service, now func() time.Time) *admission.Carrier {
	return &admission.Carrier{Store: db.Admissions(), Audit: audit.NewLog(db.Audits(), now),
		Title: func(ctx context.Context, id int64) (string, error) {
			c, err := campaigns.ByID(ctx, id)
			if err != nil {
				return "", err
			}
			return c.Title, nil
		}}
}

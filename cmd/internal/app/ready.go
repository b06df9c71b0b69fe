package app

import (
	"context"

	"ruxue/repo/mysql"
	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// CheckStart refuses, as fault.Invalid with the counts, a campaign file under
// which listed students would have no fee, or no number where the list gives
// them. A campaign without students yet passes.
func CheckStart(ctx context.Context, db *mysql.DB, body []byte) error {
	c, err := campaign.Parse(body)
	if err != nil {
		return err
	}
	all, err := db.Campaigns().All(ctx)
	if err != nil {
		return err
	}
	for _, x := range all {
		if x.Code == c.Code {
			c.ID = x.ID
		}
	}
	m, err := c.Missing(ctx, db.Campaigns())
	if err != nil {
		return err
	}
	if s := m.Sentence(); s != "" {
		return fault.Newf(fault.Invalid, "没有应用：按这份文件，%s。请在名单里补上，或在文件里加规则；确实要先应用时加 --incomplete", s)
	}
	return nil
}

package mysql

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// Campaigns stores campaign versions; the newest one counts.
type Campaigns struct{ *DB }

// Campaigns returns the campaign store.
func (d *DB) Campaigns() *Campaigns { return &Campaigns{d} }

type campaignRow struct {
	ID      int64  `db:"id"`
	Code    string `db:"code"`
	Version int    `db:"version"`
	Body    string `db:"body"`
}

// All returns the newest version of every campaign, by code.
func (s *Campaigns) All(ctx context.Context) ([]*campaign.Campaign, error) {
	var rows []campaignRow
	err := s.list(ctx, &rows, `SELECT c.id, c.code, c.version, v.body FROM campaign c
		JOIN campaign_version v ON v.campaign_id = c.id AND v.version = c.version ORDER BY c.code`)
	if err != nil {
		return nil, fmt.Errorf("reading the campaigns: %w", err)
	}
	out := make([]*campaign.Campaign, 0, len(rows))
	for _, r := range rows {
		c, err := campaign.Parse([]byte(r.Body))
		if err != nil {
			return nil, fmt.Errorf("campaign %s version %d: %w", r.Code, r.Version, err)
		}
		c.ID, c.Version = r.ID, r.Version
		out = append(out, c)
	}
	return out, nil
}

// Body returns the file of a campaign's current version; fault.NotFound without one.
func (s *Campaigns) Body(ctx context.Context, code string) (body []byte, version int, err error) {
	r, err := need[campaignRow](ctx, s.DB, "没有这个注册活动", "reading the campaign "+code, `SELECT c.id, c.code, c.version, v.body FROM campaign c
		JOIN campaign_version v ON v.campaign_id = c.id AND v.version = c.version WHERE c.code=?`, code)
	return []byte(r.Body), r.Version, err
}

// BodyAt returns the file of one of a campaign's versions; fault.NotFound
// without it.
func (s *Campaigns) BodyAt(ctx context.Context, code string, version int) ([]byte, error) {
	r, err := need[campaignRow](ctx, s.DB, "没有这个版本", "reading a version of the campaign "+code, `SELECT c.id, c.code, v.version, v.body FROM campaign c
		JOIN campaign_version v ON v.campaign_id = c.id WHERE c.code=? AND v.version=?`, code, version)
	return []byte(r.Body), err
}

// Versions returns the code → version pairs, to notice a change cheaply.
func (s *Campaigns) Versions(ctx context.Context) (map[string]int, error) {
	var rows []campaignRow
	if err := s.list(ctx, &rows, `SELECT id, code, version, '' AS body FROM campaign`); err != nil {
		return nil, fmt.Errorf("reading the campaigns' versions: %w", err)
	}
	out := make(map[string]int, len(rows))
	for _, r := range rows {
		out[r.Code] = r.Version
	}
	return out, nil
}

// Apply stores a file as the next version, unless it equals the current one.
// base is the version that the file was made from: another current version
// means that somebody edited it since, and is refused as fault.Conflict.
// base < 0 accepts whatever is current.
func (s *Campaigns) Apply(ctx context.Context, c *campaign.Campaign, body []byte, base int, source string) (version int, err error) {
	sum := sha256.Sum256(body)
	digest := hex.EncodeToString(sum[:])
	err = s.InTx(ctx, func(ctx context.Context) error {
		id, current, err := s.lockOrCreate(ctx, c.Code)
		if err != nil {
			return err
		}
		var have string
		err = s.get(ctx, &have, `SELECT sha256 FROM campaign_version WHERE campaign_id=? AND version=?`, id, current)
		switch {
		case err == nil && have == digest:
			version = current
			return nil
		case err != nil && !errors.Is(err, sql.ErrNoRows):
			return err
		case base >= 0 && base != current:
			return moved(current, base)
		}
		version = current + 1
		if _, err := s.run(ctx, `INSERT INTO campaign_version
			(campaign_id, version, body, sha256, source, created_at) VALUES (?,?,?,?,?,?)`,
			id, version, string(body), digest, source, s.now()); err != nil {
			return err
		}
		_, err = s.run(ctx, `UPDATE campaign SET version=?, updated_at=? WHERE id=?`, version, s.now(), id)
		return err
	})
	if err != nil {
		return 0, fmt.Errorf("applying campaign %s: %w", c.Code, err)
	}
	return version, nil
}

// moved refuses a file that was not made from the current version.
func moved(current, base int) error {
	if base == 0 {
		return fault.Newf(fault.Conflict, "活动已有第 %d 版，没有写明文件基于哪一版", current)
	}
	return fault.Newf(fault.Conflict, "配置已被修改到第 %d 版，文件基于第 %d 版", current, base)
}

func (s *Campaigns) lockOrCreate(ctx context.Context, code string) (id int64, version int, err error) {
	r, there, err := find[campaignRow](ctx, s.DB, "locking a campaign", `SELECT id, code, version, '' AS body FROM campaign WHERE code=? FOR UPDATE`, code)
	if err != nil || there {
		return r.ID, r.Version, err
	}
	res, err := s.run(ctx, `INSERT INTO campaign (code, version, created_at, updated_at) VALUES (?,0,?,?)`,
		code, s.now(), s.now())
	if err != nil {
		return 0, 0, err
	}
	id, err = res.LastInsertId()
	return id, 0, err
}

package app

import (
	"context"
	"fmt"
	"time"

	"ruxue/config"
	"ruxue/repo/blob"
	"ruxue/repo/keyring"
	"ruxue/repo/mysql"
	"ruxue/service/audit"
)

// AuditVerification is what VerifyAudit found.
type AuditVerification struct {
	Entries int   // whose hash holds, up to the first that fails
	Links   int64 // of the seal chain, that hold
	Failed  string
}

// offline opens the database and the files without starting anything, for
// commands that only read. done gives both back.
func offline(ctx context.Context, cfg config.Config, now func() time.Time) (a *App, done func(), err error) {
	a = &App{cfg: cfg, now: now}
	if a.ring, err = keyring.New(cfg.Keys.Keyset, cfg.Keys.Lookup); err != nil {
		return nil, nil, fmt.Errorf("reading the keys: %w", err)
	}
	pool, err := mysql.Open(ctx, mysql.Options{DSN: cfg.MySQL.DSN, MaxOpenConns: 2})
	if err != nil {
		return nil, nil, err
	}
	if err := mysql.CheckSchema(ctx, pool); err != nil {
		_ = pool.Close()
		return nil, nil, err
	}
	a.DB = mysql.New(pool, a.ring, now)
	if a.blobs, err = blob.Open(ctx, cfg.Blob.URL); err != nil {
		_ = pool.Close()
		return nil, nil, err
	}
	return a, func() { _ = a.blobs.Close(); _ = pool.Close() }, nil
}

// unsealedMost is how many unsealed entries are looked at: with so many the
// oldest of them is late anyway.
const unsealedMost = 10000

// VerifyAudit checks every audit entry's own hash and that it is in the seal
// chain, then the chain, and stops at the first that fails.
func VerifyAudit(ctx context.Context, cfg config.Config, now func() time.Time) (v AuditVerification, err error) {
	a, done, err := offline(ctx, cfg, now)
	if err != nil {
		return v, err
	}
	defer done()
	rows, err := a.DB.Seals().Unsealed(ctx, audit.Kind, 0, unsealedMost)
	if err != nil {
		return v, err
	}
	unsealed := map[int64]bool{}
	for _, r := range rows {
		unsealed[r.ID] = true
	}
	before := now().Add(-audit.SealedWithin)
	for after := int64(0); ; {
		list, err := a.DB.Audits().After(ctx, after, 500)
		if err != nil {
			return v, err
		}
		if len(list) == 0 {
			break
		}
		for _, e := range list {
			switch {
			case e.Hash() != e.RowHash:
				v.Failed = fmt.Sprintf("audit entry %s (row %d): it was changed, its hash is another", e.Ref, e.ID)
			case unsealed[e.ID] && e.At.Before(before):
				v.Failed = fmt.Sprintf("audit entry %s (row %d): it is not in the seal chain", e.Ref, e.ID)
			}
			if v.Failed != "" {
				return v, nil
			}
			v.Entries++
			after = e.ID
		}
	}
	report, err := a.chain().Verify(ctx)
	v.Links = report.Links
	if report.Break != nil {
		v.Failed = report.Break.String()
	}
	return v, err
}

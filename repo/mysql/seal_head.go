package mysql

import (
	"context"
	"time"

	"ruxue/service/audit"
)

type headRow struct {
	Day         string    `db:"day"`
	Seq         int64     `db:"seq"`
	Hash        string    `db:"hash"`
	At          time.Time `db:"signed_at"`
	Certificate string    `db:"certificate"`
	Signature   string    `db:"signature"`
}

// AddHead implements audit.HeadStore.
func (s *Seals) AddHead(ctx context.Context, h audit.Head) (bool, error) {
	_, err := s.d.run(ctx, `INSERT INTO seal_head (day, seq, hash, signed_at, certificate, signature)
		VALUES (?, ?, ?, ?, ?, ?)`, h.Day, h.Seq, h.Hash, *utc(&h.At), h.Certificate, h.Signature)
	if isDuplicate(err) {
		return false, nil
	}
	return err == nil, wrap(err, "storing a signed head")
}

// HasHead implements audit.HeadStore.
func (s *Seals) HasHead(ctx context.Context, day string) (bool, error) {
	var n int
	err := s.d.get(ctx, &n, `SELECT COUNT(*) FROM seal_head WHERE day = ?`, day)
	return n > 0, wrap(err, "looking for a signed head")
}

// Heads implements audit.HeadStore.
func (s *Seals) Heads(ctx context.Context) ([]audit.Head, error) {
	return all(ctx, s.d, func(r headRow) (audit.Head, error) { return audit.Head(r), nil }, "listing signed heads",
		`SELECT day, seq, hash, signed_at, certificate, signature FROM seal_head ORDER BY day`)
}

// Last implements audit.HeadStore.
func (s *Seals) Last(ctx context.Context) (audit.Seal, bool, error) {
	r, ok, err := find[sealRow](ctx, s.d, "reading the chain's head",
		`SELECT seq, kind, row_id, row_hash, prev_hash, hash, created_at FROM seal ORDER BY seq DESC LIMIT 1`)
	return audit.Seal(r), ok, err
}

package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/audit"
)

// Seals keeps the seal chain.
type Seals struct{ d *DB }

// Seals returns the store of the chain.
func (d *DB) Seals() *Seals { return &Seals{d} }

// sealed are the tables that may be sealed, by kind: each has id and row_hash.
// Names in SQL come from here and nowhere else.
var sealed = map[string]string{"audit": "audit", "signature": "signature", "payment": "payment", "review": "review",
	"evidence": "evidence", "application": "application"}

func table(kind string) (string, error) {
	t, ok := sealed[kind]
	if !ok {
		return "", fmt.Errorf("sealing: %q is no kind of provable row", kind)
	}
	return t, nil
}

// Hold implements audit.SealStore.
func (s *Seals) Hold(ctx context.Context, name, holder string, now, until time.Time) (bool, error) {
	ok, err := changed(s.d.run(ctx, "UPDATE lease SET holder = ?, `until` = ? WHERE name = ? AND (holder = ? OR `until` <= ?)",
		holder, until, name, holder, now))
	if err != nil || ok {
		return ok, wrap(err, "taking a lease")
	}
	_, err = s.d.run(ctx, "INSERT INTO lease (name, holder, `until`) VALUES (?, ?, ?)", name, holder, until)
	if !isDuplicate(err) {
		return err == nil, wrap(err, "taking a lease")
	}
	// Somebody holds it; an UPDATE that changed nothing also ends here.
	who, ok, err := find[string](ctx, s.d, "reading a lease", "SELECT holder FROM lease WHERE name = ? AND `until` > ?", name, now)
	return ok && who == holder, err
}

type provableRow struct {
	ID      int64  `db:"id"`
	RowHash string `db:"row_hash"`
}

// Unsealed implements audit.SealStore.
func (s *Seals) Unsealed(ctx context.Context, kind string, after int64, limit int) ([]audit.Row, error) {
	t, err := table(kind)
	if err != nil {
		return nil, err
	}
	return all(ctx, s.d, func(r provableRow) (audit.Row, error) { return audit.Row(r), nil }, "listing unsealed rows",
		`SELECT t.id, t.row_hash FROM `+t+` t
		LEFT JOIN seal s ON s.kind = ? AND s.row_id = t.id
		WHERE t.id > ? AND t.row_hash IS NOT NULL AND s.seq IS NULL ORDER BY t.id LIMIT ?`, kind, after, limit)
}

// MaxID implements audit.SealStore.
func (s *Seals) MaxID(ctx context.Context, kind string) (int64, error) {
	t, err := table(kind)
	if err != nil {
		return 0, err
	}
	// Not MAX(id): the demonstration's stand-in answers it with no row at all
	// where the table is empty.
	id, _, err := find[int64](ctx, s.d, "reading the newest row", `SELECT id FROM `+t+` ORDER BY id DESC LIMIT 1`)
	return id, err
}

type sealRow struct {
	Seq      int64     `db:"seq"`
	Kind     string    `db:"kind"`
	RowID    int64     `db:"row_id"`
	RowHash  string    `db:"row_hash"`
	PrevHash string    `db:"prev_hash"`
	Hash     string    `db:"hash"`
	At       time.Time `db:"created_at"`
}

// Append implements audit.SealStore. Should two sealers ever work at once, the
// key on seq lets one of them fail.
func (s *Seals) Append(ctx context.Context, kind string, rows []audit.Row, at time.Time) error {
	return s.d.InTx(ctx, func(ctx context.Context) error {
		head, ok, err := find[sealRow](ctx, s.d, "reading the chain's head", `SELECT seq, kind, row_id, row_hash, prev_hash, hash, created_at
			FROM seal ORDER BY seq DESC LIMIT 1 FOR UPDATE`)
		if err != nil {
			return err
		}
		if !ok {
			head.Hash = audit.Genesis
		}
		for _, r := range rows {
			l := audit.Seal{Seq: head.Seq + 1, Kind: kind, RowID: r.ID, RowHash: r.RowHash, PrevHash: head.Hash, At: at}
			l.Hash = l.Link()
			_, err := s.d.run(ctx, `INSERT INTO seal (seq, kind, row_id, row_hash, prev_hash, hash, created_at)
				VALUES (?, ?, ?, ?, ?, ?, ?)`, l.Seq, l.Kind, l.RowID, l.RowHash, l.PrevHash, l.Hash, *utc(&at))
			if err != nil {
				return fmt.Errorf("appending to the chain: %w", err)
			}
			head = sealRow(l)
		}
		return nil
	})
}

// Seals implements audit.SealStore.
func (s *Seals) Seals(ctx context.Context, after int64, limit int) ([]audit.Seal, error) {
	return all(ctx, s.d, func(r sealRow) (audit.Seal, error) { return audit.Seal(r), nil }, "reading the chain",
		`SELECT seq, kind, row_id, row_hash, prev_hash, hash, created_at
		FROM seal WHERE seq > ? ORDER BY seq LIMIT ?`, after, limit)
}

// RowHashes implements audit.SealStore.
func (s *Seals) RowHashes(ctx context.Context, kind string, ids []int64) (map[int64]string, error) {
	t, err := table(kind)
	if err != nil {
		return nil, err
	}
	var rows []provableRow
	if err := s.d.list(ctx, &rows, `SELECT id, row_hash FROM `+t+` WHERE id IN (?) AND row_hash IS NOT NULL`, ids); err != nil {
		return nil, fmt.Errorf("listing row hashes: %w", err)
	}
	out := make(map[int64]string, len(rows))
	for _, r := range rows {
		out[r.ID] = r.RowHash
	}
	return out, nil
}

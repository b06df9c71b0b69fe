package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ruxue/service/evidence"
)

// Evidence keeps the rows of the PDFs that prove signatures.
type Evidence struct{ *DB }

// Evidence returns the store of evidence.
func (d *DB) Evidence() *Evidence { return &Evidence{d} }

type evidenceRow struct {
	ID            int64          `db:"id"`
	SignatureID   int64          `db:"signature_id"`
	SignatureHash sql.NullString `db:"signature_hash"`
	Number        string         `db:"number"`
	State         string         `db:"state"`
	Tries         int            `db:"tries"`
	BlobKey       string         `db:"blob_key"`
	SHA256        string         `db:"sha256"`
	Bytes         int64          `db:"bytes"`
	MadeAt        *time.Time     `db:"made_at"`
	RowHash       sql.NullString `db:"row_hash"`
}

const selectEvidence = `SELECT v.id, v.signature_id, s.row_hash AS signature_hash, v.number, v.state, v.tries, v.blob_key,
	v.sha256, v.bytes, v.made_at, v.row_hash FROM evidence v JOIN signature s ON s.id = v.signature_id `

func (r evidenceRow) record() evidence.Record {
	out := evidence.Record{ID: r.ID, SignatureID: r.SignatureID, SignatureHash: r.SignatureHash.String, Number: r.Number,
		State: evidence.State(r.State), Tries: r.Tries, BlobKey: r.BlobKey, SHA256: r.SHA256, Bytes: r.Bytes,
		RowHash: r.RowHash.String}
	if r.MadeAt != nil {
		out.MadeAt = *r.MadeAt
	}
	return out
}

func (e *Evidence) one(ctx context.Context, where string, arg any) (evidence.Record, error) {
	r, err := need[evidenceRow](ctx, e.DB, none, "reading evidence", selectEvidence+where, arg)
	return r.record(), err
}

// ByID implements evidence.Store.
func (e *Evidence) ByID(ctx context.Context, id int64) (evidence.Record, error) {
	return e.one(ctx, `WHERE v.id = ?`, id)
}

// ByNumber implements evidence.Store.
func (e *Evidence) ByNumber(ctx context.Context, number string) (evidence.Record, error) {
	return e.one(ctx, `WHERE v.number = ?`, number)
}

// BySignature implements evidence.Store.
func (e *Evidence) BySignature(ctx context.Context, signatureID int64) (evidence.Record, error) {
	return e.one(ctx, `WHERE v.signature_id = ?`, signatureID)
}

// Missing implements evidence.Store.
func (e *Evidence) Missing(ctx context.Context, after int64, limit int) ([]int64, error) {
	var ids []int64
	err := e.list(ctx, &ids, `SELECT s.id FROM signature s LEFT JOIN evidence v ON v.signature_id = s.id
		WHERE s.id > ? AND s.state = 'final' AND v.id IS NULL ORDER BY s.id LIMIT ?`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("listing signatures without evidence: %w", err)
	}
	return ids, nil
}

// Queue implements evidence.Store. The store of signatures calls it in the
// transaction that makes one final, so that none is forgotten.
func (e *Evidence) Queue(ctx context.Context, signatureID int64, number string) error {
	now := e.now()
	_, err := e.run(ctx, `INSERT INTO evidence (signature_id, number, state, tries, not_before, lease_holder,
		lease_until, blob_key, sha256, bytes, created_at) VALUES (?, ?, ?, 0, ?, '', ?, '', '', 0, ?)`,
		signatureID, number, string(evidence.Queued), now, now, now)
	if err != nil && !isDuplicate(err) {
		return fmt.Errorf("queueing evidence: %w", err)
	}
	return nil
}

// Claim implements evidence.Store, each row by one conditional UPDATE.
func (e *Evidence) Claim(ctx context.Context, holder string, now, until time.Time, limit int) ([]evidence.Record, error) {
	now, until = *utc(&now), *utc(&until)
	var rows []evidenceRow
	err := e.list(ctx, &rows, selectEvidence+`WHERE v.state = ? AND v.not_before <= ? AND v.lease_until <= ?
		ORDER BY v.not_before, v.id LIMIT ?`, string(evidence.Queued), now, now, limit)
	if err != nil {
		return nil, fmt.Errorf("looking for due evidence: %w", err)
	}
	var out []evidence.Record
	for _, r := range rows {
		ok, err := changed(e.run(ctx, `UPDATE evidence SET lease_holder = ?, lease_until = ?, tries = tries + 1
			WHERE id = ? AND state = ? AND lease_until <= ?`, holder, until, r.ID, string(evidence.Queued), now))
		if err != nil {
			return out, fmt.Errorf("claiming evidence: %w", err)
		}
		if ok {
			out = append(out, r.record())
		}
	}
	return out, nil
}

// Finish implements evidence.Store.
func (e *Evidence) Finish(ctx context.Context, r evidence.Record, holder string) (bool, error) {
	return e.change(ctx, "finishing evidence", `UPDATE evidence SET state = ?, blob_key = ?, sha256 = ?, bytes = ?,
		made_at = ?, row_hash = ?, lease_holder = '' WHERE id = ? AND state = ? AND lease_holder = ?`,
		string(evidence.Made), r.BlobKey, r.SHA256, r.Bytes, *utc(&r.MadeAt), r.RowHash, r.ID, string(evidence.Queued), holder)
}

// Postpone implements evidence.Store.
func (e *Evidence) Postpone(ctx context.Context, id int64, holder string, at time.Time) error {
	return e.exec(ctx, "postponing evidence", `UPDATE evidence SET not_before = ?, lease_until = created_at, lease_holder = ''
		WHERE id = ? AND state = ? AND lease_holder = ?`, *utc(&at), id, string(evidence.Queued), holder)
}

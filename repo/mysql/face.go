package mysql

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ruxue/service/face"
	"ruxue/service/fault"
)

// Faces stores face checks and archived photos.
type Faces struct{ *DB }

// Faces returns the store of face checks.
func (d *DB) Faces() *Faces { return &Faces{d} }

type faceRow struct {
	Ref         string    `db:"ref"`
	EnrolmentID int64     `db:"enrolment_id"`
	SessionHash string    `db:"session_hash"`
	Kind        string    `db:"kind"`
	Source      string    `db:"source"`
	Result      string    `db:"result"`
	Code        string    `db:"provider_code"`
	Score       float64   `db:"score"`
	BlobKey     string    `db:"blob_key"`
	SHA256      string    `db:"sha256"`
	Review      string    `db:"review_state"`
	Remark      string    `db:"remark"`
	CreatedAt   time.Time `db:"created_at"`
}

func (r faceRow) record() face.Record {
	return face.Record{
		Ref: r.Ref, EnrolmentID: r.EnrolmentID, SessionHash: r.SessionHash, Kind: face.Kind(r.Kind), Source: r.Source,
		Result: face.Result(r.Result), Code: r.Code, Score: r.Score, BlobKey: r.BlobKey, SHA256: r.SHA256,
		Review: face.Review(r.Review), Remark: r.Remark, CreatedAt: r.CreatedAt,
	}
}

const selectFace = `SELECT f.ref, f.enrolment_id, f.session_hash, f.kind, f.source, f.result, f.provider_code, f.score,
	f.blob_key, f.sha256, f.review_state, f.remark, f.created_at FROM face_check f `

// Add inserts the record.
func (f *Faces) Add(ctx context.Context, r face.Record) error {
	return f.exec(ctx, "storing a face check", `INSERT INTO face_check (ref, enrolment_id, session_hash, kind, source, result,
		provider_code, score, blob_key, sha256, review_state, remark, created_at) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)`,
		r.Ref, r.EnrolmentID, r.SessionHash, r.Kind, r.Source, r.Result, machine(r.Code, 80), r.Score, r.BlobKey, r.SHA256,
		r.Review, r.Remark, *utc(&r.CreatedAt))
}

// Tries counts the comparisons judged since the time.
func (f *Faces) Tries(ctx context.Context, enrolmentID int64, since time.Time) (int, error) {
	var n int
	err := f.get(ctx, &n, `SELECT COUNT(*) FROM face_check WHERE enrolment_id=? AND created_at>? AND kind=? AND result IN (?,?)`,
		enrolmentID, *utc(&since), face.KindCheck, face.Passed, face.Failed)
	return n, err
}

// Session lists what a login session did, oldest first.
func (f *Faces) Session(ctx context.Context, enrolmentID int64, sessionHash string) ([]face.Record, error) {
	return f.records(ctx, `WHERE f.enrolment_id=? AND f.session_hash=? ORDER BY f.id`, enrolmentID, sessionHash)
}

// Recent lists the enrolment's newest records.
func (f *Faces) Recent(ctx context.Context, enrolmentID int64, limit int) ([]face.Record, error) {
	return f.records(ctx, `WHERE f.enrolment_id=? ORDER BY f.id DESC LIMIT ?`, enrolmentID, limit)
}

func (f *Faces) records(ctx context.Context, where string, args ...any) ([]face.Record, error) {
	var rows []faceRow
	if err := f.list(ctx, &rows, selectFace+where, args...); err != nil {
		return nil, fmt.Errorf("reading face checks: %w", err)
	}
	out := make([]face.Record, len(rows))
	for i, r := range rows {
		out[i] = r.record()
	}
	return out, nil
}

// Archive adds the photo and supersedes the pending one before it. The
// enrolment's row is locked, so of two photos at once one stays pending.
func (f *Faces) Archive(ctx context.Context, r face.Record) error {
	return f.InTx(ctx, func(ctx context.Context) error {
		var id int64
		if err := f.get(ctx, &id, `SELECT id FROM enrolment WHERE id=? FOR UPDATE`, r.EnrolmentID); err != nil {
			return fmt.Errorf("locking an enrolment: %w", err)
		}
		var approved int
		err := f.get(ctx, &approved, `SELECT COUNT(*) FROM face_check WHERE enrolment_id=? AND review_state=?`,
			r.EnrolmentID, face.ReviewApproved)
		if err != nil {
			return fmt.Errorf("reading archived photos: %w", err)
		}
		if approved > 0 {
			return fault.New(fault.Conflict, "您的照片已审核通过，无需再次拍照")
		}
		_, err = f.run(ctx, `UPDATE face_check SET review_state=? WHERE enrolment_id=? AND review_state=?`,
			face.ReviewSuperseded, r.EnrolmentID, face.ReviewPending)
		if err != nil {
			return fmt.Errorf("superseding an archived photo: %w", err)
		}
		return f.Add(ctx, r)
	})
}

// Newest returns the newest archived photo.
func (f *Faces) Newest(ctx context.Context, enrolmentID int64) (face.Record, bool, error) {
	return f.one(ctx, `WHERE f.enrolment_id=? AND f.kind<>? ORDER BY f.id DESC LIMIT 1`, enrolmentID, face.KindCheck)
}

// Get returns a record of the enrolment.
func (f *Faces) Get(ctx context.Context, enrolmentID int64, ref string) (face.Record, error) {
	r, ok, err := f.one(ctx, `WHERE f.ref=? AND f.enrolment_id=?`, ref, enrolmentID)
	if err == nil && !ok {
		err = fault.New(fault.NotFound, "没有找到这张照片")
	}
	return r, err
}

func (f *Faces) one(ctx context.Context, where string, args ...any) (face.Record, bool, error) {
	r, ok, err := find[faceRow](ctx, f.DB, "reading a face check", selectFace+where, args...)
	return r.record(), ok, err
}

// Review moves a pending photo.
func (f *Faces) Review(ctx context.Context, ref string, to face.Review, remark string) (bool, error) {
	return changed(f.run(ctx, `UPDATE face_check SET review_state=?, remark=?, reviewed_at=? WHERE ref=? AND review_state=?`,
		to, clip(remark, 200), f.now(), ref, face.ReviewPending))
}

// Expired lists old records that still have a picture.
func (f *Faces) Expired(ctx context.Context, campaignID int64, before time.Time, limit int) ([]face.Record, error) {
	return f.records(ctx, `JOIN enrolment e ON e.id=f.enrolment_id
		WHERE (?=0 OR e.campaign_id=?) AND f.created_at<? AND f.blob_key<>'' ORDER BY f.id LIMIT ?`,
		campaignID, campaignID, *utc(&before), limit)
}

// Forget notes that the picture is gone.
func (f *Faces) Forget(ctx context.Context, ref string) error {
	_, err := f.run(ctx, `UPDATE face_check SET blob_key='' WHERE ref=?`, ref)
	return err
}

// clip returns at most n characters of s: what is over is not worth an error.
func clip(s string, n int) string {
	if r := []rune(s); len(r) > n {
		return string(r[:n])
	}
	return s
}

// machine makes what a provider sent fit an ascii column of n characters.
func machine(s string, n int) string {
	return clip(strings.Map(func(r rune) rune {
		if r > ' ' && r < 127 {
			return r
		}
		return -1
	}, s), n)
}

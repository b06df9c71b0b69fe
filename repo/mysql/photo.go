package mysql

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"ruxue/service/photo"
)

// Photos stores the pictures that came with the admitted list.
type Photos struct{ *DB }

// Photos returns the store of admission photos.
func (d *DB) Photos() *Photos { return &Photos{d} }

type photoRow struct {
	EnrolmentID int64     `db:"enrolment_id"`
	Ref         string    `db:"ref"`
	BlobKey     string    `db:"blob_key"`
	SHA256      string    `db:"sha256"`
	Source      string    `db:"source_sha256"`
	Bytes       int       `db:"bytes"`
	Width       int       `db:"width"`
	Height      int       `db:"height"`
	UpdatedAt   time.Time `db:"updated_at"`
}

func (r photoRow) photo() photo.Photo { return photo.Photo(r) }

const selectPhoto = `SELECT a.enrolment_id, a.ref, a.blob_key, a.sha256, a.source_sha256, a.bytes, a.width, a.height, a.updated_at
	FROM admission_photo a `

// Photo implements photo.Store.
func (s *Photos) Photo(ctx context.Context, enrolmentID int64) (photo.Photo, bool, error) {
	r, ok, err := find[photoRow](ctx, s.DB, "reading an admission photo", selectPhoto+`WHERE a.enrolment_id=?`, enrolmentID)
	return r.photo(), ok, err
}

// PutPhoto implements photo.Store; it holds the enrolment, so that of two
// archives at once each replaced picture is removed.
func (s *Photos) PutPhoto(ctx context.Context, p photo.Photo) (old string, err error) {
	err = s.InTx(ctx, func(ctx context.Context) error {
		var id int64
		if err := s.get(ctx, &id, `SELECT id FROM enrolment WHERE id=? FOR UPDATE`, p.EnrolmentID); err != nil {
			return fmt.Errorf("locking an enrolment: %w", err)
		}
		have, _, err := s.Photo(ctx, p.EnrolmentID)
		if err != nil {
			return err
		}
		old = have.BlobKey
		return s.exec(ctx, "storing an admission photo", `INSERT INTO admission_photo (ref, enrolment_id, blob_key, sha256, source_sha256, bytes, width, height, updated_at)
			VALUES (?,?,?,?,?,?,?,?,?)
			ON DUPLICATE KEY UPDATE ref=VALUES(ref), blob_key=VALUES(blob_key), sha256=VALUES(sha256), source_sha256=VALUES(source_sha256),
			bytes=VALUES(bytes), width=VALUES(width), height=VALUES(height), updated_at=VALUES(updated_at)`,
			p.Ref, p.EnrolmentID, p.BlobKey, p.SHA256, p.Source, p.Bytes, p.Width, p.Height, *utc(&p.UpdatedAt))
	})
	return old, err
}

// ownerBatch is how many numbers one statement looks for.
const ownerBatch = 500

// Owners implements photo.Store.
func (s *Photos) Owners(ctx context.Context, campaignID int64, numbers []string) (map[string][]photo.Owner, error) {
	out := map[string][]photo.Owner{}
	for some := range slices.Chunk(numbers, ownerBatch) {
		hashes, ofHash := make([][]byte, len(some)), map[string]string{}
		for i, n := range some {
			hashes[i] = s.cipher.Lookup("id_number", n)
			ofHash[string(hashes[i])] = n
		}
		if err := s.owners(ctx, out, `p.id_hash IN (?)`, campaignID, hashes, func(r ownerRow) string { return ofHash[string(r.IDHash)] }); err != nil {
			return nil, err
		}
		if err := s.owners(ctx, out, `e.exam_number IN (?)`, campaignID, some, func(r ownerRow) string { return strings.ToUpper(r.ExamNumber) }); err != nil {
			return nil, err
		}
	}
	return out, nil
}

type ownerRow struct {
	ID         int64  `db:"id"`
	Ref        string `db:"ref"`
	Name       string `db:"name"`
	ExamNumber string `db:"exam_number"`
	IDHash     []byte `db:"id_hash"`
}

func (s *Photos) owners(ctx context.Context, out map[string][]photo.Owner, cond string, campaignID int64, values any, number func(ownerRow) string) error {
	var rows []ownerRow
	if err := s.list(ctx, &rows, `SELECT e.id, e.ref, p.name, e.exam_number, p.id_hash FROM enrolment e JOIN person p ON p.id=e.person_id
		WHERE e.campaign_id=? AND `+cond, campaignID, values); err != nil {
		return fmt.Errorf("finding the owners of photos: %w", err)
	}
	for _, r := range rows {
		n, o := number(r), photo.Owner{EnrolmentID: r.ID, Ref: r.Ref, Name: r.Name}
		if !slices.Contains(out[n], o) {
			out[n] = append(out[n], o)
		}
	}
	return nil
}

// ExpiredPhotos implements photo.Store.
func (s *Photos) ExpiredPhotos(ctx context.Context, campaignID int64, before time.Time, limit int) ([]photo.Photo, error) {
	var rows []photoRow
	err := s.list(ctx, &rows, selectPhoto+`JOIN enrolment e ON e.id=a.enrolment_id WHERE e.campaign_id=? AND a.updated_at<? ORDER BY a.id LIMIT ?`,
		campaignID, *utc(&before), limit)
	out := make([]photo.Photo, len(rows))
	for i, r := range rows {
		out[i] = r.photo()
	}
	return out, wrap(err, "listing old admission photos")
}

// ForgetPhoto implements photo.Store.
func (s *Photos) ForgetPhoto(ctx context.Context, ref string) error {
	return s.exec(ctx, "removing an admission photo", `DELETE FROM admission_photo WHERE ref=?`, ref)
}

package mysql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ruxue/service/photo"
)

// PhotoJobs stores uploaded archives of admission photos.
type PhotoJobs struct{ *DB }

// PhotoJobs returns the store of uploaded archives.
func (d *DB) PhotoJobs() *PhotoJobs { return &PhotoJobs{d} }

type photoJobRow struct {
	Ref        string     `db:"ref"`
	CampaignID int64      `db:"campaign_id"`
	Actor      string     `db:"actor"`
	ActorName  string     `db:"actor_name"`
	FileName   string     `db:"file_name"`
	FileKey    string     `db:"file_key"`
	FileBytes  int64      `db:"file_bytes"`
	State      string     `db:"state"`
	Total      int        `db:"files_total"`
	Done       int        `db:"files_done"`
	Report     string     `db:"report"`
	Detail     []byte     `db:"detail_cipher"`
	Sentence   string     `db:"sentence"`
	Tries      int        `db:"tries"`
	CreatedAt  time.Time  `db:"created_at"`
	EndedAt    *time.Time `db:"ended_at"`
}

const photoJobColumns = `ref, campaign_id, actor, actor_name, file_name, file_key, file_bytes, state, files_total, files_done, report,
	sentence, tries, created_at, ended_at`

func photoDetailAD(ref string) string { return "photo_import.detail_cipher:" + ref }

// AddJob implements photo.JobStore.
func (s *PhotoJobs) AddJob(ctx context.Context, j photo.Job) error {
	created := *utc(&j.CreatedAt)
	return s.exec(ctx, "storing an archive's job", `INSERT INTO photo_import (ref, campaign_id, actor, actor_name, file_name, file_key, file_bytes, state,
		files_total, files_done, report, sentence, tries, lease_holder, lease_until, created_at) VALUES (?,?,?,?,?,?,?,?,?,0,'{}','',0,'',?,?)`,
		j.Ref, j.CampaignID, j.Actor, j.ActorName, j.FileName, j.FileKey, j.FileBytes, string(j.State), j.Total, created, created)
}

// Job implements photo.JobStore.
func (s *PhotoJobs) Job(ctx context.Context, ref string) (*photo.Job, error) {
	r, err := need[photoJobRow](ctx, s.DB, "", "reading an archive's job", `SELECT detail_cipher, `+photoJobColumns+` FROM photo_import WHERE ref=?`, ref)
	if err != nil {
		return nil, err
	}
	j, err := r.job()
	if err != nil || r.Detail == nil {
		return &j, err
	}
	raw, err := s.cipher.Open(r.Detail, photoDetailAD(ref))
	if err != nil {
		return nil, fmt.Errorf("opening an archive's report: %w", err)
	}
	if err := json.Unmarshal(raw, &j.Report.Entries); err != nil {
		return nil, errors.New("decoding an archive's entries: they are no JSON")
	}
	return &j, nil
}

func (r photoJobRow) job() (photo.Job, error) {
	j := photo.Job{Ref: r.Ref, CampaignID: r.CampaignID, Actor: r.Actor, ActorName: r.ActorName, FileName: r.FileName, FileKey: r.FileKey,
		FileBytes: r.FileBytes, State: photo.JobState(r.State), Total: r.Total, Done: r.Done, Sentence: r.Sentence, Tries: r.Tries,
		CreatedAt: r.CreatedAt, EndedAt: r.EndedAt}
	if err := json.Unmarshal([]byte(r.Report), &j.Report); err != nil {
		return j, errors.New("decoding an archive's report: it is no JSON")
	}
	return j, nil
}

// Jobs implements photo.JobStore.
func (s *PhotoJobs) Jobs(ctx context.Context, campaignID int64, limit int) ([]photo.Job, error) {
	return s.photoJobs(ctx, `WHERE campaign_id=? ORDER BY id DESC LIMIT ?`, campaignID, limit)
}

func (s *PhotoJobs) photoJobs(ctx context.Context, where string, args ...any) ([]photo.Job, error) {
	return all(ctx, s.DB, photoJobRow.job, "reading the archives' jobs", `SELECT `+photoJobColumns+` FROM photo_import `+where, args...)
}

// Claim implements photo.JobStore: a conditional UPDATE decides between two
// workers, on a cluster too.
func (s *PhotoJobs) Claim(ctx context.Context, holder string, until time.Time) (*photo.Job, error) {
	now := s.now()
	ref, ok, err := find[string](ctx, s.DB, "looking for an archive to work on",
		`SELECT ref FROM photo_import WHERE state=? AND lease_until<=? ORDER BY id LIMIT 1`, string(photo.Working), now)
	if err != nil || !ok {
		return nil, err
	}
	ok, err = changed(s.run(ctx, `UPDATE photo_import SET lease_holder=?, lease_until=?, tries=tries+1
		WHERE ref=? AND state=? AND lease_until<=?`, holder, *utc(&until), ref, string(photo.Working), now))
	if err != nil || !ok {
		return nil, wrap(err, "claiming an archive")
	}
	return s.Job(ctx, ref)
}

// Advance implements photo.JobStore.
func (s *PhotoJobs) Advance(ctx context.Context, ref, holder string, total, done int, until time.Time) (bool, error) {
	return s.change(ctx, "noting an archive's progress", `UPDATE photo_import SET files_total=?, files_done=?, lease_until=? WHERE ref=? AND lease_holder=?`,
		total, done, *utc(&until), ref, holder)
}

// End implements photo.JobStore.
func (s *PhotoJobs) End(ctx context.Context, j photo.Job, holder string) (bool, error) {
	report, err := json.Marshal(j.Report)
	if err != nil {
		return false, fmt.Errorf("encoding an archive's report: %w", err)
	}
	raw, err := json.Marshal(j.Report.Entries)
	if err != nil {
		return false, fmt.Errorf("encoding an archive's entries: %w", err)
	}
	sealed, err := s.cipher.Seal(raw, photoDetailAD(j.Ref))
	if err != nil {
		return false, fmt.Errorf("sealing an archive's entries: %w", err)
	}
	return s.change(ctx, "ending an archive's job", `UPDATE photo_import SET state=?, files_total=?, files_done=?, report=?, detail_cipher=?,
		sentence=?, ended_at=?, lease_holder='' WHERE ref=? AND lease_holder=?`, string(j.State), j.Total, j.Done, string(report), sealed,
		clip(j.Sentence, 400), utc(j.EndedAt), j.Ref, holder)
}

// Release implements photo.JobStore.
func (s *PhotoJobs) Release(ctx context.Context, ref, holder string, at time.Time) error {
	return s.exec(ctx, "giving an archive's job back", `UPDATE photo_import SET lease_holder='', lease_until=? WHERE ref=? AND lease_holder=?`, *utc(&at), ref, holder)
}

// Leftover implements photo.JobStore.
func (s *PhotoJobs) Leftover(ctx context.Context, limit int) ([]photo.Job, error) {
	return s.photoJobs(ctx, `WHERE file_key<>'' AND state<>? ORDER BY id LIMIT ?`, string(photo.Working), limit)
}

// Forget implements photo.JobStore.
func (s *PhotoJobs) Forget(ctx context.Context, ref string) error {
	return s.exec(ctx, "forgetting an archive", `UPDATE photo_import SET file_key='' WHERE ref=?`, ref)
}

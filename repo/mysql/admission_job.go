package mysql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ruxue/service/admission"
)

// AdmissionJobs stores uploaded lists.
type AdmissionJobs struct{ *AdmissionHeadings }

// AdmissionJobs returns the store of uploaded lists.
func (d *DB) AdmissionJobs() *AdmissionJobs { return &AdmissionJobs{d.AdmissionHeadings()} }

type admissionJobRow struct {
	Ref        string     `db:"ref"`
	CampaignID int64      `db:"campaign_id"`
	Actor      string     `db:"actor"`
	ActorName  string     `db:"actor_name"`
	FileName   string     `db:"file_name"`
	FileKey    string     `db:"file_key"`
	FileBytes  int64      `db:"file_bytes"`
	SHA256     string     `db:"sha256"`
	BadKey     string     `db:"bad_key"`
	State      string     `db:"state"`
	RowsTotal  int        `db:"rows_total"`
	RowsDone   int        `db:"rows_done"`
	Report     string     `db:"report"`
	Detail     []byte     `db:"detail_cipher"`
	Sentence   string     `db:"sentence"`
	Tries      int        `db:"tries"`
	CreatedAt  time.Time  `db:"created_at"`
	CheckedAt  *time.Time `db:"checked_at"`
	EndedAt    *time.Time `db:"ended_at"`
}

const jobColumns = `ref, campaign_id, actor, actor_name, file_name, file_key, file_bytes, sha256, bad_key, state, rows_total,
	rows_done, report, sentence, tries, created_at, checked_at, ended_at`

// jobDetail is what a report holds of persons; sealed at rest.
type jobDetail struct {
	Problems []admission.Problem `json:"problems"`
	Changes  []admission.Change  `json:"changes"`
}

func detailAD(ref string) string { return "admission_import.detail_cipher:" + ref }

// AddJob implements admission.JobStore.
func (s *AdmissionJobs) AddJob(ctx context.Context, j admission.Job) error {
	created := *utc(&j.CreatedAt)
	return s.exec(ctx, "storing a list", `INSERT INTO admission_import (ref, campaign_id, actor, actor_name, file_name, file_key, file_bytes,
		sha256, bad_key, state, rows_total, rows_done, report, sentence, tries, lease_holder, lease_until, created_at)
		VALUES (?,?,?,?,?,?,?,?,'',?,0,0,'{}','',0,'',?,?)`, j.Ref, j.CampaignID, j.Actor, j.ActorName, j.FileName, j.FileKey, j.FileBytes,
		j.SHA256, string(j.State), created, created)
}

// Job implements admission.JobStore.
func (s *AdmissionJobs) Job(ctx context.Context, ref string) (*admission.Job, error) {
	r, err := need[admissionJobRow](ctx, s.DB, "", "reading a list's job",
		`SELECT detail_cipher, `+jobColumns+` FROM admission_import WHERE ref=?`, ref)
	if err != nil {
		return nil, err
	}
	j, err := s.job(r)
	return &j, err
}

// Jobs implements admission.JobStore.
func (s *AdmissionJobs) Jobs(ctx context.Context, campaignID int64, limit int) ([]admission.Job, error) {
	return all(ctx, s.DB, s.job, "reading the lists' jobs",
		`SELECT `+jobColumns+` FROM admission_import WHERE campaign_id=? ORDER BY id DESC LIMIT ?`, campaignID, limit)
}

func (s *AdmissionJobs) job(r admissionJobRow) (admission.Job, error) {
	j := admission.Job{Ref: r.Ref, CampaignID: r.CampaignID, Actor: r.Actor, ActorName: r.ActorName, FileName: r.FileName, FileKey: r.FileKey,
		FileBytes: r.FileBytes, SHA256: r.SHA256, BadKey: r.BadKey, State: admission.JobState(r.State), RowsTotal: r.RowsTotal,
		RowsDone: r.RowsDone, Sentence: r.Sentence, Tries: r.Tries, CreatedAt: r.CreatedAt, CheckedAt: r.CheckedAt, EndedAt: r.EndedAt}
	if err := json.Unmarshal([]byte(r.Report), &j.Report); err != nil {
		return j, errors.New("decoding a list's report: it is no JSON")
	}
	if r.Detail == nil {
		return j, nil
	}
	raw, err := s.cipher.Open(r.Detail, detailAD(r.Ref))
	if err != nil {
		return j, fmt.Errorf("opening a list's report: %w", err)
	}
	var d jobDetail
	if err := json.Unmarshal(raw, &d); err != nil {
		return j, errors.New("decoding a list's problems: they are no JSON")
	}
	j.Report.Problems, j.Report.Changes = d.Problems, d.Changes
	return j, nil
}

// Move implements admission.JobStore.
func (s *AdmissionJobs) Move(ctx context.Context, ref string, to admission.JobState, from ...admission.JobState) (bool, error) {
	return s.change(ctx, "moving a list's job", `UPDATE admission_import SET rows_done=CASE WHEN state=? THEN rows_done ELSE 0 END, state=?, tries=0,
		sentence='', lease_holder='', lease_until=? WHERE ref=? AND file_key<>'' AND state IN (?)`, admission.Failed, to, s.now(), ref, from)
}

// Claim implements admission.JobStore: a conditional UPDATE decides between two
// workers, on a cluster too.
func (s *AdmissionJobs) Claim(ctx context.Context, holder string, until time.Time) (*admission.Job, error) {
	now := s.now()
	ref, ok, err := find[string](ctx, s.DB, "looking for a list to work on",
		`SELECT ref FROM admission_import WHERE state IN (?,?) AND lease_until<=? ORDER BY id LIMIT 1`, string(admission.Checking), string(admission.Applying), now)
	if err != nil || !ok {
		return nil, err
	}
	ok, err = changed(s.run(ctx, `UPDATE admission_import SET lease_holder=?, lease_until=?, tries=tries+1
		WHERE ref=? AND state IN (?,?) AND lease_until<=?`, holder, *utc(&until), ref, string(admission.Checking), string(admission.Applying), now))
	if err != nil || !ok {
		return nil, err
	}
	return s.Job(ctx, ref)
}

// Advance implements admission.JobStore.
func (s *AdmissionJobs) Advance(ctx context.Context, ref, holder string, total, done int, until time.Time) (bool, error) {
	return s.change(ctx, "noting a list's progress", `UPDATE admission_import SET rows_total=?, rows_done=?, lease_until=? WHERE ref=? AND lease_holder=?`,
		total, done, *utc(&until), ref, holder)
}

// Checkpoint implements admission.JobStore.
func (s *AdmissionJobs) Checkpoint(ctx context.Context, ref, holder string, total int, sofar admission.Report, detail bool, until time.Time) (bool, error) {
	report, sealed, err := s.sealReport(ref, sofar, detail)
	if err != nil {
		return false, err
	}
	sets, args := `rows_total=?, rows_done=?, report=?, lease_until=?`, []any{total, sofar.Rows, report, *utc(&until)}
	if detail {
		sets, args = sets+`, detail_cipher=?`, append(args, sealed)
	}
	return s.change(ctx, "noting how far a list is stored", `UPDATE admission_import SET `+sets+` WHERE ref=? AND lease_holder=?`, append(args, ref, holder)...)
}

// sealReport encodes a report: the counts, and what it says of persons sealed,
// nil where that is not wanted.
func (s *AdmissionJobs) sealReport(ref string, r admission.Report, detail bool) (counts string, sealed []byte, err error) {
	report, err := json.Marshal(r)
	if err != nil {
		return "", nil, fmt.Errorf("encoding a list's report: %w", err)
	}
	if !detail {
		return string(report), nil, nil
	}
	raw, err := json.Marshal(jobDetail{r.Problems, r.Changes})
	if err != nil {
		return "", nil, fmt.Errorf("encoding a list's problems: %w", err)
	}
	if sealed, err = s.cipher.Seal(raw, detailAD(ref)); err != nil {
		return "", nil, fmt.Errorf("sealing a list's problems: %w", err)
	}
	return string(report), sealed, nil
}

// End implements admission.JobStore.
func (s *AdmissionJobs) End(ctx context.Context, j admission.Job, holder string) (bool, error) {
	report, sealed, err := s.sealReport(j.Ref, j.Report, true)
	if err != nil {
		return false, err
	}
	return s.change(ctx, "ending a list's job", `UPDATE admission_import SET state=?, rows_total=?, rows_done=?, report=?, detail_cipher=?, sentence=?,
		bad_key=?, checked_at=?, ended_at=?, lease_holder='' WHERE ref=? AND lease_holder=?`, string(j.State), j.RowsTotal, j.RowsDone, report,
		sealed, clip(j.Sentence, 400), j.BadKey, utc(j.CheckedAt), utc(j.EndedAt), j.Ref, holder)
}

// Release implements admission.JobStore.
func (s *AdmissionJobs) Release(ctx context.Context, ref, holder string, at time.Time) error {
	return s.exec(ctx, "giving a list's job back", `UPDATE admission_import SET lease_holder='', lease_until=? WHERE ref=? AND lease_holder=?`,
		*utc(&at), ref, holder)
}

// Old implements admission.JobStore.
func (s *AdmissionJobs) Old(ctx context.Context, before time.Time, limit int) ([]admission.Job, error) {
	return all(ctx, s.DB, s.job, "reading old lists", `SELECT `+jobColumns+` FROM admission_import WHERE file_key<>'' AND created_at<?
		AND state NOT IN (?,?) ORDER BY id LIMIT ?`, *utc(&before), string(admission.Checking), string(admission.Applying), limit)
}

// Forget implements admission.JobStore.
func (s *AdmissionJobs) Forget(ctx context.Context, ref string) error {
	return s.exec(ctx, "forgetting a list", `UPDATE admission_import SET file_key='', bad_key='', detail_cipher=NULL WHERE ref=?`, ref)
}

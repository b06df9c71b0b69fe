package mysql

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"ruxue/service/export"
	"ruxue/service/roster"
)

// Exports keeps the jobs of files that staff asked for.
type Exports struct{ *DB }

// Exports returns the store of export jobs.
func (d *DB) Exports() *Exports { return &Exports{d} }

type exportRow struct {
	ID         int64      `db:"id"`
	Ref        string     `db:"ref"`
	StaffID    int64      `db:"staff_id"`
	CampaignID int64      `db:"campaign_id"`
	State      string     `db:"state"`
	Request    string     `db:"request"`
	FileName   string     `db:"file_name"`
	Total      int        `db:"total"`
	Done       int        `db:"done"`
	Skipped    int        `db:"skipped"`
	Parts      int        `db:"parts"`
	Bytes      int64      `db:"bytes"`
	BlobKey    string     `db:"blob_key"`
	Tries      int        `db:"tries"`
	CreatedAt  time.Time  `db:"created_at"`
	FinishedAt *time.Time `db:"finished_at"`
	ExpiresAt  time.Time  `db:"expires_at"`
}

const selectExport = `SELECT id, ref, staff_id, campaign_id, state, request, file_name, total, done, skipped, parts, bytes,
	blob_key, tries, created_at, finished_at, expires_at FROM export_job `

func (r exportRow) job() (export.Job, error) {
	j := export.Job{ID: r.ID, Ref: r.Ref, StaffID: r.StaffID, CampaignID: r.CampaignID, State: export.State(r.State), FileName: r.FileName,
		Total: r.Total, Done: r.Done, Skipped: r.Skipped, Parts: r.Parts, Bytes: r.Bytes, BlobKey: r.BlobKey, Tries: r.Tries,
		CreatedAt: r.CreatedAt, FinishedAt: r.FinishedAt, ExpiresAt: r.ExpiresAt}
	if err := json.Unmarshal([]byte(r.Request), &j.Request); err != nil {
		return j, errors.New("decoding an export's request: it is no JSON")
	}
	return j, nil
}

func (s *Exports) jobs(ctx context.Context, where string, args ...any) ([]export.Job, error) {
	return all(ctx, s.DB, exportRow.job, "listing exports", selectExport+where, args...)
}

// Insert implements export.Store.
func (s *Exports) Insert(ctx context.Context, j export.Job) error {
	request, err := json.Marshal(j.Request)
	if err != nil {
		return fmt.Errorf("encoding an export's request: %w", err)
	}
	created := *utc(&j.CreatedAt)
	return s.exec(ctx, "storing an export", `INSERT INTO export_job (ref, staff_id, campaign_id, kind, state, request, file_name, total, done,
		skipped, parts, bytes, blob_key, tries, lease_holder, lease_until, created_at, expires_at)
		VALUES (?,?,?,?,?,?,?,0,0,0,0,0,'',0,'',?,?,?)`, j.Ref, j.StaffID, j.CampaignID, j.Request.Kind, j.State, string(request),
		j.FileName, created, created, *utc(&j.ExpiresAt))
}

// ByRef implements export.Store.
func (s *Exports) ByRef(ctx context.Context, staffID int64, ref string) (export.Job, error) {
	r, err := need[exportRow](ctx, s.DB, none, "reading an export", selectExport+`WHERE ref=? AND staff_id=?`, ref, staffID)
	if err != nil {
		return export.Job{}, err
	}
	return r.job()
}

// Of implements export.Store.
func (s *Exports) Of(ctx context.Context, staffID int64, limit int) ([]export.Job, error) {
	return s.jobs(ctx, `WHERE staff_id=? ORDER BY id DESC LIMIT ?`, staffID, limit)
}

// Unfinished implements export.Store.
func (s *Exports) Unfinished(ctx context.Context, staffID int64) (n int, err error) {
	err = s.get(ctx, &n, `SELECT COUNT(*) FROM export_job WHERE staff_id=? AND state IN ('queued','running')`, staffID)
	return n, wrap(err, "counting exports")
}

// Claim implements export.Store, by one conditional UPDATE. A running job whose
// lease ran out was its holder's last word: it is begun anew.
func (s *Exports) Claim(ctx context.Context, holder string, now, until time.Time) (export.Job, bool, error) {
	now, until = *utc(&now), *utc(&until)
	list, err := s.jobs(ctx, `WHERE state IN ('queued','running') AND lease_until<=? ORDER BY id LIMIT 5`, now)
	if err != nil {
		return export.Job{}, false, err
	}
	for _, j := range list {
		ok, err := changed(s.run(ctx, `UPDATE export_job SET state='running', lease_holder=?, lease_until=?, tries=tries+1
			WHERE id=? AND state IN ('queued','running') AND lease_until<=?`, holder, until, j.ID, now))
		if err != nil {
			return export.Job{}, false, fmt.Errorf("claiming an export: %w", err)
		}
		if ok {
			j.State, j.Tries = export.Running, j.Tries+1
			return j, true, nil
		}
	}
	return export.Job{}, false, nil
}

// Progress implements export.Store.
func (s *Exports) Progress(ctx context.Context, j export.Job, holder string, until time.Time) (bool, error) {
	// parts is counted on, so that a purge finds every part that was kept.
	ok, err := changed(s.run(ctx, `UPDATE export_job SET total=?, done=?, skipped=?, parts=?, blob_key=?, lease_until=?
		WHERE id=? AND state='running' AND lease_holder=?`, j.Total, j.Done, j.Skipped, j.Parts, j.BlobKey, *utc(&until), j.ID, holder))
	if err != nil || ok {
		return ok, wrap(err, "noting an export's progress")
	}
	var n int // nothing new within one tick of the clock changes no row
	err = s.get(ctx, &n, `SELECT COUNT(*) FROM export_job WHERE id=? AND state='running' AND lease_holder=?`, j.ID, holder)
	return n == 1, wrap(err, "noting an export's progress")
}

// Finish implements export.Store.
func (s *Exports) Finish(ctx context.Context, j export.Job, holder string) (bool, error) {
	return s.change(ctx, "finishing an export", `UPDATE export_job SET state=?, total=?, done=?, skipped=?, parts=?, bytes=?, blob_key=?,
		finished_at=?, lease_holder='' WHERE id=? AND state='running' AND lease_holder=?`, j.State, j.Total, j.Done, j.Skipped, j.Parts,
		j.Bytes, j.BlobKey, utc(j.FinishedAt), j.ID, holder)
}

// Expired implements export.Store.
func (s *Exports) Expired(ctx context.Context, now time.Time, limit int) ([]export.Job, error) {
	return s.jobs(ctx, `WHERE state<>'purged' AND expires_at<=? AND lease_until<=? ORDER BY id LIMIT ?`, *utc(&now), *utc(&now), limit)
}

// Purge implements export.Store.
func (s *Exports) Purge(ctx context.Context, id int64) error {
	return s.exec(ctx, "noting a purge", `UPDATE export_job SET state='purged' WHERE id=?`, id)
}

type paymentExportRow struct {
	ID            int64     `db:"id"`
	OutTradeNo    string    `db:"out_trade_no"`
	TransactionID string    `db:"transaction_id"`
	Purpose       string    `db:"purpose"`
	Source        string    `db:"source"`
	TradeType     string    `db:"trade_type"`
	TotalFen      int64     `db:"total_fen"`
	RefundedFen   int64     `db:"refunded_fen"`
	At            time.Time `db:"succeeded_at"`
	Name          string    `db:"name"`
	Number        string    `db:"number"`
	ExamNumber    string    `db:"exam_number"`
	Site          string    `db:"site"`
	Level         string    `db:"level"`
	Major         string    `db:"major"`
}

// PaymentsAfter implements export.Ledger.
func (s *Roster) PaymentsAfter(ctx context.Context, q roster.Query, after int64, limit int) ([]export.Payment, error) {
	w := s.where(q)
	return all(ctx, s.DB, func(r paymentExportRow) (export.Payment, error) { return export.Payment(r), nil }, "listing payments",
		`SELECT m.id, m.out_trade_no, m.transaction_id, m.purpose, m.source, m.trade_type, m.total_fen, m.succeeded_at,
		COALESCE((SELECT SUM(r.amount_fen) FROM refund r WHERE r.attempt_id=m.attempt_id AND r.state='success'), 0) AS refunded_fen,
		p.name, COALESCE(e.student_number, '') AS number, e.exam_number, e.site, e.level, e.major
		FROM payment m JOIN enrolment e ON e.id=m.enrolment_id JOIN person p ON p.id=e.person_id
		WHERE `+w.sql+` AND m.id>? ORDER BY m.id LIMIT ?`, append(w.args, after, limit)...)
}

// CountPayments implements export.Ledger.
func (s *Roster) CountPayments(ctx context.Context, q roster.Query) (n int, err error) {
	w := s.where(q)
	err = s.get(ctx, &n, `SELECT COUNT(*) FROM payment m JOIN enrolment e ON e.id=m.enrolment_id JOIN person p ON p.id=e.person_id
		WHERE `+w.sql, w.args...)
	return n, wrap(err, "counting payments")
}

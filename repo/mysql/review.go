package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/fault"
	"ruxue/service/review"
)

type reviewRow struct {
	ID          int64      `db:"id"`
	Ref         string     `db:"ref"`
	CampaignID  int64      `db:"campaign_id"`
	EnrolmentID int64      `db:"enrolment_id"`
	Kind        string     `db:"kind"`
	Subject     string     `db:"subject"`
	Item        string     `db:"item"`
	Evidence    string     `db:"evidence"`
	Approve     bool       `db:"approve"`
	Reason      string     `db:"reason"`
	Remark      string     `db:"remark"`
	Batch       string     `db:"batch"`
	StaffRef    string     `db:"staff_ref"`
	StaffName   string     `db:"staff_name"`
	State       string     `db:"state"`
	DecidedAt   time.Time  `db:"decided_at"`
	EffectiveAt time.Time  `db:"effective_at"`
	Tries       int        `db:"tries"`
	SettledAt   *time.Time `db:"settled_at"`
}

const reviewColumns = `r.id, r.ref, r.campaign_id, r.enrolment_id, r.kind, r.subject, r.item, r.evidence, r.approve, r.reason,
	r.remark, r.batch, r.staff_ref, r.staff_name, r.state, r.decided_at, r.effective_at, r.tries, r.settled_at`

func (r reviewRow) decision() review.Decision {
	return review.Decision{ID: r.ID, Ref: r.Ref, CampaignID: r.CampaignID, EnrolmentID: r.EnrolmentID, Kind: review.Kind(r.Kind),
		Subject: r.Subject, Item: r.Item, Evidence: r.Evidence, Approve: r.Approve, Reason: r.Reason, Remark: r.Remark,
		Batch: r.Batch, By: review.By{Ref: r.StaffRef, Name: r.StaffName}, State: review.State(r.State), DecidedAt: r.DecidedAt,
		EffectiveAt: r.EffectiveAt, Tries: r.Tries, SettledAt: r.SettledAt}
}

func (s *Reviews) decisions(ctx context.Context, where string, args ...any) ([]review.Decision, error) {
	var rows []reviewRow
	if err := s.list(ctx, &rows, `SELECT `+reviewColumns+` FROM review r `+where, args...); err != nil {
		return nil, fmt.Errorf("reading decisions: %w", err)
	}
	out := make([]review.Decision, len(rows))
	for i, r := range rows {
		out[i] = r.decision()
	}
	return out, nil
}

// LockEnrolment implements review.Store.
func (s *Reviews) LockEnrolment(ctx context.Context, enrolmentID int64) error {
	_, err := need[int64](ctx, s.DB, none, "locking an enrolment", `SELECT id FROM enrolment WHERE id=? FOR UPDATE`, enrolmentID)
	return err
}

// Insert implements review.Store: the key on kind, subject and live lets one of
// two through.
func (s *Reviews) Insert(ctx context.Context, d review.Decision) (bool, error) {
	_, err := s.run(ctx, `INSERT INTO review (ref, campaign_id, enrolment_id, kind, subject, item, evidence,
		approve, reason, remark, batch, staff_ref, staff_name, state, live, decided_at, effective_at, next_at, tries)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,1,?,?,?,0)`, d.Ref, d.CampaignID, d.EnrolmentID, d.Kind, d.Subject, d.Item, d.Evidence,
		d.Approve, clip(d.Reason, 60), clip(d.Remark, 200), d.Batch, d.By.Ref, d.By.Name, review.Waiting,
		*utc(&d.DecidedAt), *utc(&d.EffectiveAt), *utc(&d.EffectiveAt))
	if isDuplicate(err) {
		return false, nil
	}
	return err == nil, wrap(err, "storing a decision")
}

// Withdraw implements review.Store.
func (s *Reviews) Withdraw(ctx context.Context, staffRef, ref string, now time.Time) ([]review.Decision, error) {
	list, err := s.decisions(ctx, `WHERE r.staff_ref=? AND (r.ref=? OR r.batch=?) AND r.state='waiting' AND r.effective_at>? ORDER BY r.id`,
		staffRef, ref, ref, *utc(&now))
	if err != nil || ref == "" {
		return nil, err
	}
	var out []review.Decision
	for _, d := range list {
		ok, err := changed(s.run(ctx, `UPDATE review SET state='withdrawn', live=NULL, next_at=NULL, settled_at=?
			WHERE id=? AND state='waiting'`, *utc(&now), d.ID))
		if err != nil {
			return nil, fmt.Errorf("withdrawing a decision: %w", err)
		}
		if ok {
			d.State = review.Withdrawn
			out = append(out, d)
		}
	}
	return out, nil
}

// Due implements review.Store, each row by one conditional UPDATE.
func (s *Reviews) Due(ctx context.Context, now, again time.Time, limit int) ([]review.Decision, error) {
	list, err := s.decisions(ctx, `WHERE r.next_at<=? AND r.state='waiting' ORDER BY r.next_at, r.id LIMIT ?`, *utc(&now), limit)
	if err != nil {
		return nil, err
	}
	var out []review.Decision
	for _, d := range list {
		ok, err := changed(s.run(ctx, `UPDATE review SET next_at=? WHERE id=? AND state='waiting' AND next_at<=?`,
			*utc(&again), d.ID, *utc(&now)))
		if err != nil {
			return out, fmt.Errorf("claiming a decision: %w", err)
		}
		if ok {
			out = append(out, d)
		}
	}
	return out, nil
}

// Settle implements review.Store. What took effect gets its hash: from then on
// it is evidence.
func (s *Reviews) Settle(ctx context.Context, d review.Decision) (bool, error) {
	var hash any
	if d.State == review.Done {
		hash = d.Hash()
	}
	return s.change(ctx, "ending a decision", `UPDATE review SET state=?, live=NULL, next_at=NULL, settled_at=?, row_hash=?
		WHERE id=? AND state='waiting'`, d.State, utc(d.SettledAt), hash, d.ID)
}

// Postpone implements review.Store.
func (s *Reviews) Postpone(ctx context.Context, id int64, at time.Time) error {
	return s.exec(ctx, "postponing a decision", `UPDATE review SET next_at=?, tries=tries+1 WHERE id=? AND state='waiting'`, *utc(&at), id)
}

// Handled implements review.Store.
func (s *Reviews) Handled(ctx context.Context, sc review.Scope, staffRef string, limit int) ([]review.Handled, error) {
	w := inScope(sc)
	var rows []struct {
		reviewRow
		Name  string `db:"name"`
		Major string `db:"major"`
	}
	if err := s.list(ctx, &rows, `SELECT `+reviewColumns+`, p.name, e.major FROM review r JOIN enrolment e ON e.id=r.enrolment_id
		JOIN person p ON p.id=e.person_id WHERE `+w.sql+` AND (?='' OR r.staff_ref=?) ORDER BY r.id DESC LIMIT ?`,
		append(w.args, staffRef, staffRef, limit)...); err != nil {
		return nil, fmt.Errorf("listing decisions: %w", err)
	}
	out := make([]review.Handled, len(rows))
	for i, r := range rows {
		out[i] = review.Handled{Decision: r.decision(), Name: r.Name, Major: r.Major}
	}
	return out, nil
}

// DecidedSince implements review.Store.
func (s *Reviews) DecidedSince(ctx context.Context, staffRef string, since time.Time) (int, error) {
	var n int
	err := s.get(ctx, &n, `SELECT COUNT(*) FROM review WHERE staff_ref=? AND decided_at>=? AND state IN ('waiting','done')`,
		staffRef, *utc(&since))
	return n, wrap(err, "counting decisions")
}

// Newest implements review.Store.
func (s *Reviews) Newest(ctx context.Context, enrolmentID int64, kind review.Kind, item string) (review.Decision, error) {
	list, err := s.decisions(ctx, `WHERE r.enrolment_id=? AND r.kind=? AND r.item=? AND r.state='done' ORDER BY r.id DESC LIMIT 1`,
		enrolmentID, string(kind), item)
	if err == nil && len(list) == 0 {
		err = fault.New(fault.NotFound, "还没有审核结果")
	}
	if err != nil {
		return review.Decision{}, err
	}
	return list[0], nil
}

// SavedReasons implements review.Store, the newest first.
func (s *Reviews) SavedReasons(ctx context.Context, set string, limit int) ([]string, error) {
	var out []string
	err := s.list(ctx, &out, `SELECT label FROM review_reason WHERE reasons=? ORDER BY id DESC LIMIT ?`, set, limit)
	return out, wrap(err, "reading saved reasons")
}

// SaveReason implements review.Store; one that is there already stays.
func (s *Reviews) SaveReason(ctx context.Context, set, label, staffRef string) error {
	_, err := s.run(ctx, `INSERT INTO review_reason (reasons, label, staff_ref, created_at) VALUES (?,?,?,?)`,
		set, label, staffRef, s.now())
	if isDuplicate(err) {
		return nil
	}
	return wrap(err, "saving a reason")
}

// Recompute returns the hash of a decision as its row stands now: a changed row
// no longer matches its seal.
func (s *Reviews) Recompute(ctx context.Context, id int64) (string, error) {
	list, err := s.decisions(ctx, `WHERE r.id=?`, id)
	if err != nil {
		return "", err
	}
	if len(list) == 0 {
		return "", fault.New(fault.NotFound, "")
	}
	return list[0].Hash(), nil
}

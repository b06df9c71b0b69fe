package mysql

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"

	"ruxue/service/application"
	"ruxue/service/student"
)

// Applications stores the applications to keep or give up a place.
type Applications struct{ *Registrations }

// Applications returns the store of applications.
func (d *DB) Applications() *Applications { return &Applications{d.Registrations()} }

type applicationRow struct {
	ID             int64          `db:"id"`
	Ref            string         `db:"ref"`
	EnrolmentID    int64          `db:"enrolment_id"`
	EnrolmentRef   string         `db:"enrolment_ref"`
	CampaignID     int64          `db:"campaign_id"`
	Kind           string         `db:"kind"`
	State          string         `db:"state"`
	From           string         `db:"from_state"`
	Content        []byte         `db:"content_cipher"`
	DocumentSHA256 string         `db:"document_sha256"`
	SignatureRef   string         `db:"signature_ref"`
	SignatureHash  string         `db:"signature_hash"`
	UpdatedAt      time.Time      `db:"updated_at"`
	SubmittedAt    *time.Time     `db:"submitted_at"`
	EndedAt        *time.Time     `db:"ended_at"`
	EndedBy        string         `db:"ended_by"`
	Remark         string         `db:"remark"`
	RowHash        sql.NullString `db:"row_hash"`
}

const selectApplication = `SELECT a.id, a.ref, a.enrolment_id, e.ref AS enrolment_ref, e.campaign_id, a.kind, a.state, a.from_state,
	a.content_cipher, a.document_sha256, a.signature_ref, a.signature_hash, a.updated_at, a.submitted_at, a.ended_at,
	a.ended_by, a.remark, a.row_hash FROM application a JOIN enrolment e ON e.id = a.enrolment_id `

// content is the part of a row that is sealed.
type content struct {
	Reason string             `json:"reason"`
	Typed  string             `json:"typed"`
	Files  []application.File `json:"files,omitempty"`
}

func contentAD(ref string) string { return "application.content_cipher:" + ref }

func (s *Applications) application(ctx context.Context, where string, args ...any) (application.Application, error) {
	r, err := need[applicationRow](ctx, s.DB, none, "reading an application", selectApplication+where, args...)
	if err != nil {
		return application.Application{}, err
	}
	plain, err := s.cipher.Open(r.Content, contentAD(r.Ref))
	if err != nil {
		return application.Application{}, fmt.Errorf("opening an application: %w", err)
	}
	var c content
	if err := json.Unmarshal(plain, &c); err != nil {
		return application.Application{}, fmt.Errorf("reading an application's content: %w", err)
	}
	return application.Application{ID: r.ID, Ref: r.Ref, EnrolmentID: r.EnrolmentID, EnrolmentRef: r.EnrolmentRef,
		CampaignID: r.CampaignID, Kind: application.Kind(r.Kind), State: application.State(r.State), From: student.State(r.From), Reason: c.Reason,
		Typed: c.Typed, Files: c.Files, DocumentSHA256: r.DocumentSHA256, SignatureRef: r.SignatureRef,
		SignatureHash: r.SignatureHash, UpdatedAt: r.UpdatedAt, SubmittedAt: r.SubmittedAt, EndedAt: r.EndedAt,
		EndedBy: r.EndedBy, Remark: r.Remark, RowHash: r.RowHash.String}, nil
}

func (s *Applications) content(a application.Application) ([]byte, error) {
	plain, err := json.Marshal(content{a.Reason, a.Typed, a.Files})
	if err != nil {
		return nil, fmt.Errorf("writing an application's content: %w", err)
	}
	sealed, err := s.cipher.Seal(plain, contentAD(a.Ref))
	if err != nil {
		return nil, fmt.Errorf("sealing an application: %w", err)
	}
	return sealed, nil
}

// DraftOf implements application.Store.
func (s *Applications) DraftOf(ctx context.Context, enrolmentID int64, kind application.Kind) (application.Application, error) {
	return s.application(ctx, `WHERE a.enrolment_id=? AND a.draft_kind=?`, enrolmentID, kind)
}

// LatestOf implements application.Store.
func (s *Applications) LatestOf(ctx context.Context, enrolmentID int64) (application.Application, error) {
	return s.application(ctx, `WHERE a.enrolment_id=? AND a.state<>'draft' ORDER BY a.submitted_at DESC, a.id DESC LIMIT 1`, enrolmentID)
}

// ByRef implements application.Store.
func (s *Applications) ByRef(ctx context.Context, ref string) (application.Application, error) {
	return s.application(ctx, `WHERE a.ref=?`, ref)
}

// ByID implements application.Store.
func (s *Applications) ByID(ctx context.Context, id int64) (application.Application, error) {
	return s.application(ctx, `WHERE a.id=?`, id)
}

// Hold implements application.Store. Both rows are locked, the enrolment's was
// already.
func (s *Applications) Hold(ctx context.Context, ref string) (application.Application, error) {
	return s.application(ctx, `WHERE a.ref=? FOR UPDATE`, ref)
}

// Insert implements application.Store.
func (s *Applications) Insert(ctx context.Context, a application.Application) error {
	sealed, err := s.content(a)
	if err != nil {
		return err
	}
	return s.exec(ctx, "adding an application", `INSERT INTO application (ref, enrolment_id, kind, state, draft_kind, content_cipher,
		document_sha256, signature_ref, signature_hash, created_at, updated_at, ended_by, remark)
		VALUES (?,?,?,?,?,?,'','','',?,?,'','')`, a.Ref, a.EnrolmentID, a.Kind, application.Draft, a.Kind, sealed, a.UpdatedAt, a.UpdatedAt)
}

// Retype implements application.Store. The ciphertext differs each time, so an
// UPDATE that finds the draft changes the row.
func (s *Applications) Retype(ctx context.Context, a application.Application) (bool, error) {
	sealed, err := s.content(a)
	if err != nil {
		return false, err
	}
	return s.change(ctx, "keeping the draft of an application", `UPDATE application SET content_cipher=?, updated_at=? WHERE ref=? AND state=?`,
		sealed, a.UpdatedAt, a.Ref, application.Draft)
}

// Submit implements application.Store.
func (s *Applications) Submit(ctx context.Context, a application.Application) (bool, error) {
	sealed, err := s.content(a)
	if err != nil {
		return false, err
	}
	ok, err := changed(s.run(ctx, `UPDATE application SET state=?, from_state=?, draft_kind=NULL, bound=1, content_cipher=?,
		document_sha256=?, signature_ref=?, signature_hash=?, submitted_at=?, updated_at=? WHERE ref=? AND state=?`,
		application.Pending, a.From, sealed, a.DocumentSHA256, a.SignatureRef, a.SignatureHash, *utc(a.SubmittedAt), a.UpdatedAt, a.Ref,
		application.Draft))
	if isDuplicate(err) {
		return false, nil
	}
	return ok, wrap(err, "submitting an application")
}

// End implements application.Store. Only an approved one goes on binding, unless
// it is one to enter: she may give the place up later.
func (s *Applications) End(ctx context.Context, a application.Application) (bool, error) {
	var bound *int
	if a.State == application.Approved && a.Kind != application.Enter {
		one := 1
		bound = &one
	}
	return s.change(ctx, "ending an application", `UPDATE application SET state=?, bound=?, ended_at=?, ended_by=?, remark=?,
		row_hash=?, updated_at=? WHERE ref=? AND state=?`, a.State, bound, *utc(a.EndedAt), a.EndedBy, a.Remark, a.RowHash,
		a.UpdatedAt, a.Ref, application.Pending)
}

// Move implements application.Store.
func (s *Applications) Move(ctx context.Context, enrolmentID int64, from, to student.State) (bool, error) {
	sets := `state=?`
	if from == student.EntryPending && to == student.Admitted {
		sets += `, choice=''`
	}
	return s.change(ctx, "moving an enrolment", `UPDATE enrolment SET `+sets+`, updated_at=? WHERE id=? AND state=?`,
		to, s.now(), enrolmentID, from)
}

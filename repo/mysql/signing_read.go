package mysql

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"ruxue/service/signing"
)

type signatureRow struct {
	ID                int64          `db:"id"`
	Ref               string         `db:"ref"`
	EnrolmentID       int64          `db:"enrolment_id"`
	EnrolmentRef      string         `db:"enrolment_ref"`
	DocumentVersionID int64          `db:"document_version_id"`
	DocumentName      string         `db:"document_name"`
	DocumentSHA256    string         `db:"document_sha256"`
	State             string         `db:"state"`
	StrokesCipher     []byte         `db:"strokes_cipher"`
	StrokesSHA256     string         `db:"strokes_sha256"`
	PictureCipher     []byte         `db:"picture_cipher"`
	PictureSHA256     string         `db:"picture_sha256"`
	HandoffRef        string         `db:"handoff_ref"`
	AppID             string         `db:"app_id"`
	OpenID            string         `db:"openid"`
	IP                string         `db:"ip"`
	UserAgent         string         `db:"user_agent"`
	SignedAt          time.Time      `db:"signed_at"`
	ConfirmAppID      string         `db:"confirm_app_id"`
	ConfirmOpenID     string         `db:"confirm_openid"`
	ConfirmIP         string         `db:"confirm_ip"`
	ConfirmUserAgent  string         `db:"confirm_user_agent"`
	FinalAt           *time.Time     `db:"final_at"`
	RowHash           sql.NullString `db:"row_hash"`
}

const signatureColumns = `SELECT s.id, s.ref, s.enrolment_id, e.ref AS enrolment_ref, s.document_version_id,
	s.document_name, v.sha256 AS document_sha256, s.state, s.strokes_sha256, s.picture_sha256, s.handoff_ref,
	s.app_id, s.openid, s.ip, s.user_agent, s.signed_at,
	s.confirm_app_id, s.confirm_openid, s.confirm_ip, s.confirm_user_agent, s.final_at, s.row_hash`

const signatureJoins = ` FROM signature s JOIN enrolment e ON e.id = s.enrolment_id
	JOIN document_version v ON v.id = s.document_version_id`

func (s *Signatures) one(ctx context.Context, where string, args ...any) (signing.Signature, error) {
	r, err := need[signatureRow](ctx, s.d, none, "reading a signature",
		signatureColumns+`, s.strokes_cipher, s.picture_cipher`+signatureJoins+where, args...)
	if err != nil {
		return signing.Signature{}, err
	}
	g := r.signature()
	if g.Strokes, err = s.d.cipher.Open(r.StrokesCipher, "signature.strokes:"+r.Ref); err != nil {
		return g, fmt.Errorf("opening strokes: %w", err)
	}
	if g.Picture, err = s.d.cipher.Open(r.PictureCipher, "signature.picture:"+r.Ref); err != nil {
		return g, fmt.Errorf("opening a signature's picture: %w", err)
	}
	return g, nil
}

func (r signatureRow) signature() signing.Signature {
	g := signing.Signature{ID: r.ID, Ref: r.Ref, EnrolmentID: r.EnrolmentID, EnrolmentRef: r.EnrolmentRef,
		DocumentVersionID: r.DocumentVersionID, DocumentName: r.DocumentName, DocumentSHA256: r.DocumentSHA256,
		State: signing.SignatureState(r.State), StrokesSHA256: r.StrokesSHA256, PictureSHA256: r.PictureSHA256,
		HandoffRef: r.HandoffRef, SignedAt: r.SignedAt, RowHash: r.RowHash.String,
		Signer:    signing.Trace{AppID: r.AppID, OpenID: r.OpenID, IP: r.IP, UserAgent: r.UserAgent},
		Confirmer: signing.Trace{AppID: r.ConfirmAppID, OpenID: r.ConfirmOpenID, IP: r.ConfirmIP, UserAgent: r.ConfirmUserAgent}}
	if r.FinalAt != nil {
		g.FinalAt = *r.FinalAt
	}
	return g
}

// Current implements signing.Store.
func (s *Signatures) Current(ctx context.Context, enrolmentID int64, document string, state signing.SignatureState) (signing.Signature, error) {
	switch state {
	case signing.Draft:
		return s.one(ctx, ` WHERE s.enrolment_id = ? AND s.draft_name = ?`, enrolmentID, document)
	case signing.Final:
		return s.one(ctx, ` WHERE s.enrolment_id = ? AND s.final_name = ?`, enrolmentID, document)
	}
	return signing.Signature{}, fmt.Errorf("reading the current signature: state %q has several", state)
}

// ByRef implements signing.Store.
func (s *Signatures) ByRef(ctx context.Context, ref string, enrolmentID int64) (signing.Signature, error) {
	return s.one(ctx, ` WHERE s.ref = ? AND s.enrolment_id = ?`, ref, enrolmentID)
}

// ByID implements signing.Store.
func (s *Signatures) ByID(ctx context.Context, id int64) (signing.Signature, error) {
	return s.one(ctx, ` WHERE s.id = ?`, id)
}

// Finals implements signing.Store.
func (s *Signatures) Finals(ctx context.Context, enrolmentID int64) ([]signing.Signature, error) {
	return all(ctx, s.d, func(r signatureRow) (signing.Signature, error) { return r.signature(), nil }, "listing signatures",
		signatureColumns+signatureJoins+
			` WHERE s.enrolment_id = ? AND s.final_name IS NOT NULL ORDER BY s.final_at, s.id`, enrolmentID)
}

// ProvableSignature is a signature that is evidence, as an audit lists it.
type ProvableSignature struct {
	ID      int64     `db:"id"`
	Ref     string    `db:"ref"`
	FinalAt time.Time `db:"final_at"`
	Sealed  bool      `db:"sealed"` // the seal chain has it
}

// Provable lists at most limit signatures that were ever made final, with
// id > after, in order.
func (s *Signatures) Provable(ctx context.Context, after int64, limit int) ([]ProvableSignature, error) {
	var out []ProvableSignature
	err := s.d.list(ctx, &out, `SELECT s.id, s.ref, COALESCE(s.final_at, s.signed_at) AS final_at, l.seq IS NOT NULL AS sealed
		FROM signature s LEFT JOIN seal l ON l.kind = 'signature' AND l.row_id = s.id
		WHERE s.id > ? AND (s.row_hash IS NOT NULL OR s.state = 'final') ORDER BY s.id LIMIT ?`, after, limit)
	if err != nil {
		return nil, fmt.Errorf("listing signatures: %w", err)
	}
	return out, nil
}

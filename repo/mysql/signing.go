package mysql

import (
	"context"
	"encoding/base64"
	"fmt"
	"time"

	"ruxue/service/evidence"
	"ruxue/service/fault"
	"ruxue/service/signing"
)

// Signatures keeps documents and signatures. Strokes and pictures are encrypted
// columns rather than files: the draft, its picture and what it replaces are
// then one transaction, a backup is of one piece, and at 10 to 40 KB a
// signature the database does not notice.
type Signatures struct{ d *DB }

// Signatures returns the store of documents and signatures.
func (d *DB) Signatures() *Signatures { return &Signatures{d} }

// InTx implements signing.Store.
func (s *Signatures) InTx(ctx context.Context, fn func(ctx context.Context) error) error {
	return s.d.InTx(ctx, fn)
}

// LockEnrolment implements signing.Store.
func (s *Signatures) LockEnrolment(ctx context.Context, enrolmentID int64) error {
	_, err := need[int64](ctx, s.d, none, "locking an enrolment", `SELECT id FROM enrolment WHERE id = ? FOR UPDATE`, enrolmentID)
	return err
}

type documentRow struct {
	ID         int64  `db:"id"`
	CampaignID int64  `db:"campaign_id"`
	Name       string `db:"name"`
	Title      string `db:"title"`
	SHA256     string `db:"sha256"`
	Body       string `db:"body"`
	Private    bool   `db:"private"`
}

const documentColumns = `SELECT id, campaign_id, name, title, sha256, body, private FROM document_version`

// document opens a row; the body of one about a student alone is sealed.
func (s *Signatures) document(r documentRow) (signing.DocumentVersion, error) {
	if r.Private {
		sealed, err := base64.StdEncoding.DecodeString(r.Body)
		if err != nil {
			return signing.DocumentVersion{}, fmt.Errorf("decoding a document: %w", err)
		}
		plain, err := s.d.cipher.Open(sealed, "document_version.body:"+r.SHA256)
		if err != nil {
			return signing.DocumentVersion{}, fmt.Errorf("opening a document: %w", err)
		}
		r.Body = string(plain)
	}
	return signing.DocumentVersion(r), nil
}

// storedBody is a document's body as its row keeps it.
func (s *Signatures) storedBody(v signing.DocumentVersion) (string, error) {
	if !v.Private {
		return v.Body, nil
	}
	sealed, err := s.d.cipher.Seal([]byte(v.Body), "document_version.body:"+v.SHA256)
	if err != nil {
		return "", fmt.Errorf("sealing a document: %w", err)
	}
	return base64.StdEncoding.EncodeToString(sealed), nil
}

// EnsureDocument implements signing.Store. The unique key settles who of two
// replicas adds the row.
func (s *Signatures) EnsureDocument(ctx context.Context, v signing.DocumentVersion) (signing.DocumentVersion, error) {
	got, err := s.documentBySHA(ctx, v)
	if !fault.Is(err, fault.NotFound) {
		return got, err
	}
	body, err := s.storedBody(v)
	if err != nil {
		return v, err
	}
	_, err = s.d.run(ctx, `INSERT INTO document_version
		(campaign_id, name, title, sha256, body, private, created_at) VALUES (?, ?, ?, ?, ?, ?, ?)`,
		v.CampaignID, v.Name, v.Title, v.SHA256, body, v.Private, s.d.now())
	if err != nil && !isDuplicate(err) {
		return v, fmt.Errorf("adding a document version: %w", err)
	}
	return s.documentBySHA(ctx, v)
}

func (s *Signatures) documentBySHA(ctx context.Context, v signing.DocumentVersion) (signing.DocumentVersion, error) {
	return s.oneDocument(ctx, ` WHERE campaign_id = ? AND name = ? AND sha256 = ?`, v.CampaignID, v.Name, v.SHA256)
}

// Document implements signing.Store.
func (s *Signatures) Document(ctx context.Context, id int64) (signing.DocumentVersion, error) {
	return s.oneDocument(ctx, ` WHERE id = ?`, id)
}

func (s *Signatures) oneDocument(ctx context.Context, where string, args ...any) (signing.DocumentVersion, error) {
	r, err := need[documentRow](ctx, s.d, none, "reading a document version", documentColumns+where, args...)
	if err != nil {
		return signing.DocumentVersion{}, err
	}
	return s.document(r)
}

// Insert implements signing.Store.
func (s *Signatures) Insert(ctx context.Context, g signing.Signature) (int64, error) {
	strokes, err := s.d.cipher.Seal(g.Strokes, "signature.strokes:"+g.Ref)
	if err != nil {
		return 0, fmt.Errorf("sealing strokes: %w", err)
	}
	picture, err := s.d.cipher.Seal(g.Picture, "signature.picture:"+g.Ref)
	if err != nil {
		return 0, fmt.Errorf("sealing a signature's picture: %w", err)
	}
	var draft, final, hash *string
	var finalAt *time.Time
	switch g.State {
	case signing.Draft:
		draft = &g.DocumentName
	case signing.Final:
		final, hash, finalAt = &g.DocumentName, &g.RowHash, utc(&g.FinalAt)
	default:
		return 0, fmt.Errorf("inserting a signature: state %q", g.State)
	}
	res, err := s.d.run(ctx, `INSERT INTO signature (ref, enrolment_id, document_version_id, document_name,
		state, draft_name, final_name, strokes_cipher, strokes_sha256, picture_cipher, picture_sha256, handoff_ref,
		app_id, openid, ip, user_agent, signed_at,
		confirm_app_id, confirm_openid, confirm_ip, confirm_user_agent, final_at, row_hash)
		VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
		g.Ref, g.EnrolmentID, g.DocumentVersionID, g.DocumentName,
		string(g.State), draft, final, strokes, g.StrokesSHA256, picture, g.PictureSHA256, g.HandoffRef,
		g.Signer.AppID, g.Signer.OpenID, g.Signer.IP, g.Signer.UserAgent, g.SignedAt,
		g.Confirmer.AppID, g.Confirmer.OpenID, g.Confirmer.IP, g.Confirmer.UserAgent, finalAt, hash)
	if isDuplicate(err) {
		return 0, signing.ErrSigned
	}
	if err != nil {
		return 0, fmt.Errorf("inserting a signature: %w", err)
	}
	id, err := res.LastInsertId()
	if err != nil || g.State != signing.Final {
		return id, wrap(err, "inserting a signature")
	}
	return id, s.d.Evidence().Queue(ctx, id, evidence.NewNumber())
}

// Finalise implements signing.Store.
func (s *Signatures) Finalise(ctx context.Context, g signing.Signature) error {
	ok, err := changed(s.d.run(ctx, `UPDATE signature SET state = 'final', draft_name = NULL,
		final_name = document_name, confirm_app_id = ?, confirm_openid = ?, confirm_ip = ?, confirm_user_agent = ?,
		final_at = ?, row_hash = ? WHERE id = ? AND state = 'draft'`,
		g.Confirmer.AppID, g.Confirmer.OpenID, g.Confirmer.IP, g.Confirmer.UserAgent, g.FinalAt, g.RowHash, g.ID))
	if err := settled(ok, err, "making a signature final"); err != nil {
		return err
	}
	return s.d.Evidence().Queue(ctx, g.ID, evidence.NewNumber())
}

// Supersede implements signing.Store.
func (s *Signatures) Supersede(ctx context.Context, id int64, at time.Time) error {
	ok, err := changed(s.d.run(ctx, `UPDATE signature SET state = 'superseded', draft_name = NULL,
		superseded_at = ? WHERE id = ? AND state = 'draft'`, at, id))
	return settled(ok, err, "superseding a draft")
}

func settled(ok bool, err error, doing string) error {
	if isDuplicate(err) || err == nil && !ok {
		return signing.ErrSigned
	}
	if err != nil {
		return fmt.Errorf("%s: %w", doing, err)
	}
	return nil
}

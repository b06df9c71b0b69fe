package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/enrolment"
)

// Attachments stores what fills the slots of an enrolment; the files
// themselves are blobs.
type Attachments struct{ *DB }

// Attachments returns the attachment store.
func (d *DB) Attachments() *Attachments { return &Attachments{d} }

// Locked runs fn in a transaction that holds the owner's enrolment row.
func (s *Attachments) Locked(ctx context.Context, o enrolment.Owner, fn func(ctx context.Context) error) error {
	return s.lockEnrolment(ctx, o, fn)
}

type attachmentRow struct {
	Ref         string    `db:"ref"`
	Slot        string    `db:"slot"`
	State       string    `db:"state"`
	BlobKey     string    `db:"blob_key"`
	ContentType string    `db:"content_type"`
	FileName    string    `db:"file_name"`
	Bytes       int       `db:"bytes"`
	Width       int       `db:"width"`
	Height      int       `db:"height"`
	SHA256      string    `db:"sha256"`
	Type        string    `db:"type"`
	CodeCipher  []byte    `db:"code_cipher"`
	Remark      string    `db:"remark"`
	Look        string    `db:"review_state"`
	UpdatedAt   time.Time `db:"updated_at"`
}

const selectAttachment = `SELECT ref, slot, state, blob_key, content_type, file_name, bytes, width, height, sha256,
	type, code_cipher, remark, review_state, updated_at FROM attachment WHERE enrolment_id=? `

// Attachment returns the record in a slot; false when it is empty.
func (s *Attachments) Attachment(ctx context.Context, enrolmentID int64, slot string) (enrolment.Attachment, bool, error) {
	out, err := s.attachments(ctx, selectAttachment+`AND slot=?`, enrolmentID, slot)
	if err != nil || len(out) == 0 {
		return enrolment.Attachment{}, false, err
	}
	return out[0], true, nil
}

// Attachments lists an enrolment's records by slot.
func (s *Attachments) Attachments(ctx context.Context, enrolmentID int64) ([]enrolment.Attachment, error) {
	return s.attachments(ctx, selectAttachment+`ORDER BY slot`, enrolmentID)
}

func (s *Attachments) attachments(ctx context.Context, query string, args ...any) ([]enrolment.Attachment, error) {
	var rows []attachmentRow
	if err := s.list(ctx, &rows, query, args...); err != nil {
		return nil, fmt.Errorf("reading attachments: %w", err)
	}
	out := make([]enrolment.Attachment, 0, len(rows))
	for _, r := range rows {
		a := enrolment.Attachment{Ref: r.Ref, Slot: r.Slot, State: enrolment.State(r.State), BlobKey: r.BlobKey,
			ContentType: r.ContentType, FileName: r.FileName, Bytes: r.Bytes, Width: r.Width, Height: r.Height,
			SHA256: r.SHA256, Type: r.Type, Remark: r.Remark,
			Look: enrolment.Look(r.Look), UpdatedAt: r.UpdatedAt}
		if r.CodeCipher != nil {
			code, err := s.cipher.Open(r.CodeCipher, codeAD(r.Ref))
			if err != nil {
				return nil, fmt.Errorf("opening a verification code: %w", err)
			}
			a.VerifyCode = string(code)
		}
		out = append(out, a)
	}
	return out, nil
}

// PutAttachment fills a slot, in place of what it held.
func (s *Attachments) PutAttachment(ctx context.Context, o enrolment.Owner, a enrolment.Attachment) error {
	var code []byte
	if a.VerifyCode != "" {
		var err error
		if code, err = s.cipher.Seal([]byte(a.VerifyCode), codeAD(a.Ref)); err != nil {
			return fmt.Errorf("sealing a verification code: %w", err)
		}
	}
	if a.Look == "" {
		a.Look = enrolment.LookNone
	}
	return s.exec(ctx, "storing an attachment", `INSERT INTO attachment (ref, enrolment_id, slot, state, blob_key, content_type,
		file_name, bytes, width, height, sha256, type, code_cipher, remark, review_state, updated_at)
		VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON DUPLICATE KEY UPDATE ref=VALUES(ref), state=VALUES(state), blob_key=VALUES(blob_key),
		content_type=VALUES(content_type), file_name=VALUES(file_name), bytes=VALUES(bytes), width=VALUES(width),
		height=VALUES(height), sha256=VALUES(sha256), type=VALUES(type), code_cipher=VALUES(code_cipher),
		remark=VALUES(remark), review_state=VALUES(review_state), updated_at=VALUES(updated_at)`,
		a.Ref, o.EnrolmentID, a.Slot, a.State, a.BlobKey, a.ContentType, a.FileName, a.Bytes, a.Width, a.Height,
		a.SHA256, a.Type, code, a.Remark, a.Look, s.now())
}

// DeleteAttachment empties a slot.
func (s *Attachments) DeleteAttachment(ctx context.Context, enrolmentID int64, slot string) error {
	return s.exec(ctx, "deleting an attachment", `DELETE FROM attachment WHERE enrolment_id=? AND slot=?`, enrolmentID, slot)
}

func codeAD(ref string) string { return "attachment.code_cipher:" + ref }

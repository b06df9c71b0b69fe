package enrolment

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/reference"
	"ruxue/service/sealed"
)

// Uploaded is the state of an attachment that counts; one that staff sent back
// is Returned until it is replaced.
const Uploaded State = "uploaded"

// Attachment is what fills one slot of an enrolment.
type Attachment struct {
	Ref         string
	Slot        string
	State       State
	BlobKey     string // random; only the service may use it
	ContentType string // image/jpeg or application/pdf
	FileName    string
	Bytes       int
	Width       int // pixels; 0 for a PDF
	Height      int
	SHA256      string // of the file, in hexadecimal
	Type        string // which of the slot's types, "" without
	VerifyCode  string // sealed by the store under "attachment.code_cipher:<ref>"
	Remark      string // of staff, for a returned one
	Look        Look   // whether staff have to look at it
	UpdatedAt   time.Time
}

// AttachmentStore keeps the records of attachments, one for each slot. Calls
// with Locked's context join its transaction.
type AttachmentStore interface {
	Locker
	// Attachment returns the slot's record; false when it is empty.
	Attachment(ctx context.Context, enrolmentID int64, slot string) (Attachment, bool, error)
	// PutAttachment inserts or replaces the slot's record.
	PutAttachment(ctx context.Context, o Owner, a Attachment) error
	// DeleteAttachment empties the slot.
	DeleteAttachment(ctx context.Context, enrolmentID int64, slot string) error
	// Attachments lists the enrolment's records in the order of their slots.
	Attachments(ctx context.Context, enrolmentID int64) ([]Attachment, error)
	// ReviewAttachment approves or returns one that waits for staff; false when
	// it does not.
	ReviewAttachment(ctx context.Context, enrolmentID int64, ref string, approve bool, remark string) (bool, error)
}

// AttachmentOptions are what Attachments needs.
type AttachmentOptions struct {
	Store AttachmentStore
	Files sealed.Files
	Gate  Gate // may be nil
	Mend  Gate // of what staff sent back; nil is Gate
	Log   *slog.Logger
}

// Attachments takes files in and gives them out to their owner. It is safe for
// concurrent use; of two uploads to a slot the later one stays.
type Attachments struct {
	AttachmentOptions
}

// NewAttachments returns an Attachments.
func NewAttachments(o AttachmentOptions) *Attachments {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Attachments{o}
}

// Upload is a file as it came.
type Upload struct {
	Data       []byte
	FileName   string // as the device calls it; only shown
	Type       string // which of the slot's types
	VerifyCode string
	// Original says that the page did not crop and shrink the photo itself.
	Original bool
}

// Upload checks the file against the slot's rule, brings a photo into the
// wanted form, and keeps it in place of what the slot held. The file is written
// before the record, so that a record never names a file that is not there.
func (s *Attachments) Upload(ctx context.Context, o Owner, rule campaign.Slot, up Upload) (Attachment, error) {
	a, data, err := accept(rule, up)
	if err != nil {
		return Attachment{}, err
	}
	sum := sha256.Sum256(data)
	a.Ref, a.SHA256, a.Bytes = reference.New(), hex.EncodeToString(sum[:]), len(data)
	a.BlobKey = newBlobKey(o)
	if err := s.Files.Put(ctx, a.BlobKey, blobAD(a.Ref), data); err != nil {
		return Attachment{}, fmt.Errorf("keeping an attachment: %w", err)
	}
	var old Attachment
	err = s.Store.Locked(ctx, o, func(ctx context.Context) (err error) {
		if old, _, err = s.Store.Attachment(ctx, o.EnrolmentID, rule.Name); err != nil {
			return err
		}
		if err := mendable(ctx, s.Gate, s.Mend, o.EnrolmentID, old.State); err != nil {
			return err
		}
		a.Look = look(rule, old)
		return s.Store.PutAttachment(ctx, o, a)
	})
	if err != nil {
		// Only a refusal is certain: after a lost connection the record may
		// name the file, and an orphan is better than a missing file.
		if _, refused := fault.As(err); refused {
			s.drop(ctx, a.BlobKey)
		}
		return Attachment{}, err
	}
	s.drop(ctx, old.BlobKey)
	return a, nil
}

// Describe changes the type and the code that go with a file uploaded before;
// fault.NotFound when the slot is empty.
func (s *Attachments) Describe(ctx context.Context, o Owner, rule campaign.Slot, kind, code string) (a Attachment, err error) {
	err = s.Store.Locked(ctx, o, func(ctx context.Context) error {
		have, ok, err := s.Store.Attachment(ctx, o.EnrolmentID, rule.Name)
		if err != nil {
			return err
		}
		if err := mendable(ctx, s.Gate, s.Mend, o.EnrolmentID, have.State); err != nil {
			return err
		}
		if !ok {
			return fault.New(fault.NotFound, "请先上传文件").On("file")
		}
		if err := describe(rule, &have, kind, code); err != nil {
			return err
		}
		if have.State == Uploaded { // what staff approved was described otherwise
			have.Look = look(rule, have)
		}
		a = have
		return s.Store.PutAttachment(ctx, o, have)
	})
	return a, err
}

// List returns the enrolment's attachments.
func (s *Attachments) List(ctx context.Context, enrolmentID int64) ([]Attachment, error) {
	return s.Store.Attachments(ctx, enrolmentID)
}

// Open returns the file in a slot of the enrolment, its content type and the
// name to download it under; fault.NotFound when the slot is empty.
func (s *Attachments) Open(ctx context.Context, enrolmentID int64, slot string) (data []byte, contentType, name string, err error) {
	a, ok, err := s.Store.Attachment(ctx, enrolmentID, slot)
	if err != nil {
		return nil, "", "", err
	}
	if !ok {
		return nil, "", "", fault.New(fault.NotFound, "这一项还没有上传")
	}
	if data, err = s.Files.Get(ctx, a.BlobKey, blobAD(a.Ref)); err != nil {
		return nil, "", "", fmt.Errorf("reading an attachment: %w", err)
	}
	return data, a.ContentType, a.FileName, nil
}

// Remove empties a slot; it does nothing when the slot is empty.
func (s *Attachments) Remove(ctx context.Context, o Owner, slot string) error {
	var old Attachment
	err := guarded(ctx, s.Store, s.Gate, o, func(ctx context.Context) (err error) {
		if old, _, err = s.Store.Attachment(ctx, o.EnrolmentID, slot); err != nil {
			return err
		}
		return s.Store.DeleteAttachment(ctx, o.EnrolmentID, slot)
	})
	if err != nil {
		return err
	}
	s.drop(ctx, old.BlobKey)
	return nil
}

// Missing returns the required slots that apply and hold nothing that counts.
func Missing(slots []campaign.Slot, facts map[string]string, have []Attachment) []campaign.Slot {
	counts := map[string]bool{}
	for _, a := range have {
		counts[a.Slot] = a.State == Uploaded
	}
	var out []campaign.Slot
	for _, s := range slots {
		if s.Required && campaign.Matches(s.When, facts) && !counts[s.Name] {
			out = append(out, s)
		}
	}
	return out
}

// drop deletes a blob that no record names any more. Failing leaves an
// encrypted orphan behind, which harms nobody: it is only logged.
func (s *Attachments) drop(ctx context.Context, key string) {
	if key == "" {
		return
	}
	if err := s.Files.Delete(context.WithoutCancel(ctx), key); err != nil {
		s.Log.WarnContext(ctx, "a replaced attachment was not deleted", "error", err.Error())
	}
}

// newBlobKey returns a key that nobody can guess.
func newBlobKey(o Owner) string {
	return "attachment/e" + o.EnrolmentRef + "/" + reference.Key()
}

func blobAD(ref string) string { return "attachment.blob:" + ref }

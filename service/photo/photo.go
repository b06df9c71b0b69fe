// Package photo owns 录取照片: the pictures that come with the admitted list, one
// for each enrolment. Staff upload a zip whose files are named by 身份证号 or
// 考生号; a worker matches, re-encodes and seals them, and tells of each file what
// became of it. They serve staff to compare, are never shown to anybody else, and
// go with the campaign's retention as face pictures do.
package photo

import (
	"context"
	"log/slog"
	"time"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/loop"
	"ruxue/service/sealed"
)

// Photo is the picture of one enrolment.
type Photo struct {
	EnrolmentID int64
	Ref         string
	BlobKey     string // random; only the service may use it
	SHA256      string // of the kept picture
	Source      string // SHA-256 of the file that it was made from
	Bytes       int
	Width       int // pixels
	Height      int
	UpdatedAt   time.Time
}

// Owner is the enrolment that a number belongs to.
type Owner struct {
	EnrolmentID int64
	Ref         string
	Name        string
}

// Store keeps the records of pictures.
type Store interface {
	// Photo returns the enrolment's record; false when there is none.
	Photo(ctx context.Context, enrolmentID int64) (Photo, bool, error)
	// PutPhoto inserts or replaces it and returns the key of the blob that no
	// record names any more, "" without one.
	PutPhoto(ctx context.Context, p Photo) (old string, err error)
	// Owners finds who in the campaign has the numbers, as ID number or exam number.
	Owners(ctx context.Context, campaignID int64, numbers []string) (map[string][]Owner, error)
	// ExpiredPhotos lists at most limit records of a campaign made before the time.
	ExpiredPhotos(ctx context.Context, campaignID int64, before time.Time, limit int) ([]Photo, error)
	// ForgetPhoto removes the record.
	ForgetPhoto(ctx context.Context, ref string) error
}

// Auditor logs who imported what.
type Auditor interface {
	Add(ctx context.Context, e audit.Entry) error
}

// Campaigns finds an archive's campaign.
type Campaigns interface {
	ByID(ctx context.Context, id int64) (*campaign.Campaign, error)
}

// Options are a Desk's parts.
type Options struct {
	Store     Store
	Jobs      JobStore
	Files     sealed.Files
	Audit     Auditor
	Campaigns Campaigns
	Now       func() time.Time
	Log       *slog.Logger
}

// Desk takes archives of pictures and gives pictures out. It is safe for
// concurrent use.
type Desk struct {
	Options
	wake loop.Bell
}

// NewDesk returns a Desk. Run must be running somewhere.
func NewDesk(o Options) *Desk {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return &Desk{Options: o, wake: loop.NewBell()}
}

// Of returns the record of the enrolment's picture; false without one.
func (d *Desk) Of(ctx context.Context, enrolmentID int64) (Photo, bool, error) {
	return d.Store.Photo(ctx, enrolmentID)
}

// Open returns the enrolment's picture as JPEG; fault.NotFound without one.
func (d *Desk) Open(ctx context.Context, enrolmentID int64) ([]byte, error) {
	p, ok, err := d.Store.Photo(ctx, enrolmentID)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, fault.New(fault.NotFound, "没有录取照片")
	}
	return d.Files.Get(ctx, p.BlobKey, pictureAD(p.Ref))
}

// Purge removes the campaign's pictures that were stored before the time and
// returns how many.
func (d *Desk) Purge(ctx context.Context, campaignID int64, before time.Time) (n int, err error) {
	return sealed.Purge(ctx, d.Files, func(limit int) ([]Photo, error) { return d.Store.ExpiredPhotos(ctx, campaignID, before, limit) },
		func(p Photo) (key, ref string) { return p.BlobKey, p.Ref }, d.Store.ForgetPhoto)
}

func pictureAD(ref string) string { return "admission_photo.picture:" + ref }
func fileAD(ref string) string    { return "photo_import.file:" + ref }

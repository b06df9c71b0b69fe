// Package face owns the face check: the judge that asks for a better picture,
// the comparison with the provider, 拍照存档 for those it does not recognise,
// and the record of each. Who a person is, only the provider or staff decide.
package face

import (
	"context"
	"time"
)

// Request is one comparison: the claimed identity and the picture.
type Request struct {
	Name     string
	IDNumber string
	JPEG     []byte
}

// Reason is why a comparison did not pass.
type Reason string

// The reasons.
const (
	ReasonNone     Reason = ""         // it passed
	ReasonMismatch Reason = "mismatch" // not the same person, as far as the provider sees
	ReasonRetake   Reason = "retake"   // the picture is unfit
	ReasonRetry    Reason = "retry"    // the provider asks to wait a little
	ReasonArchive  Reason = "archive"  // there is no picture to compare with: staff must look
)

// Verdict is the provider's answer.
type Verdict struct {
	Passed bool
	Score  float64 // similarity 0–100, 0 when there was no comparison
	Code   string  // the provider's code, for the record
	Reason Reason
}

// Provider compares a picture with the one the authorities hold. An error of
// kind fault.Unavailable is the provider's own failure.
type Provider interface {
	Compare(ctx context.Context, r Request) (Verdict, error)
}

// Kind is what a record is of.
type Kind string

// The kinds of record.
const (
	KindCheck     Kind = "check"     // a comparison
	KindArchive   Kind = "archive"   // 拍照存档 after a failed comparison
	KindDocuments Kind = "documents" // the way without face recognition
)

// Result is how a check ended.
type Result string

// The results.
const (
	Passed   Result = "passed"
	Failed   Result = "failed"
	Retake   Result = "retake"
	Errored  Result = "error"    // the provider's failure, never the student's
	Archived Result = "archived" // a photo for staff
)

// Review is where staff are with an archived photo.
type Review string

// The review states. Superseded is a photo that a newer one replaced.
const (
	ReviewNone       Review = "none"
	ReviewPending    Review = "pending"
	ReviewApproved   Review = "approved"
	ReviewRejected   Review = "rejected"
	ReviewSuperseded Review = "superseded"
)

// Sources of a picture.
const (
	SourceCamera = "camera"
	SourceFile   = "file"
)

// Record is one check or archived photo.
type Record struct {
	Ref         string
	EnrolmentID int64
	SessionHash string // of the login session that the pass belongs to
	Kind        Kind
	Source      string
	Result      Result
	Code        string  // the provider's, or the judge's finding
	Score       float64 // the provider's similarity, or the judge's score for a retake
	BlobKey     string  // "" when no picture was kept
	SHA256      string  // of the picture as sent to the provider, before encryption
	Review      Review
	Remark      string // staff's, shown to the student after a rejection
	CreatedAt   time.Time
}

// Standing is what the photos of an enrolment amount to.
type Standing struct {
	// Archived is true while a photo counts: it waits for staff or was approved.
	Archived    bool
	Review      Review
	Kind        Kind
	Ref         string
	Remark      string
	SessionHash string // of the session that archived it
	At          time.Time
}

// Package evidence owns the paper that proves a signature: a sealed PDF of the
// document's text, who signed it, the handwriting, the time, the evidence hash
// and a verification number; the job that makes it once a signature is final;
// and the checks by which anybody tells whether a copy is genuine.
//
// A row is queued in the transaction that makes the signature final. A worker
// makes the PDF, seals it with the institution's key (PAdES), keeps it
// encrypted among the files, and writes its SHA-256 with the row's own hash,
// which the audit chain then takes up: whoever changes the file, the hash or
// the row is found by Service.Check.
package evidence

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/signing"
	"ruxue/service/student"
)

// Kind is the seal kind of evidence rows.
const Kind = "evidence"

// State is where a row stands.
type State string

// The states.
const (
	Queued State = "queued"
	Made   State = "made"
)

// Record is the evidence of one final signature.
type Record struct {
	ID            int64
	SignatureID   int64
	SignatureHash string // the signature's row hash
	Number        string // the verification number; see NewNumber
	State         State
	SHA256        string    // of the PDF, hex; "" until made
	Bytes         int64     // of the PDF
	BlobKey       string    // where the PDF is kept
	MadeAt        time.Time // zero until made
	RowHash       string    // "" until made
	Tries         int
}

// Hash returns the row hash (version 1).
func (r Record) Hash() string {
	return audit.NewCanon(Kind, 1).Text("signature", r.SignatureHash).Text("number", r.Number).
		Text("sha256", r.SHA256).Int("bytes", r.Bytes).Time("made_at", r.MadeAt).Sum()
}

// Store keeps the rows. What is not there is fault.NotFound.
type Store interface {
	// Missing returns ids of final signatures without a row, in order, greater
	// than after; Queue adds a row unless there is one.
	Missing(ctx context.Context, after int64, limit int) ([]int64, error)
	Queue(ctx context.Context, signatureID int64, number string) error
	// Claim takes at most limit due rows for holder until the lease ends and
	// counts a try.
	Claim(ctx context.Context, holder string, now, until time.Time, limit int) ([]Record, error)
	// Finish stores what was made; false when the lease was lost.
	Finish(ctx context.Context, r Record, holder string) (bool, error)
	// Postpone gives a row of holder back, to be tried at the time.
	Postpone(ctx context.Context, id int64, holder string, at time.Time) error
	ByID(ctx context.Context, id int64) (Record, error)
	ByNumber(ctx context.Context, number string) (Record, error)
	BySignature(ctx context.Context, signatureID int64) (Record, error)
}

// Signatures are the signatures and documents that evidence is about.
type Signatures interface {
	ByID(ctx context.Context, id int64) (signing.Signature, error)
	Current(ctx context.Context, enrolmentID int64, document string, state signing.SignatureState) (signing.Signature, error)
	Document(ctx context.Context, id int64) (signing.DocumentVersion, error)
}

// Students know who signed.
type Students interface {
	Enrolment(ctx context.Context, id int64) (*student.Enrolment, error)
}

// Campaigns know whose paper it is.
type Campaigns interface {
	ByID(ctx context.Context, id int64) (*campaign.Campaign, error)
}

func fileAD(number string) string { return "evidence.file:" + number }

func sum(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

package signing

import (
	"context"
	"time"

	"ruxue/service/audit"
)

// EvidenceKind is the seal kind of final signatures.
const EvidenceKind = "signature"

// DocumentVersion is one wording of a document. It never changes: another
// wording is another version.
type DocumentVersion struct {
	ID         int64
	CampaignID int64
	Name       string // machine name in the campaign, "pledge"
	Title      string // 《…》 without the brackets
	SHA256     string // of title, blank line, body
	Body       string
	Private    bool // about one student: the store seals the body
}

// SignatureState is where a signature stands.
type SignatureState string

// The states. A final signature never changes.
const (
	Draft      SignatureState = "draft"
	Final      SignatureState = "final"
	Superseded SignatureState = "superseded" // a draft that was signed anew
)

// Trace is where an act came from.
type Trace struct {
	AppID     string
	OpenID    string // "" outside WeChat
	IP        string
	UserAgent string // cut to 400 bytes
}

// Signature is a handwriting under a document, with its evidence.
type Signature struct {
	ID                int64
	Ref               string
	EnrolmentID       int64
	EnrolmentRef      string
	DocumentVersionID int64
	DocumentName      string
	DocumentSHA256    string
	State             SignatureState
	Strokes           []byte // canonical JSON; empty in lists
	StrokesSHA256     string
	Picture           []byte // PNG; empty in lists
	PictureSHA256     string
	HandoffRef        string    // "" when signed on the spot
	Signer            Trace     // the device it was written on
	SignedAt          time.Time // when the draft was stored
	Confirmer         Trace     // the device it was confirmed on; empty until final
	FinalAt           time.Time // zero until final
	RowHash           string    // "" until final
}

// Hash returns the row hash (version 1) over all of the evidence. Strokes and
// picture go in by their SHA-256, the document by its own, so that encryption
// may be renewed without touching it.
func (s Signature) Hash() string {
	c := audit.NewCanon(EvidenceKind, 1).Text("ref", s.Ref).Text("enrolment", s.EnrolmentRef).
		Text("document", s.DocumentName).Text("document_sha256", s.DocumentSHA256).
		Text("strokes_sha256", s.StrokesSHA256).Text("picture_sha256", s.PictureSHA256).
		Text("handoff", s.HandoffRef).Time("signed_at", s.SignedAt).Time("final_at", s.FinalAt)
	for _, t := range []struct {
		who string
		Trace
	}{{"signer", s.Signer}, {"confirmer", s.Confirmer}} {
		c.Text(t.who+"_app_id", t.AppID).Text(t.who+"_openid", t.OpenID).
			Text(t.who+"_ip", t.IP).Text(t.who+"_user_agent", t.UserAgent)
	}
	return c.Sum()
}

// Store keeps documents and signatures. Methods join the transaction of the
// context; a record that is not there is fault.NotFound.
type Store interface {
	// InTx runs fn in one transaction; fn may run again.
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
	// LockEnrolment holds the enrolment's row until the transaction ends, so
	// that one student's signing acts follow one another.
	LockEnrolment(ctx context.Context, enrolmentID int64) error
	// EnsureDocument returns the stored version equal to v, adding it if need be.
	EnsureDocument(ctx context.Context, v DocumentVersion) (DocumentVersion, error)
	// Document returns a version by id.
	Document(ctx context.Context, id int64) (DocumentVersion, error)
	// Insert adds a draft or a final signature and returns its id.
	Insert(ctx context.Context, s Signature) (int64, error)
	// Finalise makes the draft final with the confirmer, time and hash of s.
	Finalise(ctx context.Context, s Signature) error
	// Supersede ends a draft.
	Supersede(ctx context.Context, id int64, at time.Time) error
	// Current returns the draft or the final signature under a document.
	Current(ctx context.Context, enrolmentID int64, document string, state SignatureState) (Signature, error)
	// ByRef returns a signature of the enrolment.
	ByRef(ctx context.Context, ref string, enrolmentID int64) (Signature, error)
	// ByID returns a signature by its internal id.
	ByID(ctx context.Context, id int64) (Signature, error)
	// Finals returns the enrolment's final signatures without strokes and
	// pictures, oldest first.
	Finals(ctx context.Context, enrolmentID int64) ([]Signature, error)
}

// Registrar completes a registration when all its duties are met; nothing
// happens while some are not. It joins the transaction of the context.
type Registrar interface {
	Complete(ctx context.Context, enrolmentID int64) error
}

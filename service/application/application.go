// Package application owns the applications to keep an admitted place for
// another year (保留入学资格), to enter it when that year is over (申请入学), and
// to give it up (放弃入学资格): the draft that is typed, its submission under a handwritten signature, its withdrawal, and the
// one decision of staff. An enrolment's state moves with them by conditional
// UPDATE alone (design §3).
package application

import (
	"encoding/json"
	"slices"
	"strings"
	"time"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/student"
)

// Kind is what is applied for; its value is the choice's code and the name of
// the journey's step.
type Kind string

// The kinds.
const (
	Defer Kind = "defer"
	Waive Kind = "waive"
	// Enter asks for the place that an earlier campaign kept and that was
	// carried into this one.
	Enter Kind = campaign.Enter
)

// Kinds lists them.
var Kinds = []Kind{Defer, Waive, Enter}

// Known reports whether it is one of the kinds.
func (k Kind) Known() bool { return slices.Contains(Kinds, k) }

// Type is the 申请类型 of the manual, which does not show the form for entering.
func (k Kind) Type() string {
	switch k {
	case Waive:
		return "放弃入学资格"
	case Enter:
		return "申请入学"
	}
	return "保留入学资格"
}

// Name is what the application is called in sentences.
func (k Kind) Name() string {
	if k == Enter {
		return "入学申请"
	}
	return k.Type() + "申请"
}

// Title is the form's title in the manual.
func (k Kind) Title() string {
	switch k {
	case Waive:
		return "新生放弃入学资格申请"
	case Enter:
		return "保留资格新生入学申请"
	}
	return "保留新生入学资格申请"
}

// Optional reports whether the reason may be left out.
func (k Kind) Optional() bool { return k == Enter }

// Sentence is what has to be typed exactly, "" where nothing has to be.
func (k Kind) Sentence() string {
	if k == Waive {
		return "本人自愿放弃入学资格，愿承担由此带来的后果。"
	}
	return ""
}

// Waiting is the enrolment's state while the application is pending.
func (k Kind) Waiting() student.State {
	switch k {
	case Waive:
		return student.WaiverPending
	case Enter:
		return student.EntryPending
	}
	return student.DeferralPending
}

// Granted is the enrolment's state once the application is approved.
func (k Kind) Granted() student.State {
	switch k {
	case Waive:
		return student.Waived
	case Enter:
		return student.Admitted
	}
	return student.Deferred
}

// State is where an application stands.
type State string

// The states. Approved, Returned and Withdrawn are ends: who applies again
// makes a new application.
const (
	Draft     State = "draft"     // being typed
	Pending   State = "pending"   // waits for staff
	Approved  State = "approved"  // granted
	Returned  State = "returned"  // not granted; Remark says why
	Withdrawn State = "withdrawn" // taken back by the student
)

// MaxReason and MaxRemark count characters.
const (
	MaxReason = 200
	MaxRemark = 200
)

// File is an attachment as it was when the application was submitted.
type File struct {
	Slot   string `json:"slot"`
	Name   string `json:"name"`
	SHA256 string `json:"sha256"`
}

// Application is one application. Reason, Typed and Files are sealed by the
// store.
type Application struct {
	ID             int64
	Ref            string
	EnrolmentID    int64
	EnrolmentRef   string
	CampaignID     int64
	Kind           Kind
	State          State
	From           student.State // of the enrolment when it was submitted: where a return or withdrawal leads
	Reason         string        // 申请原因
	Typed          string        // what was typed of Kind.Sentence
	Files          []File        // set when submitted
	DocumentSHA256 string        // of the text that was signed; "" for a draft
	SignatureRef   string
	SignatureHash  string // the signature's own row hash
	UpdatedAt      time.Time
	SubmittedAt    *time.Time
	EndedAt        *time.Time // decided or withdrawn
	EndedBy        string     // "staff:<ref>" or "student:<ref>"
	Remark         string     // of staff, for a returned one
	RowHash        string     // "" until it ended: then nothing of it changes
}

// EvidenceKind is the seal kind of applications that ended.
const EvidenceKind = "application"

// Hash returns the row hash (version 1) of an application that ended. Reason
// and sentence go in by the hash of the signed text that holds them.
func (a Application) Hash() string {
	files, _ := json.Marshal(a.Files) // plain strings: never fails
	c := audit.NewCanon(EvidenceKind, 1).Text("ref", a.Ref).Text("enrolment", a.EnrolmentRef).
		Text("kind", string(a.Kind)).Text("state", string(a.State)).Text("document_sha256", a.DocumentSHA256).
		Text("signature", a.SignatureHash).Text("files", string(files))
	if a.SubmittedAt != nil {
		c.Time("submitted_at", *a.SubmittedAt)
	}
	if a.EndedAt != nil {
		c.Time("ended_at", *a.EndedAt)
	}
	return c.Text("ended_by", a.EndedBy).Text("remark", a.Remark).Sum()
}

const documentPrefix = "apply-"

// DocumentName is the name of the text that is signed for this application
// alone: every application has its own final signature.
func (a Application) DocumentName() string { return documentPrefix + string(a.Kind) + "-" + a.Ref }

// KindOfDocument tells whether a document's name is that of an application,
// and of which kind.
func KindOfDocument(name string) (Kind, bool) {
	rest, ok := strings.CutPrefix(name, documentPrefix)
	kind, ref, found := strings.Cut(rest, "-")
	return Kind(kind), ok && found && ref != "" && Kind(kind).Known()
}

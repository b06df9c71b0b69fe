// Package student owns persons, their enrolments in campaigns, and login.
package student

import (
	"strings"
	"time"
)

// State is how far an enrolment has bound; one column, moved by conditional
// UPDATE alone (design §3).
type State string

// The states. After registered, deferred or waived the other doors are shut.
const (
	Admitted        State = "admitted"
	Registered      State = "registered"
	DeferralPending State = "deferral_pending"
	Deferred        State = "deferred"
	WaiverPending   State = "waiver_pending"
	Waived          State = "waived"
	// Kept is a place that was kept in an earlier campaign and carried into this
	// one: she applies to enter, and is admitted once that is approved.
	Kept         State = "kept"
	EntryPending State = "entry_pending"
)

// Person is a human being known by an identity document.
type Person struct {
	ID       int64
	Ref      string
	IDType   string
	IDNumber string
	Name     string
}

// Enrolment is a person in a campaign. Phone, sections, bill and signatures
// hang on it; openids hang on the person.
type Enrolment struct {
	ID         int64
	Ref        string
	CampaignID int64
	// CarriedFrom is the enrolment of an earlier campaign whose deferral was
	// carried into this one, 0 for who was listed.
	CarriedFrom int64
	Person      Person
	State       State
	Choice      string // "", register, defer, waive, enter; binds nothing until State moves
	ExamNumber  string // 考生号
	Gender      string
	Nation      string
	SiteCode    string
	Site        string // 所属教学点
	Grade       string // 2026级
	Level       string // 层次
	Major       string
	StudyForm   string // 学习形式
	Years       string // 学制
	Phone       string // proven or listed
	FeeFen      *int64 // imported fee, overrides the rules

	ImportedNumber string
	Number         string // 学号, "" until registered
	Approval       Approval
	VerifiedAt     *time.Time
	RegisteredAt   *time.Time
	ExtendedUntil  *time.Time
	FirstLoginAt   *time.Time // nil: she never logged in
}

// Open reports whether the student may still choose what to do: nothing that
// she submitted waits or was decided.
func (e *Enrolment) Open() bool { return e.State == Admitted || e.State == Kept }

// Facts are the values that a campaign's conditions are compared with.
func (e *Enrolment) Facts() map[string]string {
	return map[string]string{"choice": e.Choice, "level": e.Level, "major": e.Major, "site": e.Site,
		"site_code": e.SiteCode, "grade": e.Grade, "study_form": e.StudyForm}
}

// Length is 学制 as pages show it: 2.5 年.
func (e *Enrolment) Length() string {
	if e.Years == "" || strings.HasSuffix(e.Years, "年") {
		return e.Years
	}
	return e.Years + " 年"
}

// Approval is whether staff confirmed the data of the listed student. A
// campaign without that step lists everybody as approved.
type Approval string

// The approvals.
const (
	Approved        Approval = "approved"
	ApprovalPending Approval = "pending"
	// ApprovalRejected waits for the student to speak with the office.
	ApprovalRejected Approval = "rejected"
)

// Admission is one row of the admitted list.
type Admission struct {
	IDType, IDNumber, Name, ExamNumber, Gender, Nation, SiteCode, Site string
	Grade, Level, Major, StudyForm, Years, Phone, Number               string
	FeeFen                                                             *int64
	Approval                                                           Approval // "" is Approved
}

// Session is a student's login on one device, kept in Redis under the SHA-256
// of its cookie. Before login it holds what OAuth found out.
type Session struct {
	Hash         string `json:"-"` // SHA-256 of the cookie, hex: the session's name inside
	Campaign     string
	EnrolmentID  int64 // 0 before login
	EnrolmentRef string
	PersonID     int64
	AppID        string
	OpenID       string // "" outside WeChat
	OAuthState   string
	OAuthNext    string
	SeenBefore   bool
	LoginAt      time.Time
	FaceConsent  string // "", face, documents
	Captcha      bool   // this login solved the slider, or proved the phone instead
	PasswordMark string // of the password in force when it began; another one ends the session
}

// LoggedIn reports whether a student stands behind the session.
func (s Session) LoggedIn() bool { return s.EnrolmentID != 0 }

// Package roster owns what staff do with the students of their campaigns: they
// find them, read everything that happened, correct a datum, help somebody who
// is locked out, answer who says that her data are wrong, and count.
//
// Every question carries the asker's scope, and the records are asked with it:
// nothing outside the scope ever leaves the store. Every act writes an audit
// entry with its reason in the transaction that does it.
package roster

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"ruxue/service/audit"
	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/staff"
	"ruxue/service/student"
)

// PerPage is how many students one page of a list holds.
const PerPage = 50

// Query asks for students. Campaign nil asks all campaigns; then Step means
// nothing. Empty fields ask for everything.
type Query struct {
	Scope    staff.Scope
	Campaign *campaign.Campaign
	Terms    Terms
	State    student.State
	Step     string // a key of Duties
	Site     string // code
	Major    string
	// Case asks for students with an open case alone.
	Case bool
	Page int // counted from 1
}

// Listed is one line of a list.
type Listed struct {
	*student.Enrolment
	// Due is the key of the duty that is due, "" without a campaign in the query.
	Due string
	// Case tells that a case of hers is open.
	Case bool
}

// Store is what the service needs of the records. A student outside the scope
// is fault.NotFound, like one that does not exist.
type Store interface {
	InTx(ctx context.Context, fn func(ctx context.Context) error) error
	// Students returns one page and how many there are in all.
	Students(ctx context.Context, q Query) ([]Listed, int, error)
	Student(ctx context.Context, scope staff.Scope, ref string) (*student.Enrolment, error)
	// Lock locks the enrolment first and then its person, and reads both.
	Lock(ctx context.Context, enrolmentID int64) (*student.Enrolment, error)
	// Choices are the values that the campaign's students have, for filters.
	Choices(ctx context.Context, scope staff.Scope, campaignID int64) (Choices, error)

	// SetDatum writes one admission datum, extra its second half (the name of a
	// site, the type of a document); fault.Conflict when a number is another's.
	SetDatum(ctx context.Context, e *student.Enrolment, field, value, extra string) error
	// AskAgain takes back that the student confirmed her data.
	AskAgain(ctx context.Context, enrolmentID int64) error
	SetPhone(ctx context.Context, e *student.Enrolment, phone string) error
	// ForgetOpenIDs unbinds every WeChat of the person and counts them.
	ForgetOpenIDs(ctx context.Context, personID int64) (int, error)
	// PhoneTaken reports whether another student of the campaign has the phone.
	PhoneTaken(ctx context.Context, e *student.Enrolment, phone string) (bool, error)
	// ForgetPassword makes the initial password count again.
	ForgetPassword(ctx context.Context, enrolmentID int64) error
	SetExtension(ctx context.Context, enrolmentID int64, until time.Time) error
	// StaffNames gives the names of the accounts with these references.
	StaffNames(ctx context.Context, refs []string) (map[string]string, error)

	CaseStore
	OverviewStore
}

// Choices are the values that filters and corrections offer.
type Choices struct {
	Sites  []Site
	Levels []string
	Majors []string
}

// Site is a teaching site by its code.
type Site struct{ Code, Name string }

// Auditor is the audit log; Add joins the transaction of the context.
type Auditor interface {
	Add(ctx context.Context, e audit.Entry) error
	Of(ctx context.Context, subject string, limit int) ([]audit.Entry, error)
}

// Codes issues a one-time login code; see student.Service.Issue.
type Codes interface {
	Issue(ctx context.Context, c *campaign.Campaign, e *student.Enrolment) (string, error)
}

// Passwords forgets wrong tries, so that the restored password works at once.
type Passwords interface {
	Unlock(ctx context.Context, c *campaign.Campaign, e *student.Enrolment) error
}

// Sessions ends students' logins.
type Sessions interface {
	// EndAll ends every session of the student that began until then.
	EndAll(ctx context.Context, enrolmentID int64, until time.Time) error
}

// Cipher seals what was searched for; ad binds it to the searcher.
type Cipher interface {
	Seal(plain []byte, ad string) ([]byte, error)
	Open(sealed []byte, ad string) ([]byte, error)
}

// Teller queues the message that a case was answered, in the transaction that
// answers it. It does nothing where the campaign has no template for it.
type Teller interface {
	CaseAnswered(ctx context.Context, c *campaign.Campaign, e *student.Enrolment, caseRef string) error
}

// Options are a Service's parts.
type Options struct {
	Store     Store
	Audit     Auditor
	Codes     Codes
	Passwords Passwords
	Sessions  Sessions
	Cipher    Cipher
	Teller    Teller
	Now       func() time.Time
}

// Service answers and acts for staff.
type Service struct{ Options }

// New returns a Service.
func New(o Options) *Service { return &Service{o} }

// List returns one page of students and how many there are in all.
func (s *Service) List(ctx context.Context, q Query) ([]Listed, int, error) {
	q.Page = max(q.Page, 1)
	rows, n, err := s.Store.Students(ctx, q)
	if err != nil {
		return nil, 0, fmt.Errorf("listing students: %w", err)
	}
	return rows, n, nil
}

// Student returns a student of the scope by her reference.
func (s *Service) Student(ctx context.Context, scope staff.Scope, ref string) (*student.Enrolment, error) {
	return s.Store.Student(ctx, scope, ref)
}

// Choices returns what filters and corrections offer.
func (s *Service) Choices(ctx context.Context, scope staff.Scope, campaignID int64) (Choices, error) {
	return s.Store.Choices(ctx, scope, campaignID)
}

// Reason bounds, in characters.
const (
	minReason = 4
	maxReason = 200
)

// grouped is a mobile or an identity number written in groups: 138 0013 8000,
// 110105 19491231 0021.
var grouped = regexp.MustCompile(`[1１][3-9３-９]\p{Nd}[ \-－]?\p{Nd}{4}[ \-－]?\p{Nd}{4}|` +
	`\p{Nd}{6}[ \-－]?\p{Nd}{8}[ \-－]?\p{Nd}{3}[\p{Nd}XxＸ]`)

// CheckReason returns the reason as it is kept, or what is wrong with it. A
// long number is refused: the audit log holds no personal data.
func CheckReason(reason string) (string, error) {
	reason = strings.Join(strings.Fields(reason), " ")
	run, longest := 0, 0
	for _, r := range reason {
		if unicode.IsDigit(r) {
			run++
			longest = max(longest, run)
		} else {
			run = 0
		}
	}
	switch n := utf8.RuneCountInString(reason); {
	case n < minReason:
		return "", fault.Newf(fault.Invalid, "请写明原因，至少 %d 个字", minReason).On("reason")
	case n > maxReason:
		return "", fault.Newf(fault.Invalid, "原因不能超过 %d 个字，现在是 %d 个字", maxReason, n).On("reason")
	case longest >= 11 || grouped.MatchString(reason):
		return "", fault.New(fault.Invalid, "原因会记入日志，请不要写证件号码或手机号").On("reason")
	case strings.ContainsFunc(reason, unicode.IsControl):
		return "", fault.New(fault.Invalid, "原因中有不能使用的字符").On("reason")
	}
	return reason, nil
}

// note writes an act on a student into the audit log.
func (s *Service) note(ctx context.Context, by staff.Actor, action string, e *student.Enrolment, detail string) error {
	return s.Audit.Add(ctx, audit.Entry{Actor: "staff:" + by.Ref, Action: action, Subject: "enrolment:" + e.Ref, Detail: detail})
}

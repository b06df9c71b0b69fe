// Package registration owns the one act that completes a registration and
// gives the student number; payment, signing and review call it, nobody else
// moves an enrolment to registered.
package registration

import (
	"context"
	"fmt"
	"log/slog"

	"ruxue/service/campaign"
	"ruxue/service/fault"
	"ruxue/service/journey"
	"ruxue/service/student"
)

// Records are the duties that an enrolment has met, read in one go.
type Records struct {
	Sections     map[string]bool // submitted
	Slots        map[string]bool // uploaded and not returned
	Returned     map[string]bool // sent back by staff: "form:<section>" and "slot:<slot>"
	Signed       map[string]bool // final
	Paid         bool            // bill paid, or nothing to pay
	Free         bool            // nothing to pay
	FacePassed   bool            // some login passed the face check
	FaceArchived bool            // the newest archived photo was not rejected
	FaceApproved bool            // … and staff approved it
	FaceRejected bool            // … or sent it back
	Password     bool            // the initial password was replaced
	PasswordMark string          // names the password in force, "" under the initial one
	// FaceLogins are the login sessions that passed the check, or in which a
	// photo was archived.
	FaceLogins map[string]bool
}

// Store reads and moves enrolments.
type Store interface {
	Lock(ctx context.Context, enrolmentID int64) (*student.Enrolment, error)
	Enrolment(ctx context.Context, id int64) (*student.Enrolment, error)
	Records(ctx context.Context, enrolmentID int64) (Records, error)
	NextNumber(ctx context.Context, campaignID int64, prefix string) (int64, error)
	// Taken reports whether a number is given to, or listed for, somebody.
	Taken(ctx context.Context, campaignID int64, number string) (bool, error)
	Register(ctx context.Context, enrolmentID int64, number string) (bool, error)
}

// Campaigns finds an enrolment's campaign.
type Campaigns interface {
	ByID(ctx context.Context, id int64) (*campaign.Campaign, error)
}

// Announcer queues the message that tells the student number, in the
// transaction that gives it.
type Announcer interface {
	Registered(ctx context.Context, c *campaign.Campaign, e *student.Enrolment) error
}

// Service completes registrations.
type Service struct {
	store     Store
	campaigns Campaigns
	announcer Announcer
	log       *slog.Logger
}

// New returns a Service.
func New(store Store, campaigns Campaigns, announcer Announcer, log *slog.Logger) *Service {
	return &Service{store: store, campaigns: campaigns, announcer: announcer, log: log}
}

// Progress computes how far the student is, all of it from records. login is
// the hash of the login session that asks: the face check belongs to a login,
// and a phone may have passed it for a PC's (design §5).
func (s *Service) Progress(ctx context.Context, c *campaign.Campaign, e *student.Enrolment, login string) (journey.Progress, error) {
	r, err := s.store.Records(ctx, e.ID)
	if err != nil {
		return journey.Progress{}, fmt.Errorf("reading the progress: %w", err)
	}
	p := progress(c, e, r)
	p.Face = (login != "" && r.FaceLogins[login]) || r.FaceApproved
	// Who went on with a photo that staff then sent back has to show her face again.
	if r.FaceRejected && !r.FacePassed {
		p.Face = false
	}
	return p, nil
}

func progress(c *campaign.Campaign, e *student.Enrolment, r Records) journey.Progress {
	facts := e.Facts()
	attachments, returned := true, map[string]bool{}
	for _, slot := range c.Attachments {
		if !campaign.Matches(slot.When, facts) {
			continue
		}
		if r.Returned["slot:"+slot.Name] {
			attachments, returned["attachments"] = false, true
		}
		if slot.Required && !r.Slots[slot.Name] {
			attachments = false
		}
	}
	for _, x := range c.Sections {
		if r.Returned["form:"+x.Name] {
			returned["form:"+x.Name] = true
		}
	}
	return journey.Progress{Facts: facts, Registered: e.State == student.Registered,
		Returned: returned, Bound: !e.Open() && e.State != student.Registered,
		Granted:  e.State == student.Deferred || e.State == student.Waived,
		Verified: e.VerifiedAt != nil, Sections: r.Sections, Attachments: attachments, Signed: r.Signed, Paid: r.Paid, Free: r.Free,
		Password: r.Password, PasswordMark: r.PasswordMark, FaceEver: r.FacePassed,
		Approved: e.Approval == student.Approved}
}

// Complete gives the number when every duty is met, and does nothing when one
// is open or the number was given before. It must run in the caller's
// transaction, and takes the enrolment's lock first.
func (s *Service) Complete(ctx context.Context, enrolmentID int64) error {
	e, err := s.store.Lock(ctx, enrolmentID)
	if err != nil {
		return fmt.Errorf("locking the enrolment: %w", err)
	}
	if e.State != student.Admitted || e.Choice != "register" {
		return nil
	}
	c, err := s.campaigns.ByID(ctx, e.CampaignID)
	if err != nil {
		return fmt.Errorf("finding the campaign: %w", err)
	}
	r, err := s.store.Records(ctx, e.ID)
	if err != nil {
		return fmt.Errorf("reading the records: %w", err)
	}
	if !journey.Complete(c, progress(c, e, r)) || (asksFace(c, e) && !r.FacePassed && !r.FaceApproved) {
		return nil
	}
	number, err := s.number(ctx, c, e)
	if err != nil {
		return err
	}
	ok, err := s.store.Register(ctx, e.ID, number)
	if err != nil {
		return fmt.Errorf("registering: %w", err)
	}
	if !ok {
		return fault.New(fault.Conflict, "注册状态已变化，请重新打开页面")
	}
	e.Number, e.State = number, student.Registered
	if err := s.announcer.Registered(ctx, c, e); err != nil {
		return fmt.Errorf("queueing the student number's message: %w", err)
	}
	s.log.InfoContext(ctx, "registration complete", "enrolment", e.Ref, "campaign", c.Code)
	return nil
}

// maxTaken bounds how many listed numbers the counter passes in one go.
const maxTaken = 1000

// number reveals the imported number, or allots the next one of the pattern.
// The counter row is the last lock taken.
func (s *Service) number(ctx context.Context, c *campaign.Campaign, e *student.Enrolment) (string, error) {
	if e.ImportedNumber != "" {
		return e.ImportedNumber, nil
	}
	if c.Number.Kind == "imported" {
		return "", fmt.Errorf("enrolment %s has no imported student number", e.Ref)
	}
	prefix, err := c.Number.PrefixFor(e.Facts())
	if err != nil {
		return "", err
	}
	for range maxTaken {
		n, err := s.store.NextNumber(ctx, c.ID, prefix)
		if err != nil {
			return "", fmt.Errorf("allotting a student number: %w", err)
		}
		number := c.Number.Format(prefix, n)
		taken, err := s.store.Taken(ctx, c.ID, number)
		if err != nil {
			return "", fmt.Errorf("allotting a student number: %w", err)
		}
		if !taken {
			return number, nil
		}
	}
	return "", fmt.Errorf("allotting a student number: the %d next ones are all listed", maxTaken)
}

func asksFace(c *campaign.Campaign, e *student.Enrolment) bool {
	for _, s := range c.Steps {
		if s.Kind == "face" && campaign.Matches(s.When, e.Facts()) {
			return true
		}
	}
	return false
}

// Frozen reports whether the form may be read and no longer changed: it was
// paid for, or the enrolment has bound.
func Frozen(e *student.Enrolment, p journey.Progress) bool {
	return !e.Open() || (p.Paid && !p.Free)
}

// Editable refuses, as fault.Conflict, a change to what was paid for or bound.
// Called in a transaction that holds the enrolment, no payment slips between.
func (s *Service) Editable(ctx context.Context, enrolmentID int64) error {
	e, err := s.store.Enrolment(ctx, enrolmentID)
	if err != nil {
		return fmt.Errorf("reading the enrolment: %w", err)
	}
	r, err := s.store.Records(ctx, enrolmentID)
	if err != nil {
		return fmt.Errorf("reading the records: %w", err)
	}
	if Frozen(e, journey.Progress{Paid: r.Paid, Free: r.Free}) {
		return fault.New(fault.Conflict, "已经缴费或已提交申请，内容不能再修改。如有错误请联系学校")
	}
	return nil
}

// Mendable refuses, as fault.Conflict, a change even to what staff sent back:
// once the place was given up or kept, nothing is left to mend.
func (s *Service) Mendable(ctx context.Context, enrolmentID int64) error {
	e, err := s.store.Enrolment(ctx, enrolmentID)
	if err != nil {
		return fmt.Errorf("reading the enrolment: %w", err)
	}
	if e.State != student.Admitted && e.State != student.Registered {
		return fault.New(fault.Conflict, "已提交其他申请，内容不能再修改。如有错误请联系学校")
	}
	return nil
}

package enrolment

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// State is how far a section or an attachment is.
type State string

// The states of sections; those of attachments are Uploaded and Returned. A
// section without a record has not been begun.
const (
	Draft     State = "draft"     // something was typed
	Submitted State = "submitted" // it met every rule when it was handed in
	Returned  State = "returned"  // staff sent it back; what was submitted stays
)

// MaxDraftBytes bounds what a draft keeps, so that a text far too long for its
// field is still there to be shortened.
const MaxDraftBytes = 64 << 10

// SectionRecord is a section as it is stored; Plain is sealed by the store
// under "section.cipher:<enrolment ref>/<name>".
type SectionRecord struct {
	State     State // "" when there is no record
	Plain     []byte
	Remark    string    // of staff, for a returned one
	UpdatedAt time.Time // set by the store
}

// SectionStore keeps sections. Calls with Locked's context join its transaction.
type SectionStore interface {
	Locker
	// Section returns the record, a zero one when there is none.
	Section(ctx context.Context, o Owner, name string) (SectionRecord, error)
	// PutSection inserts or replaces the record and returns when it was written.
	PutSection(ctx context.Context, o Owner, name string, r SectionRecord) (time.Time, error)
	// States returns the states of all of an enrolment's sections by name.
	States(ctx context.Context, enrolmentID int64) (map[string]State, error)
	// ReturnSection sends a submitted one back; false when it is not submitted.
	ReturnSection(ctx context.Context, enrolmentID int64, name, remark string) (bool, error)
}

// body is the plaintext of a record: a draft lies beside what was submitted
// before, so that going back and typing takes nothing away.
type body struct {
	Submitted *Values `json:"submitted,omitempty"`
	Draft     *Values `json:"draft,omitempty"`
}

// Sections keeps the pages of the registration form. It is safe for concurrent
// use; of two devices the later save counts.
type Sections struct {
	store SectionStore
	gate  Gate
	mend  Gate // of what staff sent back; nil is gate
	now   func() time.Time
}

// NewSections returns a Sections. gate may be nil: then callers alone decide
// who may change what.
func NewSections(store SectionStore, gate Gate, now func() time.Time) *Sections {
	return &Sections{store: store, gate: gate, now: now}
}

// Mending lets what staff sent back be changed where gate refuses the rest.
func (s *Sections) Mending(mend Gate) *Sections {
	s.mend = mend
	return s
}

// SaveDraft keeps what was typed without checking it, up to MaxDraftBytes, and
// returns when. A section that was submitted stays so.
func (s *Sections) SaveDraft(ctx context.Context, o Owner, section campaign.Section, v Values) (time.Time, error) {
	if v.size() > MaxDraftBytes {
		return time.Time{}, fault.New(fault.TooLarge, "内容太长，没有自动保存。请缩短后继续填写")
	}
	return s.change(ctx, o, section.Name, func(b *body, state State) State {
		b.Draft = &v
		if b.Submitted != nil && b.Submitted.sameAs(v, section) {
			b.Draft = nil // a late autosave of what was just handed in
		}
		if state == "" {
			return Draft
		}
		return state
	})
}

// Submit checks the values and keeps them as handed in. With field errors it
// returns those (see Check for their keys), keeps the values as a draft where
// they are not too long, and leaves what was submitted before.
func (s *Sections) Submit(ctx context.Context, o Owner, section campaign.Section, v Values, in Info) (map[string]string, error) {
	clean, errs := Check(section, v, in, s.now())
	if len(errs) > 0 {
		if v.size() > MaxDraftBytes {
			return errs, nil // the page that comes back still shows them
		}
		_, err := s.SaveDraft(ctx, o, section, v)
		return errs, err
	}
	_, err := s.change(ctx, o, section.Name, func(b *body, _ State) State {
		b.Submitted, b.Draft = &clean, nil
		return Submitted
	})
	return nil, err
}

// change replaces a record while the enrolment is locked.
func (s *Sections) change(ctx context.Context, o Owner, name string, fn func(b *body, state State) State) (at time.Time, err error) {
	err = s.store.Locked(ctx, o, func(ctx context.Context) error {
		r, err := s.store.Section(ctx, o, name)
		if err != nil {
			return err
		}
		if err := mendable(ctx, s.gate, s.mend, o.EnrolmentID, r.State); err != nil {
			return err
		}
		b, err := read(r)
		if err != nil {
			return err
		}
		r.State = fn(&b, r.State)
		if r.Plain, err = json.Marshal(b); err != nil {
			return fmt.Errorf("writing a section: %w", err)
		}
		at, err = s.store.PutSection(ctx, o, name, r)
		return err
	})
	return at, err
}

func read(r SectionRecord) (b body, err error) {
	if r.State == "" {
		return b, nil
	}
	if err := json.Unmarshal(r.Plain, &b); err != nil {
		return b, fmt.Errorf("reading a section: %w", err)
	}
	return b, nil
}

// Saved is a section as its page shows it.
type Saved struct {
	Values  Values
	State   State     // "" when nothing was saved
	Draft   bool      // Values are typed and not handed in
	Remark  string    // why staff sent it back
	SavedAt time.Time // zero when nothing was saved
}

// Load returns what the section's page shows: the draft, else what was
// submitted, else what the admission list knows.
func (s *Sections) Load(ctx context.Context, o Owner, section campaign.Section, in Info) (Saved, error) {
	r, err := s.store.Section(ctx, o, section.Name)
	if err != nil {
		return Saved{}, err
	}
	b, err := read(r)
	if err != nil {
		return Saved{}, err
	}
	out := Saved{State: r.State, Remark: r.Remark, SavedAt: r.UpdatedAt}
	switch {
	case b.Draft != nil:
		out.Values, out.Draft = *b.Draft, true
	case b.Submitted != nil:
		out.Values = *b.Submitted
	}
	out.Values = prefill(section, out.Values, r.State != "", in)
	return out, nil
}

// Handed returns what was submitted, for staff and exports; ok is false when
// the section was never handed in.
func (s *Sections) Handed(ctx context.Context, o Owner, name string) (v Values, ok bool, err error) {
	r, err := s.store.Section(ctx, o, name)
	if err != nil {
		return Values{}, false, err
	}
	b, err := read(r)
	if err != nil || b.Submitted == nil {
		return Values{}, false, err
	}
	return *b.Submitted, true, nil
}

// States returns the states of the enrolment's sections by name; a section that
// was not begun is not in it.
func (s *Sections) States(ctx context.Context, enrolmentID int64) (map[string]State, error) {
	return s.store.States(ctx, enrolmentID)
}

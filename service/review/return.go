package review

import (
	"context"

	"ruxue/service/fault"
)

// maxReturned bounds how many pages of a form one act sends back.
const maxReturned = 20

// Sending is what staff send back of a form though nobody asked: they saw a
// mistake in it.
type Sending struct {
	EnrolmentRef string
	Sections     []string
	Reason       string // label of a reason, or Other
	Own          string // the reason in staff's own words, with Other
	Save         bool   // keep Own for the next time
}

// Sent is what became of it.
type Sent struct {
	Undo    string // undoes all of it
	Count   int    // pages that are sent back
	Skipped int    // that the student had not handed in, or that were sent back before
}

// SectionCase is the case of one page of the enrolment's form; fault.NotFound
// when it is out of scope or was never begun.
func (s *Service) SectionCase(ctx context.Context, scope Scope, enrolmentRef, section string) (Case, error) {
	return s.Case(ctx, scope, Section, enrolmentRef+"/"+section)
}

// Return sends pages of the form back; like any decision it takes effect after
// Undoable. Where none of them can be, the error says why.
func (s *Service) Return(ctx context.Context, scope Scope, by By, o Sending) (Sent, error) {
	switch n := len(o.Sections); {
	case n == 0:
		return Sent{}, fault.New(fault.Invalid, "请选择要退回的页").On("section")
	case n > maxReturned:
		return Sent{}, fault.Newf(fault.Invalid, "一次最多退回 %d 页", maxReturned).On("section")
	case o.Reason == "":
		return Sent{}, fault.New(fault.Invalid, "请选择退回原因").On("reason")
	}
	batch := ""
	if len(o.Sections) > 1 {
		batch = s.NewRef()
	}
	out, refused := Sent{Undo: batch}, error(nil)
	for _, name := range o.Sections {
		d, err := s.Decide(ctx, scope, by, Order{Kind: Section, Subject: o.EnrolmentRef + "/" + name, Reason: o.Reason, Own: o.Own,
			Save: o.Save, Batch: batch})
		switch {
		case fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound):
			out.Skipped, refused = out.Skipped+1, err
			continue
		case err != nil:
			return out, err
		}
		if out.Count++; batch == "" {
			out.Undo = d.Ref
		}
	}
	if out.Count == 0 {
		return out, refused
	}
	return out, nil
}

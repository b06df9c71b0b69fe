// Package enrolment owns what a student hands in on the way to registration:
// the form sections (drafts and submissions, one encrypted blob each) and the
// attachments (photos re-encoded without metadata, PDFs validated and kept as
// they are), together with the rules that both must meet.
package enrolment

import "ruxue/service/fault"

// Owner names the enrolment that a section or attachment belongs to. Every
// look-up carries it, so that nothing is fetched without its owner.
type Owner struct {
	// EnrolmentID is the internal id; it never leaves the program.
	EnrolmentID int64
	// EnrolmentRef is the outward reference; ciphertexts are bound to it.
	EnrolmentRef string
	// CampaignCode is the campaign's code.
	CampaignCode string
}

// invalid returns the fault of a file that breaks a rule.
func invalid(format string, args ...any) error {
	return fault.Newf(fault.Invalid, format, args...).On("file")
}

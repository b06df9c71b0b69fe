package enrolment

import (
	"context"

	"ruxue/service/campaign"
	"ruxue/service/fault"
)

// Look is whether staff have to look at an attachment.
type Look string

// The looks. A file that replaces another begins anew.
const (
	LookNone     Look = "none"
	LookPending  Look = "pending"
	LookApproved Look = "approved"
)

// look is what a fresh upload needs: staff look where the rule says so, and
// again at what they sent back.
func look(rule campaign.Slot, old Attachment) Look {
	if rule.Review || old.State == Returned {
		return LookPending
	}
	return LookNone
}

// mendable asks the gate, or, about what staff sent back, the one that is open
// longer: it alone may be changed when the rest is locked.
func mendable(ctx context.Context, gate, mend Gate, enrolmentID int64, state State) error {
	if state == Returned && mend != nil {
		gate = mend
	}
	if gate == nil {
		return nil
	}
	return gate(ctx, enrolmentID)
}

// Review records staff's decision about an attachment that waits for them, in
// the caller's transaction; fault.Conflict when it was replaced or decided.
func (s *Attachments) Review(ctx context.Context, enrolmentID int64, ref string, approve bool, remark string) error {
	ok, err := s.Store.ReviewAttachment(ctx, enrolmentID, ref, approve, remark)
	if err == nil && !ok {
		err = fault.New(fault.Conflict, "这个附件已被处理或已重新上传，请刷新后再审核")
	}
	return err
}

// Return sends a submitted section back, in the caller's transaction: the
// student may mend it though the rest is locked. fault.Conflict when it is not
// submitted.
func (s *Sections) Return(ctx context.Context, enrolmentID int64, name, remark string) error {
	ok, err := s.store.ReturnSection(ctx, enrolmentID, name, remark)
	if err == nil && !ok {
		err = fault.New(fault.Conflict, "这一页学生还没有提交，或已经退回")
	}
	return err
}

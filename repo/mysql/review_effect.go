package mysql

import (
	"context"
	"fmt"

	"ruxue/service/enrolment"
	"ruxue/service/student"
)

// ReviewAttachment implements enrolment.AttachmentStore: one that still waits is
// approved or sent back; false when it does not wait any more.
func (s *Attachments) ReviewAttachment(ctx context.Context, enrolmentID int64, ref string, approve bool, remark string) (bool, error) {
	state, look := enrolment.Uploaded, enrolment.LookApproved
	if !approve {
		state, look = enrolment.Returned, enrolment.LookNone
	}
	return s.change(ctx, "reviewing an attachment", `UPDATE attachment SET state=?, review_state=?, remark=?
		WHERE enrolment_id=? AND ref=? AND state=? AND review_state=?`,
		state, look, clip(remark, 200), enrolmentID, ref, enrolment.Uploaded, enrolment.LookPending)
}

// ReturnSection implements enrolment.SectionStore: what was submitted is sent
// back and stays as it is; false when it was not submitted.
func (s *Sections) ReturnSection(ctx context.Context, enrolmentID int64, name, remark string) (bool, error) {
	return s.change(ctx, "returning a section", `UPDATE section SET state=?, remark=? WHERE enrolment_id=? AND name=? AND state=?`,
		enrolment.Returned, clip(remark, 200), enrolmentID, name, enrolment.Submitted)
}

// Approve records what staff decided about the listed data; false when they are
// approved already.
func (s *Students) Approve(ctx context.Context, enrolmentID int64, a student.Approval) (bool, error) {
	return s.change(ctx, "recording an approval", `UPDATE enrolment SET approval=?, updated_at=? WHERE id=? AND approval<>?`,
		a, s.now(), enrolmentID, student.Approved)
}

// syncBatch is how many rows one statement of SyncSlots changes.
const syncBatch = 1000

// SyncSlots implements review.Store, in batches so that no upload waits long.
func (s *Reviews) SyncSlots(ctx context.Context, campaignID int64, slots []string) error {
	in := append([]string{""}, slots...) // an empty list is no SQL
	for _, m := range []struct {
		cond     string
		from, to enrolment.Look
	}{{`a.slot IN (?)`, enrolment.LookNone, enrolment.LookPending}, {`a.slot NOT IN (?)`, enrolment.LookPending, enrolment.LookNone}} {
		for {
			var ids []int64
			if err := s.list(ctx, &ids, `SELECT a.id FROM attachment a JOIN enrolment e ON e.id=a.enrolment_id
				WHERE e.campaign_id=? AND a.state=? AND a.review_state=? AND `+m.cond+` ORDER BY a.id LIMIT ?`,
				campaignID, string(enrolment.Uploaded), string(m.from), in, syncBatch); err != nil {
				return fmt.Errorf("looking for attachments to mark: %w", err)
			}
			if len(ids) == 0 {
				break
			}
			if err := s.exec(ctx, "marking attachments", `UPDATE attachment SET review_state=? WHERE id IN (?) AND review_state=?`,
				string(m.to), ids, string(m.from)); err != nil {
				return err
			}
		}
	}
	return nil
}

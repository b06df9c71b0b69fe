package mysql

import (
	"context"
	"time"

	"ruxue/service/notice"
)

// OfEnrolment implements notice.HistoryStore. A text message that went out
// instead of a template message says the same and is left out.
func (o *Outbox) OfEnrolment(ctx context.Context, enrolmentID int64, now time.Time, limit int) ([]notice.Row, error) {
	return all(ctx, o.DB, o.row, "reading a student's messages", selectOutbox+`WHERE enrolment_id=? AND (not_before<=? OR state<>?)
		AND dedupe_key NOT LIKE 'instead:%' ORDER BY id DESC LIMIT ?`,
		enrolmentID, *utc(&now), notice.Queued, limit)
}

package mysql

import (
	"context"
	"fmt"
	"time"

	"ruxue/service/notice"
)

// OfEnrolment implements notice.HistoryStore. A text message that went out
// instead of a template message says the same and is left out.
func (o *Outbox) OfEnrolment(ctx context.Context, enrolmentID int64, now time.Time, limit int) ([]notice.Row, error) {
	var rows []outboxRow
	err := o.list(ctx, &rows, selectOutbox+`WHERE enrolment_id=? AND (not_before<=? OR state<>?)
		AND dedupe_key NOT LIKE 'instead:%' ORDER BY id DESC LIMIT ?`,
		enrolmentID, *utc(&now), notice.Queued, limit)
	if err != nil {
		return nil, fmt.Errorf("reading a student's messages: %w", err)
	}
	out := make([]notice.Row, 0, len(rows))
	for _, r := range rows {
		n, err := o.row(r)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

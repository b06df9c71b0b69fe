package mysql

import (
	"context"
	"fmt"

	"ruxue/service/campaign"
)

// kinRow is a group of students as it is stored.
type kinRow struct {
	Level     string `db:"level"`
	Major     string `db:"major"`
	Site      string `db:"site"`
	SiteCode  string `db:"site_code"`
	Grade     string `db:"grade"`
	StudyForm string `db:"study_form"`
	Students  int    `db:"students"`
}

// WithoutFee implements campaign.Roll. A bill that was made says what its
// student owes.
func (s *Campaigns) WithoutFee(ctx context.Context, campaignID int64) ([]campaign.Kin, error) {
	var rows []kinRow
	err := s.list(ctx, &rows, `SELECT e.level, e.major, e.site, e.site_code, e.grade, e.study_form, COUNT(*) AS students FROM enrolment e
		LEFT JOIN bill b ON b.enrolment_id=e.id AND b.state='paid'
		WHERE e.campaign_id=? AND e.state IN ('admitted','kept','entry_pending') AND e.fee_fen IS NULL AND b.id IS NULL
		GROUP BY e.level, e.major, e.site, e.site_code, e.grade, e.study_form`, campaignID)
	if err != nil {
		return nil, fmt.Errorf("grouping students without a listed fee: %w", err)
	}
	out := make([]campaign.Kin, 0, len(rows))
	for _, r := range rows {
		out = append(out, campaign.Kin{Students: r.Students, Facts: map[string]string{"level": r.Level, "major": r.Major,
			"site": r.Site, "site_code": r.SiteCode, "grade": r.Grade, "study_form": r.StudyForm}})
	}
	return out, nil
}

// WithoutNumber implements campaign.Roll.
func (s *Campaigns) WithoutNumber(ctx context.Context, campaignID int64) (int, error) {
	var n int
	err := s.get(ctx, &n, `SELECT COUNT(*) FROM enrolment WHERE campaign_id=? AND state IN ('admitted','kept','entry_pending') AND (imported_number IS NULL OR imported_number='')`, campaignID)
	if err != nil {
		return 0, fmt.Errorf("counting students without a listed number: %w", err)
	}
	return n, nil
}

package mysql

import (
	"context"
	"fmt"
	"time"

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

// NamesOf implements campaign.Roll.
func (s *Campaigns) NamesOf(ctx context.Context, campaignID int64, facts map[string]string, limit int) ([]string, error) {
	var rows []struct {
		Name       string `db:"name"`
		ExamNumber string `db:"exam_number"`
	}
	err := s.list(ctx, &rows, `SELECT p.name, e.exam_number FROM enrolment e JOIN person p ON p.id=e.person_id
		LEFT JOIN bill b ON b.enrolment_id=e.id AND b.state='paid'
		WHERE e.campaign_id=? AND e.state IN ('admitted','kept','entry_pending') AND e.fee_fen IS NULL AND b.id IS NULL AND e.level=? AND e.major=? AND e.site=?
		AND e.site_code=? AND e.grade=? AND e.study_form=? ORDER BY e.id LIMIT ?`, campaignID, facts["level"], facts["major"], facts["site"],
		facts["site_code"], facts["grade"], facts["study_form"], limit)
	if err != nil {
		return nil, fmt.Errorf("naming students without a listed fee: %w", err)
	}
	out := make([]string, 0, len(rows))
	for _, r := range rows {
		name := r.Name
		if r.ExamNumber != "" {
			name += "（考生号 " + r.ExamNumber + "）"
		}
		out = append(out, name)
	}
	return out, nil
}

// EnteredSince implements campaign.Roll.
func (s *Campaigns) EnteredSince(ctx context.Context, campaignID int64, since time.Time) (bool, error) {
	var one []int
	err := s.list(ctx, &one, `SELECT 1 FROM enrolment WHERE campaign_id=? AND first_login_at>=? AND extended_until IS NULL LIMIT 1`, campaignID, *utc(&since))
	if err != nil {
		return false, fmt.Errorf("looking for who entered a campaign: %w", err)
	}
	return len(one) > 0, nil
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

package campaign

import (
	"context"
	"fmt"
	"time"
)

// Kin are the students of a list who are alike in what fees depend on.
type Kin struct {
	Facts    map[string]string
	Students int
}

// Roll tells of a campaign's students who may still register.
type Roll interface {
	// WithoutFee groups those for whom the list says no fee.
	WithoutFee(ctx context.Context, campaignID int64) ([]Kin, error)
	// NamesOf names some of the students without a fee who are alike: name and
	// 考生号.
	NamesOf(ctx context.Context, campaignID int64, facts map[string]string, limit int) ([]string, error)
	// EnteredSince reports whether a student first logged in at that time or
	// later, those not counted whom staff let in by themselves.
	EnteredSince(ctx context.Context, campaignID int64, since time.Time) (bool, error)
	// WithoutNumber counts those for whom the list says no student number.
	WithoutNumber(ctx context.Context, campaignID int64) (int, error)
}

// Missing is what blocks a campaign's start: students who could not pay, or
// could not be given a number (design §7).
type Missing struct {
	Fee    int // students for whom neither the list nor a rule says a fee
	Number int // students without a number, where numbers come from the list
}

// Missing looks for what blocks the start of the campaign under its rules; the
// campaign's ID names the list, 0 is one without students.
func (c *Campaign) Missing(ctx context.Context, roll Roll) (m Missing, err error) {
	if c.hasStep("pay") {
		if m.Fee, _, err = c.unpaid(ctx, roll, c.ID, 0); err != nil {
			return m, err
		}
	}
	if c.Number.Kind == "imported" {
		if m.Number, err = roll.WithoutNumber(ctx, c.ID); err != nil {
			return m, fmt.Errorf("looking for students without a number: %w", err)
		}
	}
	return m, nil
}

// Sentence says what is missing, "" when nothing is.
func (m Missing) Sentence() string {
	switch {
	case m.Fee > 0 && m.Number > 0:
		return fmt.Sprintf("%d 名学生没有学费，%d 名学生没有学号", m.Fee, m.Number)
	case m.Fee > 0:
		return fmt.Sprintf("%d 名学生没有学费", m.Fee)
	case m.Number > 0:
		return fmt.Sprintf("%d 名学生没有学号", m.Number)
	}
	return ""
}

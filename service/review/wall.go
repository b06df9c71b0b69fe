package review

import (
	"context"
	"slices"

	"ruxue/service/fault"
)

// maxWall bounds one act on the wall.
const maxWall = 60

// Wall is one act about many cases that were shown together: the ticked ones
// are sent back, the others approved.
type Wall struct {
	Kind   Kind
	Shown  []string // subjects
	Bad    []string // the ticked ones among them
	Reason string
	Own    string
}

// Walled is what became of it. What somebody else decided meanwhile, or what the
// student replaced, is skipped.
type Walled struct {
	Batch    string // undoes all of it
	Approved int
	Rejected int
	Skipped  int
}

// DecideAll decides about every case shown; each takes effect after Undoable.
func (s *Service) DecideAll(ctx context.Context, scope Scope, by By, w Wall) (Walled, error) {
	if len(w.Shown) == 0 || len(w.Shown) > maxWall {
		return Walled{}, fault.Newf(fault.Invalid, "一次可以审核 1 至 %d 张", maxWall)
	}
	if len(w.Bad) > 0 && w.Reason == "" {
		return Walled{}, fault.New(fault.Invalid, "请为勾选的照片选择退回原因").On("reason")
	}
	out := Walled{Batch: s.NewRef()}
	for _, subject := range w.Shown {
		bad := slices.Contains(w.Bad, subject)
		_, err := s.Decide(ctx, scope, by, Order{Kind: w.Kind, Subject: subject, Approve: !bad, Reason: w.Reason, Own: w.Own, Batch: out.Batch})
		switch {
		case fault.Is(err, fault.Conflict) || fault.Is(err, fault.NotFound):
			out.Skipped++
		case err != nil:
			return out, err
		case bad:
			out.Rejected++
		default:
			out.Approved++
		}
	}
	return out, nil
}

package roster

import (
	"context"
	"fmt"
	"strings"
	"time"

	"ruxue/service/student"
)

// Event is one line of a student's time line.
type Event struct {
	At     time.Time
	Who    string // 学生, 系统, or a staff member's name
	Action string // machine name
	Detail string
}

// maxEvents bounds a time line; older ones stand in the audit log.
const maxEvents = 100

// History returns what was done by or to the student, newest first.
func (s *Service) History(ctx context.Context, e *student.Enrolment) ([]Event, error) {
	list, err := s.Audit.Of(ctx, "enrolment:"+e.Ref, maxEvents)
	if err != nil {
		return nil, fmt.Errorf("reading the audit log: %w", err)
	}
	var refs []string
	for _, a := range list {
		if ref, ok := strings.CutPrefix(a.Actor, "staff:"); ok {
			refs = append(refs, ref)
		}
	}
	names, err := s.Store.StaffNames(ctx, refs)
	if err != nil {
		return nil, err
	}
	out := make([]Event, 0, len(list))
	for _, a := range list {
		ev := Event{At: a.At, Who: "系统", Action: a.Action, Detail: a.Detail}
		ref, ok := strings.CutPrefix(a.Actor, "staff:")
		switch {
		case ok && names[ref] != "":
			ev.Who = names[ref]
		case ok:
			ev.Who = "工作人员"
		case strings.HasPrefix(a.Actor, "student:"):
			ev.Who = "学生"
		}
		out = append(out, ev)
	}
	return out, nil
}
